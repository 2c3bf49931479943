//! `[password]`: what a password must be.

use std::path::PathBuf;

use url::Url;

use super::error::{Finding, Place};
use super::loopback::is_loopback;
use super::section::Section;
use super::service::path;
use super::site::web_address;
use super::text::one_line;
use crate::rules::password::{Characters, Policy, nfc};

/// Where breached passwords are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breached {
    /// Nowhere.
    Off,
    /// In a download of Pwned Passwords.
    File,
    /// At a service that speaks the range protocol of Pwned Passwords.
    Range,
}

/// What becomes of a password that could not be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// It is taken; the log and an audit event say so.
    Open,
    /// It is not; the person is asked to try again.
    Closed,
}

/// `[password]`.
#[derive(Debug, Clone)]
pub struct Password {
    pub(super) policy: Policy,
    /// Words that are refused as a password besides the person's own and the service's: the organisation, its products.
    pub forbid: Vec<String>,
    /// A file with one refused password a line, added to the shipped list.
    pub blocklist: Option<PathBuf>,
    /// Where breached passwords are looked up.
    pub breached: Breached,
    /// The download.
    pub breached_file: Option<PathBuf>,
    /// The service.
    pub breached_url: Url,
    /// What becomes of a password that could not be looked up.
    pub breached_failing: Failing,
    /// Days after which a password must be changed at sign-in; 0 for never.
    pub max_age_days: u32,
}

impl Default for Password {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "a constant, and read at start")]
        let breached_url = Url::parse("https://api.pwnedpasswords.com").expect("an address");
        Self {
            policy: Policy::default(),
            forbid: Vec::new(),
            blocklist: None,
            breached: Breached::Off,
            breached_file: None,
            breached_url,
            breached_failing: Failing::Open,
            max_age_days: 0,
        }
    }
}

impl Password {
    /// The host of another machine that gets a part of the hash of each new password.
    #[must_use]
    pub fn range_host(&self) -> Option<&str> {
        let host = self.breached_url.host_str();
        host.filter(|host| self.breached == Breached::Range && !is_loopback(host))
    }

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
        part.number_of("max_age_days", "days", 0..=3650, &mut self.max_age_days);
        part.list(
            "forbid",
            "words of 1 to 100 characters",
            0,
            &mut self.forbid,
            |text| one_line(text, 100),
        );
        part.optional("blocklist", "a path", &mut self.blocklist, path);
        part.parsed(
            "breached",
            "\"off\", \"file\" or \"range\"",
            &mut self.breached,
            |text| match text {
                "off" => Some(Breached::Off),
                "file" => Some(Breached::File),
                "range" => Some(Breached::Range),
                _ => None,
            },
        );
        part.optional("breached_file", "a path", &mut self.breached_file, path);
        part.parsed(
            "breached_url",
            "an https address without user and password (http only for this machine)",
            &mut self.breached_url,
            |text| web_address(text).filter(is_safe),
        );
        part.parsed(
            "breached_failing",
            "\"open\" or \"closed\"",
            &mut self.breached_failing,
            |text| match text {
                "open" => Some(Failing::Open),
                "closed" => Some(Failing::Closed),
                _ => None,
            },
        );
    }

    /// What can only be seen once every source has spoken.
    pub(super) fn check_together(&self, findings: &mut Vec<Finding>) {
        if self.breached == Breached::File && self.breached_file.is_none() {
            findings.push(Finding {
                place: Place::Together,
                key: "password.breached_file".to_owned(),
                demand: "must be given where breached is \"file\": the download of Pwned Passwords, sorted by hash".to_owned(),
            });
        }
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

/// What is asked for must not cross a network in clear, nor the answer be changed on its way.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || url.host_str().is_some_and(is_loopback)
}
