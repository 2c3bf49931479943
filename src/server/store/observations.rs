//! The table `observations`: what a running server saw that only the operator can mend, each kind once.

use super::Connection;

/// One kind, as it was seen last.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Observation {
    /// Which kind.
    pub name: String,
    /// What it looked like, without anything of a person.
    pub detail: String,
    /// When, in microseconds since the epoch.
    pub seen_at: i64,
}

/// Keeps it in place of an earlier one of its kind.
pub async fn put(connection: &mut Connection, seen: &Observation) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO observations (name, detail, seen_at) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET detail = excluded.detail, seen_at = excluded.seen_at",
    )
    .bind(&seen.name)
    .bind(&seen.detail)
    .bind(seen.seen_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// What was seen since `since`, in microseconds since the epoch.
pub async fn since(
    connection: &mut Connection,
    since: i64,
) -> Result<Vec<Observation>, sqlx::Error> {
    sqlx::query_as(
        "SELECT name, detail, seen_at FROM observations WHERE seen_at >= $1 ORDER BY name",
    )
    .bind(since)
    .fetch_all(connection)
    .await
}
