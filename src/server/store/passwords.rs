//! The table `passwords`: one keyed hash an account. Only the credential module may write here.

use super::Connection;

/// A stored password.
#[derive(Clone, sqlx::FromRow)]
pub struct StoredPassword {
    /// PHC string of the hash.
    pub hash: String,
    /// Id of the key that was the hash's secret input.
    pub key_id: String,
    /// Microseconds since the epoch.
    pub changed_at: i64,
    /// Since when it opens nothing, because its owner said that somebody else chose it.
    pub stopped_at: Option<i64>,
    /// Since when it opens the account but vouches for no change of it, because it outlived a revert
    /// (docs/decisions/0033-a-password-that-outlives-a-revert-changes-nothing.md).
    pub held_at: Option<i64>,
}

impl std::fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredPassword")
            .field("key_id", &self.key_id)
            .field("changed_at", &self.changed_at)
            .finish_non_exhaustive()
    }
}

/// The password of an account, if it has one.
///
/// # Errors
/// When the database does not answer.
pub async fn of(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Option<StoredPassword>, sqlx::Error> {
    sqlx::query_as(
        "SELECT hash, key_id, changed_at, stopped_at, held_at FROM passwords WHERE account_id = $1",
    )
    .bind(account_id)
    .fetch_optional(connection)
    .await
}

/// The password of an account that may show who somebody is: none that was stopped.
///
/// # Errors
/// When the database does not answer.
pub async fn in_force(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Option<StoredPassword>, sqlx::Error> {
    let stored = of(connection, account_id).await?;
    Ok(stored.filter(|stored| stored.stopped_at.is_none()))
}

/// Sets or replaces the password of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn put(
    connection: &mut Connection,
    account_id: &str,
    hash: &str,
    key_id: &str,
    changed_at: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO passwords (account_id, hash, key_id, changed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account_id) DO UPDATE SET hash = $2, key_id = $3, changed_at = $4, \
         stopped_at = NULL, held_at = NULL",
    )
    .bind(account_id)
    .bind(hash)
    .bind(key_id)
    .bind(changed_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces only the hash of a password that stays the same, when its parameters or key have grown old.
/// Does nothing when the password was changed in the meantime.
///
/// # Errors
/// When the database does not answer.
pub async fn rehash(
    connection: &mut Connection,
    account_id: &str,
    old_hash: &str,
    hash: &str,
    key_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE passwords SET hash = $3, key_id = $4 WHERE account_id = $1 AND hash = $2")
        .bind(account_id)
        .bind(old_hash)
        .bind(hash)
        .bind(key_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Stops the password of an account: it opens nothing until another one takes its place.
///
/// # Errors
/// When the database does not answer.
pub async fn stop(
    connection: &mut Connection,
    account_id: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE passwords SET stopped_at = $2 WHERE account_id = $1")
        .bind(account_id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Holds the password of an account: it vouches for no change until another one takes its place.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(
    connection: &mut Connection,
    account_id: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE passwords SET held_at = $2 WHERE account_id = $1")
        .bind(account_id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the password of an account is held.
///
/// # Errors
/// When the database does not answer.
pub async fn is_held(connection: &mut Connection, account_id: &str) -> Result<bool, sqlx::Error> {
    let stored = of(connection, account_id).await?;
    Ok(stored.is_some_and(|stored| stored.held_at.is_some()))
}

/// Whether there is any row at all.
///
/// # Errors
/// When the database does not answer.
pub async fn is_any(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT CAST(1 AS BIGINT) FROM passwords LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}
