//! The token of a mailed link: 256 random bits with a short checksum, so that a link that was cut off or mistyped is told apart from one
//! that is old, and no damaged one is looked up.
//!
//! It is written in Crockford's base 32: one case and no punctuation, because mail programs end a link before its last hyphen, change its
//! case, and put full stops and brackets behind it (docs/decisions/0028-link-tokens-in-one-case.md).

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, Encoding};
use data_encoding_macro::new_encoding;
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use super::{is_filler, is_invisible};

/// Random bytes of a token (OWASP WSTG-ATHN-09 asks for 16 at least).
pub const RANDOM_BYTES: usize = 32;
/// Bytes of the checksum behind them. It protects from accidents, not from anybody.
const CHECK_BYTES: usize = 4;
/// Separates this use of the hash from every other.
const LABEL: &[u8] = b"rekey link token v2";

/// Digits and letters without those that look like another; what looks like another is read as that. The two bits that are left over at the
/// end must be zero, so that one token has one canonical text.
const ALPHABET: Encoding = new_encoding! {
    symbols: "0123456789abcdefghjkmnpqrstvwxyz",
    translate_from: "ABCDEFGHJKMNPQRSTVWXYZILOilo",
    translate_to:   "abcdefghjkmnpqrstvwxyz110110",
};
/// Characters of a token.
const LENGTH: usize = 58;

/// The label of the tokens that were made before: base64url (RFC 4648 section 5). They are read until the last of them has ended.
const FORMER_LABEL: &[u8] = b"rekey link token v1";
/// Characters of those.
const FORMER_LENGTH: usize = 48;

/// The most characters that are searched for a token that something stands before.
const LONGEST: usize = 1000;
/// How often more than once a link may have been percent-encoded.
const ENCODED_AGAIN: usize = 2;

/// A whole token, as its canonical text. Whether a link with it was ever sent is another question.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

/// Part of the link is missing or was mistyped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link is damaged")]
pub struct Damaged;

impl LinkToken {
    /// The token of these random bytes.
    #[must_use]
    pub fn from_random(random: [u8; RANDOM_BYTES]) -> Self {
        let mut bytes = random.to_vec();
        bytes.extend(check(LABEL, &random));
        Self(ALPHABET.encode(&bytes))
    }

    /// Reads the token of a link that somebody opened: at its length, in any case, with look-alikes taken for what they look like and without
    /// the white space of a broken line. What stands behind it is ignored, for the checksum vouches for what stands before. Where none stands
    /// in front, it is looked for behind what programs put there, and inside what they have encoded once more.
    ///
    /// # Errors
    /// [`Damaged`] when it is not whole, or two stand behind something else.
    pub fn parse(text: &str) -> Result<Self, Damaged> {
        in_front(text).or_else(|_| anywhere(text))
    }

    /// Its canonical text: as it stands in the link, and as it is hashed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The token that a text begins with.
fn in_front(text: &str) -> Result<LinkToken, Damaged> {
    let first = |length, is_lost: fn(char) -> bool| -> String {
        text.chars().filter(|c| !is_lost(*c)).take(length).collect()
    };
    read(&ALPHABET, LABEL, &first(LENGTH, is_filler)).or_else(|_| {
        read(
            &BASE64URL_NOPAD,
            FORMER_LABEL,
            &first(FORMER_LENGTH, is_lost_of_former),
        )
    })
}

/// What a broken line leaves in a former token. A hyphen is one of theirs.
fn is_lost_of_former(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// The one token in a text, wherever it begins. Each place is tried, and the checksum alone decides, so nothing has to be known of what stands
/// around it: `3D` of quoted-printable, `%22` of an escaped quotation mark, an underscore of Markdown.
fn anywhere(text: &str) -> Result<LinkToken, Damaged> {
    let mut text: String = text.chars().take(LONGEST).collect();
    let mut found = None;
    for _ in 0..=ENCODED_AGAIN {
        // Compatibility makes up to eighteen characters of one.
        text = text.nfkc().take(LONGEST).collect();
        for token in tokens(&text) {
            if found.get_or_insert_with(|| token.clone()) != &token {
                return Err(Damaged);
            }
        }
        let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if decoded == text {
            break;
        }
        text = decoded;
    }
    found.ok_or(Damaged)
}

/// Every token in a text.
fn tokens(text: &str) -> impl Iterator<Item = LinkToken> {
    // Quoted-printable ends a broken line with an equals sign (RFC 2045 section 6.7); browsers drop only the line's end.
    let plain = |is_lost: fn(char) -> bool| -> Vec<char> {
        text.chars().filter(|c| *c != '=' && !is_lost(*c)).collect()
    };
    let read_all = |plain: Vec<char>, length, alphabet: &Encoding, label| {
        let windows = plain.windows(length).filter_map(|window| {
            let window: String = window.iter().collect();
            read(alphabet, label, &window).ok()
        });
        windows.collect::<Vec<_>>()
    };
    let present = read_all(plain(is_filler), LENGTH, &ALPHABET, LABEL);
    let former = read_all(
        plain(is_lost_of_former),
        FORMER_LENGTH,
        &BASE64URL_NOPAD,
        FORMER_LABEL,
    );
    present.into_iter().chain(former)
}

fn read(alphabet: &Encoding, label: &[u8], plain: &str) -> Result<LinkToken, Damaged> {
    let bytes = alphabet.decode(plain.as_bytes()).map_err(|_| Damaged)?;
    let (random, found) = bytes.split_first_chunk::<RANDOM_BYTES>().ok_or(Damaged)?;
    if found == check(label, random) {
        Ok(LinkToken(alphabet.encode(&bytes)))
    } else {
        Err(Damaged)
    }
}

fn check(label: &[u8], random: &[u8; RANDOM_BYTES]) -> [u8; CHECK_BYTES] {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(label)
        .chain_update(random)
        .finalize()
        .into();
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&hash[..CHECK_BYTES]);
    check
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_whole() {
        for number in 0..=255 {
            let token = LinkToken::from_random([number; RANDOM_BYTES]);
            assert_eq!(token.as_str().len(), LENGTH);
            let is_plain = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase();
            assert!(token.as_str().chars().all(is_plain), "{number}");
            assert_eq!(LinkToken::parse(token.as_str()), Ok(token.clone()));
            assert!(!format!("{token:?}").contains(token.as_str()));
        }
    }

    #[test]
    fn is_read_as_mail_programs_leave_it() {
        let token = LinkToken::from_random([42; RANDOM_BYTES]);
        let text = token.as_str();
        let (front, back) = text.split_at(31);
        for changed in [
            text.to_uppercase(),
            text.replace('1', "I").replace('0', "O"),
            text.replace('1', "l").replace('0', "o"),
            format!("{text}."),
            format!("{text}/"),
            format!("{text})>\u{201d} and so on"),
            format!("{text}{text}"),
            format!("{front} \r\n {back}"),
            format!("{front}\u{ad}{back}\u{200b}"),
        ] {
            assert_eq!(LinkToken::parse(&changed), Ok(token.clone()), "{changed}");
        }
    }

    #[test]
    fn is_found_behind_and_inside_what_programs_add() {
        let token = LinkToken::from_random([42; RANDOM_BYTES]);
        let text = token.as_str();
        let (front, back) = text.split_at(31);
        let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap();
        for changed in [
            format!("\"{text}\""),
            format!("_{text}_"),
            format!("3D{text}"),
            format!("3D%22{text}%22"),
            format!("%22{text}%22"),
            format!("%2522{text}"),
            format!("{front}=\r\n{back}"),
            format!("{front}={back}"),
            format!("{front}%3D%0D%0A{back}"),
            format!("{front}%253D%250D%250A{back}"),
            format!("3D{front}=\r\n{back}"),
            text.chars().map(wide).collect(),
            format!("\"{}", text.to_uppercase()),
            format!("https://demo.example/r/{text}?x=1"),
            format!("a {text} b {text} c"),
        ] {
            assert_eq!(LinkToken::parse(&changed), Ok(token.clone()), "{changed}");
        }
        // A character of its own that was encoded.
        let all = text.bytes().map(|byte| format!("%25{byte:02x}"));
        let all = all.collect::<Vec<_>>().concat();
        assert_eq!(LinkToken::parse(&all), Ok(token.clone()));
        for missing in [
            format!("3D{}", &text[1..]),
            format!("\"{}", &text[..57]),
            format!("{front}==3D{back}"),
            format!("{}{text}", ".".repeat(LONGEST)),
        ] {
            assert_eq!(LinkToken::parse(&missing), Err(Damaged), "{missing}");
        }
    }

    #[test]
    fn is_never_one_of_two() {
        let one = LinkToken::from_random([42; RANDOM_BYTES]);
        let other = LinkToken::from_random([43; RANDOM_BYTES]);
        let (one, other) = (one.as_str(), other.as_str());
        for both in [
            format!("\"{one}\" \"{other}\""),
            format!("3D{one}{other}"),
            format!("%22{one}%2520{other}"),
        ] {
            assert_eq!(LinkToken::parse(&both), Err(Damaged), "{both}");
        }
        // In its place it is the one that was opened, whatever follows.
        let first = LinkToken::parse(&format!("{one}{other}"));
        assert_eq!(first.unwrap().as_str(), one);
    }

    #[test]
    fn is_damaged_when_cut_or_mistyped() {
        let token = LinkToken::from_random([42; RANDOM_BYTES]);
        let text = token.as_str();
        for cut in 0..text.len() {
            assert_eq!(LinkToken::parse(&text[..cut]), Err(Damaged), "{cut}");
            assert_eq!(
                LinkToken::parse(&format!("{}.", &text[..cut])),
                Err(Damaged)
            );
        }
        for at in 0..text.len() {
            let mut typed: Vec<char> = text.chars().collect();
            typed[at] = if typed[at] == 'a' { 'b' } else { 'a' };
            let typed: String = typed.into_iter().collect();
            assert_eq!(LinkToken::parse(&typed), Err(Damaged), "{at}");
        }
        for other in ["", "åäö", "\0", "u".repeat(LENGTH).as_str()] {
            assert_eq!(LinkToken::parse(other), Err(Damaged), "{other}");
        }
    }

    #[test]
    fn has_one_text() {
        let token = LinkToken::from_random([7; RANDOM_BYTES]);
        let (front, last) = token.as_str().split_at(LENGTH - 1);
        let value = ALPHABET.specification().symbols.find(last).unwrap();
        assert_eq!(value & 3, 0, "the bits that are left over");
        for bits in 1..4 {
            let other = &ALPHABET.specification().symbols[value + bits..=value + bits];
            assert_eq!(LinkToken::parse(&format!("{front}{other}")), Err(Damaged));
        }
    }

    #[test]
    fn former_ones_are_read() {
        let random = [7; RANDOM_BYTES];
        let mut bytes = random.to_vec();
        bytes.extend(check(FORMER_LABEL, &random));
        let text = BASE64URL_NOPAD.encode(&bytes);
        let (front, back) = text.split_at(20);
        for changed in [
            text.clone(),
            format!("{text}."),
            format!("{text}\r\n"),
            format!("3D%22{text}"),
            format!("_{text}_"),
            format!("{front}=\r\n{back}"),
        ] {
            let token = LinkToken::parse(&changed).unwrap();
            assert_eq!(token.as_str(), text);
        }
        assert_eq!(LinkToken::parse(&text.to_lowercase()), Err(Damaged));
        assert_eq!(LinkToken::parse(&text[1..]), Err(Damaged));
        // Each alphabet has its own label.
        let mixed = ALPHABET.encode(&bytes);
        assert_eq!(LinkToken::parse(&mixed), Err(Damaged));
    }
}
