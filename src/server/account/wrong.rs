//! What a person can put right on the pages of their account, and everything else that keeps such a page from doing what was asked.
use crate::server::base::failure::{Broken, Failure};
use crate::server::base::random::NoRandomness;
use crate::server::directory::hashing::HashError;
use crate::server::factor::Refusal;
use crate::server::store::Tx;

/// Something to put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The form was made in another session than the one that posts it.
    FormStale,
    /// The person has to show first that it is still them.
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
    Factor(Refusal),
    /// The contact that a code was to go to is not there, or may not prove anything.
    WayUnknown,
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
    /// So many changes were stopped that a person must look at it.
    ContactsClosed,
}

/// Not done.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    /// The person can put it right.
    #[error("refused: {0:?}")]
    Wrong(Wrong),
    /// As elsewhere.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<Wrong> for Undone {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl From<sqlx::Error> for Undone {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<NoRandomness> for Undone {
    fn from(error: NoRandomness) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Broken> for Undone {
    fn from(error: Broken) -> Self {
        Self::Failed(error.into())
    }
}

impl From<HashError> for Undone {
    fn from(error: HashError) -> Self {
        Self::Failed(error.into())
    }
}

/// Ends the transaction of a use-case: what it counted stays counted when it refuses, and only a fault undoes everything.
///
/// # Errors
/// The use-case's own, or that the database did not answer.
pub async fn settle<T>(tx: Tx, result: Result<T, Undone>) -> Result<T, Undone> {
    match &result {
        Ok(_) | Err(Undone::Wrong(_) | Undone::Failed(Failure::Said(_))) => tx.commit().await?,
        Err(Undone::Failed(Failure::Broken(error))) if error.is_passing() => drop(tx),
        Err(_) => tx.rollback().await,
    }
    result
}
