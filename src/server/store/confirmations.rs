//! The table `confirmations`: codes on their way to somebody who is signed in. A session has one of each purpose, and they end with it.

use super::Connection;

/// What a code is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// That it is still the person who signed in.
    Person,
    /// That a new contact is theirs.
    Contact,
}

impl Purpose {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Contact => "contact",
        }
    }
}

/// A code on its way. The code itself is nowhere, only its MAC.
#[derive(Clone, sqlx::FromRow)]
pub struct Confirmation {
    /// Opaque id.
    pub id: String,
    /// `mail` or `sms`.
    pub channel: String,
    /// Where the code goes, as it was typed.
    pub address: String,
    /// The same, as it is compared.
    pub address_canonical: String,
    /// The contact whose place the new one takes.
    pub replaces: Option<String>,
    /// An earlier contact had just vouched for the new one when the first code was asked for: 1, otherwise 0.
    #[sqlx(rename = "is_spoken_for")]
    pub is_vouched_for: i64,
    /// MAC of the code.
    pub code_mac: String,
    /// When the code dies, in microseconds since the epoch.
    pub expires_at: i64,
    /// Tries that it has left.
    pub tries_left: i64,
    /// How many more codes there are.
    pub resends_left: i64,
    /// The earliest time of the next one, in microseconds since the epoch.
    pub resend_at: i64,
}

impl std::fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Confirmation")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, channel, address, address_canonical, replaces, is_spoken_for, code_mac, expires_at, tries_left, resends_left, resend_at";

/// A code to be sent.
#[derive(Debug)]
pub struct NewConfirmation<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// The session that it belongs to.
    pub session_id: &'a str,
    /// Whose it is.
    pub account_id: &'a str,
    /// What it is to show.
    pub purpose: Purpose,
    /// `mail` or `sms`.
    pub channel: &'a str,
    /// Where it goes, as it was typed.
    pub address: &'a str,
    /// The same, as it is compared.
    pub address_canonical: &'a str,
    /// The contact whose place the new one takes.
    pub replaces: Option<&'a str>,
    /// An earlier contact has just vouched for the new one.
    pub is_vouched_for: bool,
    /// MAC of the code.
    pub code_mac: &'a str,
    /// When the code dies, in microseconds since the epoch.
    pub expires_at: i64,
    /// Tries that it has.
    pub tries: i64,
    /// How many more codes there are.
    pub resends: i64,
    /// The earliest time of the next one, in microseconds since the epoch.
    pub resend_at: i64,
}

/// Puts a code in the place of whatever the session had for this purpose.
pub async fn put(
    connection: &mut Connection,
    new: &NewConfirmation<'_>,
) -> Result<(), sqlx::Error> {
    forget(connection, new.session_id, new.purpose).await?;
    sqlx::query(
        "INSERT INTO confirmations (id, session_id, account_id, purpose, channel, address, address_canonical, replaces, code_mac, expires_at, \
         tries_left, resends_left, resend_at, is_spoken_for) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(new.id)
    .bind(new.session_id)
    .bind(new.account_id)
    .bind(new.purpose.as_str())
    .bind(new.channel)
    .bind(new.address)
    .bind(new.address_canonical)
    .bind(new.replaces)
    .bind(new.code_mac)
    .bind(new.expires_at)
    .bind(new.tries)
    .bind(new.resends)
    .bind(new.resend_at)
    .bind(i64::from(new.is_vouched_for))
    .execute(connection)
    .await?;
    Ok(())
}

/// The code that a session waits for.
pub async fn of_session(
    connection: &mut Connection,
    session_id: &str,
    purpose: Purpose,
) -> Result<Option<Confirmation>, sqlx::Error> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM confirmations WHERE session_id = $1 AND purpose = $2"
    )))
    .bind(session_id)
    .bind(purpose.as_str())
    .fetch_optional(connection)
    .await
}

/// The ids and MACs of all codes that sessions of an account wait for.
pub async fn macs_of(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    sqlx::query_as("SELECT id, code_mac FROM confirmations WHERE account_id = $1")
        .bind(account_id)
        .fetch_all(connection)
        .await
}

/// Counts a try and hands out the row as it stands after it; `None` when none is left.
pub async fn count_try(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<Confirmation>, sqlx::Error> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "UPDATE confirmations SET tries_left = tries_left - 1 WHERE id = $1 AND tries_left > 0 RETURNING {COLUMNS}"
    )))
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// Forgets what a session waited for.
pub async fn forget(
    connection: &mut Connection,
    session_id: &str,
    purpose: Purpose,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM confirmations WHERE session_id = $1 AND purpose = $2")
        .bind(session_id)
        .bind(purpose.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets what all sessions of an account waited for.
pub async fn forget_all(connection: &mut Connection, account_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM confirmations WHERE account_id = $1")
        .bind(account_id)
        .execute(connection)
        .await?;
    Ok(())
}
