//! Recovery codes: ten, shown once, each of which takes the place of the second factor once.

use zeroize::Zeroizing;

use crate::rules::is_filler;
use crate::server::context::{Context, NoRandomness, random};
use crate::server::keys::Purpose;

/// How many are made at a time.
pub const CODES: usize = 10;

/// Characters of a code. Five bits each make eighty, where NIST SP 800-63B-4 section 4.2.1.1 asks for 64.
const CHARACTERS: usize = 16;

/// Digits and letters without those that look like another (Crockford's base 32).
const ALPHABET: [u8; 32] = *b"0123456789abcdefghjkmnpqrstvwxyz";

/// Codes as they are shown: in groups of four. They are wiped from memory.
pub type Codes = Zeroizing<Vec<String>>;

/// A code as it is compared: sixteen characters of the alphabet.
pub struct Recovery(Zeroizing<String>);

impl Recovery {
    /// Reads a code as it was copied or typed: in any case, with or without hyphens and spaces, look-alikes taken for what they look like.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut code = Zeroizing::new(String::with_capacity(CHARACTERS));
        for c in typed.chars().filter(|c| !is_filler(*c)) {
            let c = match c.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                c => c,
            };
            let known = u8::try_from(c).is_ok_and(|c| ALPHABET.contains(&c));
            if !known || code.len() == CHARACTERS {
                return None;
            }
            code.push(c);
        }
        (code.len() == CHARACTERS).then_some(Self(code))
    }

    /// The MAC under which it is stored: keyed outside the database and bound to its account.
    pub fn mac(&self, ctx: &Context, account_id: &str) -> String {
        let parts = [
            b"recovery code".as_slice(),
            account_id.as_bytes(),
            self.0.as_bytes(),
        ];
        ctx.keys.mac_text(Purpose::Code, &parts)
    }
}

/// Draws new codes, as they are shown.
pub fn draw() -> Result<Codes, NoRandomness> {
    let mut codes = Zeroizing::new(Vec::with_capacity(CODES));
    for _ in 0..CODES {
        codes.push(written(random::<CHARACTERS>()?));
    }
    Ok(codes)
}

/// Five bits of each byte.
fn written(bytes: [u8; CHARACTERS]) -> String {
    let mut code = String::with_capacity(CHARACTERS + 3);
    for (place, byte) in bytes.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let code = Recovery::parse(typed).map(|code| code.0.to_string());
            assert_eq!(code.as_deref(), Some("0123456789abcdef"), "{typed}");
        }
        for typed in [
            "",
            "123456",
            "0123-4567-89ab-cde",
            "0123-4567-89ab-cdeff",
            "0123-4567-89ab-cdeu",
            "åäö",
        ] {
            assert!(Recovery::parse(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn are_ten_different_ones_in_four_groups() {
        let mut codes = draw().unwrap();
        for code in codes.iter() {
            assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 4]);
            assert!(Recovery::parse(code).is_some());
        }
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), CODES);
        assert_eq!(written([255; CHARACTERS]), "zzzz-zzzz-zzzz-zzzz");
    }
}
