//! What a worker does with jobs: it claims them, puts them back, and waits for the next.

use std::time::Duration;

use crate::server::base::clock::{MINUTE, SECOND};
use crate::server::base::failure::Fault;
use crate::server::context::Context;
use crate::server::delivery::SmsGateway;
use crate::server::store::jobs::{Job, Kind};
use crate::server::store::{self, Whose};

/// How long a claim holds at least: longer than clocks of nodes may differ. It always outlasts the slowest relay.
pub(in crate::server) const LEASE: i64 = 2 * MINUTE;

/// How long workers sleep at the most when nobody wakes them: other nodes enqueue jobs too, and clocks are set.
pub(in crate::server) const SLEEPS_FOR: Duration = Duration::from_secs(1);

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

/// The pause before the next try: 1 s, doubled each time, at most a minute.
pub(in crate::server) fn pause(attempts: i64) -> i64 {
    let doubled = SECOND << attempts.saturating_sub(1).clamp(0, 6);
    doubled.min(MINUTE)
}
