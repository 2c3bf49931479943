//! The table `audit`: audit events, written in the transaction that makes them true.

use super::{Connection, SWEPT_AT_ONCE};

/// One audit event.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RecordedEvent {
    /// Microseconds since the epoch.
    pub at: i64,
    /// Its name, of the closed vocabulary in the audit module.
    pub event: String,
    /// More about it: short, free of personal data and secrets.
    pub detail: String,
}

/// Writes an audit event.
pub async fn insert(
    connection: &mut Connection,
    id: &str,
    at: i64,
    (actor, event): (&str, &str),
    flow_id: Option<&str>,
    account_id: Option<&str>,
    detail: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO audit (id, at, event, flow_id, account_id, detail, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(id)
        .bind(at)
        .bind(event)
        .bind(flow_id)
        .bind(account_id)
        .bind(detail)
        .bind(actor)
        .execute(connection)
        .await?;
    Ok(())
}

/// What happened in a flow, oldest first.
pub async fn of_flow(
    connection: &mut Connection,
    flow_id: &str,
) -> Result<Vec<RecordedEvent>, sqlx::Error> {
    sqlx::query_as("SELECT at, event, detail FROM audit WHERE flow_id = $1 ORDER BY at, id")
        .bind(flow_id)
        .fetch_all(connection)
        .await
}

/// What happened to an account: audit events of these kinds, newest first, up to `most` of them.
pub async fn of_account(
    connection: &mut Connection,
    account_id: &str,
    events: &[&str],
    most: i64,
) -> Result<Vec<RecordedEvent>, sqlx::Error> {
    // Neither engine takes a list where the other does, so each name has a place of its own.
    let places: Vec<String> = (3..events.len() + 3)
        .map(|place| format!("${place}"))
        .collect();
    let mut query = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT at, event, detail FROM audit WHERE account_id = $1 AND event IN ({}) ORDER BY at DESC, id DESC LIMIT $2",
        places.join(", ")
    )))
    .bind(account_id)
    .bind(most);
    for event in events {
        query = query.bind(*event);
    }
    query.fetch_all(connection).await
}

/// Forgets events from before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(
        sqlx::query("DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 LIMIT $2)")
            .bind(before)
            .bind(i64::from(SWEPT_AT_ONCE))
            .execute(connection)
            .await?
            .rows_affected(),
    )
}
