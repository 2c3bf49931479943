//! The line of jobs that wait: looking at it, and taking what is due out of it.

use super::{End, Job, Kind};
use crate::server::store::{Connection, Engine, Tx};

/// The due jobs of a kind, in their order. A job is due from its time on, unless somebody has it in hand.
macro_rules! due {
    ($columns:literal, $most:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM jobs WHERE kind = $1 AND state = 'waiting' AND run_at <= $2 AND leased_until <= $2 ORDER BY run_at, id ",
            $most
        )
    };
}

/// The due jobs.
pub const DUE: &str = due!(
    "id, purpose, flow_id, account_id, body_sealed, attempts, created_at, expires_at",
    "LIMIT $3"
);

/// Those that no other node has in hand, which are in ours until the transaction ends. For PostgreSQL.
pub const DUE_IN_HAND: &str = due!(
    "id, purpose, flow_id, account_id, body_sealed, attempts, created_at, expires_at",
    "LIMIT $3 FOR UPDATE SKIP LOCKED"
);

/// Claims due jobs. For an engine where one writes at a time.
pub const CLAIM: &str = concat!(
    "UPDATE jobs SET leased_until = $3, attempts = attempts + 1 WHERE id IN (",
    due!("id", "LIMIT $4"),
    ") AND state = 'waiting' AND leased_until <= $2 \
     RETURNING id, purpose, flow_id, account_id, body_sealed, attempts, created_at, expires_at"
);

/// The same for PostgreSQL: what another node is claiming is passed over, so that each claims others and none waits.
pub const CLAIM_FREE: &str = concat!(
    "WITH due AS MATERIALIZED (",
    due!("id", "LIMIT $4 FOR UPDATE SKIP LOCKED"),
    ") UPDATE jobs SET leased_until = $3, attempts = attempts + 1 WHERE id IN (SELECT id FROM due) \
     RETURNING id, purpose, flow_id, account_id, body_sealed, attempts, created_at, expires_at"
);

/// When the first job of a kind that nobody has in hand is due.
pub const NEXT: &str = "SELECT run_at FROM jobs WHERE kind = $1 AND state = 'waiting' AND leased_until <= $2 ORDER BY run_at, id LIMIT 1";

/// Up to `limit` due jobs of a kind in their order, claimed by nobody.
pub async fn due(
    connection: &mut Connection,
    kind: Kind,
    now: i64,
    limit: i64,
) -> Result<Vec<Job>, sqlx::Error> {
    sqlx::query_as(DUE)
        .bind(kind.as_str())
        .bind(now)
        .bind(limit)
        .fetch_all(connection)
        .await
}

/// The same on PostgreSQL, but for those that another node has in hand; these are in ours until the transaction ends.
pub async fn due_in_hand(
    tx: &mut Tx,
    kind: Kind,
    now: i64,
    limit: i64,
) -> Result<Vec<Job>, sqlx::Error> {
    sqlx::query_as(DUE_IN_HAND)
        .bind(kind.as_str())
        .bind(now)
        .bind(limit)
        .fetch_all(&mut **tx)
        .await
}

/// Which of these jobs, on PostgreSQL, still wait and are in nobody else's hand; they are in ours until the transaction ends.
pub async fn in_hand(tx: &mut Tx, ids: &[&str], now: i64) -> Result<Vec<String>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (2..ids.len() + 2)
        .map(|place| format!("${place}"))
        .collect();
    let mut query = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT id FROM jobs WHERE id IN ({}) AND state = 'waiting' AND run_at <= $1 ORDER BY run_at, id FOR UPDATE SKIP LOCKED",
        places.join(", ")
    )))
    .bind(now);
    for id in ids {
        query = query.bind(*id);
    }
    let rows: Vec<(String,)> = query.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// When the next job of a kind is due, in microseconds since the epoch; `None` where none waits that nobody has in hand.
pub async fn next(
    connection: &mut Connection,
    kind: Kind,
    now: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let first: Option<(i64,)> = sqlx::query_as(NEXT)
        .bind(kind.as_str())
        .bind(now)
        .fetch_optional(connection)
        .await?;
    Ok(first.map(|(run_at,)| run_at))
}

/// Claims up to `limit` due jobs of a kind until `leased_until`. A claim that lapses is anybody's again.
pub async fn claim(
    tx: &mut Tx,
    kind: Kind,
    now: i64,
    leased_until: i64,
    limit: i64,
) -> Result<Vec<Job>, sqlx::Error> {
    let statement = match tx.engine() {
        Engine::Sqlite => CLAIM,
        Engine::Postgres => CLAIM_FREE,
    };
    sqlx::query_as(statement)
        .bind(kind.as_str())
        .bind(now)
        .bind(leased_until)
        .bind(limit)
        .fetch_all(&mut **tx)
        .await
}

/// Takes a due job that was not claimed out of the line, in the transaction that does its work; false where somebody else was faster.
pub async fn hold(
    connection: &mut Connection,
    id: &str,
    end: End,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query(
        "UPDATE jobs SET state = $2, body_sealed = '', leased_until = 0, finished_at = $3, last_answer = '', attempts = attempts + 1 \
         WHERE id = $1 AND state = 'waiting' AND leased_until <= $3",
    )
    .bind(id)
    .bind(end.as_str())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Puts a job that was not claimed back, to be tried again at `run_at`.
pub async fn put_back(
    connection: &mut Connection,
    id: &str,
    run_at: i64,
    answer: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET run_at = $2, attempts = attempts + 1, last_answer = $3 WHERE id = $1 AND state = 'waiting'")
        .bind(id)
        .bind(run_at)
        .bind(answer)
        .execute(connection)
        .await?;
    Ok(())
}
