//! The table `devices`: the browsers that an account knows. The browser holds a token, the table only its hash.

use super::{Connection, SWEPT_AT_ONCE};

/// A browser that an account is to know.
#[derive(Debug)]
pub struct NewDevice<'a> {
    /// Opaque id, by which its tries to sign in are counted.
    pub id: &'a str,
    /// SHA-256 of the cookie's value.
    pub token_hash: &'a str,
    /// The account that knows it.
    pub account_id: &'a str,
    /// Microseconds since the epoch.
    pub now: i64,
}

/// The id by which an account knows the browser with this token, if it was used since `since`.
pub async fn of(
    connection: &mut Connection,
    token_hash: &str,
    account_id: &str,
    since: i64,
) -> Result<Option<String>, sqlx::Error> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT id FROM devices WHERE token_hash = $1 AND account_id = $2 AND seen_at >= $3",
    )
    .bind(token_hash)
    .bind(account_id)
    .bind(since)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id,)| id))
}

/// Gives a browser another token, for every account that knows it; the former one is known to nobody any more.
pub async fn rotate(
    connection: &mut Connection,
    former_hash: &str,
    token_hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE devices SET token_hash = $2 WHERE token_hash = $1")
        .bind(former_hash)
        .bind(token_hash)
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes a browser known to an account. What it was known by before counts no more.
pub async fn know(connection: &mut Connection, device: &NewDevice<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO devices (token_hash, account_id, id, created_at, seen_at) VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT (token_hash, account_id) DO UPDATE SET id = $3, seen_at = $4",
    )
    .bind(device.token_hash)
    .bind(device.account_id)
    .bind(device.id)
    .bind(device.now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets all browsers of an account but those that were used last.
pub async fn keep_newest(
    connection: &mut Connection,
    account_id: &str,
    count: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM devices WHERE account_id = $1 AND id NOT IN \
         (SELECT id FROM devices WHERE account_id = $1 ORDER BY seen_at DESC, id LIMIT $2)",
    )
    .bind(account_id)
    .bind(count)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets every browser of an account but the one with this token. No browser has the empty hash.
pub async fn forget_all_but(
    connection: &mut Connection,
    account_id: &str,
    kept_hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM devices WHERE account_id = $1 AND token_hash <> $2")
        .bind(account_id)
        .bind(kept_hash)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets browsers that were not used since `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE seen_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
