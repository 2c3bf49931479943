//! The security code: six digits, written in whatever way people and programs write digits.

use std::fmt;

use super::is_filler;
use super::problem::Problem;

/// How many digits a code has (NIST SP 800-63B-4 section 4.2.1.2 asks for at least six).
pub const DIGITS: usize = 6;

/// How many codes there are.
const CODES: u32 = 1_000_000;

/// A well-formed code. It can be neither printed nor compared by accident: whoever checks one compares MACs in
/// constant time.
#[derive(Clone)]
pub struct Code([u8; DIGITS]);

impl Code {
    /// Reads what was written in the code field: spaces, hyphens and invisible marks are dropped; full-width,
    /// Arabic-Indic and Persian digits are digits.
    ///
    /// # Errors
    ///
    /// [`Problem::CodeEmpty`], [`Problem::CodeNotDigits`], [`Problem::CodeTooShort`] or [`Problem::CodeTooLong`].
    pub fn parse(typed: &str) -> Result<Self, Problem> {
        let mut digits = [b'0'; DIGITS];
        let mut count = 0_usize;
        for c in typed.chars().filter(|c| !is_filler(*c)) {
            let digit = ascii_digit(c).ok_or(Problem::CodeNotDigits)?;
            if let Some(place) = digits.get_mut(count) {
                *place = digit;
            }
            count += 1;
        }
        if count == DIGITS {
            return Ok(Self(digits));
        }
        let written = u16::try_from(count).unwrap_or(u16::MAX);
        Err(match count {
            0 => Problem::CodeEmpty,
            1..DIGITS => Problem::CodeTooShort { count: written },
            _ => Problem::CodeTooLong { count: written },
        })
    }

    /// Makes a code of 32 random bits, each of the million codes as likely as the others. `None` (one draw in four
    /// thousand) means: draw again.
    #[must_use]
    pub fn from_random(bytes: u32) -> Option<Self> {
        // The last, incomplete round of a million is thrown away, else its codes would come slightly more often.
        const WHOLE_ROUNDS: u32 = u32::MAX / CODES * CODES;
        if bytes >= WHOLE_ROUNDS {
            return None;
        }
        let mut rest = bytes % CODES;
        let mut digits = [b'0'; DIGITS];
        for place in digits.iter_mut().rev() {
            *place += u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        Some(Self(digits))
    }

    /// The six digits in ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII digits are ever stored, so the default is never taken.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// The ASCII digit for a digit of one of the scripts that phones in use here type.
fn ascii_digit(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    u8::try_from(u32::from(c) - u32::from(zero) + u32::from('0')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_digits_as_people_write_them() {
        for typed in [
            "123456",
            " 123 456\n",
            "123-456",
            "123\u{a0}456",
            "123\u{2013}456",
            "１２３４５６",
            "١٢٣٤٥٦",
            "۱۲۳۴۵۶",
            "\u{202a}123456\u{202c}",
        ] {
            assert_eq!(Code::parse(typed).unwrap().as_str(), "123456", "{typed:?}");
        }
        assert_eq!(Code::parse("000 001").unwrap().as_str(), "000001");
    }

    #[test]
    fn says_what_is_wrong() {
        let refused = |typed: &str| Code::parse(typed).unwrap_err();
        assert_eq!(refused(" - "), Problem::CodeEmpty);
        assert_eq!(refused("12345"), Problem::CodeTooShort { count: 5 });
        assert_eq!(refused("1234567"), Problem::CodeTooLong { count: 7 });
        assert_eq!(refused("12345O"), Problem::CodeNotDigits);
        assert_eq!(refused("12345½"), Problem::CodeNotDigits);
        assert_eq!(
            refused(&"1".repeat(70_000)),
            Problem::CodeTooLong { count: 65_535 }
        );
    }

    #[test]
    fn is_drawn_without_bias() {
        assert_eq!(Code::from_random(7).unwrap().as_str(), "000007");
        assert_eq!(Code::from_random(4_293_999_999).unwrap().as_str(), "999999");
        assert!(Code::from_random(4_294_000_000).is_none());
        assert!(Code::from_random(u32::MAX).is_none());
    }

    #[test]
    fn never_shows_itself() {
        let code = Code::parse("123456").unwrap();
        assert!(!format!("{code:?}").contains('1'));
    }
}
