//! What a new password must be: one list of rules that the page ticks off while somebody types and that the server
//! enforces.
//!
//! There are no rules of composition unless a directory demands them (NIST SP 800-63B-4 section 3.1.1.2). Lengths are
//! code points after NFC. The NFC text is handed in, since the browser has its own normaliser; nothing else is done to
//! a password: no trimming, no folding, no cutting.

mod characters;
mod personal;
#[cfg(test)]
mod tests;

pub use characters::shown;
use serde::{Deserialize, Serialize};

use super::problem::{FieldProblem, Problem};

/// What an organisation asks of passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The least number of code points.
    pub min_length: u16,
    /// The largest number of code points; longer ones are refused, never cut.
    pub max_length: u16,
    /// Which characters there may or must be.
    pub characters: Characters,
    /// Characters that are refused, in lower case and NFC; their capitals are refused with them. For systems behind that cannot take them.
    #[serde(default)]
    pub forbidden: String,
    /// How many of the passwords that the account has had are refused, the present one included; 0 for none.
    #[serde(default)]
    pub history: u8,
}

impl Default for Policy {
    /// 15 to 128 of any characters: what a password that stands alone must have at least, and a roomy cap
    /// (NIST SP 800-63B-4 section 3.1.1.2, points 1 and 2).
    fn default() -> Self {
        Self {
            min_length: 15,
            max_length: 128,
            characters: Characters::Unicode,
            forbidden: String::new(),
            history: 0,
        }
    }
}

/// Which characters a password may or must have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Characters {
    /// Everything but control characters.
    #[default]
    Unicode,
    /// Printable ASCII, the space too: for directories and devices that cannot do more.
    Ascii,
    /// Printable ASCII with at least one letter and one digit.
    LettersAndDigits,
}

/// A rule as it is shown to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Long enough.
    MinLength,
    /// Not too long.
    MaxLength,
    /// A letter; shown only where the policy asks for one.
    Letter,
    /// A digit; shown only where the policy asks for one.
    Digit,
    /// None of the characters that the policy names; not shown where it names none.
    Forbidden,
    /// Nothing but printable ASCII; shown only where the policy asks for it.
    Ascii,
    /// Not the person's own name, user name or the service's.
    NotPersonal,
    /// Not on the list of common and leaked passwords.
    NotCommon,
    /// None that the account has had; not shown where the policy remembers none.
    NotFormer,
}

/// How a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Fulfilled.
    Met,
    /// Not fulfilled yet.
    Unmet,
    /// Decided when the password is saved.
    Later,
}

/// The rules that apply under this policy, in the order in which they are shown, each with how it stands.
///
/// `personal` are the words that the password must not be made of; `common` is whether it is on the list of common
/// passwords, `None` where that is not known (in the browser).
#[must_use]
pub fn marks(
    policy: &Policy,
    password_nfc: &str,
    personal: &[String],
    common: Option<bool>,
) -> Vec<(Rule, Mark)> {
    rules(policy)
        .map(|rule| (rule, mark(rule, policy, password_nfc, personal, common)))
        .collect()
}

/// The first thing that speaks against the password, or `None` when it is acceptable. Decided by the same marks that
/// [`marks`] shows; a rule that is marked [`Mark::Later`] does not speak against it.
#[must_use]
pub fn problems(
    policy: &Policy,
    password_nfc: &str,
    personal: &[String],
    common: Option<bool>,
) -> Option<Problem> {
    if password_nfc.is_empty() {
        return Some(Problem::PasswordEmpty);
    }
    if password_nfc.chars().any(char::is_control) {
        return Some(Problem::PasswordControl);
    }
    rules(policy)
        .find(|rule| mark(*rule, policy, password_nfc, personal, common) == Mark::Unmet)
        .map(|rule| refusal(rule, policy, password_nfc))
}

/// What stands against a character that has been typed, so that the page can give the reason at once.
#[must_use]
pub fn character_problem(policy: &Policy, password_nfc: &str) -> Option<Problem> {
    let found = rules(policy).find(|rule| characters::first(*rule, policy, password_nfc).is_some());
    found.map(|rule| refusal(rule, policy, password_nfc))
}

/// What the second field has against the first; both in NFC.
#[must_use]
pub fn confirm(password_nfc: &str, confirm_nfc: &str) -> Option<Problem> {
    if confirm_nfc.is_empty() {
        Some(Problem::ConfirmEmpty)
    } else if confirm_nfc == password_nfc {
        None
    } else {
        Some(Problem::ConfirmDiffers)
    }
}

/// What is to be put right in the two fields of a new password, in their order; both in NFC. A password that is refused says enough: that
/// its repetition differs too would only be noise.
#[must_use]
pub fn field_problems(
    policy: &Policy,
    password_nfc: &str,
    confirm_nfc: &str,
    personal: &[String],
    common: Option<bool>,
) -> Vec<FieldProblem> {
    let first = problems(policy, password_nfc, personal, common);
    let second = confirm(password_nfc, confirm_nfc)
        .filter(|second| first.is_none() || *second == Problem::ConfirmEmpty);
    first
        .into_iter()
        .chain(second)
        .map(FieldProblem::from)
        .collect()
}

/// Whether the password has characters that some keyboards lack, so that the page should say so (NIST SP 800-63B-4
/// section 3.1.1.2). It is advice, not a refusal. `familiar` are the letters that every keyboard of the person's language has, in lower case.
#[must_use]
pub fn has_unusual(password_nfc: &str, familiar: &str) -> bool {
    let is_familiar = |c: char| c.is_ascii() || c.to_lowercase().all(|c| familiar.contains(c));
    !password_nfc.chars().all(is_familiar)
}

/// The `passwordrules` attribute of the field, by which Safari makes passwords that the policy accepts.
#[must_use]
pub fn passwordrules(policy: &Policy) -> String {
    let required = match policy.characters {
        Characters::Unicode | Characters::Ascii => "",
        // A comma means "one of these".
        Characters::LettersAndDigits => " required: lower, upper; required: digit;",
    };
    let allowed = characters::allowed(policy);
    format!(
        "minlength: {}; maxlength: {};{required} allowed: {allowed};",
        policy.min_length, policy.max_length
    )
}

/// The characters that stand against a rule, each once and in the order in which they were typed; none for a rule that is not about
/// single characters.
#[must_use]
pub fn offending(rule: Rule, policy: &Policy, password_nfc: &str) -> String {
    characters::offending(rule, policy, password_nfc)
}

/// Normalisation form C, as the browser's `String.prototype.normalize()` gives it. Kept out of the browser's half
/// because of the size of its tables.
#[cfg(any(feature = "ssr", test))]
#[must_use]
pub fn nfc(typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    typed.nfc().collect()
}

fn rules(policy: &Policy) -> impl Iterator<Item = Rule> {
    const ALL: [Rule; 9] = [
        Rule::MinLength,
        Rule::MaxLength,
        Rule::Letter,
        Rule::Digit,
        Rule::Forbidden,
        Rule::Ascii,
        Rule::NotPersonal,
        Rule::NotCommon,
        Rule::NotFormer,
    ];
    let (characters, history) = (policy.characters, policy.history);
    let forbids = !policy.forbidden.is_empty();
    ALL.into_iter().filter(move |rule| match rule {
        Rule::Letter | Rule::Digit => characters == Characters::LettersAndDigits,
        Rule::Ascii => characters != Characters::Unicode,
        Rule::Forbidden => forbids,
        Rule::NotFormer => history > 0,
        Rule::MinLength | Rule::MaxLength | Rule::NotPersonal | Rule::NotCommon => true,
    })
}

/// How one rule stands: the only place where it is decided.
fn mark(
    rule: Rule,
    policy: &Policy,
    password: &str,
    personal: &[String],
    common: Option<bool>,
) -> Mark {
    let empty = password.is_empty();
    let met = match rule {
        Rule::MinLength => !empty && length(password) >= policy.min_length,
        Rule::MaxLength => length(password) <= policy.max_length,
        Rule::Letter => password.contains(|c: char| c.is_ascii_alphabetic()),
        Rule::Digit => password.contains(|c: char| c.is_ascii_digit()),
        Rule::Forbidden | Rule::Ascii => {
            !empty && characters::first(rule, policy, password).is_none()
        }
        Rule::NotPersonal => !empty && !personal::is_made_of(password, personal),
        Rule::NotCommon => match common {
            Some(common) if !empty => !common,
            _ => return Mark::Later,
        },
        // Told by comparing hashes, which only the server has, and only once everything else is in order.
        Rule::NotFormer => return Mark::Later,
    };
    if met { Mark::Met } else { Mark::Unmet }
}

fn refusal(rule: Rule, policy: &Policy, password: &str) -> Problem {
    match rule {
        Rule::MinLength => Problem::PasswordTooShort {
            min: policy.min_length,
            count: length(password),
        },
        Rule::MaxLength => Problem::PasswordTooLong {
            max: policy.max_length,
            count: length(password),
        },
        Rule::Letter => Problem::PasswordNoLetter,
        Rule::Digit => Problem::PasswordNoDigit,
        Rule::Forbidden => Problem::PasswordForbidden {
            character: characters::first(rule, policy, password).unwrap_or_default(),
        },
        Rule::Ascii => Problem::PasswordNotAscii {
            character: characters::first(rule, policy, password).unwrap_or_default(),
        },
        Rule::NotPersonal => Problem::PasswordPersonal,
        Rule::NotCommon => Problem::PasswordCommon,
        Rule::NotFormer => Problem::PasswordFormer,
    }
}

/// The length in code points, `u16::MAX` for everything beyond.
fn length(password: &str) -> u16 {
    u16::try_from(password.chars().count()).unwrap_or(u16::MAX)
}
