//! The table `limits`: token buckets kept as GCRA, one number a key, so that every node counts alike and a restart forgets nothing.

use super::{Connection, SWEPT_AT_ONCE};

/// A bucket: `burst` at once, then one every `interval`.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    /// How many may pass at once; at least 1.
    pub burst: u32,
    /// Microseconds after which one more may pass.
    pub interval: i64,
}

impl Bucket {
    fn tolerance(self) -> i64 {
        self.interval
            .saturating_mul(i64::from(self.burst.max(1)) - 1)
    }
}

/// Takes one from the bucket `key`. `None` when it may pass, otherwise the microseconds until it may.
///
/// The algorithm is the generic cell rate algorithm (ITU-T I.371): the stored number is the theoretical arrival time of the next
/// request. A refused request changes nothing, so waiting always helps.
pub async fn spend(
    connection: &mut Connection,
    key: &str,
    bucket: Bucket,
    now: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let passed: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO limits (key, arrival_at) VALUES ($1, $2 + $3) \
         ON CONFLICT (key) DO UPDATE SET arrival_at = CASE WHEN limits.arrival_at < $2 THEN $2 ELSE limits.arrival_at END + $3 \
         WHERE limits.arrival_at <= $2 + $4 RETURNING arrival_at",
    )
    .bind(key)
    .bind(now)
    .bind(bucket.interval)
    .bind(bucket.tolerance())
    .fetch_optional(&mut *connection)
    .await?;
    if passed.is_some() {
        return Ok(None);
    }
    let wait = wait(connection, key, bucket, now).await?;
    Ok(Some(wait.unwrap_or(1)))
}

/// Makes others who take from the bucket `key`, or hold it, wait until this transaction ends. Takes nothing.
pub async fn hold(connection: &mut Connection, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO limits (key, arrival_at) VALUES ($1, 0) ON CONFLICT (key) DO UPDATE SET arrival_at = limits.arrival_at",
    )
    .bind(key)
    .execute(connection)
    .await?;
    Ok(())
}

/// Microseconds until the bucket `key` would let one pass, `None` when it would now. Takes nothing.
pub async fn wait(
    connection: &mut Connection,
    key: &str,
    bucket: Bucket,
    now: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT arrival_at FROM limits WHERE key = $1")
        .bind(key)
        .fetch_optional(connection)
        .await?;
    Ok(row
        .map(|(arrival_at,)| arrival_at - bucket.tolerance() - now)
        .filter(|wait| *wait > 0))
}

/// Puts one back into the bucket `key`, whose interval is `interval` microseconds.
pub async fn give_back(
    connection: &mut Connection,
    key: &str,
    interval: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE limits SET arrival_at = arrival_at - $2 WHERE key = $1")
        .bind(key)
        .bind(interval)
        .execute(connection)
        .await?;
    Ok(())
}

/// Fills the bucket `key` again.
pub async fn clear(connection: &mut Connection, key: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM limits WHERE key = $1")
        .bind(key)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets buckets that were full again before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM limits WHERE key IN (SELECT key FROM limits WHERE arrival_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
