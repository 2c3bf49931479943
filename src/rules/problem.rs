//! The closed list of everything that a form can be refused for.
//!
//! A problem is a variant with small numbers or a single character, never text: it crosses from the server to the page through places that a
//! visitor can write to (a cookie, a query), so it must not be able to carry anybody's words. The sentences are in
//! `locales/`, section `problem`, one key a variant.

use serde::{Deserialize, Serialize};

/// A field of one of the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    /// User name or e-mail address.
    Identifier,
    /// The postal code beside it.
    PostalCode,
    /// Which of several accounts.
    Account,
    /// "I am not a robot".
    Robot,
    /// The six digits from the mail.
    Code,
    /// The new password, first time.
    NewPassword,
    /// The new password, second time.
    ConfirmPassword,
    /// The password on the sign-in page.
    Password,
}

impl FieldName {
    /// The `name` of the field in the form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::PostalCode => "postal_code",
            Self::Account => "account",
            Self::Robot => "robot",
            Self::Code => "code",
            Self::NewPassword => "new_password",
            Self::ConfirmPassword => "confirm_password",
            Self::Password => "password",
        }
    }
}

/// Why a form was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Nothing was written in the identifier field, or something of a kind that nobody is asked for: the sentence says what to write.
    IdentifierEmpty,
    /// The identifier is longer than anything that could be one.
    IdentifierTooLong {
        /// The most code points that are accepted.
        max: u16,
    },
    /// The identifier cannot be read: it has control characters in it, or is no whole address or number.
    IdentifierUnusable,
    /// Nothing was written in the field for the postal code.
    PostalCodeEmpty,
    /// What was written cannot be a postal code.
    PostalCodeUnusable,
    /// "I am not a robot" was not ticked.
    RobotUnticked,
    /// The work behind it is too old, or was used before.
    RobotStale,
    /// None of the accounts that share an address was picked.
    AccountEmpty,
    /// Nothing was written in the code field.
    CodeEmpty,
    /// Fewer digits than a code has.
    CodeTooShort {
        /// How many digits were written.
        count: u16,
    },
    /// More digits than a code has.
    CodeTooLong {
        /// How many digits were written.
        count: u16,
    },
    /// Something else than digits was written.
    CodeNotDigits,
    /// Not the code that was sent. One try left has a sentence of its own.
    CodeWrong {
        /// How many tries are left for this code.
        left: u8,
    },
    /// An earlier code of the same flow.
    CodeReplaced {
        /// How many tries are left for the newest code.
        left: u8,
    },
    /// The code's time is over.
    CodeExpired,
    /// The code was used before.
    CodeUsed,
    /// The code died of too many tries.
    CodeTriesUsedUp,
    /// A new code was asked for too soon after the last one.
    ResendTooEarly {
        /// How long to wait, in seconds.
        seconds: u16,
    },
    /// This flow gets no more codes.
    ResendsUsedUp,
    /// Nothing was written in the field for the new password.
    PasswordEmpty,
    /// The new password is too short.
    PasswordTooShort {
        /// The least number of code points.
        min: u16,
        /// How many code points were written.
        count: u16,
    },
    /// The new password is too long.
    PasswordTooLong {
        /// The largest number of code points.
        max: u16,
        /// How many code points were written.
        count: u16,
    },
    /// The new password has a control character in it.
    PasswordControl,
    /// The policy wants printable ASCII only.
    PasswordNotAscii {
        /// The first one that is something else.
        character: char,
    },
    /// A character that the policy forbids by name.
    PasswordForbidden {
        /// The first of them.
        character: char,
    },
    /// The policy wants a letter, in ASCII.
    PasswordNoLetter,
    /// The policy wants a digit, in ASCII.
    PasswordNoDigit,
    /// The new password is the person's name, user name or the name of the service, or made of them.
    PasswordPersonal,
    /// The new password is on the list of common or leaked ones.
    PasswordCommon,
    /// The new password is known from a breach.
    PasswordBreached,
    /// The new password could not be looked up among those from breaches; nothing was used up.
    PasswordUnchecked,
    /// The account has had this password.
    PasswordFormer,
    /// This proof gets no more attempts at choosing a password.
    PasswordAttemptsUsedUp,
    /// It is done already, and what was written now was not saved.
    PasswordAlreadySet,
    /// The second field of the new password is empty.
    ConfirmEmpty,
    /// The two fields of the new password differ.
    ConfirmDiffers,
    /// Nothing was written in the password field of the sign-in page.
    SignInPasswordEmpty,
    /// User name and password do not belong together; also for whoever has no account.
    SignInRefused,
    /// The password that somebody who is signed in gave is not the present one.
    PasswordNotPresent,
    /// Too many of those.
    PasswordWait {
        /// After how many minutes another try is let through.
        minutes: u16,
    },
    /// The sign-in has ended.
    SessionOver,
    /// The form was made under another sign-in.
    FormStale,
    /// Too many tries to sign in.
    SignInWait {
        /// After how many minutes another try is let through.
        minutes: u16,
    },
    /// The flow took too long.
    FlowExpired,
    /// There is no flow: no cookie, or one that is not known.
    FlowMissing,
    /// The form belongs to another flow than the one that this browser now has.
    FlowElsewhere,
    /// Another link has been opened in this browser since the page was.
    LinkElsewhere,
    /// An earlier step has to be done first.
    StepSkipped,
    /// Too many requests from this network.
    TooManyRequests {
        /// How long to wait, in minutes, coarsely.
        minutes: u16,
    },
    /// More people than can be served at this moment; nothing was used up.
    Busy,
    /// The server failed; nothing was used up.
    Unavailable,
    /// The browser could not reach the server.
    Offline,
}

impl Problem {
    /// The field that the problem is shown at, or `None` when it belongs to the page as a whole.
    #[must_use]
    pub const fn field(self) -> Option<FieldName> {
        match self {
            Self::IdentifierEmpty | Self::IdentifierTooLong { .. } | Self::IdentifierUnusable => {
                Some(FieldName::Identifier)
            }
            Self::PostalCodeEmpty | Self::PostalCodeUnusable => Some(FieldName::PostalCode),
            Self::AccountEmpty => Some(FieldName::Account),
            Self::RobotUnticked | Self::RobotStale => Some(FieldName::Robot),
            Self::CodeEmpty
            | Self::CodeTooShort { .. }
            | Self::CodeTooLong { .. }
            | Self::CodeNotDigits
            | Self::CodeWrong { .. }
            | Self::CodeReplaced { .. } => Some(FieldName::Code),
            Self::PasswordEmpty
            | Self::PasswordTooShort { .. }
            | Self::PasswordTooLong { .. }
            | Self::PasswordControl
            | Self::PasswordNotAscii { .. }
            | Self::PasswordForbidden { .. }
            | Self::PasswordNoLetter
            | Self::PasswordNoDigit
            | Self::PasswordPersonal
            | Self::PasswordCommon
            | Self::PasswordBreached
            | Self::PasswordFormer => Some(FieldName::NewPassword),
            Self::ConfirmEmpty | Self::ConfirmDiffers => Some(FieldName::ConfirmPassword),
            // A refused sign-in stands at the password because that is the field to write in again.
            Self::SignInPasswordEmpty | Self::SignInRefused | Self::PasswordNotPresent => {
                Some(FieldName::Password)
            }
            // A code that is over leaves no field to write in: the page offers a new one instead.
            Self::CodeExpired
            | Self::CodeUsed
            | Self::CodeTriesUsedUp
            | Self::ResendTooEarly { .. }
            | Self::ResendsUsedUp
            | Self::PasswordUnchecked
            | Self::PasswordAttemptsUsedUp
            | Self::PasswordAlreadySet
            | Self::SignInWait { .. }
            | Self::PasswordWait { .. }
            | Self::SessionOver
            | Self::FormStale
            | Self::FlowExpired
            | Self::FlowMissing
            | Self::FlowElsewhere
            | Self::LinkElsewhere
            | Self::StepSkipped
            | Self::TooManyRequests { .. }
            | Self::Busy
            | Self::Unavailable
            | Self::Offline => None,
        }
    }
}

/// A problem and the field that it is shown at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The field, or `None` for the page as a whole.
    pub field: Option<FieldName>,
    /// What is wrong.
    pub problem: Problem,
}

impl From<Problem> for FieldProblem {
    /// Puts the problem at its natural field.
    fn from(problem: Problem) -> Self {
        Self {
            field: problem.field(),
            problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_short_as_text() {
        let found = FieldProblem::from(Problem::CodeWrong { left: 4 });
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(
            text,
            r#"{"field":"code","problem":{"code_wrong":{"left":4}}}"#
        );
        assert_eq!(serde_json::from_str::<FieldProblem>(&text).unwrap(), found);
    }

    #[test]
    fn carries_no_words_of_anybody() {
        assert!(serde_json::from_str::<Problem>(r#""call 0900-12345""#).is_err());
        assert!(serde_json::from_str::<Problem>(r#"{"code_wrong":{"left":"<b>"}}"#).is_err());
        let two = r#"{"password_forbidden":{"character":"ab"}}"#;
        assert!(serde_json::from_str::<Problem>(two).is_err());
    }

    #[test]
    fn field_names_are_the_same_in_forms_and_in_json() {
        for field in [
            FieldName::Identifier,
            FieldName::PostalCode,
            FieldName::Account,
            FieldName::Robot,
            FieldName::Code,
            FieldName::NewPassword,
            FieldName::ConfirmPassword,
            FieldName::Password,
        ] {
            assert_eq!(
                serde_json::to_value(field).unwrap(),
                serde_json::json!(field.as_str())
            );
        }
    }
}
