//! The workers that hand messages to a relay or gateway, try again until the secret inside has expired, and then say "ask again".

mod written;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use self::written::{another_channel, decoy_dropped, ended, expired, retried};
use crate::rules::channel::Channel;
use crate::server::base::clock::{HOUR, MINUTE, SECOND};
use crate::server::base::failure::Fault;
use crate::server::base::keys::Purpose;
use crate::server::context::{Context, Shared};
use crate::server::delivery::sms::text::Site;
use crate::server::delivery::{
    self, E164, MessageContent, Outgoing, OutgoingSms, SendError, SmsError,
};
use crate::server::health::incidents;
use crate::server::outbox::{
    Message, SLEEPS_FOR, claim, pause, pause_until_due, place, put_back, reports,
};
use crate::server::reset::resolve;
use crate::server::sessions::codes;
use crate::server::store;
use crate::server::store::jobs::{End, Job, Kind};

/// Messages under way at once on each way; a relay or gateway that hangs holds some of them, never the whole house.
const SENDERS: usize = 16;
/// The pause when other nodes are claiming whatever is due.
const OTHERS_HAVE_THEM: Duration = Duration::from_millis(10);

/// Works until told to stop, then waits for the messages under way.
pub(super) async fn run(ctx: Shared, by: Channel, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(SENDERS));
    let in_hand = InHand::default();
    while !stop.is_cancelled() {
        let free = i64::try_from(slots.available_permits()).unwrap_or(0);
        let (claimed, wait) = claim_due(&ctx, by, free).await.unwrap_or_else(|error| {
            Fault::from(error).log("cannot claim work");
            (Vec::new(), SLEEPS_FOR)
        });
        if claimed.is_empty() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = ctx.wake.of(by).notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        for job in claimed {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                return;
            };
            // A lease that lapsed here was renewed by the claim, no more: the message is still on its way, or waits for a database that
            // takes nothing to say that it was taken.
            if !in_hand.add(&job.id) {
                continue;
            }
            let (ctx, in_hand) = (ctx.clone(), in_hand.clone());
            tokio::spawn(async move {
                if let Err(error) = deliver(&ctx, by, &job).await {
                    error.log_of("cannot deliver", &job.id);
                    put_back(&ctx, &job).await;
                }
                in_hand.give_back(&job.id);
                drop(slot);
                ctx.wake.of(by).notify_one();
            });
        }
    }
    let all = u32::try_from(SENDERS).unwrap_or(u32::MAX);
    let _ = slots.acquire_many(all).await;
}

/// The messages that this process is delivering.
#[derive(Clone, Default)]
struct InHand(Arc<Mutex<HashSet<String>>>);

impl InHand {
    /// False when it is in hand already.
    fn add(&self, id: &str) -> bool {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.insert(id.to_owned())
    }

    fn give_back(&self, id: &str) {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.remove(id);
    }
}

/// Claims what is due, as far as there are slots; where nothing is, how long not.
async fn claim_due(
    ctx: &Context,
    by: Channel,
    free: i64,
) -> Result<(Vec<Job>, Duration), sqlx::Error> {
    if free == 0 {
        return Ok((Vec::new(), SLEEPS_FOR));
    }
    let wait = pause_until_due(ctx, Kind::Send(by)).await?;
    if !wait.is_zero() {
        return Ok((Vec::new(), wait));
    }
    Ok((claim(ctx, Kind::Send(by), free).await?, OTHERS_HAVE_THEM))
}

/// What became of an attempt.
enum Attempt {
    /// Taken, with what was answered.
    Taken(String),
    /// Refused for good.
    Refused(String),
    /// The mailbox is full now.
    Full(String),
    /// Not taken now.
    Later(String),
}

async fn deliver(ctx: &Shared, by: Channel, job: &Job) -> Result<(), Fault> {
    let Ok(body) = ctx
        .keys
        .open_sealed(Purpose::Outbox, &place(&job.id), &job.body_sealed)
    else {
        // Sealed with a key that is gone: no waiting will open it.
        let why = "they are sealed with another key: was the key file replaced, or is another one configured?";
        ctx.incidents
            .seen(incidents::KEY, why.to_owned(), ctx.now());
        return end(ctx, by, job, End::Dropped, "sealed with another key").await;
    };
    let Ok(message) = serde_json::from_slice::<Message>(&body) else {
        // Written by another version of this program: no waiting will make it readable.
        return end(ctx, by, job, End::Dropped, "cannot be read").await;
    };
    if message.to.is_empty() {
        return drop_decoy(ctx, job).await;
    }
    if !is_for_somebody(ctx, job).await? {
        return end(
            ctx,
            by,
            job,
            End::Dropped,
            "the account is disabled or gone",
        )
        .await;
    }
    if !is_still_wanted(ctx, job, &message).await? {
        return end(
            ctx,
            by,
            job,
            End::Dropped,
            "its code opens nothing any more",
        )
        .await;
    }
    if ctx.now() >= job.expires_at {
        return expire(ctx, by, job, message).await;
    }
    let attempt = match by {
        Channel::Mail => by_mail(ctx, job, &message).await,
        Channel::Sms => by_sms(ctx, job, &message).await,
    };
    match attempt {
        Attempt::Taken(answer) => end(ctx, by, job, End::Done, &answer).await,
        Attempt::Refused(why) => end(ctx, by, job, End::Refused, &why).await,
        // Whoever waits for an answer has it sooner by the other way; whatever else was to be told is still worth telling later.
        Attempt::Full(why) if has_another_channel(ctx, by, job).await? => {
            end(ctx, by, job, End::Refused, &why).await
        }
        Attempt::Full(why) => wait(ctx, job, pause_for_room(ctx, job), why).await,
        Attempt::Later(why) => wait(ctx, job, pause(job.attempts), why).await,
    }
}

/// The pause before a full mailbox is tried again: a tenth of the time that is left. People make room in hours rather than seconds, and relays
/// take it amiss when they are asked each minute.
fn pause_for_room(ctx: &Context, job: &Job) -> i64 {
    ((job.expires_at - ctx.now()) / 10).clamp(MINUTE, HOUR)
}

/// Puts a message back that was not taken now.
async fn wait(ctx: &Shared, job: &Job, pause: i64, why: String) -> Result<(), Fault> {
    tracing::warn!(
        why,
        job = job.id,
        attempts = job.attempts,
        "a message waits"
    );
    let at = ctx.now() + pause;
    let id = job.id.clone();
    ctx.together
        .write(&ctx.store, move |tx| {
            retried(tx, id.clone(), at, why.clone())
        })
        .await
}

/// Whether a message answers a request that can be answered by the other way.
async fn has_another_channel(ctx: &Context, by: Channel, job: &Job) -> Result<bool, Fault> {
    let mut connection = ctx.store.read().await?;
    Ok(another_channel(ctx, &mut connection, by, job)
        .await?
        .is_some()
        && resolve::leads_elsewhere(ctx, &mut connection, job, by).await?)
}

async fn by_mail(ctx: &Context, job: &Job, message: &Message) -> Attempt {
    let outgoing = match outgoing(ctx, job, message) {
        Ok(outgoing) => outgoing,
        Err(error) => {
            tracing::error!(%error, job = job.id, "cannot render a mail");
            return Attempt::Refused("cannot be rendered".to_owned());
        }
    };
    let sent = ctx.mailer.send(&outgoing).await;
    ctx.incidents.after_mail(&sent, job.attempts, ctx.now());
    match sent {
        Ok(accepted) => Attempt::Taken(format!("{} {}", accepted.relay, accepted.answer)),
        Err(error @ SendError::Full(_)) => Attempt::Full(error.to_string()),
        Err(error @ SendError::Retry(_)) => Attempt::Later(error.to_string()),
        Err(error) => Attempt::Refused(error.to_string()),
    }
}

async fn by_sms(ctx: &Context, job: &Job, message: &Message) -> Attempt {
    let Some(gateway) = &ctx.sms else {
        return Attempt::Refused("no gateway takes text messages".to_owned());
    };
    let sentences = ctx.sentences(ctx.language_of(&message.language));
    let site = Site::new(ctx.site_name(sentences).words, &ctx.public_url);
    let text = site.content(sentences, &message.content, &message.recourse);
    let (Some(to), Some(text)) = (E164::parse(&message.to), text) else {
        return Attempt::Refused("cannot be a text message".to_owned());
    };
    let valid_for = (job.expires_at - ctx.now()) / SECOND;
    let outgoing = OutgoingSms {
        to,
        text,
        id: job.id.clone(),
        valid_for: u32::try_from(valid_for).unwrap_or(u32::MAX).max(1),
        report_to: reports::url(ctx, &job.id),
    };
    let sent = gateway.send(&outgoing).await;
    ctx.incidents
        .after_text(gateway.name(), &sent, job.attempts, ctx.now());
    match sent {
        Ok(accepted) => Attempt::Taken(format!("{} {}", accepted.gateway, accepted.answer)),
        Err(error @ SmsError::Retry { .. }) => Attempt::Later(error.to_string()),
        Err(error) => Attempt::Refused(error.to_string()),
    }
}

/// Whether the account that a message is about may still be written to: it may have been disabled or removed while the message waited.
async fn is_for_somebody(ctx: &Context, job: &Job) -> Result<bool, sqlx::Error> {
    let Some(id) = &job.account_id else {
        return Ok(true);
    };
    let mut connection = ctx.store.read().await?;
    let mut all = vec![id.clone()];
    if let Some(flow) = &job.flow_id {
        all.extend(store::flow_accounts::of(&mut connection, flow).await?);
    }
    for id in all {
        let account = store::accounts::by_id(&mut connection, &id).await?;
        if account.is_some_and(|account| account.is_active()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the code in a message to somebody who is signed in is still waited for: it is overtaken by what ends it, and by nothing else.
async fn is_still_wanted(ctx: &Context, job: &Job, message: &Message) -> Result<bool, sqlx::Error> {
    let (
        Some(account),
        MessageContent::ConfirmPerson { code, .. } | MessageContent::ConfirmContact { code, .. },
    ) = (&job.account_id, &message.content)
    else {
        return Ok(true);
    };
    let mut connection = ctx.store.read().await?;
    codes::is_waited_for(ctx, &mut connection, account, code).await
}

fn outgoing(ctx: &Context, job: &Job, mail: &Message) -> Result<Outgoing, delivery::RenderError> {
    let sentences = ctx.sentences(ctx.language_of(&mail.language));
    let contact = ctx.config.support.contact.as_ref();
    let about = delivery::Addressing {
        site_name: ctx.site_name(sentences),
        site_url: &ctx.public_url,
        contact: contact.map(|contact| ctx.wording(contact, sentences)),
        name: &mail.to_name,
        recourse: &mail.recourse,
        look: &delivery::Look::of(&ctx.config, &ctx.public_url),
    };
    Ok(Outgoing {
        message_id: ctx.mailer.message_id(&job.id),
        to: mail.to.clone(),
        to_name: mail.to_name.clone(),
        rendered: delivery::render(&mail.content, sentences, &about)?,
        date_us: job.created_at,
    })
}

/// The job of a decoy ends as a sent one does, but for the sending.
async fn drop_decoy(ctx: &Shared, job: &Job) -> Result<(), Fault> {
    let (own, job) = (ctx.clone(), Arc::new(job.clone()));
    ctx.together
        .write(&ctx.store, move |tx| {
            decoy_dropped(tx, own.clone(), job.clone())
        })
        .await
}

async fn end(ctx: &Shared, by: Channel, job: &Job, end: End, answer: &str) -> Result<(), Fault> {
    let (own, job, answer) = (ctx.clone(), Arc::new(job.clone()), answer.to_owned());
    ctx.together
        .write(&ctx.store, move |tx| {
            ended(tx, own.clone(), by, job.clone(), end, answer.clone())
        })
        .await?;
    if end == End::Refused {
        ctx.wake.resolve.notify_one();
    }
    Ok(())
}

/// The secret died before anybody took it: one message without a secret says so.
async fn expire(ctx: &Shared, by: Channel, job: &Job, message: Message) -> Result<(), Fault> {
    let (own, job, message) = (ctx.clone(), Arc::new(job.clone()), Arc::new(message));
    ctx.together
        .write(&ctx.store, move |tx| {
            expired(tx, own.clone(), by, job.clone(), message.clone())
        })
        .await
}
