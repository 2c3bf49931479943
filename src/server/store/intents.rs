//! The table `password_intents`: what the credential module was about to do, should it be cut off.

use super::{Connection, SWEPT_AT_ONCE};

/// Notes that a password is about to be written to its directory.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut Connection,
    id: &str,
    account_id: &str,
    cause: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO password_intents (id, account_id, cause, created_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(id)
    .bind(account_id)
    .bind(cause)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that it was written and all that hangs on it is done.
///
/// # Errors
/// When the database does not answer.
pub async fn complete(connection: &mut Connection, id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE password_intents SET completed_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets intents from before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query("DELETE FROM password_intents WHERE id IN (SELECT id FROM password_intents WHERE created_at < $1 LIMIT $2)")
        .bind(before)
        .bind(i64::from(SWEPT_AT_ONCE))
        .execute(connection)
        .await?
        .rows_affected())
}
