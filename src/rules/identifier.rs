//! What a person may write to say who they are, and the one spelling under which accounts are looked up.
//!
//! Registration, sign-in and reset use the same [`canonical`] spelling. It folds case but never turns a character
//! outside ASCII into one inside: otherwise `mıke@…` or the Kelvin sign would reach somebody else's account
//! (CVE-2019-19844).

use super::is_invisible;
use super::problem::Problem;

/// The longest identifier in code points: what an e-mail address can be at most (RFC 5321 section 4.5.3.1.3, less the
/// angle brackets).
pub const MAX_CODE_POINTS: usize = MAX as usize;

/// The same, as the problem carries it.
const MAX: u16 = 254;

/// Trims what was written and refuses what cannot name an account. Which accounts exist plays no part.
///
/// # Errors
///
/// [`Problem::IdentifierEmpty`], [`Problem::IdentifierTooLong`], or [`Problem::IdentifierUnusable`] for what is no text, line breaks and
/// other control characters, which would otherwise travel into log lines and mail headers.
pub fn check(typed: &str) -> Result<&str, Problem> {
    let trimmed = typed.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if trimmed.is_empty() {
        return Err(Problem::IdentifierEmpty);
    }
    if trimmed.chars().nth(MAX_CODE_POINTS).is_some() {
        return Err(Problem::IdentifierTooLong { max: MAX });
    }
    if trimmed.chars().any(|c| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | char::REPLACEMENT_CHARACTER)
    }) {
        return Err(Problem::IdentifierUnusable);
    }
    Ok(trimmed)
}

#[cfg(feature = "ssr")]
pub use spelling::{Canonical, Kind, canonical};

/// The canonical spelling; apart because its Unicode tables have no business in the browser.
#[cfg(feature = "ssr")]
mod spelling {
    use crate::rules::password::nfc;
    use crate::rules::phone;

    /// What an identifier looks like.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Kind {
        /// It has one `@` with something on both sides.
        Mail,
        /// It is a mobile number. It may be a user name all the same: some organisations number their people.
        Phone,
        /// Anything else.
        UserName,
    }

    impl Kind {
        /// All of them.
        pub const ALL: [Self; 3] = [Self::Mail, Self::Phone, Self::UserName];
    }

    /// The spelling under which an account is stored and looked up.
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    pub struct Canonical {
        /// What it looks like.
        pub kind: Kind,
        /// The spelling itself, of a number too as it would be a user name's. A mail still goes to the address as it is stored with the
        /// account, never to this.
        pub text: String,
        /// A mobile number in E.164.
        pub phone: Option<String>,
    }

    impl Canonical {
        /// What is counted against: one for all spellings of a number, so that writing it differently is no way around a limit.
        #[must_use]
        pub fn counted(&self) -> &str {
            self.phone.as_deref().unwrap_or(&self.text)
        }
    }

    /// Gives the one spelling of an identifier that went through [`check`](super::check).
    ///
    /// Case is folded in NFC; the domain of an address becomes lower-case punycode (RFC 5891, by UTS #46). Dots and
    /// plus signs in the local part are kept: what they mean is the business of each mail provider.
    #[must_use]
    pub fn canonical(checked: &str) -> Canonical {
        match checked.split_once('@') {
            Some((local, domain))
                if !local.is_empty() && !domain.is_empty() && !domain.contains('@') =>
            {
                Canonical {
                    kind: Kind::Mail,
                    text: format!("{}@{}", lower(local), lower_domain(domain)),
                    phone: None,
                }
            }
            _ => {
                let phone = phone::canonical(checked);
                Canonical {
                    kind: phone.as_ref().map_or(Kind::UserName, |_| Kind::Phone),
                    text: lower(checked),
                    phone,
                }
            }
        }
    }

    /// NFC and lower case, where a character outside ASCII stays outside.
    fn lower(text: &str) -> String {
        let mut lowered = String::with_capacity(text.len());
        let mut rest = text;
        // NFC itself turns three characters into ASCII (the Kelvin sign into K, for one): those are kept as they are
        // and only what lies between them is folded.
        while let Some(at) = rest.find(becomes_ascii) {
            let (before, from) = rest.split_at(at);
            lowered.push_str(&fold(before));
            let mut characters = from.chars();
            lowered.extend(characters.next());
            rest = characters.as_str();
        }
        lowered.push_str(&fold(rest));
        lowered
    }

    fn fold(text: &str) -> String {
        let lowered: String = nfc(text).chars().flat_map(lower_character).collect();
        // Lower case can compose where upper case could not: J and a caron, for one.
        nfc(&lowered)
    }

    fn lower_character(c: char) -> impl Iterator<Item = char> {
        let keep = !c.is_ascii() && c.to_lowercase().any(|lower| lower.is_ascii());
        c.to_lowercase()
            .filter(move |_| !keep)
            .chain(keep.then_some(c))
    }

    fn becomes_ascii(c: char) -> bool {
        !c.is_ascii() && nfc(c.encode_utf8(&mut [0; 4])).is_ascii()
    }

    fn lower_domain(domain: &str) -> String {
        let labels: Vec<String> = domain.split('.').map(lower_label).collect();
        labels.join(".")
    }

    fn lower_label(label: &str) -> String {
        if label.is_ascii() {
            return label.to_ascii_lowercase();
        }
        // UTS #46 also maps full-width letters, ligatures and ideographic full stops onto ASCII. A label that would
        // end there is not folded, so that it equals nobody's domain; strictly, because the lenient form lets a
        // full-width ＠ become the real one.
        match idna::domain_to_ascii_strict(label) {
            Ok(mapped) if mapped.starts_with("xn--") && !mapped.contains('.') => mapped,
            _ => lower(label),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_what_copying_brings_along() {
        assert_eq!(check("  anna\t\n"), Ok("anna"));
        assert_eq!(
            check("\u{2068}anna@demo.example\u{2069}\u{a0}"),
            Ok("anna@demo.example")
        );
    }

    #[test]
    fn refuses_what_cannot_be_one() {
        assert_eq!(check(" \u{a0} "), Err(Problem::IdentifierEmpty));
        assert_eq!(check(&"å".repeat(254)), Ok("å".repeat(254).as_str()));
        assert_eq!(
            check(&"å".repeat(255)),
            Err(Problem::IdentifierTooLong { max: 254 })
        );
        for typed in [
            "anna\r\nBcc: all@demo.example",
            "an\0na",
            "an\u{2028}na",
            "an\u{85}na",
        ] {
            assert_eq!(check(typed), Err(Problem::IdentifierUnusable), "{typed:?}");
        }
    }

    #[cfg(feature = "ssr")]
    mod canonical_spelling {
        use super::super::*;

        fn spelled(typed: &str) -> String {
            canonical(check(typed).unwrap()).text
        }

        #[test]
        fn is_one_for_case_composition_and_punycode() {
            assert_eq!(
                canonical("Anna@Exämple.SE"),
                Canonical {
                    kind: Kind::Mail,
                    text: "anna@xn--exmple-cua.se".into(),
                    phone: None,
                }
            );
            assert_eq!(spelled("ANNA@EXA\u{308}MPLE.se "), "anna@xn--exmple-cua.se");
            assert_eq!(spelled("anna@XN--exmple-cua.se"), "anna@xn--exmple-cua.se");
            assert_eq!(spelled("A\u{30a}SA"), "åsa");
            assert_eq!(spelled("J\u{30c}an"), "\u{1f0}an");
        }

        #[test]
        fn takes_an_address_only_with_something_on_both_sides_of_one_sign() {
            for typed in [
                "anna",
                "@demo.example",
                "anna@",
                "a@b@c",
                "anna＠demo.example",
            ] {
                assert_eq!(canonical(typed).kind, Kind::UserName, "{typed}");
            }
            assert_eq!(canonical("a@b").kind, Kind::Mail);
        }

        #[test]
        fn keeps_what_only_looks_like_ascii_apart() {
            for (typed, victim) in [
                ("mıke@example.org", "mike@example.org"),
                ("mİke@example.org", "mike@example.org"),
                ("MI\u{212a}E@example.org", "mike@example.org"),
                ("ma\u{df}@example.org", "mass@example.org"),
                ("mike＠example.org", "mike@example.org"),
                ("ｍike@example.org", "mike@example.org"),
                ("mike@ｅxample.org", "mike@example.org"),
                ("mike@exam\u{ad}ple.org", "mike@example.org"),
                ("mike@example\u{3002}org", "mike@example.org"),
                ("mike@å＠example.org", "mike@å@example.org"),
                ("mi\u{212a}e", "mike"),
                ("a\u{37e}b", "a;b"),
                ("fuß", "fuss"),
            ] {
                assert_ne!(spelled(typed), spelled(victim), "{typed}");
            }
            assert_eq!(spelled("MI\u{212a}E"), "mi\u{212a}e");
        }

        #[test]
        fn knows_a_mobile_number_and_keeps_it_as_a_user_name_too() {
            let number = canonical("070-174 06 05");
            assert_eq!(number.kind, Kind::Phone);
            assert_eq!(number.phone.as_deref(), Some("+46701740605"));
            assert_eq!(number.text, "070-174 06 05");
            assert_eq!(canonical("19701225-1234").kind, Kind::UserName);
        }

        #[test]
        fn does_no_provider_tricks() {
            assert_ne!(
                spelled("an.na+x@demo.example"),
                spelled("anna@demo.example")
            );
        }

        #[test]
        fn gives_up_on_a_domain_that_is_none() {
            assert_eq!(spelled("anna@Å\u{e000}.SE"), "anna@å\u{e000}.se");
        }
    }
}
