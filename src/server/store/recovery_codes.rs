//! The table `recovery_codes`: what takes the place of a lost second factor, once each. Only keyed MACs are kept.

use super::Connection;

/// Puts new codes in the place of all that an account had.
pub async fn replace(
    connection: &mut Connection,
    account_id: &str,
    macs: &[String],
) -> Result<(), sqlx::Error> {
    remove_all(connection, account_id).await?;
    for mac in macs {
        sqlx::query("INSERT INTO recovery_codes (account_id, code_mac) VALUES ($1, $2)")
            .bind(account_id)
            .bind(mac)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Uses a code, once: false when the account has none like it, or it was used before.
pub async fn use_up(
    connection: &mut Connection,
    account_id: &str,
    mac: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE recovery_codes SET used_at = $3 WHERE account_id = $1 AND code_mac = $2 AND used_at IS NULL",
    )
    .bind(account_id)
    .bind(mac)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a code has been used before.
pub async fn is_used(
    connection: &mut Connection,
    account_id: &str,
    mac: &str,
) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT CAST(1 AS BIGINT) FROM recovery_codes WHERE account_id = $1 AND code_mac = $2 AND used_at IS NOT NULL",
    )
    .bind(account_id)
    .bind(mac)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// How many codes of an account still work.
pub async fn left(connection: &mut Connection, account_id: &str) -> Result<i64, sqlx::Error> {
    let (left,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL",
    )
    .bind(account_id)
    .fetch_one(connection)
    .await?;
    Ok(left)
}

/// Removes every code of an account.
pub async fn remove_all(connection: &mut Connection, account_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1")
        .bind(account_id)
        .execute(connection)
        .await?;
    Ok(())
}
