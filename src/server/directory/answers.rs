//! What directories answer, whichever kind they are.

use super::{HashError, NewPassword, Right};
use crate::rules::identifier::Kind;
use crate::rules::problem::Problem;
use crate::server::base::failure::{Failure, Fault};
use crate::server::identifiers::Identifier;
use crate::server::store::accounts::Account;

/// What a look-up found. Time passes until a transaction is open, so what is true there is asked of
/// [`Directory::adopt`](super::Directory::adopt).
#[derive(Debug)]
pub struct Found {
    pub(super) identifier: Identifier,
    pub(super) accepted: Vec<Kind>,
    pub(super) known: Vec<Account>,
}

impl Found {
    /// Those of them who have a row already, as it was then.
    #[must_use]
    pub fn known(&self) -> &[Account] {
        &self.known
    }

    /// What was looked up.
    #[must_use]
    pub fn identifier(&self) -> &Identifier {
        &self.identifier
    }
}

/// What a directory says of a password. One that counts wrong tries by itself would also say that it is locked; here that is a limit's matter.
#[derive(Debug)]
pub enum Checked {
    /// It belongs to one of the accounts.
    Right(Right),
    /// It belongs to none of them.
    Wrong,
}

/// What a directory says to a new password. One that writes it by itself would also say that it is written; what its intent is worth after a
/// crash, [`LeftOpen`] says.
#[derive(Debug)]
pub enum Set {
    /// [`Directory::write`](super::Directory::write) is to write it, in the transaction that completes the change.
    ToWrite(NewPassword),
    /// It is refused.
    Refused(PasswordRejection),
}

/// Why a directory refuses a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRejection {
    /// One of the accounts has it or has had it.
    Former,
}

impl PasswordRejection {
    /// What the person is told.
    #[must_use]
    pub const fn problem(self) -> Problem {
        match self {
            Self::Former => Problem::PasswordFormer,
        }
    }
}

/// What became of the password when a change was cut off between its intent and its completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOpen {
    /// Nothing: it would have been written in the transaction that was never made. Whoever wanted it tries again under the same proof.
    ///
    /// Where `set` writes by itself nobody knows: the new password may hold. Such a directory answers with a variant of its own, for which
    /// everything that is open for the account ends (`revoke::everything`), and its contacts and the operator are told that the password may
    /// have been changed.
    NothingWritten,
}

/// Why a directory gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// Too many wait already; nothing was consumed.
    #[error("too busy")]
    Busy,
    /// A fault of ours, or of the directory.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for Unavailable {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<HashError> for Unavailable {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            other => Self::Fault(Fault::Hash(other.into())),
        }
    }
}

impl From<Unavailable> for Fault {
    fn from(error: Unavailable) -> Self {
        match error {
            Unavailable::Busy => Self::Hash(HashError::Busy.into()),
            Unavailable::Fault(fault) => fault,
        }
    }
}

impl<R: std::fmt::Debug> From<Unavailable> for Failure<R> {
    fn from(error: Unavailable) -> Self {
        match error {
            Unavailable::Busy => Self::Busy,
            Unavailable::Fault(fault) => Self::Fault(fault),
        }
    }
}
