//! "Send a new code": grants it when its time has come; the worker decides, unseen, whether anything is sent.

use std::net::IpAddr;

use super::flow::{Held, IDLE, held, step, whole_seconds};
use crate::rules::problem::Problem;
use crate::rules::steps::Step;
use crate::server::audit::{self, Event};
use crate::server::context::{Context, MINUTE, SECOND};
use crate::server::failure::{Failure, settle};
use crate::server::guard::limits;
use crate::server::jobs;
use crate::server::store::flows::{Flow, Resend};
use crate::server::store::{self, Connection};

/// Asks for a new code. Real and decoy flows answer alike.
///
/// # Errors
/// [`Failure::Said`] when it is too early, too often, or the flow is not waiting for a code; [`Failure::TooMany`]; [`Failure::Broken`].
pub async fn resend(ctx: &Context, by: Held<'_>, client: IpAddr) -> Result<Flow, Failure> {
    let mut tx = ctx.store.begin().await?;
    let result = grant(ctx, &mut tx, by, client).await;
    let flow = settle(tx, result).await?;
    ctx.wake.resolve.notify_one();
    Ok(flow)
}

async fn grant(
    ctx: &Context,
    connection: &mut Connection,
    by: Held<'_>,
    client: IpAddr,
) -> Result<Flow, Failure> {
    limits::request_from(ctx, connection, client).await?;
    let flow = held(ctx, connection, by).await?;
    if step(&flow)? != Step::Code {
        return Err(Failure::said(Problem::CodeUsed));
    }
    if flow.resends_left <= 0 {
        return Err(Failure::said(Problem::ResendsUsedUp));
    }
    let now = ctx.now();
    if flow.resend_at > now {
        return Err(Failure::said(Problem::ResendTooEarly {
            seconds: whole_seconds(flow.resend_at - now),
        }));
    }
    let reset = &ctx.config.reset;
    // Each wait is twice the one before it.
    let wait = (i64::from(reset.first_resend_after) * SECOND) << (flow.resent + 1).clamp(0, 8);
    let granted = Resend {
        now,
        resend_at: now + wait,
        code_expires_at: now + i64::from(reset.code_lifetime_mail) * MINUTE,
        expires_at: now + IDLE,
        tries: i64::from(reset.tries),
    };
    let flow = store::flows::resend(connection, &flow.id, granted)
        .await?
        .ok_or_else(|| {
            Failure::said(Problem::ResendTooEarly {
                seconds: whole_seconds(wait),
            })
        })?;
    jobs::promise_resolve(ctx, connection, &flow.id, granted.code_expires_at).await?;
    let about = audit::About {
        flow: Some(&flow.id),
        account: None,
        detail: "",
    };
    audit::record(ctx, connection, Event::CodeResent, about).await?;
    Ok(flow)
}
