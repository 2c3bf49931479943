//! Where people and their passwords live, behind one seam. The table `accounts` holds the local shadow of everybody, wherever the password is;
//! this room alone reads and writes stored passwords. Today there is one kind: this program's own database.
//!
//! What another kind would ask over the network is never called inside a transaction: [`Directory::find`] takes a connection that only reads,
//! [`Directory::check`] and [`Directory::set`] the store. What is called inside one ([`Directory::adopt`], [`Directory::write`],
//! [`Directory::standing`]) asks this program's database alone. Another kind is another variant here; the compiler then lists what it must
//! answer.

mod builtin;
mod hashing;
mod standing;

pub use builtin::{Builtin, NewPassword, Right};
pub use hashing::{HashError, Hasher, Password, Turn};
pub use standing::Standing;

use super::base::failure::{Failure, Fault};
use super::identifiers::Identifier;
use super::store::accounts::Account;
use super::store::{Connection, Reader, Store, Tx};
use crate::rules::identifier::Kind;
use crate::rules::password::Policy;
use crate::rules::problem::Problem;

/// The name of the built-in directory in `accounts.directory`.
pub const BUILTIN: &str = "builtin";

/// A directory, by its kind.
#[derive(Debug)]
pub enum Directory {
    /// Accounts, contacts and passwords in this program's own database.
    Builtin(Builtin),
}

/// What a look-up found. Time passes until a transaction is open, so what is true there is asked of [`Directory::adopt`].
#[derive(Debug)]
pub struct Found {
    identifier: Identifier,
    accepted: Vec<Kind>,
    known: Vec<Account>,
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
    /// [`Directory::write`] is to write it, in the transaction that completes the change.
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

impl PasswordRejection {
    /// What the person is told.
    #[must_use]
    pub const fn problem(self) -> Problem {
        match self {
            Self::Former => Problem::PasswordFormer,
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

impl Directory {
    /// Who an identifier means, read as one of the accepted kinds. Perhaps the network, so never inside a transaction.
    ///
    /// # Errors
    /// [`Unavailable`] when the directory does not answer.
    pub async fn find(
        &self,
        reader: &mut Reader,
        identifier: Identifier,
        accepted: &[Kind],
        now: i64,
    ) -> Result<Found, Unavailable> {
        match self {
            Self::Builtin(_) => Ok(Found {
                known: builtin::look_up(reader, &identifier, accepted, now).await?,
                identifier,
                accepted: accepted.to_vec(),
            }),
        }
    }

    /// The accounts of those who were found, in the transaction that goes on with them; several where they share a contact. Rows of the
    /// built-in directory are its entries: they are looked at again, because one may have been disabled or have lost a contact since, with
    /// the same statements for whoever was asked about.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn adopt(
        &self,
        tx: &mut Tx,
        found: &Found,
        now: i64,
    ) -> Result<Vec<Account>, sqlx::Error> {
        match self {
            Self::Builtin(_) => builtin::look_up(tx, &found.identifier, &found.accepted, now).await,
        }
    }

    /// Whether a password is that of one of these accounts, which may be none; that takes as long.
    ///
    /// # Errors
    /// [`Unavailable`]; nothing was compared.
    pub async fn check(
        &self,
        store: &Store,
        account_ids: &[&str],
        password: &Password,
        turn: Turn,
        now: i64,
    ) -> Result<Checked, Unavailable> {
        match self {
            Self::Builtin(builtin) => builtin.check(store, account_ids, password, turn, now).await,
        }
    }

    /// Takes a new password for these accounts, whose intent stands in the database. Of an account that is only being made there are none.
    ///
    /// # Errors
    /// [`Unavailable`]; the old password then holds.
    pub async fn set(
        &self,
        store: &Store,
        account_ids: &[&str],
        password: Password,
        now: i64,
    ) -> Result<Set, Unavailable> {
        match self {
            Self::Builtin(builtin) => builtin.set(store, account_ids, password, now).await,
        }
    }

    /// Writes a password that [`Directory::set`] left to be written, and keeps the one before where the organisation refuses former ones.
    ///
    /// # Errors
    /// [`Fault`]; the caller's transaction must then not be committed.
    pub async fn write(
        &self,
        tx: &mut Tx,
        account_id: &str,
        password: &NewPassword,
        now: i64,
    ) -> Result<(), Fault> {
        match self {
            Self::Builtin(builtin) => builtin.write(tx, account_id, password, now).await,
        }
    }

    /// How an account and its password stand, as far as this program's database knows.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn standing(
        &self,
        connection: &mut Connection,
        account_id: &str,
        now: i64,
    ) -> Result<Standing, sqlx::Error> {
        match self {
            Self::Builtin(builtin) => builtin.standing(connection, account_id, now).await,
        }
    }

    /// What is demanded of a new password.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        match self {
            Self::Builtin(builtin) => builtin.policy(),
        }
    }

    /// The password opens nothing any more, until another one takes its place. Asked by `revoke` only.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn revert_password(
        &self,
        tx: &mut Tx,
        account_id: &str,
        now: i64,
    ) -> Result<(), sqlx::Error> {
        match self {
            Self::Builtin(_) => builtin::revert_password(tx, account_id, now).await,
        }
    }

    /// The password vouches for no change until another one takes its place. Asked by `revoke` only.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hold(&self, tx: &mut Tx, account_id: &str, now: i64) -> Result<(), sqlx::Error> {
        match self {
            Self::Builtin(_) => builtin::hold(tx, account_id, now).await,
        }
    }

    /// Renews how a password is kept that was just found right, where that has grown old. A failure only means that the next sign-in tries
    /// again.
    pub async fn renew(&self, store: &Store, right: &Right, password: Password) {
        match self {
            Self::Builtin(builtin) => builtin.renew(store, right, password).await,
        }
    }

    /// What the password of an account is worth whose change was cut off after its intent.
    #[must_use]
    pub fn left_open(&self) -> LeftOpen {
        match self {
            Self::Builtin(_) => LeftOpen::NothingWritten,
        }
    }
}
