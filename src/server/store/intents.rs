//! The table `password_intents`: passwords that are about to be changed, so that a change which was cut off is known.

use super::proposals::Under;
use super::{Connection, SWEPT_AT_ONCE};

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The password is written, and all that hangs on it is done.
    Written,
    /// It was refused, came too late, or could not be written.
    NotWritten,
    /// It was cut off, and found later.
    Abandoned,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::NotWritten => "not_written",
            Self::Abandoned => "abandoned",
        }
    }
}

/// A change that has neither been completed nor given up.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Open {
    /// Its id.
    pub id: String,
    /// Whose password was to be changed.
    pub account_id: String,
    flow_id: Option<String>,
    counted_flow_id: Option<String>,
    link_hash: Option<String>,
}

impl Open {
    /// The reset in which it was to be changed, where it was one.
    #[must_use]
    pub fn flow(&self) -> Option<&str> {
        self.flow_id.as_deref()
    }

    /// The proof under which an attempt was counted for it, if this account's is the one.
    #[must_use]
    pub fn under(&self) -> Option<Under<'_>> {
        match (&self.counted_flow_id, &self.link_hash) {
            (_, Some(hash)) => Some(Under::Link(hash)),
            (Some(id), None) => Some(Under::Flow(id)),
            (None, None) => None,
        }
    }
}

/// Notes that the password of an account is about to be changed, in which reset, and under which counted attempt.
pub async fn insert(
    connection: &mut Connection,
    id: &str,
    account_id: &str,
    cause: &str,
    flow_id: Option<&str>,
    under: Option<Under<'_>>,
    now: i64,
) -> Result<(), sqlx::Error> {
    let (counted_flow_id, link_hash) = match under {
        None => (None, None),
        Some(Under::Flow(id)) => (Some(id), None),
        Some(Under::Link(hash)) => (None, Some(hash)),
    };
    sqlx::query(
        "INSERT INTO password_intents (id, account_id, cause, created_at, flow_id, counted_flow_id, link_hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(account_id)
    .bind(cause)
    .bind(now)
    .bind(flow_id)
    .bind(counted_flow_id)
    .bind(link_hash)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends an intent; false when somebody else has: nothing may be written under it then.
pub async fn end(
    connection: &mut Connection,
    id: &str,
    outcome: Outcome,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query(
        "UPDATE password_intents SET completed_at = $2, outcome = $3 WHERE id = $1 AND completed_at IS NULL",
    )
    .bind(id)
    .bind(now)
    .bind(outcome.as_str())
    .execute(connection)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// An intent, if it is open.
pub async fn open_by_id(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<Open>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, account_id, flow_id, counted_flow_id, link_hash FROM password_intents WHERE id = $1 AND completed_at IS NULL",
    )
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// Open intents from before `before`, in microseconds since the epoch, oldest first, up to [`SWEPT_AT_ONCE`].
pub async fn open_since_before(
    connection: &mut Connection,
    before: i64,
) -> Result<Vec<Open>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, account_id, flow_id, counted_flow_id, link_hash FROM password_intents WHERE completed_at IS NULL AND created_at < $1 \
         ORDER BY created_at, id LIMIT $2",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .fetch_all(connection)
    .await
}

/// Forgets intents from before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query("DELETE FROM password_intents WHERE id IN (SELECT id FROM password_intents WHERE created_at < $1 AND completed_at IS NOT NULL LIMIT $2)")
        .bind(before)
        .bind(i64::from(SWEPT_AT_ONCE))
        .execute(connection)
        .await?
        .rows_affected())
}
