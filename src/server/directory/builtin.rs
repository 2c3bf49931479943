//! The built-in directory: accounts, contacts and passwords in this program's own database.
use super::Found;
use super::hashing::Hashed;
use crate::rules::identifier::Kind;
use crate::server::identifiers::Identifier;
use crate::server::store::contacts::ContactKind;
use crate::server::store::{self, Connection};

/// Looks an identifier up among user names, and, when it is an address or a number, among confirmed ones.
///
/// # Errors
/// When the database does not answer.
pub async fn look_up(
    connection: &mut Connection,
    identifier: &Identifier,
    accepted: &[Kind],
    now: i64,
) -> Result<Found, sqlx::Error> {
    // Both are always asked, so that every identifier costs the same.
    let named = store::accounts::by_user_name(connection, &identifier.text).await?;
    let (kind, address) = match &identifier.phone {
        Some(number) => (ContactKind::Phone, number),
        None => (ContactKind::Mail, &identifier.text),
    };
    let mut reached = store::accounts::by_contact(connection, kind, address, now).await?;
    // Where people are numbered, the number is theirs before it is anybody's telephone.
    let is_name = identifier.kind != Kind::Mail && accepted.contains(&Kind::UserName);
    if let Some(account) = named.filter(|_| is_name) {
        return Ok(Found::One(account));
    }
    if identifier.kind == Kind::UserName || !accepted.contains(&identifier.kind) {
        return Ok(Found::Nobody);
    }
    Ok(match (reached.pop(), reached.is_empty()) {
        (None, _) => Found::Nobody,
        (Some(account), true) => Found::One(account),
        (Some(account), false) => {
            reached.push(account);
            Found::Several(reached)
        }
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
