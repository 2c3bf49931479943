//! The table `sign_in_tries`: tries to sign in that have not succeeded, one count a key, so that every node counts alike.

use super::{Connection, SWEPT_AT_ONCE};

/// Counts a try, if none has to be waited for; tells which in a row it is.
pub async fn count(
    connection: &mut Connection,
    key: &str,
    now: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO sign_in_tries (key, failures, wait_until, last_at) VALUES ($1, 1, 0, $2) \
         ON CONFLICT (key) DO UPDATE SET failures = sign_in_tries.failures + 1, last_at = $2 \
         WHERE sign_in_tries.wait_until <= $2 RETURNING failures",
    )
    .bind(key)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(failures,)| failures))
}

/// Lets the next try wait.
pub async fn wait(connection: &mut Connection, key: &str, until: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sign_in_tries SET wait_until = $2 WHERE key = $1")
        .bind(key)
        .bind(until)
        .execute(connection)
        .await?;
    Ok(())
}

/// When the next try is let through, in microseconds since the epoch.
pub async fn waits_until(connection: &mut Connection, key: &str) -> Result<i64, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT wait_until FROM sign_in_tries WHERE key = $1")
        .bind(key)
        .fetch_optional(connection)
        .await?;
    Ok(row.map_or(0, |(until,)| until))
}

/// Takes one try back, and the wait that it has brought.
pub async fn give_back(connection: &mut Connection, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE sign_in_tries SET failures = failures - 1, wait_until = 0 WHERE key = $1 AND failures > 0",
    )
    .bind(key)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets every try of a key.
pub async fn clear(connection: &mut Connection, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sign_in_tries WHERE key = $1")
        .bind(key)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets keys that nobody has tried since `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM sign_in_tries WHERE key IN (SELECT key FROM sign_in_tries WHERE last_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
