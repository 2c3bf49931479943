//! The worker that tells the operator of incidents: it writes down what was met, ends what is over, and sends what is enqueued about either.

mod outage;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::outage::Outage;
use crate::server::base::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::server::base::failure::Fault;
use crate::server::base::keys::Purpose;
use crate::server::base::random::random_id;
use crate::server::config::Alert;
use crate::server::context::{Context, Shared};
use crate::server::delivery::alert::IncidentNotice;
use crate::server::health::incidents::Sighting;
use crate::server::outbox::{LEASE, pause};
use crate::server::store::alerts::Alert as Enqueued;
use crate::server::store::{self, Tx};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);
/// How many looks go by between two writes that only show that writing is possible.
const BEAT: u32 = 20;
/// For how long looks fail before the database is an incident: it may be restarted in between.
const IN_VAIN: i64 = 10 * SECOND;
/// A trouble is over when it has worked and was not seen for so long.
const QUIET: i64 = MINUTE;
/// A trouble that nobody has met for so long is over too.
const FORGOTTEN: i64 = 6 * HOUR;
/// Tellings under way at once: a relay or webhook that hangs holds some of them, and neither this worker nor what others are told.
const AT_ONCE: usize = 16;

/// A message as it waits, sealed. Who is told stands in it, for the configuration may change meanwhile.
#[derive(Serialize, Deserialize)]
struct Waiting {
    to: String,
    told: IncidentNotice,
}

/// Works until told to stop.
pub(super) async fn run(ctx: Shared, stop: CancellationToken) {
    let mut looks = 0_u32;
    let mut failing_since: Option<i64> = None;
    let mut outage: Option<Outage> = None;
    let mut deliveries = JoinSet::new();
    while !stop.is_cancelled() {
        let began = ctx.now();
        while deliveries.try_join_next().is_some() {}
        match look(&ctx, looks.is_multiple_of(BEAT), &mut deliveries).await {
            Ok(()) => {
                failing_since = None;
                if let Some(over) = &mut outage {
                    if over.end() {
                        tracing::info!("the database works again");
                    }
                    over.tell(&ctx).await;
                }
                outage = outage.filter(|over| !over.is_done(&ctx));
            }
            Err(error) => {
                if failing_since.is_none() {
                    tracing::warn!(%error, "cannot look after incidents");
                }
                let since = *failing_since.get_or_insert(began);
                if outage.is_none() && since + IN_VAIN <= ctx.now() {
                    tracing::error!(%error, "the database does not work");
                    outage = Some(Outage::begin(&ctx, &error, since));
                }
                if let Some(outage) = &mut outage {
                    outage.tell(&ctx).await;
                }
            }
        }
        // While it fails every look tries to write, so that its end is noticed at once.
        looks = if failing_since.is_some() {
            0
        } else {
            looks.wrapping_add(1)
        };
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
    while deliveries.join_next().await.is_some() {}
}

async fn look(ctx: &Shared, beat: bool, deliveries: &mut JoinSet<()>) -> Result<(), Fault> {
    let met = ctx.incidents.drain();
    if let Err(error) = write_down(ctx, &met, beat).await {
        ctx.incidents.put_back(met);
        return Err(error);
    }
    let (open, is_due) = {
        let mut connection = ctx.store.read().await?;
        let open = store::incidents::open(&mut connection).await?;
        (
            open,
            store::alerts::is_due(&mut connection, ctx.now()).await?,
        )
    };
    if !open.is_empty() {
        end(ctx).await?;
    }
    ctx.incidents.remember_open(open);
    if is_due {
        send_due(ctx, deliveries).await?;
    }
    Ok(())
}

/// Begins to tell what is due, each by itself.
async fn send_due(ctx: &Shared, deliveries: &mut JoinSet<()>) -> Result<(), Fault> {
    let free = i64::try_from(AT_ONCE.saturating_sub(deliveries.len())).unwrap_or(0);
    if free == 0 {
        return Ok(());
    }
    let now = ctx.now();
    let longest = ctx.alerts.longest(&ctx.mailer).as_micros();
    let longest = i64::try_from(longest).unwrap_or(LEASE);
    let mut tx = ctx.store.begin().await?;
    let until = now + LEASE.max(longest + LEASE / 4);
    let claimed = store::alerts::claim(&mut tx, now, until, free).await?;
    tx.commit().await?;
    for promised in claimed {
        let ctx = ctx.clone();
        deliveries.spawn(async move {
            // Its claim lapses, and it is told once more.
            if let Err(error) = send(&ctx, &promised).await {
                tracing::warn!(%error, "that the operator was told cannot be written down");
            }
        });
    }
    Ok(())
}

async fn write_down(
    ctx: &Context,
    met: &BTreeMap<String, Sighting>,
    beat: bool,
) -> Result<(), Fault> {
    if met.is_empty() && !beat {
        return Ok(());
    }
    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    store::readiness::write(&mut tx, now).await?;
    let mut begun = Vec::new();
    for (id, met) in met {
        if let Some((why, since)) = &met.seen
            && store::incidents::seen(&mut tx, id, why, (*since, now)).await?
        {
            begun.push((id, why));
            enqueue(ctx, &mut tx, &notice(ctx, id, false, why, *since)).await?;
        }
        if met.fine {
            store::incidents::fine(&mut tx, id, now + 1).await?;
        }
    }
    tx.commit().await?;
    for (incident, why) in begun {
        tracing::warn!(incident, why, "an incident begins");
    }
    Ok(())
}

async fn end(ctx: &Context) -> Result<(), Fault> {
    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    let mut ended = Vec::new();
    for over in store::incidents::end(&mut tx, now - QUIET, now - FORGOTTEN).await? {
        let told = notice(ctx, &over.id, true, &over.why, over.begun_at);
        enqueue(ctx, &mut tx, &told).await?;
        ended.push(over.id);
    }
    tx.commit().await?;
    for incident in ended {
        tracing::info!(incident, "an incident is over");
    }
    Ok(())
}

fn notice(ctx: &Context, incident: &str, is_over: bool, why: &str, since: i64) -> IncidentNotice {
    let since = Timestamp::from_microsecond(since).unwrap_or(Timestamp::UNIX_EPOCH);
    IncidentNotice {
        incident: incident.to_owned(),
        is_over,
        why: why.to_owned(),
        since: since.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        service: ctx.public_url.clone(),
    }
}

/// A row for each who is to be told.
async fn enqueue(ctx: &Context, tx: &mut Tx, told: &IncidentNotice) -> Result<(), Fault> {
    for to in &ctx.alerts.to {
        let id = random_id()?;
        let waiting = Waiting {
            to: to.written(),
            told: told.clone(),
        };
        let body = serde_json::to_vec(&waiting)?;
        let body = ctx.keys.seal(Purpose::Outbox, &place(&id), &body)?;
        let now = ctx.now();
        store::alerts::insert(tx, &id, &body, now, now + DAY).await?;
    }
    Ok(())
}

fn place(id: &str) -> String {
    format!("alerts {id}")
}

async fn send(ctx: &Context, promised: &Enqueued) -> Result<(), Fault> {
    let opened = ctx
        .keys
        .open_sealed(Purpose::Outbox, &place(&promised.id), &promised.body_sealed);
    let waiting = opened
        .ok()
        .and_then(|body| serde_json::from_slice::<Waiting>(&body).ok())
        .filter(|_| ctx.now() < promised.expires_at);
    let mut again_at = None;
    // Whoever is not configured any more is not told.
    if let Some(waiting) = waiting
        && let Some(to) = written(ctx, &waiting.to)
    {
        let (id, at) = (&promised.id, promised.created_at);
        let told = ctx
            .alerts
            .tell(&ctx.mailer, to, &waiting.told, id, at)
            .await;
        if let Err(error) = told {
            tracing::warn!(%error, to = to.name(), "the operator cannot be told yet");
            again_at = Some(ctx.now() + pause(promised.attempts));
        }
    }
    let mut tx = ctx.store.begin().await?;
    match again_at {
        Some(at) => store::alerts::retry(&mut tx, &promised.id, at).await?,
        None => store::alerts::end(&mut tx, &promised.id).await?,
    }
    Ok(tx.commit().await?)
}

fn written<'a>(ctx: &'a Context, text: &str) -> Option<&'a Alert> {
    ctx.alerts.to.iter().find(|to| to.written() == text)
}
