//! The code step: counts the try first, compares in constant time, moves the flow on and rotates its cookie.

mod decision;

use std::net::IpAddr;

use self::decision::{Compared, Decision};
use super::code_mac;
use super::flow::{Held, held, proved_cookie, step};
use crate::rules::channel::Channel;
use crate::rules::code::Code;
use crate::rules::problem::Problem;
use crate::rules::steps::{self, Step};
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::{Failure, Fault};
use crate::server::base::keys::{digest, same};
use crate::server::context::Context;
use crate::server::factor;
use crate::server::limits::{requests, text_messages};
use crate::server::store::flows::Flow;
use crate::server::store::former_codes::REMEMBERED;
use crate::server::store::{self, Tx, settle};

/// A second post of the right code within this time, by the browser that gave it, gets the same answer: the first one may have been lost.
const DOUBLE_SUBMIT: i64 = MINUTE;
/// Stands in for the MAC of a decoy. No MAC is all dots.
const NO_MAC: &str = "...........................................";

/// Tries a code. On success the flow and the new value of its cookie.
///
/// # Errors
/// [`Failure::Rejected`] with what was wrong, [`Failure::TooMany`] by client address, [`Failure::Fault`].
pub async fn verify(
    ctx: &Context,
    by: Held<'_>,
    typed: &str,
    client: IpAddr,
) -> Result<(Flow, String), Failure> {
    let mut tx = ctx.store.begin().await?;
    let result = attempt(ctx, &mut tx, by, typed, client).await;
    let proved = settle(tx, result).await?;
    if proved.0.sent_by.as_deref() == Some(Channel::Sms.as_str()) {
        // By itself, so that it is in no deadlock with a worker. That it is lost only makes the budget a little tighter.
        let noted = async {
            let mut tx = ctx.store.begin().await?;
            text_messages::typed(ctx, &mut tx).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "a typed code is not given back to the budget");
        }
    }
    Ok(proved)
}

async fn attempt(
    ctx: &Context,
    tx: &mut Tx,
    by: Held<'_>,
    typed: &str,
    client: IpAddr,
) -> Result<(Flow, String), Failure> {
    requests::request_from(ctx, tx, client).await?;
    let flow = held(ctx, tx, by).await?;
    // What cannot be a code is not a guess, so it costs no try.
    let code = Code::parse(typed).map_err(Failure::rejected)?;
    let mac = code_mac(ctx, &flow.id, &code);
    let at = step(&flow)?;
    if at != Step::Code {
        return again(ctx, flow, &mac, at);
    }
    if flow.code_expires_at <= ctx.now() {
        return Err(Failure::rejected(Problem::CodeExpired));
    }
    let Some(flow) = store::flows::count_try(tx, &flow.id, ctx.now()).await? else {
        // The duplicate submission may have come first, on another node.
        let flow = store::flows::by_id(tx, &flow.id).await?;
        return match flow.filter(|flow| flow.step != Step::Code.as_str()) {
            Some(flow) => {
                let at = step(&flow)?;
                again(ctx, flow, &mac, at)
            }
            None => Err(Failure::rejected(Problem::CodeTriesUsedUp)),
        };
    };
    // From here on a decoy does the same work: the same statements, the same comparisons.
    // Guesses at a code that no longer exists are not counted against the account: they cannot hit, and must not shut its owner out.
    let guessed = flow
        .account_id
        .as_deref()
        .filter(|_| flow.secret_mac.is_some());
    let whom = guessed.unwrap_or(&flow.id).to_owned();
    let former = former_code(ctx, tx, &flow, &whom, &code).await?;
    // A code that is for several accounts is a guess at each of them.
    let mut all = store::flow_accounts::of(tx, &flow.id).await?;
    if !all.contains(&whom) {
        all.push(whom.clone());
    }
    let over_limit =
        requests::is_any_over_wrong_code_limit(ctx, tx, all.iter().map(String::as_str)).await?;
    let in_time = flow
        .secret_expires_at
        .is_some_and(|until| until > ctx.now());
    // Looked up now: an account that was disabled meanwhile has no right code any more.
    let mut is_held = false;
    for each in &all {
        let holder = store::accounts::by_id(tx, each).await?;
        is_held |= holder.is_some_and(|account| account.is_active());
    }
    let compared = Compared {
        is_right: same(&mac, flow.secret_mac.as_deref().unwrap_or(NO_MAC)),
        is_former: same(&mac, flow.former_secret_mac.as_deref().unwrap_or(NO_MAC)),
        is_replaced: former.is_some(),
        is_in_time: in_time,
        is_alive: in_time && flow.secret_tries_left >= 0 && is_held,
        is_over_limit: over_limit,
        left: u8::try_from(flow.tries_left).unwrap_or(0),
    };
    match (compared.decide(), former) {
        (Decision::Expired, _) => return Err(Failure::rejected(Problem::CodeExpired)),
        (Decision::Prove, _) => return prove(ctx, tx, flow, &mac, &all).await,
        (Decision::Replaced, Some(former)) => {
            if store::former_codes::note_typed(tx, &whom, &former, ctx.now()).await? {
                return replaced(ctx, tx, &flow).await;
            }
        }
        (Decision::Replaced | Decision::Wrong, _) => {}
    }
    for each in &all {
        requests::wrong_code(ctx, tx, each).await?;
    }
    let about = audit::Subject {
        flow: Some(&flow.id),
        account: flow.account_id.as_deref(),
        detail: "",
    };
    audit::record(ctx, tx, Actor::Nobody, Event::CodeWrong, about).await?;
    Err(Failure::rejected(compared.wrong()))
}

/// Which of the codes that a newer one has replaced this is, by its MAC: the mailbox may show the older message. As many MACs are made and
/// compared for every flow.
async fn former_code(
    ctx: &Context,
    tx: &mut Tx,
    flow: &Flow,
    whom: &str,
    code: &Code,
) -> Result<Option<String>, sqlx::Error> {
    let known = store::former_codes::of_account(tx, whom, ctx.now()).await?;
    let mut found = None;
    for place in 0..REMEMBERED {
        let (bound_to, stored) = known.get(place).map_or((&*flow.id, NO_MAC), |former| {
            (&*former.flow_id, &*former.code_mac)
        });
        if same(&code_mac(ctx, bound_to, code), stored) {
            found = Some(stored.to_owned());
        }
    }
    Ok(found)
}

/// A replaced code, typed for the first time: it is no guess, so its try is given back and counts against nobody.
async fn replaced(ctx: &Context, tx: &mut Tx, flow: &Flow) -> Result<(Flow, String), Failure> {
    store::flows::give_try_back(tx, &flow.id).await?;
    let about = audit::Subject {
        flow: Some(&flow.id),
        account: flow.account_id.as_deref(),
        detail: "replaced",
    };
    audit::record(ctx, tx, Actor::Nobody, Event::CodeWrong, about).await?;
    let left = u8::try_from(flow.tries_left + 1).unwrap_or(0);
    Err(Failure::rejected(Problem::CodeReplaced { left }))
}

async fn prove(
    ctx: &Context,
    tx: &mut Tx,
    flow: Flow,
    mac: &str,
    accounts: &[String],
) -> Result<(Flow, String), Failure> {
    let mut has_factor = false;
    for id in accounts {
        has_factor |= factor::is_set_up(tx, id).await?;
    }
    let next = steps::advance(Step::Code, steps::Event::CodeProved, has_factor)
        .map_err(|_| Fault::Content("flows.step"))?;
    let cookie = proved_cookie(ctx, &flow.id, mac);
    let until = ctx.now() + i64::from(ctx.config.reset.proof_lifetime) * MINUTE;
    if !store::flows::prove(
        tx,
        &flow.id,
        &digest(&cookie),
        next.as_str(),
        ctx.now(),
        until,
    )
    .await?
    {
        return Err(Failure::rejected(Problem::CodeUsed));
    }
    let about = audit::Subject {
        flow: Some(&flow.id),
        account: flow.account_id.as_deref(),
        detail: flow.sent_by.as_deref().unwrap_or_default(),
    };
    audit::record(ctx, tx, Actor::Account, Event::CodeProved, about).await?;
    let flow = store::flows::by_id(tx, &flow.id)
        .await?
        .ok_or(Fault::Content("flows.id"))?;
    Ok((flow, cookie))
}

/// A code for a flow that has passed its code already.
fn again(ctx: &Context, flow: Flow, mac: &str, at: Step) -> Result<(Flow, String), Failure> {
    let recent = flow
        .proved_at
        .is_some_and(|proved_at| proved_at > ctx.now() - DOUBLE_SUBMIT);
    let same_code = same(mac, flow.proved_mac.as_deref().unwrap_or(NO_MAC));
    if matches!(at, Step::Factor | Step::New) && recent && same_code {
        let cookie = proved_cookie(ctx, &flow.id, mac);
        return Ok((flow, cookie));
    }
    Err(Failure::rejected(Problem::CodeUsed))
}

/// Whether a cookie is one from before the last proof: it shows pages, but proves nothing.
#[must_use]
pub fn is_outdated(flow: &Flow, cookie: &str) -> bool {
    !same(&flow.cookie_hash, &digest(cookie))
}
