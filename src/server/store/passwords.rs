//! The table `passwords`: one keyed hash an account. Named by the directory alone.

use super::Connection;

/// How an account and its password are stored; without one, what is of the password is empty.
#[derive(Clone, sqlx::FromRow)]
pub struct Stored {
    state: String,
    must_change: i64,
    /// PHC string of the hash.
    pub hash: Option<String>,
    /// Id of the key that was the hash's secret input.
    pub key_id: Option<String>,
    /// Microseconds since the epoch.
    pub changed_at: Option<i64>,
    /// Since when it opens nothing, because its owner said that somebody else chose it.
    pub stopped_at: Option<i64>,
    /// Since when it opens the account but vouches for no change of it, because it outlived a revert
    /// (docs/decisions/0033-a-password-that-outlives-a-revert-changes-nothing.md).
    pub held_at: Option<i64>,
}

impl Stored {
    /// Whether the account may sign in and reset.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }

    /// Whether the password must be changed before anybody is signed in with it.
    #[must_use]
    pub fn must_change(&self) -> bool {
        self.must_change != 0
    }
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stored")
            .field("key_id", &self.key_id)
            .field("changed_at", &self.changed_at)
            .finish_non_exhaustive()
    }
}

/// An account and its password, if there is such an account.
pub async fn of(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Option<Stored>, sqlx::Error> {
    sqlx::query_as(
        "SELECT a.state, a.must_change, p.hash, p.key_id, p.changed_at, p.stopped_at, p.held_at \
         FROM accounts a LEFT JOIN passwords p ON p.account_id = a.id WHERE a.id = $1",
    )
    .bind(account_id)
    .fetch_optional(connection)
    .await
}

/// Sets or replaces the password of an account.
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
pub async fn mark_reverted(
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

/// Whether there is any row at all.
pub async fn is_any(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT CAST(1 AS BIGINT) FROM passwords LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}
