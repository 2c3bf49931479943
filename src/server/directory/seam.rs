//! The seam: what is asked of a directory, and which kind answers.

use super::{
    Builtin, Checked, Found, LeftOpen, NewPassword, Password, Right, Set, Standing, Turn,
    Unavailable, builtin,
};
use crate::rules::identifier::Kind;
use crate::rules::password::Policy;
use crate::server::base::failure::Fault;
use crate::server::identifiers::Identifier;
use crate::server::store::accounts::Account;
use crate::server::store::{Connection, Reader, Store, Tx};

/// The name of the built-in directory in `accounts.directory`.
pub const BUILTIN: &str = "builtin";

/// A directory, by its kind.
#[derive(Debug)]
pub enum Directory {
    /// Accounts, contacts and passwords in this program's own database.
    Builtin(Builtin),
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

    /// The active accounts that share an address with this one and have the very same password, because all were reset together.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn same_password(
        &self,
        connection: &mut Connection,
        account_id: &str,
        now: i64,
    ) -> Result<Vec<Account>, sqlx::Error> {
        match self {
            Self::Builtin(builtin) => builtin.same_password(connection, account_id, now).await,
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
