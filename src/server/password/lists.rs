//! Passwords too common to be allowed: a shipped list, the organisation's own, and what is only a variation of them.

pub mod filter;

use std::path::Path;

/// Both lists, folded to lower case.
#[derive(Clone)]
pub struct Blocklist {
    /// The keys of the organisation's own list, sorted: eight bytes a password, and exact.
    own: Vec<u64>,
}

impl std::fmt::Debug for Blocklist {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blocklist({} entries of its own)", self.own.len())
    }
}

impl Blocklist {
    /// The shipped list, and the lines of a file where one is configured.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(own: Option<&Path>) -> Result<Self, std::io::Error> {
        let list = own.map(std::fs::read_to_string).transpose()?;
        let mut own: Vec<u64> = filter::entries(&list.unwrap_or_default())
            .map(|entry| filter::key(&entry))
            .collect();
        own.sort_unstable();
        own.dedup();
        Ok(Self { own })
    }

    /// Whether a password, in NFC, is one of the lists as a whole (NIST SP 800-63B-4 §3.1.1.2), or such a one written apart, with only digits
    /// and signs around it, repeated, or nothing but one run of neighbouring characters. A phrase that merely contains a common word is not.
    ///
    /// Up to six texts are looked up, and the shipped list knows one unlisted text in 65 536: one good password in ten thousand is refused
    /// with the rest.
    #[must_use]
    pub fn contains(&self, password: &str) -> bool {
        let folded = password.to_lowercase();
        let core = folded.trim_matches(|c: char| !c.is_alphabetic());
        let joined: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        self.lists(&folded)
            || self.lists(core)
            || self.lists(&joined)
            || [&folded, core, &joined]
                .into_iter()
                .filter_map(unit_of)
                .any(|unit| self.lists(unit))
            || unit_of(&folded).is_some_and(|unit| unit.chars().count() < 6)
            || is_run(&folded)
    }

    fn lists(&self, folded: &str) -> bool {
        !folded.is_empty()
            && (filter::contains(folded) || self.own.binary_search(&filter::key(folded)).is_ok())
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
    use std::io::Write as _;

    use super::*;

    fn shipped() -> Blocklist {
        Blocklist::load(None).expect("the shipped list")
    }

    #[test]
    fn whole_matches_and_their_variations_are_refused_and_phrases_are_not() {
        let list = shipped();
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
            "correct horse battery staple",
            "jag älskar dig",
        ] {
            assert!(list.contains(refused), "{refused}");
        }
        for accepted in [
            "i sommar ska vi bada i sjön",
            "gröna hästar dansar tango",
            "fifteenlettersx",
            "kråkan  sitter på räcket 🐦",
            "8462 9173 5501 x7",
        ] {
            assert!(!list.contains(accepted), "{accepted}");
        }
    }

    #[test]
    fn words_of_sweden_and_norway_are_refused_with_and_without_their_letters() {
        let list = shipped();
        for refused in [
            "Djurgården1891!",
            "djurgarden 1891",
            "Midsommar2026!!",
            "GÖTEBORG031031",
            "Vålerenga1913!!",
            "valerenga 19131913",
            "Kjærligheten12345",
            "lösenordlösenord",
            "Utpåturaldrisur!",
        ] {
            assert!(list.contains(refused), "{refused}");
        }
    }

    #[test]
    fn the_organisations_own_list_counts_as_much() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        writeln!(file, "Kommunhuset i Lillköping\nÖ1\n").expect("written");
        let list = Blocklist::load(Some(file.path())).expect("a list");
        assert!(list.contains("KOMMUNHUSET I LILLKÖPING"));
        assert!(list.contains("kommunhuset i lillköping 2026!"));
        assert!(!list.contains("kommunhuset i storköping 2026!"));
    }
}
