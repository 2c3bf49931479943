//! Codes that are written down, or sent, and typed in again: letters and digits in groups of four, too many to be guessed.

use zeroize::Zeroizing;

use crate::rules::is_filler;
use crate::server::context::{NoRandomness, random};

/// Digits and letters without those that look like another (Crockford's base 32).
const ALPHABET: [u8; 32] = *b"0123456789abcdefghjkmnpqrstvwxyz";

/// A code as it is compared: `N` characters of the alphabet, five random bits each.
pub struct WrittenCode<const N: usize>(Zeroizing<String>);

impl<const N: usize> WrittenCode<N> {
    /// Draws a new one.
    ///
    /// # Errors
    /// When the system's generator does not answer.
    pub fn draw() -> Result<Self, NoRandomness> {
        Ok(Self::from_bytes(random::<N>()?))
    }

    /// Five bits of each byte.
    fn from_bytes(bytes: [u8; N]) -> Self {
        let mut code = Zeroizing::new(String::with_capacity(N));
        for byte in bytes {
            code.push(char::from(ALPHABET[usize::from(byte & 31)]));
        }
        Self(code)
    }

    /// Reads a code as it was copied or typed: in any case, with or without hyphens and spaces, look-alikes taken for what they look like.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let mut code = Zeroizing::new(String::with_capacity(N));
        for c in typed.chars().filter(|c| !is_filler(*c)) {
            let c = match c.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                c => c,
            };
            let known = u8::try_from(c).is_ok_and(|c| ALPHABET.contains(&c));
            if !known || code.len() == N {
                return None;
            }
            code.push(c);
        }
        (code.len() == N).then_some(Self(code))
    }

    /// As it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown: in groups of four.
    #[must_use]
    pub fn grouped(&self) -> String {
        let mut shown = String::with_capacity(N + N / 4);
        for (place, c) in self.0.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                shown.push('-');
            }
            shown.push(c);
        }
        shown
    }
}

impl<const N: usize> std::fmt::Debug for WrittenCode<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WrittenCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Code = WrittenCode<16>;

    #[test]
    fn are_read_as_people_write_them() {
        let shown = "0123-4567-89ab-cdef";
        for typed in [
            shown,
            " 0123 4567 89AB CDEF ",
            "0123456789abcdef",
            "O123–4567–89ab–cdef",
            "oi23 4567 89ab cdef",
            "oL23 4567 89ab cdef",
        ] {
            let code = Code::parse(typed);
            let read = code.as_ref().map(Code::as_str);
            assert_eq!(read, Some("0123456789abcdef"), "{typed}");
            assert_eq!(code.map(|code| code.grouped()).as_deref(), Some(shown));
        }
        for typed in [
            "",
            "123456",
            "0123-4567-89ab-cde",
            "0123-4567-89ab-cdeff",
            "0123-4567-89ab-cdeu",
            "åäö",
        ] {
            assert!(Code::parse(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn are_drawn_from_the_whole_alphabet() {
        let code = Code::draw().unwrap();
        assert!(Code::parse(&code.grouped()).is_some());
        assert!(!format!("{code:?}").contains(code.as_str()));
        assert_eq!(Code::from_bytes([255; 16]).grouped(), "zzzz-zzzz-zzzz-zzzz");
    }
}
