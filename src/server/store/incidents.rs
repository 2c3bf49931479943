//! The table `incidents`: the open troubles that the operator is told of.

use super::Connection;

/// Notes that a trouble is there: since when, and now. True when it is a new one.
pub async fn seen(
    connection: &mut Connection,
    id: &str,
    why: &str,
    (since, now): (i64, i64),
) -> Result<bool, sqlx::Error> {
    let begun = sqlx::query(
        "INSERT INTO incidents (id, why, begun_at, seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
    )
    .bind(id)
    .bind(why)
    .bind(since)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if begun.rows_affected() == 1 {
        return Ok(true);
    }
    sqlx::query("UPDATE incidents SET seen_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(false)
}

/// Notes that what was in trouble works.
pub async fn fine(connection: &mut Connection, id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE incidents SET fine_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// A trouble that is over.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Over {
    /// Its id.
    pub id: String,
    /// What was wrong when it began.
    pub why: String,
    /// Since when, in microseconds since the epoch.
    pub begun_at: i64,
}

/// Ends those that have worked since they were last seen, which must be before `quiet_since`, and those not seen since `forgotten_since`.
pub async fn end(
    connection: &mut Connection,
    quiet_since: i64,
    forgotten_since: i64,
) -> Result<Vec<Over>, sqlx::Error> {
    sqlx::query_as(
        "DELETE FROM incidents WHERE (fine_at > seen_at AND seen_at <= $1) OR seen_at <= $2 RETURNING id, why, begun_at",
    )
    .bind(quiet_since)
    .bind(forgotten_since)
    .fetch_all(connection)
    .await
}

/// The ids of the open ones.
pub async fn open(connection: &mut Connection) -> Result<Vec<String>, sqlx::Error> {
    let ids: Vec<(String,)> = sqlx::query_as("SELECT id FROM incidents ORDER BY id")
        .fetch_all(connection)
        .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}
