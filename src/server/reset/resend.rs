//! "Send a new code": grants it when its time has come; the worker decides, unseen, whether anything is sent.
use std::net::IpAddr;

use super::flow::{Held, expiry, held, step, whole_seconds};
use crate::rules::channel::Channel;
use crate::rules::problem::Problem;
use crate::rules::steps::Step;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::{MINUTE, SECOND};
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::limits::requests;
use crate::server::outbox;
use crate::server::store::flows::{Flow, Resend};
use crate::server::store::{self, Tx, settle};

/// A second press within this time is the same wish.
const DOUBLE_SUBMIT: i64 = 5 * SECOND;

fn too_early(wait: i64) -> Failure {
    Failure::rejected(Problem::ResendTooEarly {
        seconds: whole_seconds(wait),
    })
}

/// Asks for a new code, on another way where people choose. Real and decoy flows answer alike.
///
/// # Errors
/// [`Failure::Rejected`] when it is too early, too often, or the flow is not waiting for a code; [`Failure::TooMany`]; [`Failure::Fault`].
pub async fn resend(
    ctx: &Context,
    by: Held<'_>,
    channel: Option<Channel>,
    client: IpAddr,
) -> Result<Flow, Failure> {
    let mut tx = ctx.store.begin().await?;
    let result = grant(ctx, &mut tx, by, channel, client).await;
    let flow = settle(tx, result).await?;
    ctx.wake.resolve.notify_one();
    Ok(flow)
}

async fn grant(
    ctx: &Context,
    tx: &mut Tx,
    by: Held<'_>,
    channel: Option<Channel>,
    client: IpAddr,
) -> Result<Flow, Failure> {
    requests::request_from(ctx, tx, client).await?;
    let flow = held(ctx, tx, by).await?;
    if step(&flow)? != Step::Code {
        return Err(Failure::rejected(Problem::CodeUsed));
    }
    let now = ctx.now();
    let reset = &ctx.config.reset;
    // Each wait is twice the one before it.
    let wait = |resent: i64| (i64::from(reset.first_resend_after) * SECOND) << resent.clamp(0, 8);
    if flow.resent > 0 && flow.resend_at - wait(flow.resent) > now - DOUBLE_SUBMIT {
        return Ok(flow);
    }
    if flow.resends_left <= 0 {
        return Err(Failure::rejected(Problem::ResendsUsedUp));
    }
    if flow.resend_at > now {
        return Err(too_early(flow.resend_at - now));
    }
    let current = flow.channel()?;
    let channel = channel
        .filter(|channel| reset.choose_channel && reset.uses(*channel))
        .unwrap_or(current);
    let code_expires_at = now + i64::from(reset.stated_lifetime(channel)) * MINUTE;
    let granted = Resend {
        now,
        resend_at: now + wait(flow.resent + 1),
        code_expires_at,
        expires_at: expiry(now, code_expires_at),
        tries: i64::from(reset.tries),
        channel,
    };
    let flow = store::flows::resend(tx, &flow.id, granted)
        .await?
        .ok_or_else(|| too_early(wait(flow.resent + 1)))?;
    outbox::enqueue_resolve(ctx, tx, &flow.id, 0, granted.code_expires_at).await?;
    let about = audit::Subject {
        flow: Some(&flow.id),
        account: None,
        detail: "",
    };
    audit::record(ctx, tx, Actor::Nobody, Event::CodeResent, about).await?;
    Ok(flow)
}
