//! The table `sessions`: who is signed in where. The browser holds the token, the table only its hash.

use super::{Connection, SWEPT_AT_ONCE};

/// A session with what the pages need of its account.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Session {
    /// Opaque id.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// Microseconds since the epoch of the last request that moved the idle limit.
    pub seen_at: i64,
    /// Ends then unless used.
    pub idle_until: i64,
    /// Ends then in any case.
    pub absolute_until: i64,
}

/// A session to be.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// SHA-256 of the cookie's value.
    pub token_hash: &'a str,
    /// Whose it is.
    pub account_id: &'a str,
    /// Microseconds since the epoch.
    pub now: i64,
    /// Ends then unless used.
    pub idle_until: i64,
    /// Ends then in any case.
    pub absolute_until: i64,
}

/// Opens a session.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut Connection,
    session: &NewSession<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO sessions (id, token_hash, account_id, created_at, seen_at, idle_until, absolute_until) \
         VALUES ($1, $2, $3, $4, $4, $5, $6)",
    )
    .bind(session.id)
    .bind(session.token_hash)
    .bind(session.account_id)
    .bind(session.now)
    .bind(session.idle_until)
    .bind(session.absolute_until)
    .execute(connection)
    .await?;
    Ok(())
}

/// The living session with this token hash, of an account that may still sign in.
///
/// # Errors
/// When the database does not answer.
pub async fn by_token(
    connection: &mut Connection,
    token_hash: &str,
    now: i64,
) -> Result<Option<Session>, sqlx::Error> {
    sqlx::query_as(
        "SELECT s.id, s.account_id, s.seen_at, s.idle_until, s.absolute_until FROM sessions s JOIN accounts a ON a.id = s.account_id \
         WHERE s.token_hash = $1 AND s.idle_until > $2 AND s.absolute_until > $2 AND a.state = 'active'",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// Moves the idle limit of a session.
///
/// # Errors
/// When the database does not answer.
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

/// Ends the session with this token hash; tells whose it was.
///
/// # Errors
/// When the database does not answer.
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

/// Ends every session of an account; tells how many there were.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(connection: &mut Connection, account_id: &str) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query("DELETE FROM sessions WHERE account_id = $1")
        .bind(account_id)
        .execute(connection)
        .await?
        .rows_affected())
}

/// Forgets sessions that ended before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE idle_until < $1 OR absolute_until < $1 LIMIT $2)")
        .bind(before)
        .bind(i64::from(SWEPT_AT_ONCE))
        .execute(connection)
        .await?
        .rows_affected())
}
