//! The table `jobs`: the outbox. A row appears in the transaction that enqueued the work, and its body is wiped once it is done.

mod line;

pub use line::{
    CLAIM, CLAIM_FREE, DUE, DUE_IN_HAND, NEXT, claim, due, due_in_hand, hold, in_hand, next,
    put_back,
};

use super::{Connection, SWEPT_AT_ONCE};
use crate::rules::channel::Channel;

/// A piece of work, claimed by a worker.
#[derive(Clone, sqlx::FromRow)]
pub struct Job {
    /// Opaque id.
    pub id: String,
    /// What it is for, of a closed vocabulary.
    pub purpose: String,
    /// The flow it belongs to.
    pub flow_id: Option<String>,
    /// The account it belongs to.
    pub account_id: Option<String>,
    /// Sealed body.
    pub body_sealed: String,
    /// How often it has been begun, this time included.
    pub attempts: i64,
    /// When it was enqueued, in microseconds since the epoch.
    pub created_at: i64,
    /// When its secret dies.
    pub expires_at: i64,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// A job to be.
#[derive(Debug)]
pub struct NewJob<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// Which worker takes it.
    pub kind: Kind,
    /// What it is for.
    pub purpose: &'a str,
    /// The flow it belongs to.
    pub flow_id: Option<&'a str>,
    /// The account it belongs to.
    pub account_id: Option<&'a str>,
    /// Sealed body.
    pub body_sealed: &'a str,
    /// Now, in microseconds since the epoch.
    pub now: i64,
    /// When its secret dies.
    pub expires_at: i64,
}

/// Which worker takes a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one that looks accounts up.
    Resolve,
    /// The ones that send on this channel.
    Send(Channel),
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Send(channel) => channel.as_str(),
        }
    }
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The work is done.
    Done,
    /// The other side refused for good.
    Refused,
    /// Its secret died first.
    Expired,
    /// It was overtaken by something newer.
    Dropped,
}

impl End {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Dropped => "dropped",
        }
    }
}

/// Promises a piece of work.
pub async fn insert(connection: &mut Connection, job: &NewJob<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO jobs (id, kind, purpose, flow_id, account_id, body_sealed, state, run_at, leased_until, attempts, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, 0, 0, $7, $8)",
    )
    .bind(job.id)
    .bind(job.kind.as_str())
    .bind(job.purpose)
    .bind(job.flow_id)
    .bind(job.account_id)
    .bind(job.body_sealed)
    .bind(job.now)
    .bind(job.expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a claimed job back, to be tried again at `run_at`.
pub async fn retry(
    connection: &mut Connection,
    id: &str,
    run_at: i64,
    answer: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET run_at = $2, leased_until = 0, last_answer = $3 WHERE id = $1 AND state = 'waiting'")
        .bind(id)
        .bind(run_at)
        .bind(answer)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a job and wipes its body.
pub async fn end(
    connection: &mut Connection,
    id: &str,
    end: End,
    answer: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE jobs SET state = $2, body_sealed = '', leased_until = 0, finished_at = $4, last_answer = $3 \
         WHERE id = $1 AND state = 'waiting'",
    )
    .bind(id)
    .bind(end.as_str())
    .bind(answer)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the waiting messages that answer an earlier request to reset this account, because a newer one or a change has overtaken them. Codes
/// of somebody who is signed in are not among them: a stranger's request must not take one away.
pub async fn drop_codes(
    connection: &mut Connection,
    account_id: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE jobs SET state = 'dropped', body_sealed = '', finished_at = $2 \
         WHERE account_id = $1 AND kind <> 'resolve' AND purpose IN ('code', 'elsewhere') AND state = 'waiting'",
    )
    .bind(account_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The channels by which a message that answers a flow was refused for good.
///
/// # Errors
/// When the database does not answer, or a kind is none of ours.
pub async fn refused_channels(
    connection: &mut Connection,
    flow_id: &str,
) -> Result<Vec<Channel>, sqlx::Error> {
    let kinds: Vec<(String,)> = sqlx::query_as(
        "SELECT DISTINCT kind FROM jobs WHERE flow_id = $1 AND state = 'refused' AND purpose IN ('code', 'elsewhere') ORDER BY kind",
    )
    .bind(flow_id)
    .fetch_all(connection)
    .await?;
    let known = |(kind,): (String,)| {
        Channel::parse(&kind)
            .ok_or_else(|| sqlx::Error::Decode("jobs.kind holds no known channel".into()))
    };
    kinds.into_iter().map(known).collect()
}

/// Lapses every claim. Only for an engine that one process owns: what it had claimed before it was killed is free at once.
pub async fn release_claims(connection: &mut Connection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET leased_until = 0 WHERE state = 'waiting'")
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes what a gateway reports of a message that it has taken. The last word stays; `None` where there is no such message.
pub async fn report(
    connection: &mut Connection,
    id: &str,
    report: &str,
    now: i64,
) -> Result<Option<Reported>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE jobs SET report = $2, reported_at = $3 WHERE id = $1 AND kind = 'sms' AND state IN ('waiting', 'done') \
         AND (report IS NULL OR report = 'sent') RETURNING flow_id, account_id",
    )
    .bind(id)
    .bind(report)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// What a reported message was about.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Reported {
    /// The flow.
    pub flow_id: Option<String>,
    /// The account.
    pub account_id: Option<String>,
}

/// What became of a job, for the help desk.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Trace {
    /// `resolve`, `mail` or `sms`.
    pub kind: String,
    /// What it was for.
    pub purpose: String,
    /// Where it stands.
    pub state: String,
    /// How often it was begun.
    pub attempts: i64,
    /// When it was enqueued, in microseconds since the epoch.
    pub created_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// What the other side last said.
    pub last_answer: Option<String>,
    /// What a gateway has reported since.
    pub report: Option<String>,
}

/// The jobs of a flow, oldest first.
pub async fn of_flow(
    connection: &mut Connection,
    flow_id: &str,
) -> Result<Vec<Trace>, sqlx::Error> {
    sqlx::query_as(
        "SELECT kind, purpose, state, attempts, created_at, finished_at, last_answer, report FROM jobs WHERE flow_id = $1 ORDER BY created_at, id",
    )
    .bind(flow_id)
    .fetch_all(connection)
    .await
}

/// Forgets jobs that were done before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query("DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state <> 'waiting' AND finished_at < $1 LIMIT $2)")
        .bind(before)
        .bind(i64::from(SWEPT_AT_ONCE))
        .execute(connection)
        .await?
        .rows_affected())
}
