//! The table `sessions`: who is signed in where. The browser holds the token, the table only its hash.

use super::{Connection, SWEPT_AT_ONCE};
use crate::rules::channel::Channel;

/// How far a sign-in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// All the way.
    Full,
    /// The password was right; the second factor is still to be shown.
    Factor,
    /// A second factor is demanded and has yet to be set up.
    Enrol,
}

impl Stage {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Factor => "factor",
            Self::Enrol => "enrol",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Full, Self::Factor, Self::Enrol]
            .into_iter()
            .find(|stage| stage.as_str() == name)
    }
}

/// How a person has re-authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmedBy {
    /// With the password.
    Password,
    /// With a code that reached a contact of the account.
    Code(Channel),
}

impl ConfirmedBy {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code(channel) => channel.as_str(),
        }
    }

    fn parse(name: &str) -> Option<Self> {
        if name == Self::Password.as_str() {
            return Some(Self::Password);
        }
        Channel::parse(name).map(Self::Code)
    }
}

/// A session.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Session {
    /// Opaque id.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    stage: String,
    /// Family of browser and system, such as `Firefox, Windows`; empty where it is not known.
    pub device: String,
    /// Microseconds since the epoch of the sign-in.
    pub created_at: i64,
    /// Microseconds since the epoch of the last request that moved the idle limit.
    pub seen_at: i64,
    /// Ends then unless used.
    pub idle_until: i64,
    /// Ends then in any case.
    pub absolute_until: i64,
    /// When the person last showed that it is still them, in microseconds since the epoch; 0 for never.
    pub confirmed_at: i64,
    confirmed_by: String,
    /// When the password was set that has opened it, in microseconds since the epoch; `None` where that is not known.
    pub password_at: Option<i64>,
}

impl Session {
    /// How far the sign-in has come.
    ///
    /// # Errors
    /// When the row holds no known stage.
    pub fn stage(&self) -> Result<Stage, sqlx::Error> {
        Stage::parse(&self.stage)
            .ok_or_else(|| sqlx::Error::Decode("sessions.stage holds no known stage".into()))
    }

    /// How the person last showed that it is still them.
    #[must_use]
    pub fn confirmed_by(&self) -> Option<ConfirmedBy> {
        ConfirmedBy::parse(&self.confirmed_by)
    }
}

const COLUMNS: &str = "s.id, s.account_id, s.stage, s.device, s.created_at, s.seen_at, s.idle_until, s.absolute_until, s.confirmed_at, s.confirmed_by, s.password_at";

/// A session to be.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// SHA-256 of the cookie's value.
    pub token_hash: &'a str,
    /// Whose it is.
    pub account_id: &'a str,
    /// How far the sign-in has come.
    pub stage: Stage,
    /// Family of browser and system.
    pub device: &'a str,
    /// Microseconds since the epoch.
    pub now: i64,
    /// Ends then unless used.
    pub idle_until: i64,
    /// Ends then in any case.
    pub absolute_until: i64,
    /// When the person last showed that it is still them; 0 for never.
    pub confirmed_at: i64,
    /// How.
    pub confirmed_by: ConfirmedBy,
    /// When the password was set that opens it.
    pub password_at: Option<i64>,
}

/// Opens a session.
pub async fn insert(
    connection: &mut Connection,
    session: &NewSession<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO sessions (id, token_hash, account_id, created_at, seen_at, idle_until, absolute_until, stage, device, confirmed_at, confirmed_by, password_at) \
         VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(session.id)
    .bind(session.token_hash)
    .bind(session.account_id)
    .bind(session.now)
    .bind(session.idle_until)
    .bind(session.absolute_until)
    .bind(session.stage.as_str())
    .bind(session.device)
    .bind(session.confirmed_at)
    .bind(session.confirmed_by.as_str())
    .bind(session.password_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The living session with this token hash, of an account that may still sign in.
pub async fn by_token(
    connection: &mut Connection,
    token_hash: &str,
    now: i64,
) -> Result<Option<Session>, sqlx::Error> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM sessions s JOIN accounts a ON a.id = s.account_id \
         WHERE s.token_hash = $1 AND s.idle_until > $2 AND s.absolute_until > $2 AND a.state = 'active'"
    )))
    .bind(token_hash)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// Whose session has run out that had this token hash; `None` while it lives, and where it was ended before its time.
pub async fn ran_out(
    connection: &mut Connection,
    token_hash: &str,
    now: i64,
) -> Result<Option<String>, sqlx::Error> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT s.account_id FROM sessions s JOIN accounts a ON a.id = s.account_id \
         WHERE s.token_hash = $1 AND (s.idle_until <= $2 OR s.absolute_until <= $2) AND s.stage = 'full' AND a.state = 'active'",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(account_id,)| account_id))
}

/// Whether the session with this id has come all the way and still lives.
pub async fn lives(connection: &mut Connection, id: &str, now: i64) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT CAST(1 AS BIGINT) FROM sessions WHERE id = $1 AND idle_until > $2 AND absolute_until > $2 AND stage = 'full'",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// The living sessions of an account that have come all the way, the one used last first.
pub async fn of_account(
    connection: &mut Connection,
    account_id: &str,
    now: i64,
) -> Result<Vec<Session>, sqlx::Error> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM sessions s WHERE s.account_id = $1 AND s.idle_until > $2 AND s.absolute_until > $2 AND s.stage = 'full' \
         ORDER BY s.seen_at DESC, s.id"
    )))
    .bind(account_id)
    .bind(now)
    .fetch_all(connection)
    .await
}

/// Moves the idle limit of a session.
pub async fn touch(
    connection: &mut Connection,
    id: &str,
    now: i64,
    idle_until: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET seen_at = $2, idle_until = $3 WHERE id = $1")
        .bind(id)
        .bind(now)
        .bind(idle_until)
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a session another token and another stage, and notes how the person has re-authenticated; false when it is gone.
/// The former token opens nothing any more (ASVS 7.2.4).
pub async fn renew(
    connection: &mut Connection,
    id: &str,
    token_hash: &str,
    stage: Stage,
    confirmed: (i64, ConfirmedBy),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE sessions SET token_hash = $2, stage = $3, confirmed_at = $4, confirmed_by = $5 WHERE id = $1",
    )
    .bind(id)
    .bind(token_hash)
    .bind(stage.as_str())
    .bind(confirmed.0)
    .bind(confirmed.1.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a session another token and nothing else; false when it is gone.
pub async fn rotate(
    connection: &mut Connection,
    id: &str,
    token_hash: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE sessions SET token_hash = $2 WHERE id = $1")
        .bind(id)
        .bind(token_hash)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the session with this token hash; tells whose it was.
pub async fn end(
    connection: &mut Connection,
    token_hash: &str,
) -> Result<Option<String>, sqlx::Error> {
    let row: Option<(String,)> =
        sqlx::query_as("DELETE FROM sessions WHERE token_hash = $1 RETURNING account_id")
            .bind(token_hash)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|(account_id,)| account_id))
}

/// Ends one session of an account; false when the account has none of that id.
pub async fn end_one(
    connection: &mut Connection,
    account_id: &str,
    id: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND id = $2")
        .bind(account_id)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ids of the accounts that have sessions.
pub async fn accounts(connection: &mut Connection) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT account_id FROM sessions ORDER BY account_id")
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ends every session of an account but one; tells how many there were. No session has the empty id.
pub async fn end_all_but(
    connection: &mut Connection,
    account_id: &str,
    kept: &str,
) -> Result<u64, sqlx::Error> {
    Ok(
        sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND id <> $2")
            .bind(account_id)
            .bind(kept)
            .execute(connection)
            .await?
            .rows_affected(),
    )
}

/// Forgets sessions that ended before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE idle_until < $1 OR absolute_until < $1 LIMIT $2)")
        .bind(before)
        .bind(i64::from(SWEPT_AT_ONCE))
        .execute(connection)
        .await?
        .rows_affected())
}
