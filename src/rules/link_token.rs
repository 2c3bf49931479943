//! The token of a mailed link: 256 random bits with a short checksum, so that a link that was cut off or mistyped is told apart from one
//! that is old, and no damaged one is looked up.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};

/// Random bytes of a token (OWASP WSTG-ATHN-09 asks for 16 at least).
pub const RANDOM_BYTES: usize = 32;
/// Bytes of the checksum behind them. It protects from accidents, not from anybody.
const CHECK_BYTES: usize = 4;
/// Separates this use of the hash from every other.
const LABEL: &[u8] = b"rekey link token v1";

/// A whole token, 48 characters of base64url (RFC 4648 section 5). Whether a link with it was ever sent is another question.
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
        bytes.extend(check(&random));
        Self(BASE64URL_NOPAD.encode(&bytes))
    }

    /// Reads the token of a link that somebody opened.
    ///
    /// # Errors
    /// [`Damaged`] when it is not whole.
    pub fn parse(text: &str) -> Result<Self, Damaged> {
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| Damaged)?;
        let (random, found) = bytes.split_first_chunk::<RANDOM_BYTES>().ok_or(Damaged)?;
        if found == check(random) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Damaged)
        }
    }

    /// As it stands in the link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(random: &[u8; RANDOM_BYTES]) -> [u8; CHECK_BYTES] {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(LABEL)
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
        let token = LinkToken::from_random([7; RANDOM_BYTES]);
        assert_eq!(token.as_str().len(), 48);
        assert_eq!(LinkToken::parse(token.as_str()), Ok(token.clone()));
        assert!(!format!("{token:?}").contains(token.as_str()));
    }

    #[test]
    fn is_damaged_when_cut_lengthened_or_mistyped() {
        let token = LinkToken::from_random([42; RANDOM_BYTES]);
        let text = token.as_str();
        for cut in 0..text.len() {
            assert_eq!(LinkToken::parse(&text[..cut]), Err(Damaged), "{cut}");
        }
        assert_eq!(LinkToken::parse(&format!("{text}.")), Err(Damaged));
        assert_eq!(LinkToken::parse(&format!("{text}AAAA")), Err(Damaged));
        for at in 0..text.len() {
            let mut typed: Vec<char> = text.chars().collect();
            typed[at] = if typed[at] == 'A' { 'B' } else { 'A' };
            let typed: String = typed.into_iter().collect();
            assert_eq!(LinkToken::parse(&typed), Err(Damaged), "{at}");
        }
        assert_eq!(LinkToken::parse(&text.to_lowercase()), Err(Damaged));
    }
}
