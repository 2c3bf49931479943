//! The table `contact_changes`: what was done to the contacts of an account, so that it can be undone.

use super::{Connection, SWEPT_AT_ONCE};

/// One change: a contact came, one went, or one took the place of another.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ContactChange {
    /// Opaque id.
    pub id: String,
    /// The session in which it was made.
    pub session_id: String,
    /// The contact that came.
    pub added_id: Option<String>,
    /// How that had stood before, where the account has had it: when it was confirmed, from when it proved, when it ended.
    pub added_confirmed_at: Option<i64>,
    /// See there.
    pub added_resets_from: Option<i64>,
    /// See there.
    pub added_ends_at: Option<i64>,
    /// The contact that went.
    pub ended_id: Option<String>,
    /// When that would have ended anyway.
    pub ended_ends_at: Option<i64>,
    /// When, in microseconds since the epoch.
    pub made_at: i64,
}

/// Notes a change.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut Connection,
    account_id: &str,
    change: &ContactChange,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO contact_changes (id, account_id, session_id, added_id, ended_id, made_at, added_confirmed_at, added_resets_from, added_ends_at, ended_ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&change.id)
    .bind(account_id)
    .bind(&change.session_id)
    .bind(&change.added_id)
    .bind(&change.ended_id)
    .bind(change.made_at)
    .bind(change.added_confirmed_at)
    .bind(change.added_resets_from)
    .bind(change.added_ends_at)
    .bind(change.ended_ends_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The changes of an account after `after`, in microseconds since the epoch, that nobody has stopped, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn standing(
    connection: &mut Connection,
    account_id: &str,
    after: i64,
) -> Result<Vec<ContactChange>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, session_id, added_id, ended_id, made_at, added_confirmed_at, added_resets_from, added_ends_at, ended_ends_at FROM contact_changes \
         WHERE account_id = $1 AND made_at > $2 AND stopped_at IS NULL ORDER BY made_at DESC, id DESC",
    )
    .bind(account_id)
    .bind(after)
    .fetch_all(connection)
    .await
}

/// Notes that a change was stopped.
///
/// # Errors
/// When the database does not answer.
pub async fn stop(connection: &mut Connection, id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE contact_changes SET stopped_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// How often somebody has stopped changes of an account after `after`, in microseconds since the epoch.
///
/// # Errors
/// When the database does not answer.
pub async fn times_stopped(
    connection: &mut Connection,
    account_id: &str,
    after: i64,
) -> Result<i64, sqlx::Error> {
    let (times,): (i64,) = sqlx::query_as(
        "SELECT COUNT(DISTINCT stopped_at) FROM contact_changes WHERE account_id = $1 AND stopped_at > $2",
    )
    .bind(account_id)
    .bind(after)
    .fetch_one(connection)
    .await?;
    Ok(times)
}

/// Forgets changes from before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM contact_changes WHERE id IN (SELECT id FROM contact_changes WHERE made_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
