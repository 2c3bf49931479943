//! The table `factors`: what people show besides their password. A factor counts once it is confirmed.

use super::Connection;

/// The kind of an app that shows a new code every half minute (RFC 6238).
pub const TOTP: &str = "totp";

/// A second factor.
#[derive(Clone, sqlx::FromRow)]
pub struct Factor {
    /// Opaque id.
    pub id: String,
    /// Its secret, sealed.
    pub secret_sealed: String,
    /// When it was begun, in microseconds since the epoch.
    pub created_at: i64,
    /// When it was proved for the first time.
    pub confirmed_at: Option<i64>,
}

impl std::fmt::Debug for Factor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Factor")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A factor to be.
#[derive(Debug, Clone, Copy)]
pub struct NewFactor<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// Whose it is.
    pub account_id: &'a str,
    /// Its secret, sealed.
    pub secret_sealed: &'a str,
    /// Id of the session that sets it up.
    pub begun_in: &'a str,
    /// Microseconds since the epoch.
    pub now: i64,
}

/// Begins a factor in the place of any other that was begun and not confirmed.
pub async fn begin(connection: &mut Connection, factor: &NewFactor<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM factors WHERE account_id = $1 AND confirmed_at IS NULL")
        .bind(factor.account_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO factors (id, account_id, kind, secret_sealed, begun_in, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(factor.id)
    .bind(factor.account_id)
    .bind(TOTP)
    .bind(factor.secret_sealed)
    .bind(factor.begun_in)
    .bind(factor.now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The factor that a session has begun since `since` and not confirmed yet.
pub async fn begun(
    connection: &mut Connection,
    account_id: &str,
    session_id: &str,
    since: i64,
) -> Result<Option<Factor>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, secret_sealed, created_at, confirmed_at FROM factors \
         WHERE account_id = $1 AND begun_in = $2 AND created_at > $3 AND confirmed_at IS NULL",
    )
    .bind(account_id)
    .bind(session_id)
    .bind(since)
    .fetch_optional(connection)
    .await
}

/// The confirmed factors of an account, oldest first.
pub async fn confirmed(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<Factor>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, secret_sealed, created_at, confirmed_at FROM factors \
         WHERE account_id = $1 AND kind = $2 AND confirmed_at IS NOT NULL ORDER BY confirmed_at, id",
    )
    .bind(account_id)
    .bind(TOTP)
    .fetch_all(connection)
    .await
}

/// Whether an account has a confirmed factor of any kind.
pub async fn is_any(connection: &mut Connection, account_id: &str) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT CAST(1 AS BIGINT) FROM factors WHERE account_id = $1 AND confirmed_at IS NOT NULL LIMIT 1",
    )
    .bind(account_id)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Takes the code of a time step, once: false when it, or a later one, was taken before.
pub async fn take_step(
    connection: &mut Connection,
    id: &str,
    step: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE factors SET last_step = $2 WHERE id = $1 AND last_step < $2")
        .bind(id)
        .bind(step)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes a factor count, in the place of the account's earlier ones; false when that has been done before or it is gone.
pub async fn confirm(
    connection: &mut Connection,
    account_id: &str,
    id: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let former = came(connection, account_id).await?;
    let done = sqlx::query(
        "UPDATE factors SET confirmed_at = $3, since = COALESCE($4, $3), since_session = COALESCE($5, begun_in), \
         since_password_at = CASE WHEN $4 IS NULL THEN (SELECT password_at FROM sessions WHERE id = begun_in) ELSE $6 END \
         WHERE account_id = $1 AND id = $2 AND confirmed_at IS NULL",
    )
    .bind(account_id)
    .bind(id)
    .bind(now)
    .bind(former.as_ref().map(|former| former.since))
    .bind(former.as_ref().map(|former| former.session_id.as_str()))
    .bind(former.as_ref().and_then(|former| former.password_at))
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM factors WHERE account_id = $1 AND id <> $2 AND kind = $3")
        .bind(account_id)
        .bind(id)
        .bind(TOTP)
        .execute(connection)
        .await?;
    Ok(true)
}

/// Removes every factor of an account; tells how many counted.
pub async fn remove_all(connection: &mut Connection, account_id: &str) -> Result<u64, sqlx::Error> {
    sqlx::query("DELETE FROM factors WHERE account_id = $1 AND confirmed_at IS NULL")
        .bind(account_id)
        .execute(&mut *connection)
        .await?;
    Ok(sqlx::query("DELETE FROM factors WHERE account_id = $1")
        .bind(account_id)
        .execute(connection)
        .await?
        .rows_affected())
}

/// How an account came to have a second factor.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Came {
    /// Since when it has had one without a gap, in microseconds since the epoch.
    pub since: i64,
    /// Id of the session in which that began.
    pub session_id: String,
    /// When the password was set with which that session was opened.
    pub password_at: Option<i64>,
}

/// How an account came to have the second factor that it has, if it has one.
pub async fn came(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Option<Came>, sqlx::Error> {
    sqlx::query_as(
        "SELECT since, since_session AS session_id, since_password_at AS password_at FROM factors WHERE account_id = $1 AND confirmed_at IS NOT NULL ORDER BY since LIMIT 1",
    )
    .bind(account_id)
    .fetch_optional(connection)
    .await
}

/// The session in which factors came goes on under another id.
pub async fn hand_over(
    connection: &mut Connection,
    from_session: &str,
    to_session: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE factors SET since_session = $2 WHERE since_session = $1")
        .bind(from_session)
        .bind(to_session)
        .execute(connection)
        .await?;
    Ok(())
}
