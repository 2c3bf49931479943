//! What became of a delivery, written down: each a part of a transaction that several deliveries share.
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::rules::channel::Channel;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::DAY;
use crate::server::base::failure::Fault;
use crate::server::context::{Context, Shared};
use crate::server::delivery::{MessageContent, Recourse};
use crate::server::outbox::{JobAttributes, Message, enqueue, enqueue_resolve};
use crate::server::store::jobs::{End, Job};
use crate::server::store::{self, Connection, Tx};

pub(super) fn retried(
    tx: &mut Tx,
    id: String,
    at: i64,
    why: String,
) -> BoxFuture<'_, Result<(), Fault>> {
    Box::pin(async move { Ok(store::jobs::retry(tx, &id, at, &why).await?) })
}

pub(super) fn decoy_dropped(
    tx: &mut Tx,
    ctx: Shared,
    job: Arc<Job>,
) -> BoxFuture<'_, Result<(), Fault>> {
    Box::pin(async move {
        store::jobs::end(tx, &job.id, End::Dropped, "", ctx.now()).await?;
        Ok(())
    })
}

pub(super) fn ended(
    tx: &mut Tx,
    ctx: Shared,
    by: Channel,
    job: Arc<Job>,
    end: End,
    answer: String,
) -> BoxFuture<'_, Result<(), Fault>> {
    Box::pin(async move {
        if store::jobs::end(tx, &job.id, end, &answer, ctx.now()).await? {
            let detail = format!("{}: {answer}", job.purpose);
            let about = audit::Subject {
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
            audit::record(&ctx, tx, Actor::System, event, about).await?;
            if end == End::Refused {
                use_another_channel(&ctx, tx, by, &job).await?;
            }
        }
        Ok(())
    })
}

pub(super) fn expired(
    tx: &mut Tx,
    ctx: Shared,
    by: Channel,
    job: Arc<Job>,
    message: Arc<Message>,
) -> BoxFuture<'_, Result<(), Fault>> {
    Box::pin(async move {
        let why = "expired before it was taken";
        if !store::jobs::end(tx, &job.id, End::Expired, why, ctx.now()).await? {
            return Ok(());
        }
        if let MessageContent::Code {
            user_name,
            reference,
            ..
        }
        | MessageContent::Link {
            user_name,
            reference,
            ..
        } = &message.content
        {
            let instead = Message {
                to: message.to.clone(),
                to_name: message.to_name.clone(),
                language: message.language.clone(),
                content: MessageContent::AskAgain {
                    user_name: user_name.clone(),
                    reference: reference.clone(),
                },
                recourse: Recourse::Reset,
            };
            let about = JobAttributes {
                purpose: "ask_again",
                flow: job.flow_id.as_deref(),
                account: job.account_id.as_deref(),
                expires_at: ctx.now() + DAY,
            };
            enqueue(&ctx, tx, by, &instead, about).await?;
        }
        let about = audit::Subject {
            flow: job.flow_id.as_deref(),
            account: job.account_id.as_deref(),
            detail: "expired",
        };
        let event = match by {
            Channel::Mail => Event::MailFailed,
            Channel::Sms => Event::SmsFailed,
        };
        audit::record(&ctx, tx, Actor::System, event, about).await
    })
}

/// Once a request: where one way is closed to what answers it, the request is looked up again, and the other confirmed contact is used by the
/// same decision as the first.
async fn use_another_channel(
    ctx: &Context,
    tx: &mut Tx,
    by: Channel,
    job: &Job,
) -> Result<(), Fault> {
    match another_channel(ctx, tx, by, job).await? {
        Some(flow) => enqueue_resolve(ctx, tx, flow, 0, job.expires_at).await,
        None => Ok(()),
    }
}

/// The request that a message answers, if its other way is offered and was not tried in vain.
pub(super) async fn another_channel<'a>(
    ctx: &Context,
    connection: &mut Connection,
    by: Channel,
    job: &'a Job,
) -> Result<Option<&'a str>, sqlx::Error> {
    let answers = matches!(job.purpose.as_str(), "code" | "elsewhere");
    let flow = job.flow_id.as_deref().filter(|_| answers);
    let Some(flow) = flow.filter(|_| ctx.config.reset.uses(by.other())) else {
        return Ok(None);
    };
    let refused = store::jobs::refused_channels(connection, flow).await?;
    Ok((!refused.contains(&by.other())).then_some(flow))
}
