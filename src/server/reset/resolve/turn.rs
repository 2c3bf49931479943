//! The worker's turns: what is due is resolved together, in one transaction in which no job takes another one along.
use std::collections::BTreeSet;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::answer;
use super::find::{self, Finding, Named};
use crate::rules::channel::Channel;
use crate::rules::steps::Step;
use crate::server::base::clock::SECOND;
use crate::server::base::failure::Fault;
use crate::server::context::{Context, Shared};
use crate::server::outbox::{pause, pause_until_due};
use crate::server::store::flows::Flow;
use crate::server::store::jobs::{End, Job, Kind};
use crate::server::store::{self, Connection, Engine, Reader, Tx, Whose};

/// Jobs of one turn at the most.
const BATCH: usize = 64;
/// Jobs that a turn does however long they take: more than the requests which are let in between two turns promise. Where several nodes take
/// turns, no more either: what one has in hand and leaves for its next turn is overtaken by what others do meanwhile.
const AT_LEAST: usize = 32;
/// Microseconds after which a turn ends, so that requests need not wait long.
const LONGEST_TURN: i64 = SECOND / 20;
/// The pause when other nodes have in hand whatever is due: about half a turn.
const OTHERS_HAVE_THEM: Duration = Duration::from_millis(25);
/// So many turns in a row fail before the job that is first is put back by itself, if that can be written.
const IN_VAIN: u32 = 10;
/// The pause when the database does not answer.
const TRIES_EVERY: Duration = Duration::from_millis(500);

/// Works until told to stop.
pub(in crate::server) async fn run(ctx: Shared, stop: CancellationToken) {
    let batch = match ctx.store.engine() {
        Engine::Sqlite => BATCH,
        Engine::Postgres => AT_LEAST,
    };
    // After a turn that failed as a whole the first job has one to itself: it may be what was wrong.
    let mut most = batch;
    let mut in_vain = 0;
    while !stop.is_cancelled() {
        let wait = match turn(&ctx, most).await {
            Ok(wait) => {
                (most, in_vain) = (batch, 0);
                wait
            }
            Err(error) => {
                error.log("cannot resolve");
                most = 1;
                in_vain += u32::from(!error.is_shortage());
                if in_vain >= IN_VAIN && put_first_back(&ctx).await.is_ok() {
                    // The database works: what failed was this one.
                    (most, in_vain) = (batch, 0);
                }
                TRIES_EVERY
            }
        };
        if !wait.is_zero() {
            tokio::select! {
                () = stop.cancelled() => return,
                () = ctx.wake.resolve.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }
}

/// A job, and whom its request names; `None` where it waits for nothing any more.
struct LookedUp {
    job: Job,
    /// What could not even be looked up is put back.
    named: Result<Option<Named>, Fault>,
}

/// What is done in a turn.
struct Batch {
    tx: Tx,
    jobs: Vec<LookedUp>,
    /// Whom they mean, in the order in which they are locked.
    meant: BTreeSet<String>,
}

/// Why there is no batch, and the jobs that were to be in it.
struct Untaken {
    error: Fault,
    jobs: Vec<Job>,
}

impl<E: Into<Fault>> From<E> for Untaken {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            jobs: Vec::new(),
        }
    }
}

/// Puts the first due job behind the others, so that one which fails as if the database were away does not hold them up for ever. It ends
/// when the code that it would have made does.
async fn put_first_back(ctx: &Context) -> Result<(), sqlx::Error> {
    let (kind, now) = (Kind::Resolve, ctx.now());
    let mut tx = ctx.store.begin_as(Whose::Worker).await?;
    let first = match ctx.store.engine() {
        Engine::Sqlite => store::jobs::due(&mut tx, kind, now, 1).await?,
        Engine::Postgres => store::jobs::due_in_hand(&mut tx, kind, now, 1).await?,
    };
    for job in first {
        if now >= job.expires_at {
            store::jobs::end(&mut tx, &job.id, End::Expired, "fault", now).await?;
        } else {
            put_back(ctx, &mut tx, &job).await?;
        }
    }
    tx.commit().await
}

/// Resolves what is due, in its order and in one transaction; how long to rest afterwards.
///
/// Whom they name is looked up before the transaction, since a directory may be the network; what that means is decided when all of them are
/// locked: in one order over the whole turn, so that two of these never wait for each other in a circle.
async fn turn(ctx: &Context, most: usize) -> Result<Duration, Fault> {
    let wait = pause_until_due(ctx, Kind::Resolve).await?;
    if !wait.is_zero() {
        return Ok(wait);
    }
    let most = i64::try_from(most).unwrap_or(1);
    let batch = match take_in_hand(ctx, most).await {
        Ok(batch) => batch,
        Err(Untaken { error, jobs }) => match jobs.as_slice() {
            // It cannot even be looked up. Put back, it is in nobody's way.
            [job] if !error.is_passing() => {
                error.log_of("cannot resolve", &job.id);
                let mut tx = ctx.store.begin_as(Whose::Worker).await?;
                put_back(ctx, &mut tx, job).await?;
                tx.commit().await?;
                return Ok(Duration::ZERO);
            }
            _ => return Err(error),
        },
    };
    let Some(Batch {
        mut tx,
        jobs,
        meant,
    }) = batch
    else {
        return Ok(OTHERS_HAVE_THEM);
    };
    for id in &meant {
        store::accounts::lock(&mut tx, id).await?;
    }
    let begun_at = ctx.now();
    for (number, LookedUp { job, named }) in jobs.into_iter().enumerate() {
        if number >= AT_LEAST && ctx.now() - begun_at > LONGEST_TURN {
            break;
        }
        let savepoint = tx.savepoint().await?;
        match resolve(ctx, &mut tx, &job, named, &meant).await {
            Ok(Resolved::Done) => tx.keep(savepoint).await?,
            // Looked up again in the next turn.
            Ok(Resolved::MeansOthers) => tx.back_to(savepoint).await?,
            // The transaction is over, and nothing of it is true.
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                error.log_of("cannot resolve", &job.id);
                tx.back_to(savepoint).await?;
                put_back(ctx, &mut tx, &job).await?;
            }
        }
    }
    tx.commit().await?;
    ctx.wake.senders();
    Ok(Duration::ZERO)
}

/// A fault of ours has kept it from being done.
async fn put_back(ctx: &Context, tx: &mut Tx, job: &Job) -> Result<(), sqlx::Error> {
    let again_at = ctx.now() + pause(job.attempts + 1);
    store::jobs::put_back(tx, &job.id, again_at, "fault").await
}

/// The next jobs, which nobody else has, and whom they name; `None` where others have all that is due.
async fn take_in_hand(ctx: &Context, most: i64) -> Result<Option<Batch>, Untaken> {
    let jobs = due(ctx, most).await?;
    if jobs.is_empty() {
        return Ok(None);
    }
    let (mut looked_up, meant) = look_up(ctx, jobs).await?;
    let mut tx = ctx.store.begin_as(Whose::Worker).await?;
    // They are in hand as long as the transaction is open, whoever is killed. An embedded database has one node, which has them all.
    if ctx.store.engine() == Engine::Postgres {
        let ids: Vec<&str> = looked_up.iter().map(|each| each.job.id.as_str()).collect();
        let ours = store::jobs::in_hand(&mut tx, &ids, ctx.now()).await?;
        looked_up.retain(|each| ours.contains(&each.job.id));
        if looked_up.is_empty() {
            tx.rollback().await;
            return Ok(None);
        }
    }
    let jobs = looked_up;
    Ok(Some(Batch { tx, jobs, meant }))
}

/// What is due, but for what another node has in hand.
async fn due(ctx: &Context, most: i64) -> Result<Vec<Job>, sqlx::Error> {
    let (kind, now) = (Kind::Resolve, ctx.now());
    match ctx.store.engine() {
        Engine::Sqlite => {
            let mut reader = ctx.store.read().await?;
            store::jobs::due(&mut reader, kind, now, most).await
        }
        Engine::Postgres => {
            let mut tx = ctx.store.begin_as(Whose::Worker).await?;
            let jobs = store::jobs::due_in_hand(&mut tx, kind, now, most).await?;
            tx.commit().await?;
            Ok(jobs)
        }
    }
}

/// Whom these jobs name, and the accounts that they mean, each once and in the order in which they are locked; a job that means nobody stands
/// for its flow, so that the work is the same.
async fn look_up(
    ctx: &Context,
    jobs: Vec<Job>,
) -> Result<(Vec<LookedUp>, BTreeSet<String>), Untaken> {
    let mut meant = BTreeSet::new();
    let mut named = Vec::new();
    let mut reader = ctx.store.read().await?;
    for job in &jobs {
        match name(ctx, &mut reader, job, &mut meant).await {
            // What has failed in a transaction, as reading is one under a pooler, has ended it.
            Err(error @ Fault::Database(_)) => return Err(Untaken { error, jobs }),
            answer => named.push(answer),
        }
    }
    let all = jobs.into_iter().zip(named);
    let looked_up = all.map(|(job, named)| LookedUp { job, named });
    Ok((looked_up.collect(), meant))
}

/// Whom a job names; whom it means is added to the others.
async fn name(
    ctx: &Context,
    reader: &mut Reader,
    job: &Job,
    meant: &mut BTreeSet<String>,
) -> Result<Option<Named>, Fault> {
    let Some(flow) = waiting_flow(reader, job).await? else {
        return Ok(None);
    };
    let named = find::look_up(ctx, reader, &flow).await?;
    let refused = find::refused(reader, &flow).await?;
    let accounts = named.known(reader).await?;
    let finding = find::find(ctx, reader, &flow, (&named, accounts), refused).await?;
    meant.extend(finding.locks(&flow).into_iter().map(str::to_owned));
    Ok(Some(named))
}

/// The flow that a job is about, if it still waits for a code.
async fn waiting_flow(connection: &mut Connection, job: &Job) -> Result<Option<Flow>, sqlx::Error> {
    let flow = match &job.flow_id {
        Some(id) => store::flows::by_id(connection, id).await?,
        None => None,
    };
    Ok(flow.filter(|flow| flow.step == Step::Code.as_str()))
}

/// Whether the request that a job is about, to which one way is closed, could be answered by the other.
pub(in crate::server) async fn leads_elsewhere(
    ctx: &Context,
    reader: &mut Reader,
    job: &Job,
    closed: Channel,
) -> Result<bool, Fault> {
    let Some(flow) = waiting_flow(reader, job).await? else {
        return Ok(false);
    };
    let named = find::look_up(ctx, reader, &flow).await?;
    let accounts = named.known(reader).await?;
    let finding = find::find(ctx, reader, &flow, (&named, accounts), vec![closed]).await?;
    Ok(!matches!(finding, Finding::Nothing(_)))
}

/// What became of a job in a turn.
enum Resolved {
    /// It is done, here or by somebody else.
    Done,
    /// It means accounts that it did not mean a moment ago, which are not locked.
    MeansOthers,
}

async fn resolve(
    ctx: &Context,
    tx: &mut Tx,
    job: &Job,
    named: Result<Option<Named>, Fault>,
    locked: &BTreeSet<String>,
) -> Result<Resolved, Fault> {
    let named = named?;
    let flow = waiting_flow(tx, job).await?;
    let end = flow.as_ref().map_or(End::Dropped, |_| End::Done);
    // Ended first: a job may be in the hands of two nodes, and only one of them may go on.
    if !store::jobs::hold(tx, &job.id, end, ctx.now()).await? {
        return Ok(Resolved::Done);
    }
    if let Some(flow) = flow {
        let Some(named) = named else {
            return Ok(Resolved::MeansOthers);
        };
        let refused = find::refused(tx, &flow).await?;
        let accounts = named.adopted(ctx, tx).await?;
        let finding = find::find(ctx, tx, &flow, (&named, accounts), refused).await?;
        let is_locked = |id: &&str| locked.contains(*id);
        if !finding.locks(&flow).iter().all(is_locked) {
            return Ok(Resolved::MeansOthers);
        }
        answer(ctx, tx, &flow, finding).await?;
    }
    Ok(Resolved::Done)
}
