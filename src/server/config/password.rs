//! `[password]`: what a password must be.

use std::path::PathBuf;

use super::section::Section;
use super::service::path;
use super::text::one_line;
use crate::rules::password::{Characters, Policy, nfc};

/// `[password]`.
#[derive(Debug, Clone, Default)]
pub struct Password {
    pub(super) policy: Policy,
    /// Words that are refused as a password besides the person's own and the service's: the organisation, its products.
    pub forbid: Vec<String>,
    /// A file with one refused password a line, added to the shipped list.
    pub blocklist: Option<PathBuf>,
}

impl Password {
    /// Length and characters, as the rule function takes them on both sides.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy.clone()
    }

    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        // 8 and 64 are the limits that no configuration may pass: NIST SP 800-63B-4 section 3.1.1.2, ASVS 6.2.1, 6.2.9.
        part.number("min_length", 8..=64, &mut self.policy.min_length);
        part.number("max_length", 64..=1024, &mut self.policy.max_length);
        part.parsed(
            "characters",
            "\"unicode\", \"ascii\" or \"letters_and_digits\"",
            &mut self.policy.characters,
            |text| match text {
                "unicode" => Some(Characters::Unicode),
                "ascii" => Some(Characters::Ascii),
                "letters_and_digits" => Some(Characters::LettersAndDigits),
                _ => None,
            },
        );
        part.parsed(
            "forbid_characters",
            "characters to refuse, such as \"åäö\": each once, none of a to z and 0 to 9",
            &mut self.policy.forbidden,
            forbidden,
        );
        // Each remembered one costs a hash at every choice: STANDARDS C17.
        part.number("history", 0..=10, &mut self.policy.history);
        part.list(
            "forbid",
            "words of 1 to 100 characters",
            0,
            &mut self.forbid,
            |text| one_line(text, 100),
        );
        part.optional("blocklist", "a path", &mut self.blocklist, path);
    }
}

/// Characters in lower case and NFC, each once. Plain letters and digits cannot be refused: a password is made of them, and
/// `passwordrules` asks password managers for them.
fn forbidden(text: &str) -> Option<String> {
    let mut distinct = String::new();
    for c in nfc(text).to_lowercase().chars() {
        if c.is_control() || c.is_ascii_alphanumeric() || distinct.contains(c) {
            return None;
        }
        distinct.push(c);
    }
    (distinct.chars().count() <= 32).then_some(distinct)
}
