//! What a person may write to say who they are: usable or not, as browser and server decide alike. What it means is the server's
//! to say (`server/identifiers/`).

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

/// What an identifier looks like.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A mail address.
    Mail,
    /// It is a mobile number. It may be a user name all the same: some organisations number their people.
    Phone,
    /// Anything else.
    UserName,
}

#[cfg(feature = "ssr")]
impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mail, Self::Phone, Self::UserName];
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
}
