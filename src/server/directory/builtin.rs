//! The built-in directory: accounts, contacts and passwords in this program's own database.

use super::Found;
use crate::rules::identifier::{Canonical, Kind};
use crate::server::hashing::Hashed;
use crate::server::store::{self, Connection};

/// Looks an identifier up among user names, and, when it is an address, among confirmed addresses.
///
/// # Errors
/// When the database does not answer.
pub async fn look_up(
    connection: &mut Connection,
    identifier: &Canonical,
) -> Result<Found, sqlx::Error> {
    // Both are always asked, so that every identifier costs the same.
    let named = store::accounts::by_user_name(connection, &identifier.text).await?;
    let mut with_address = store::accounts::by_mail(connection, &identifier.text).await?;
    if let Some(account) = named {
        return Ok(Found::One(account));
    }
    if identifier.kind != Kind::Mail {
        return Ok(Found::Nobody);
    }
    Ok(match (with_address.pop(), with_address.is_empty()) {
        (None, _) => Found::Nobody,
        (Some(account), true) => Found::One(account),
        (Some(_), false) => Found::Several,
    })
}

/// Writes a password, inside the credential module's transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn write_password(
    connection: &mut Connection,
    account_id: &str,
    password: &Hashed,
    now: i64,
) -> Result<(), sqlx::Error> {
    store::passwords::put(connection, account_id, &password.phc, &password.key_id, now).await
}
