//! Passwords too common to be allowed: a shipped list, the organisation's own, and what is only a variation of them.

use std::collections::HashSet;
use std::path::Path;

use crate::rules::password::nfc;

const SHIPPED: &str = include_str!("lists/common_passwords.txt");

/// The list, folded to lower case.
#[derive(Clone)]
pub struct Blocklist {
    entries: HashSet<String>,
}

impl std::fmt::Debug for Blocklist {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blocklist({} entries)", self.entries.len())
    }
}

impl Blocklist {
    /// The shipped list, and the lines of a file where one is configured.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(own: Option<&Path>) -> Result<Self, std::io::Error> {
        let more = own
            .map(std::fs::read_to_string)
            .transpose()?
            .unwrap_or_default();
        let entries = SHIPPED
            .lines()
            .chain(more.lines())
            .map(|line| nfc(line.trim()).to_lowercase())
            .filter(|line| !line.is_empty());
        Ok(Self {
            entries: entries.collect(),
        })
    }

    /// Whether a password, in NFC, is one of the list as a whole (NIST SP 800-63B-4 §3.1.1.2), or such a one with only digits and signs
    /// around it, repeated, or nothing but one run of neighbouring characters. A phrase that merely contains a common word is not.
    #[must_use]
    pub fn contains(&self, password: &str) -> bool {
        let folded = password.to_lowercase();
        let core = folded.trim_matches(|c: char| !c.is_alphabetic());
        self.entries.contains(&folded)
            || self.entries.contains(core)
            || unit_of(&folded)
                .is_some_and(|unit| unit.chars().count() < 6 || self.entries.contains(unit))
            || unit_of(core).is_some_and(|unit| self.entries.contains(unit))
            || is_run(&folded)
    }
}

/// The part of which the text is only a repetition.
fn unit_of(text: &str) -> Option<&str> {
    (1..=text.len() / 2)
        .filter(|length| text.is_char_boundary(*length) && text.len().is_multiple_of(*length))
        .map(|length| &text[..length])
        .find(|unit| text.len() / unit.len() > 1 && text == unit.repeat(text.len() / unit.len()))
}

/// Whether every character follows the one before it, or every one precedes it: 123456789012345, zyxwvutsrqponmlk.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let step_is = |step: i64| {
        codes.windows(2).all(|pair| matches!(pair, [a, b] if b - a == step || (b - a == -9 * step && text.bytes().all(|c| c.is_ascii_digit()))))
    };
    codes.len() > 5 && (step_is(1) || step_is(-1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_matches_and_their_variations_are_refused_and_phrases_are_not() {
        let list = Blocklist::load(None).expect("the shipped list");
        for refused in [
            "password",
            "PassWord",
            "Sommaren2026!!!",
            "passwordpassword",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "123456789012345",
            "abcdefghijklmnopq",
            "correcthorsebatterystaple",
        ] {
            assert!(list.contains(refused), "{refused}");
        }
        for accepted in [
            "i sommar ska vi bada i sjön",
            "gröna hästar dansar tango",
            "fifteenlettersx",
            "kråkan  sitter på räcket 🐦",
        ] {
            assert!(!list.contains(accepted), "{accepted}");
        }
    }
}
