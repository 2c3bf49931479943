//! The outbox: work is enqueued inside the caller's transaction, claimed by a worker, retried with back-off, and expires with its secret.

pub mod reports;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::rules::channel::Channel;
use crate::server::base::clock::{MINUTE, SECOND};
use crate::server::base::failure::Fault;
use crate::server::base::keys::Purpose;
use crate::server::base::random::{random, random_id};
use crate::server::context::Context;
use crate::server::delivery::{MessageContent, Recourse, SmsGateway};
use crate::server::store::jobs::{Job, Kind, NewJob};
use crate::server::store::{self, Connection, Whose};

/// How long a claim holds at least: longer than clocks of nodes may differ. It always outlasts the slowest relay.
pub(in crate::server) const LEASE: i64 = 2 * MINUTE;
/// How long workers sleep at the most when nobody wakes them: other nodes enqueue jobs too, and clocks are set.
pub(in crate::server) const SLEEPS_FOR: Duration = Duration::from_secs(1);
/// The longest random wait before a request is resolved.
const UNEVEN: i64 = SECOND / 2;

/// A message as it waits, sealed, in the outbox.
#[derive(Serialize, Deserialize)]
pub struct Message {
    /// The stored address or number.
    pub to: String,
    /// The person's name.
    pub to_name: String,
    /// Language tag.
    pub language: String,
    /// What it says.
    #[serde(rename = "letter")]
    pub content: MessageContent,
    /// What its reader can do about what was somebody else's.
    #[serde(default)]
    pub recourse: Recourse,
}

/// What a job is about.
#[derive(Debug, Clone, Copy)]
pub struct JobAttributes<'a> {
    /// `code`, `changed`, `ask_again`, `elsewhere`, or `decoy`, which is never sent.
    pub purpose: &'a str,
    /// The flow.
    pub flow: Option<&'a str>,
    /// The account.
    pub account: Option<&'a str>,
    /// When it is no longer worth sending, in microseconds since the epoch.
    pub expires_at: i64,
}

pub(in crate::server) fn place(job_id: &str) -> String {
    format!("jobs {job_id}")
}

/// Enqueues a message in the caller's transaction. Wake the senders once it is committed.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn enqueue(
    ctx: &Context,
    connection: &mut Connection,
    by: Channel,
    message: &Message,
    about: JobAttributes<'_>,
) -> Result<(), Fault> {
    let id = random_id()?;
    let body = ctx
        .keys
        .seal(Purpose::Outbox, &place(&id), &serde_json::to_vec(message)?)?;
    let job = NewJob {
        id: &id,
        kind: Kind::Send(by),
        purpose: about.purpose,
        flow_id: about.flow,
        account_id: about.account,
        body_sealed: &body,
        now: ctx.now(),
        expires_at: about.expires_at,
    };
    Ok(store::jobs::insert(connection, &job).await?)
}

/// Enqueues the look-up of a flow's identifier, `later` microseconds from now at the earliest. Wake the resolver once it is committed.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn enqueue_resolve(
    ctx: &Context,
    connection: &mut Connection,
    flow_id: &str,
    later: i64,
    expires_at: i64,
) -> Result<(), Fault> {
    // A short random wait, so that the work for one request does not fall on a fixed place in the next ones. Under a stopped clock of
    // development it would never be over.
    let uneven = if ctx.clock.is_stopped() {
        0
    } else {
        i64::from(u32::from_be_bytes(random()?)) % UNEVEN
    };
    let job = NewJob {
        id: &random_id()?,
        kind: Kind::Resolve,
        purpose: "resolve",
        flow_id: Some(flow_id),
        account_id: None,
        body_sealed: "",
        now: ctx.now() + later + uneven,
        expires_at,
    };
    Ok(store::jobs::insert(connection, &job).await?)
}

/// The pause before the next try: 1 s, doubled each time, at most a minute.
pub(in crate::server) fn pause(attempts: i64) -> i64 {
    let doubled = SECOND << attempts.saturating_sub(1).clamp(0, 6);
    doubled.min(MINUTE)
}

/// Puts back a job that a fault of ours has kept from being done. When even that fails, its claim lapses.
pub(in crate::server) async fn put_back(ctx: &Context, job: &Job) {
    let back = async {
        let mut tx = ctx.store.begin_as(Whose::Worker).await?;
        store::jobs::retry(&mut tx, &job.id, ctx.now() + pause(job.attempts), "fault").await?;
        tx.commit().await
    };
    if let Err(error) = back.await {
        Fault::from(error).log_of("cannot put a job back", &job.id);
    }
}

/// How long nothing of a kind is due: not at all where there is something to do. Looking writes nothing.
pub(in crate::server) async fn pause_until_due(
    ctx: &Context,
    kind: Kind,
) -> Result<Duration, sqlx::Error> {
    let mut connection = ctx.store.read().await?;
    let now = ctx.now();
    let next = store::jobs::next(&mut connection, kind, now).await?;
    let wait = next.map_or(SLEEPS_FOR, |next| {
        Duration::from_micros(u64::try_from(next - now).unwrap_or(0))
    });
    Ok(wait.min(SLEEPS_FOR))
}

pub(in crate::server) async fn claim(
    ctx: &Context,
    kind: Kind,
    limit: i64,
) -> Result<Vec<Job>, sqlx::Error> {
    let now = ctx.now();
    let mut tx = ctx.store.begin_as(Whose::Worker).await?;
    let gateway = ctx
        .sms
        .as_ref()
        .map(SmsGateway::longest)
        .unwrap_or_default();
    let longest = ctx.mailer.longest().max(gateway);
    let longest = i64::try_from(longest.as_micros()).unwrap_or(LEASE) + LEASE / 4;
    let leased_until = now + longest.max(LEASE);
    let jobs = store::jobs::claim(&mut tx, kind, now, leased_until, limit).await?;
    tx.commit().await?;
    Ok(jobs)
}
