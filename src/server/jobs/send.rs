//! The workers that hand mails to a relay, try again until the secret inside has expired, and then say "ask again".

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{About, Mail, POLL, SENDERS, claim, pause, place, promise_mail, put_back};
use crate::server::audit::{self, Event};
use crate::server::context::{Context, DAY, Shared};
use crate::server::delivery::{self, Letter, Outgoing, SendError};
use crate::server::failure::Broken;
use crate::server::keys::Purpose;
use crate::server::store;
use crate::server::store::jobs::{End, Job};
use crate::texts::Language;

/// Works until told to stop, then waits for the mails under way.
pub(super) async fn run(ctx: Shared, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(SENDERS));
    while !stop.is_cancelled() {
        let free = i64::try_from(slots.available_permits()).unwrap_or(0);
        let claimed = if free == 0 {
            Vec::new()
        } else {
            claim(&ctx, "mail", free).await.unwrap_or_else(|error| {
                tracing::error!(%error, "cannot claim work");
                Vec::new()
            })
        };
        if claimed.is_empty() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = ctx.wake.mail.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        for job in claimed {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                return;
            };
            let ctx = ctx.clone();
            tokio::spawn(async move {
                if let Err(error) = deliver(&ctx, &job).await {
                    tracing::error!(%error, job = job.id, "cannot deliver");
                    put_back(&ctx, &job).await;
                }
                drop(slot);
                ctx.wake.mail.notify_one();
            });
        }
    }
    let all = u32::try_from(SENDERS).unwrap_or(u32::MAX);
    let _ = slots.acquire_many(all).await;
}

async fn deliver(ctx: &Context, job: &Job) -> Result<(), Broken> {
    let Ok(body) = ctx
        .keys
        .open_sealed(Purpose::Outbox, &place(&job.id), &job.body_sealed)
    else {
        // Sealed with a key that is gone: no waiting will open it.
        return end(
            ctx,
            job,
            End::Dropped,
            "sealed with another key",
            Event::MailFailed,
        )
        .await;
    };
    let Ok(mail) = serde_json::from_slice::<Mail>(&body) else {
        // Written by another version of this program: no waiting will make it readable.
        return end(ctx, job, End::Dropped, "cannot be read", Event::MailFailed).await;
    };
    if mail.to.is_empty() {
        return drop_decoy(ctx, job).await;
    }
    if !is_for_somebody(ctx, job).await? {
        let why = "the account is disabled or gone";
        return end(ctx, job, End::Dropped, why, Event::MailFailed).await;
    }
    if ctx.now() >= job.expires_at {
        return expire(ctx, job, &mail).await;
    }
    let sent = match outgoing(ctx, job, &mail) {
        Ok(outgoing) => ctx.mailer.send(&outgoing).await,
        Err(error) => {
            tracing::error!(%error, job = job.id, "cannot render a mail");
            return end(
                ctx,
                job,
                End::Refused,
                "cannot be rendered",
                Event::MailFailed,
            )
            .await;
        }
    };
    match sent {
        Ok(accepted) => {
            let answer = format!("{} {}", accepted.relay, accepted.answer);
            end(ctx, job, End::Done, &answer, Event::MailSent).await
        }
        Err(error @ SendError::Refused { .. }) => {
            end(
                ctx,
                job,
                End::Refused,
                &error.to_string(),
                Event::MailFailed,
            )
            .await
        }
        Err(error @ SendError::Retry { .. }) => {
            tracing::warn!(%error, job = job.id, attempts = job.attempts, "a mail waits");
            let mut tx = ctx.store.begin().await?;
            store::jobs::retry(
                &mut tx,
                &job.id,
                ctx.now() + pause(job.attempts),
                &error.to_string(),
            )
            .await?;
            Ok(tx.commit().await?)
        }
    }
}

/// Whether the account that a mail is about may still be written to: it may have been disabled or removed while the mail waited.
async fn is_for_somebody(ctx: &Context, job: &Job) -> Result<bool, sqlx::Error> {
    let Some(id) = &job.account_id else {
        return Ok(true);
    };
    let mut connection = ctx.store.read().await?;
    let account = store::accounts::by_id(&mut connection, id).await?;
    Ok(account.is_some_and(|account| account.is_active()))
}

fn outgoing(ctx: &Context, job: &Job, mail: &Mail) -> Result<Outgoing, delivery::RenderError> {
    let language = Language::parse(&mail.language).unwrap_or(ctx.config.languages.default);
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
        rendered: delivery::render(&mail.letter, ctx.sentences(language), &about)?,
        date_us: ctx.now(),
    })
}

/// The job of a decoy ends as a sent one does, but for the sending.
async fn drop_decoy(ctx: &Context, job: &Job) -> Result<(), Broken> {
    let mut tx = ctx.store.begin().await?;
    store::jobs::end(&mut tx, &job.id, End::Dropped, "", ctx.now()).await?;
    Ok(tx.commit().await?)
}

async fn end(ctx: &Context, job: &Job, end: End, answer: &str, event: Event) -> Result<(), Broken> {
    let mut tx = ctx.store.begin().await?;
    if store::jobs::end(&mut tx, &job.id, end, answer, ctx.now()).await? {
        let detail = format!("{}: {answer}", job.purpose);
        let about = audit::About {
            flow: job.flow_id.as_deref(),
            account: job.account_id.as_deref(),
            detail: &detail,
        };
        audit::record(ctx, &mut tx, event, about).await?;
    }
    Ok(tx.commit().await?)
}

/// The secret died before any relay took it: one message without a secret says so.
async fn expire(ctx: &Context, job: &Job, mail: &Mail) -> Result<(), Broken> {
    let mut tx = ctx.store.begin().await?;
    let ended = store::jobs::end(
        &mut tx,
        &job.id,
        End::Expired,
        "expired before a relay took it",
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
        } = &mail.letter
    {
        let instead = Mail {
            to: mail.to.clone(),
            to_name: mail.to_name.clone(),
            language: mail.language.clone(),
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
        promise_mail(ctx, &mut tx, &instead, about).await?;
    }
    if ended {
        let about = audit::About {
            flow: job.flow_id.as_deref(),
            account: job.account_id.as_deref(),
            detail: "expired",
        };
        audit::record(ctx, &mut tx, Event::MailFailed, about).await?;
    }
    Ok(tx.commit().await?)
}
