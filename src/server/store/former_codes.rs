//! The table `former_codes`: codes of resets that a newer one has replaced, kept so that one which is typed all the same is told apart.

use super::{Connection, SWEPT_AT_ONCE};

/// How many an account is remembered by.
pub const REMEMBERED: usize = 5;

/// A code that was replaced.
#[derive(Clone, sqlx::FromRow)]
pub struct FormerCode {
    /// The flow that its MAC is bound to.
    pub flow_id: String,
    /// Its MAC.
    pub code_mac: String,
}

impl std::fmt::Debug for FormerCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FormerCode").finish_non_exhaustive()
    }
}

/// Remembers every code that the account waits for, because a newer one is about to be sent, and the newest [`REMEMBERED`] of all.
pub async fn remember(
    connection: &mut Connection,
    account_id: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO former_codes (account_id, flow_id, code_mac, replaced_at, expires_at) \
         SELECT $1, id, secret_mac, $2, secret_expires_at FROM flows \
         WHERE id IN (SELECT id FROM flows WHERE account_id = $1 UNION SELECT flow_id FROM flow_accounts WHERE account_id = $1) \
         AND step = 'code' AND secret_mac IS NOT NULL AND secret_expires_at > $2 ON CONFLICT DO NOTHING",
    )
    .bind(account_id)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM former_codes WHERE account_id = $1 AND code_mac NOT IN \
         (SELECT code_mac FROM former_codes WHERE account_id = $1 ORDER BY replaced_at DESC, code_mac LIMIT $2)",
    )
    .bind(account_id)
    .bind(i64::try_from(REMEMBERED).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}

/// The replaced codes of an account that would still hold, at most [`REMEMBERED`].
pub async fn of_account(
    connection: &mut Connection,
    account_id: &str,
    now: i64,
) -> Result<Vec<FormerCode>, sqlx::Error> {
    sqlx::query_as(
        "SELECT flow_id, code_mac FROM former_codes WHERE account_id = $1 AND expires_at > $2 \
         ORDER BY replaced_at DESC, code_mac LIMIT $3",
    )
    .bind(account_id)
    .bind(now)
    .bind(i64::try_from(REMEMBERED).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await
}

/// Notes that a replaced code was typed; true only the first time.
pub async fn note_typed(
    connection: &mut Connection,
    account_id: &str,
    code_mac: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let noted = sqlx::query(
        "UPDATE former_codes SET typed_at = $3 WHERE account_id = $1 AND code_mac = $2 AND typed_at IS NULL",
    )
    .bind(account_id)
    .bind(code_mac)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Forgets codes that died before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM former_codes WHERE code_mac IN (SELECT code_mac FROM former_codes WHERE expires_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
