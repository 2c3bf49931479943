//! Where people and their passwords live. Today: the built-in directory, which is this program's own database.

pub mod builtin;
pub mod hashing;

use super::identifiers::Identifier;
use super::store::Connection;
use super::store::accounts::Account;
use crate::rules::identifier::Kind;

/// Who an identifier means.
#[derive(Debug)]
pub enum Found {
    /// Exactly one account.
    One(Account),
    /// No account.
    Nobody,
    /// Several that share a contact.
    Several(Vec<Account>),
}

/// Looks an identifier up, as one of the accepted kinds.
///
/// # Errors
/// When the directory does not answer.
pub async fn look_up(
    connection: &mut Connection,
    identifier: &Identifier,
    accepted: &[Kind],
    now: i64,
) -> Result<Found, sqlx::Error> {
    builtin::look_up(connection, identifier, accepted, now).await
}
