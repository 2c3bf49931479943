//! `[password]`: what a password must be.

use std::path::PathBuf;

use super::section::Section;
use super::service::path;
use super::text::one_line;
use crate::rules::password::{Characters, Policy};

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
