//! A flow as its browser may know it: the cookie, the form token, and the view that pages are made from.
use std::time::Duration;

use super::super::context::Context;
use super::super::store::flows::Flow;
use super::super::store::outcome::Outcome;
use super::super::store::{self, Connection};
use super::proved::Proved;
use crate::rules::page::FlowView;
use crate::rules::problem::Problem;
use crate::rules::steps::Step;
use crate::server::base::clock::{MINUTE, SECOND};
use crate::server::base::failure::{Failure, Fault};
use crate::server::base::keys::{Purpose, digest, same};
use crate::server::base::random::NoRandomness;
use crate::server::identifiers::sealed::open_identifier;

/// How long a flow is kept without a new step: counted from its beginning, the last new code, the proof or the save.
pub const IDLE: i64 = 60 * MINUTE;

/// How often, and how far apart, a page that may say "no such account" looks whether the worker has.
const LOOKS: u32 = 30;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// When a flow ends for lack of use: an hour after its last step, but not while its code still holds.
#[must_use]
pub fn expiry(now: i64, code_expires_at: i64) -> i64 {
    (now + IDLE).max(code_expires_at + IDLE / 4)
}

/// What a browser brings to a step.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Value of the flow's cookie.
    pub cookie: Option<&'a str>,
    /// The form's token.
    pub token: &'a str,
}

/// The cookie of a flow before it is proved. Derived, so that a double submit gets the same one twice.
#[must_use]
pub fn first_cookie(ctx: &Context, flow_id: &str) -> String {
    ctx.keys
        .mac_text(Purpose::Form, &[b"flow cookie", flow_id.as_bytes()])
}

/// The cookie of a flow after it was proved by this code.
#[must_use]
pub fn proved_cookie(ctx: &Context, flow_id: &str, code_mac: &str) -> String {
    ctx.keys.mac_text(
        Purpose::Form,
        &[b"proved cookie", flow_id.as_bytes(), code_mac.as_bytes()],
    )
}

/// The cookie of a flow after this was shown as the second factor.
#[must_use]
pub fn factor_cookie(ctx: &Context, flow_id: &str, shown_mac: &str) -> String {
    ctx.keys.mac_text(
        Purpose::Form,
        &[b"factor cookie", flow_id.as_bytes(), shown_mac.as_bytes()],
    )
}

/// The token that forms of a flow carry.
#[must_use]
pub fn token(ctx: &Context, flow_id: &str) -> String {
    ctx.keys
        .mac_text(Purpose::Form, &[b"form token", flow_id.as_bytes()])
}

/// Seals the postal code that was given.
///
/// # Errors
/// [`NoRandomness`].
pub fn seal_postal_code(ctx: &Context, flow_id: &str, code: &str) -> Result<String, NoRandomness> {
    let place = format!("flows {flow_id} postal code");
    ctx.keys.seal(Purpose::Outbox, &place, code.as_bytes())
}

/// The postal code that was given, if one was.
///
/// # Errors
/// [`Fault`] when it cannot be opened with this key.
pub fn open_postal_code(ctx: &Context, flow: &Flow) -> Result<Option<String>, Fault> {
    let Some(sealed) = &flow.postal_code_sealed else {
        return Ok(None);
    };
    let place = format!("flows {} postal code", flow.id);
    let plain = ctx.keys.open_sealed(Purpose::Outbox, &place, sealed)?;
    let code = String::from_utf8(plain.to_vec());
    code.map(Some)
        .map_err(|_| Fault::Content("flows.postal_code_sealed"))
}

/// The flow that a cookie holds. A flow that ended for lack of use is gone, and the cookie from before the proof shows nothing after it.
///
/// # Errors
/// When the database does not answer.
pub async fn by_cookie(
    ctx: &Context,
    connection: &mut Connection,
    cookie: &str,
) -> Result<Option<Flow>, sqlx::Error> {
    let flow = store::flows::by_cookie(connection, &digest(cookie)).await?;
    // Once another flow has changed the password, or the account is disabled, a proof that was still open proves nothing any more.
    let flow = match flow {
        Some(flow)
            if (step_is(&flow, Step::New) || step_is(&flow, Step::Factor))
                && Proved::by_flow(ctx, connection, &flow).await?.is_nobody() =>
        {
            None
        }
        flow => flow,
    };
    Ok(flow.filter(|flow| {
        flow.expires_at > ctx.now()
            && same(&flow.cookie_hash, &digest(cookie))
            && is_readable(ctx, flow)
    }))
}

fn step_is(flow: &Flow, step: Step) -> bool {
    flow.step == step.as_str()
}

/// Whether the row was sealed with the key at hand. One that was not belongs to a key that is lost, and its flow is over with it.
fn is_readable(ctx: &Context, flow: &Flow) -> bool {
    open_identifier(ctx, flow).is_ok()
}

/// The flow that a post is about.
///
/// # Errors
/// [`Failure::Rejected`] when there is none, it is over, or the form belongs to another one.
pub async fn held(
    ctx: &Context,
    connection: &mut Connection,
    held: Held<'_>,
) -> Result<Flow, Failure> {
    let cookie = held
        .cookie
        .ok_or_else(|| Failure::rejected(Problem::FlowMissing))?;
    let flow = store::flows::by_cookie(connection, &digest(cookie))
        .await?
        .filter(|flow| is_readable(ctx, flow))
        .ok_or_else(|| Failure::rejected(Problem::FlowMissing))?;
    if !same(&token(ctx, &flow.id), held.token) {
        return Err(Failure::rejected(Problem::FlowElsewhere));
    }
    if flow.expires_at <= ctx.now() {
        return Err(Failure::rejected(Problem::FlowExpired));
    }
    Ok(flow)
}

/// Where a stored flow stands.
///
/// # Errors
/// [`Fault::Content`] when the row holds no known step.
pub fn step(flow: &Flow) -> Result<Step, Fault> {
    Step::parse(&flow.step).ok_or(Fault::Content("flows.step"))
}

/// Microseconds as whole seconds, rounded up; nothing below zero.
#[must_use]
pub fn whole_seconds(microseconds: i64) -> u16 {
    let seconds = microseconds.max(0).saturating_add(SECOND - 1) / SECOND;
    u16::try_from(seconds).unwrap_or(u16::MAX)
}

/// Whether the page says that there is no such account: only where the organisation has chosen so.
fn is_unknown(ctx: &Context, flow: &Flow) -> Result<bool, sqlx::Error> {
    let unknown = [Outcome::NoAccount, Outcome::KindNotAccepted];
    Ok(ctx.config.reset.reveal_unknown && unknown.contains(&flow.outcome()?))
}

/// Where the page is to say that there is no such account: the flow once the worker has looked, or soon after at the latest. Elsewhere no
/// page waits for that, and `None` is the answer.
pub async fn answered(ctx: &Context, flow: &Flow) -> Option<Flow> {
    if !ctx.config.reset.reveal_unknown {
        return None;
    }
    for _ in 0..LOOKS {
        let mut connection = ctx.store.read().await.ok()?;
        let found = store::flows::by_id(&mut connection, &flow.id)
            .await
            .ok()??;
        drop(connection);
        if found.outcome().ok()? != Outcome::Waiting {
            return Some(found);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    None
}

/// What the pages of a flow show. Before the proof nothing in it depends on whether an account exists.
///
/// # Errors
/// [`Fault`] when the database does not answer or a value cannot be opened.
pub async fn view(
    ctx: &Context,
    connection: &mut Connection,
    flow: &Flow,
) -> Result<FlowView, Fault> {
    let now = ctx.now();
    let step = step(flow)?;
    let mut view = FlowView {
        step,
        forced: flow.required_change(),
        channel: flow.channel()?,
        is_unknown: is_unknown(ctx, flow)?,
        reference: flow.reference.clone(),
        token: token(ctx, &flow.id),
        identifier: open_identifier(ctx, flow)?,
        resend_in: whole_seconds(flow.resend_at - now),
        resends_left: u8::try_from(flow.resends_left).unwrap_or(0),
        code_dead: step == Step::Code && (flow.tries_left <= 0 || flow.code_expires_at <= now),
        ..FlowView::default()
    };
    if step == Step::New {
        let proved = Proved::by_flow(ctx, connection, flow).await?;
        if !proved.is_nobody() {
            view.personal = proved.personal_words(ctx, connection).await?;
            view.user_name = Some(proved.user_name_lines());
            view.accounts = proved.to_pick();
            let mut policy = ctx.directory.policy().clone();
            if view.forced.is_some() {
                // The present one at least.
                policy.history = policy.history.max(1);
            }
            view.policy = Some(policy);
        }
    }
    if step == Step::Done {
        view.already = flow.done_shown != 0;
    }
    Ok(view)
}

#[cfg(test)]
mod tests {
    #[test]
    fn half_a_minute_of_lifetime_is_never_rounded_to_nothing() {
        assert_eq!(super::whole_seconds(1), 1);
        assert_eq!(super::whole_seconds(1_000_001), 2);
        assert_eq!(super::whole_seconds(-5), 0);
    }
}
