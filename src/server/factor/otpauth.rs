//! How a secret gets into an app: as an address (the key URI format), in a square that the phone reads, or typed by hand.

use std::fmt::Write as _;

use data_encoding::BASE32_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::{Color, EcLevel, QrCode};
use zeroize::Zeroizing;

use super::totp::PERIOD;

/// Light squares around the code (ISO/IEC 18004 asks for four).
const MARGIN: usize = 4;

/// Everything but letters, digits and `-._~` (RFC 3986 section 2.3): apps show a `+` as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A QR code, to be drawn.
#[derive(Debug)]
pub struct Square {
    /// Squares on each side, the margin included.
    pub size: usize,
    /// The dark ones, as the data of an SVG path.
    pub path: Zeroizing<String>,
}

/// The address that an app reads: whose code it is, and the secret.
#[must_use]
pub fn uri(site: &str, user_name: &str, secret: &[u8]) -> Zeroizing<String> {
    let [site, user_name] = [site, user_name].map(|text| utf8_percent_encode(text, ESCAPED));
    let secret = Zeroizing::new(BASE32_NOPAD.encode(secret));
    Zeroizing::new(format!(
        "otpauth://totp/{site}:{user_name}?secret={}&issuer={site}&algorithm=SHA1&digits=6&period={PERIOD}",
        *secret
    ))
}

/// The secret to be typed by hand, in groups of four.
#[must_use]
pub fn key_in_groups(secret: &[u8]) -> Zeroizing<String> {
    let key = Zeroizing::new(BASE32_NOPAD.encode(secret));
    let mut groups = Zeroizing::new(String::with_capacity(key.len() * 5 / 4));
    for (place, c) in key.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            groups.push(' ');
        }
        groups.push(c);
    }
    groups
}

/// The square with an address in it; `None` when it is too long for one, and then the key is typed by hand.
#[must_use]
pub fn square(uri: &str) -> Option<Square> {
    let code = QrCode::with_error_correction_level(uri, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = Zeroizing::new(String::new());
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, length) = (x + MARGIN, y + MARGIN, run.len());
                // Writing into a string never fails.
                let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    Some(Square {
        size: width + 2 * MARGIN,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn says_whose_it_is_and_everything_an_app_needs() {
        let uri = uri("Örebro kommun", "anna:b", SECRET);
        assert_eq!(
            *uri,
            "otpauth://totp/%C3%96rebro%20kommun:anna%3Ab?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=%C3%96rebro%20kommun&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(
            *key_in_groups(SECRET),
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
        );
    }

    #[test]
    fn the_square_has_its_finders_and_its_margin() {
        let square = square(&uri("Rekey", "anna", SECRET)).unwrap();
        // The upper edges of the two upper finders: seven dark squares each.
        assert!(square.path.starts_with("M4 4h7v1h-7z"), "{}", *square.path);
        let right = format!("M{} 4h7v1h-7z", square.size - MARGIN - 7);
        assert!(square.path.contains(&right));
        assert!(!square.path.contains(['"', '<', '&']));
        assert!(self::square(&"x".repeat(5000)).is_none());
    }
}
