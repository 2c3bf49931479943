//! The workers that hand messages to a relay or gateway, try again until the secret inside has expired, and then say "ask again".

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{
    About, Message, POLL, SENDERS, claim, pause, place, promise, promise_resolve, put_back, reports,
};
use crate::rules::channel::Channel;
use crate::server::audit::{self, Event};
use crate::server::context::{Context, DAY, SECOND, Shared};
use crate::server::delivery::sms::text::Site;
use crate::server::delivery::{self, E164, Letter, Outgoing, OutgoingSms, SendError, SmsError};
use crate::server::failure::Broken;
use crate::server::incidents;
use crate::server::keys::Purpose;
use crate::server::session_codes;
use crate::server::store::jobs::{End, Job, Kind};
use crate::server::store::{self, Tx};

/// Works until told to stop, then waits for the messages under way.
pub(super) async fn run(ctx: Shared, by: Channel, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(SENDERS));
    while !stop.is_cancelled() {
        let free = i64::try_from(slots.available_permits()).unwrap_or(0);
        let claimed = if free == 0 {
            Vec::new()
        } else {
            claim(&ctx, Kind::Send(by), free)
                .await
                .unwrap_or_else(|error| {
                    tracing::error!(%error, "cannot claim work");
                    Vec::new()
                })
        };
        if claimed.is_empty() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = ctx.wake.of(by).notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        for job in claimed {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                return;
            };
            let ctx = ctx.clone();
            tokio::spawn(async move {
                if let Err(error) = deliver(&ctx, by, &job).await {
                    tracing::error!(%error, job = job.id, "cannot deliver");
                    put_back(&ctx, &job).await;
                }
                drop(slot);
                ctx.wake.of(by).notify_one();
            });
        }
    }
    let all = u32::try_from(SENDERS).unwrap_or(u32::MAX);
    let _ = slots.acquire_many(all).await;
}

/// What became of an attempt.
enum Attempt {
    /// Taken, with what was answered.
    Taken(String),
    /// Refused for good.
    Refused(String),
    /// Not taken now.
    Later(String),
}

async fn deliver(ctx: &Context, by: Channel, job: &Job) -> Result<(), Broken> {
    let Ok(body) = ctx
        .keys
        .open_sealed(Purpose::Outbox, &place(&job.id), &job.body_sealed)
    else {
        // Sealed with a key that is gone: no waiting will open it.
        let why = "they are sealed with another key: was the key file replaced, or is another one configured?";
        ctx.incidents.seen(incidents::KEY, why.to_owned());
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
        return expire(ctx, by, job, &message).await;
    }
    let attempt = match by {
        Channel::Mail => by_mail(ctx, job, &message).await,
        Channel::Sms => by_sms(ctx, job, &message).await,
    };
    match attempt {
        Attempt::Taken(answer) => end(ctx, by, job, End::Done, &answer).await,
        Attempt::Refused(why) => end(ctx, by, job, End::Refused, &why).await,
        Attempt::Later(why) => {
            tracing::warn!(
                why,
                job = job.id,
                attempts = job.attempts,
                "a message waits"
            );
            let mut tx = ctx.store.begin().await?;
            let at = ctx.now() + pause(job.attempts);
            store::jobs::retry(&mut tx, &job.id, at, &why).await?;
            Ok(tx.commit().await?)
        }
    }
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
    ctx.incidents.after_mail(&sent, job.attempts);
    match sent {
        Ok(accepted) => Attempt::Taken(format!("{} {}", accepted.relay, accepted.answer)),
        Err(error @ SendError::Retry(_)) => Attempt::Later(error.to_string()),
        Err(error) => Attempt::Refused(error.to_string()),
    }
}

async fn by_sms(ctx: &Context, job: &Job, message: &Message) -> Attempt {
    let Some(gateway) = &ctx.sms else {
        return Attempt::Refused("no gateway takes text messages".to_owned());
    };
    let site = Site::new(&ctx.config.site.name, &ctx.public_url);
    let text = site.letter(
        ctx.sentences(ctx.language_of(&message.language)),
        &message.letter,
    );
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
        .after_text(gateway.name(), &sent, job.attempts);
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
    let (Some(account), Letter::ConfirmPerson { code, .. } | Letter::ConfirmContact { code, .. }) =
        (&job.account_id, &message.letter)
    else {
        return Ok(true);
    };
    let mut connection = ctx.store.read().await?;
    session_codes::is_waited_for(ctx, &mut connection, account, code).await
}

fn outgoing(ctx: &Context, job: &Job, mail: &Message) -> Result<Outgoing, delivery::RenderError> {
    let about = delivery::About {
        site_name: &ctx.config.site.name,
        site_url: &ctx.public_url,
        contact: ctx.config.support.contact.as_deref(),
        name: &mail.to_name,
    };
    Ok(Outgoing {
        message_id: ctx.mailer.message_id(&job.id),
        to: mail.to.clone(),
        to_name: mail.to_name.clone(),
        rendered: delivery::render(
            &mail.letter,
            ctx.sentences(ctx.language_of(&mail.language)),
            &about,
        )?,
        date_us: job.created_at,
    })
}

/// The job of a decoy ends as a sent one does, but for the sending.
async fn drop_decoy(ctx: &Context, job: &Job) -> Result<(), Broken> {
    let mut tx = ctx.store.begin().await?;
    store::jobs::end(&mut tx, &job.id, End::Dropped, "", ctx.now()).await?;
    Ok(tx.commit().await?)
}

async fn end(ctx: &Context, by: Channel, job: &Job, end: End, answer: &str) -> Result<(), Broken> {
    let mut tx = ctx.store.begin().await?;
    if store::jobs::end(&mut tx, &job.id, end, answer, ctx.now()).await? {
        let detail = format!("{}: {answer}", job.purpose);
        let about = audit::About {
            flow: job.flow_id.as_deref(),
            account: job.account_id.as_deref(),
            detail: &detail,
        };
        let event = match (by, end) {
            (Channel::Mail, End::Done) => Event::MailSent,
            (Channel::Mail, _) => Event::MailFailed,
            (Channel::Sms, End::Done) => Event::SmsSent,
            (Channel::Sms, _) => Event::SmsFailed,
        };
        audit::record(ctx, &mut tx, event, about).await?;
        if end == End::Refused {
            go_another_way(ctx, &mut tx, by, job).await?;
        }
    }
    tx.commit().await?;
    if end == End::Refused {
        ctx.wake.resolve.notify_one();
    }
    Ok(())
}

/// Once a request: where one way is closed to what answers it, the request is looked up again, and the other confirmed contact is used by the
/// same decision as the first.
async fn go_another_way(ctx: &Context, tx: &mut Tx, by: Channel, job: &Job) -> Result<(), Broken> {
    let Some(flow) = job.flow_id.as_deref() else {
        return Ok(());
    };
    let answers = matches!(job.purpose.as_str(), "code" | "elsewhere");
    if !answers || !ctx.config.reset.uses(by.other()) {
        return Ok(());
    }
    if store::jobs::refused_ways(tx, flow).await? != [by] {
        return Ok(());
    }
    promise_resolve(ctx, tx, flow, 0, job.expires_at).await
}

/// The secret died before anybody took it: one message without a secret says so.
async fn expire(ctx: &Context, by: Channel, job: &Job, message: &Message) -> Result<(), Broken> {
    let mut tx = ctx.store.begin().await?;
    let ended = store::jobs::end(
        &mut tx,
        &job.id,
        End::Expired,
        "expired before it was taken",
        ctx.now(),
    )
    .await?;
    if ended
        && let Letter::Code {
            user_name,
            reference,
            ..
        }
        | Letter::Link {
            user_name,
            reference,
            ..
        } = &message.letter
    {
        let instead = Message {
            to: message.to.clone(),
            to_name: message.to_name.clone(),
            language: message.language.clone(),
            letter: Letter::AskAgain {
                user_name: user_name.clone(),
                reference: reference.clone(),
            },
        };
        let about = About {
            purpose: "ask_again",
            flow: job.flow_id.as_deref(),
            account: job.account_id.as_deref(),
            expires_at: ctx.now() + DAY,
        };
        promise(ctx, &mut tx, by, &instead, about).await?;
    }
    if ended {
        let about = audit::About {
            flow: job.flow_id.as_deref(),
            account: job.account_id.as_deref(),
            detail: "expired",
        };
        let event = match by {
            Channel::Mail => Event::MailFailed,
            Channel::Sms => Event::SmsFailed,
        };
        audit::record(ctx, &mut tx, event, about).await?;
    }
    Ok(tx.commit().await?)
}
