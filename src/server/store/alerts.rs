//! The table `alerts`: what the operator is still to be told. A row goes once it was told, or when it is out of date.

use super::Connection;

/// Something to tell, claimed by a worker.
#[derive(Clone, sqlx::FromRow)]
pub struct Alert {
    /// Opaque id.
    pub id: String,
    /// What is told and to whom, sealed.
    pub body_sealed: String,
    /// How often it has been begun, this time included.
    pub attempts: i64,
    /// When it was enqueued, in microseconds since the epoch.
    pub created_at: i64,
    /// When it is no longer worth telling.
    pub expires_at: i64,
}

impl std::fmt::Debug for Alert {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alert")
            .field("id", &self.id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// Promises to tell something.
pub async fn insert(
    connection: &mut Connection,
    id: &str,
    body_sealed: &str,
    now: i64,
    expires_at: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO alerts (id, body_sealed, run_at, created_at, expires_at) VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(id)
    .bind(body_sealed)
    .bind(now)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether anything is due that nobody has in hand. Looking writes nothing.
pub async fn is_due(connection: &mut Connection, now: i64) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT CAST(1 AS BIGINT) FROM alerts WHERE run_at <= $1 AND leased_until <= $1 LIMIT 1",
    )
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Claims what is due until `leased_until`. A claim that lapses is anybody's again.
pub async fn claim(
    connection: &mut Connection,
    now: i64,
    leased_until: i64,
    limit: i64,
) -> Result<Vec<Alert>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE alerts SET leased_until = $2, attempts = attempts + 1 \
         WHERE id IN (SELECT id FROM alerts WHERE run_at <= $1 AND leased_until <= $1 ORDER BY run_at, id LIMIT $3) AND leased_until <= $1 \
         RETURNING id, body_sealed, attempts, created_at, expires_at",
    )
    .bind(now)
    .bind(leased_until)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Puts a claimed one back, to be tried again at `run_at`.
pub async fn retry(connection: &mut Connection, id: &str, run_at: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE alerts SET run_at = $2, leased_until = 0 WHERE id = $1")
        .bind(id)
        .bind(run_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// It was told, or never will be.
pub async fn end(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM alerts WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Lapses every claim. Only for an engine that one process owns: what it had claimed before it was killed is free at once.
pub async fn release_claims(connection: &mut Connection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE alerts SET leased_until = 0")
        .execute(connection)
        .await?;
    Ok(())
}
