//! What a person can put right on the pages of their account.

use crate::rules::problem::FieldProblem;
use crate::server::base::failure::Failure;
use crate::server::factor::FactorRejection;

/// Something to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// What the fields of the form have wrong, as in the wizard.
    Problems(Vec<FieldProblem>),
    /// The form was made in another session than the one that posts it.
    FormStale,
    /// The person has to re-authenticate first.
    Unconfirmed,
    /// The password is not the present one.
    PasswordWrong,
    /// No password was written.
    PasswordEmpty,
    /// So many passwords were wrong that the next must wait.
    PasswordWait {
        /// For so many minutes.
        minutes: i64,
    },
    /// The password outlived a revert: nothing changes until another one was chosen in a reset.
    PasswordHeld,
    /// What was typed as the second factor shows nothing.
    Factor(FactorRejection),
    /// The contact that a code was to go to is not there, or may not prove anything.
    ChannelUnknown,
    /// So many codes were asked for that the next must wait.
    CodesUsedUp,
    /// There is no code under way.
    NoCode,
    /// No name was written.
    NameEmpty,
    /// The name has more characters than may be.
    NameTooLong,
    /// A full stop joins the words of the name as those of an address are joined.
    NameJoined,
    /// The name has more digits than may be.
    NameDigits,
    /// The name has signs in it that no name has.
    NameUnusable,
    /// What was written is no address.
    MailUnusable,
    /// What was written is no mobile number.
    PhoneUnusable,
    /// No text message goes to numbers of this country.
    PhoneUnreachable,
    /// The account has it already.
    ContactKnown,
    /// The account has as many as it may.
    ContactsFull,
    /// The account would be left without a contact that can prove anything.
    ContactLast,
    /// The contact is not there any more.
    ContactGone,
    /// So many changes were reverted that a person must look at it.
    ContactsClosed,
}

impl From<Rejection> for Failure<Rejection> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<Failure> for Failure<Rejection> {
    fn from(failure: Failure) -> Self {
        failure.map_rejection(Rejection::Problems)
    }
}
