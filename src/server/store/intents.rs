//! The table `password_intents`: what the credential module was about to do, should it be cut off.

use super::Connection;

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
