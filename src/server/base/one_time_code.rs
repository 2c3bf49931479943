//! Codes that are written down, or sent, and typed in again: letters and digits in groups of four, too many to be guessed.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::rules::is_filler;
use crate::server::base::random::{NoRandomness, random};

/// Digits and letters without those that look like another (Crockford's base 32).
const ALPHABET: [u8; 32] = *b"0123456789abcdefghjkmnpqrstvwxyz";

/// A code as it is compared: `N` characters of the alphabet, five random bits each.
pub struct OneTimeCode<const N: usize>(Zeroizing<String>);

impl<const N: usize> OneTimeCode<N> {
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

    /// Reads a code as it was copied or typed: in any case, with or without hyphens and spaces, look-alikes taken for what they look like,
    /// and also with what stands around it in the message: punctuation, quotation marks, words. `None` where two could be meant.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = Zeroizing::new(typed.nfkc().collect::<String>());
        Self::alone(&typed).or_else(|| Self::among_words(&typed))
    }

    /// A code and nothing else, or behind the colon of what introduces it.
    fn alone(typed: &str) -> Option<Self> {
        let beside = |c: char| !c.is_alphanumeric();
        let of = |text: &str| Self::strict(text.trim_matches(beside));
        of(typed).or_else(|| of(typed.rsplit_once(':')?.1))
    }

    /// The one word that is a code; the one in its groups, where other words of its length stand there too.
    fn among_words(typed: &str) -> Option<Self> {
        let beside = |c: char| c.is_whitespace() || !(c.is_alphanumeric() || is_filler(c));
        let words = || typed.split(beside).filter(|word| word.len() >= N);
        let is_grouped = |word: &&str| {
            word.split(is_filler)
                .all(|group| group.chars().count() == 4)
        };
        Self::only(words().filter(is_grouped)).or_else(|| Self::only(words()))
    }

    /// The code that these words hold, if it is one.
    fn only<'a>(words: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut found: Option<Self> = None;
        for code in words.filter_map(Self::strict) {
            if found.as_ref().is_some_and(|other| other.0 != code.0) {
                return None;
            }
            found = Some(code);
        }
        found
    }

    fn strict(typed: &str) -> Option<Self> {
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

impl<const N: usize> std::fmt::Debug for OneTimeCode<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WrittenCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Code = OneTimeCode<16>;

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
            "0123-4567-89ab-cdef.",
            "\"0123-4567-89ab-cdef\"",
            "\u{201d}0123-4567-89ab-cdef\u{201d},",
            "(0123 4567 89ab cdef)",
            "kod: 0123-4567-89ab-cdef",
            "KOD:0123 4567 89ab cdef.",
            "write 0123-4567-89ab-cdef .",
            "representational: 0123-4567-89ab-cdef",
            "0123-4567-89ab-cdef, 0123-4567-89ab-cdef",
            "０１２３－４５６７－８９ａｂ－ｃｄｅｆ",
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
            "0123-4567-89ab-cdeu.",
            "0123-4567-89ab-cde.f0",
            "0123-4567-89ab-cdef or 0123-4567-89ab-cdeg",
            "https://x.example/stop/0123456789abcdef0123456789abcdef",
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
