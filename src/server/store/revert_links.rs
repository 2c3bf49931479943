//! The table `stop_links`: "this was not me", as notifications carry it. The mail holds the token, the table only its hash.

use super::{Connection, SWEPT_AT_ONCE};

/// A link that stops a change.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RevertLink {
    /// Whose account it is about.
    pub account_id: String,
    /// The change of contacts that it undoes; `None` where the password was changed.
    pub change_id: Option<String>,
    /// The session in which the password was changed, where it was one.
    pub session_id: Option<String>,
    /// When it was made, in microseconds since the epoch.
    pub created_at: i64,
    /// When it ends, in microseconds since the epoch.
    pub expires_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
}

/// Keeps a new link.
pub async fn insert(
    connection: &mut Connection,
    token_hash: &str,
    link: &RevertLink,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO stop_links (token_hash, account_id, change_id, session_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(token_hash)
    .bind(&link.account_id)
    .bind(&link.change_id)
    .bind(&link.session_id)
    .bind(link.created_at)
    .bind(link.expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The link with this token hash.
pub async fn by_hash(
    connection: &mut Connection,
    token_hash: &str,
) -> Result<Option<RevertLink>, sqlx::Error> {
    sqlx::query_as(
        "SELECT account_id, change_id, session_id, created_at, expires_at, used_at FROM stop_links WHERE token_hash = $1",
    )
    .bind(token_hash)
    .fetch_optional(connection)
    .await
}

/// Uses a link up. Only the first of many succeeds.
pub async fn claim(
    connection: &mut Connection,
    token_hash: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE stop_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
    )
    .bind(token_hash)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses up every link about the password of an account, and those about changes that were stopped.
pub async fn use_up(
    connection: &mut Connection,
    account_id: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE stop_links SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL AND (change_id IS NULL OR change_id IN \
         (SELECT id FROM contact_changes WHERE account_id = $1 AND stopped_at IS NOT NULL))",
    )
    .bind(account_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets links that ended before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM stop_links WHERE token_hash IN (SELECT token_hash FROM stop_links WHERE expires_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
