//! The second factor in a reset, which a mailbox alone never passes: after the code of a flow, or under an opened link.
use std::net::IpAddr;

use super::flow::{Held, factor_cookie, held, step};
use super::link::{LinkStanding, Opened, form_token, standing, wants_factor};
use super::proved::Proved;
use super::verify::is_outdated;
use crate::rules::problem::Problem;
use crate::rules::steps::{self, Step};
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::{Failure, Fault};
use crate::server::base::keys::{Purpose, digest, same};
use crate::server::context::Context;
use crate::server::factor::{self, FactorRejection, Outcome};
use crate::server::limits::requests;
use crate::server::store::accounts::Account;
use crate::server::store::flows::{FactorShown, Flow};
use crate::server::store::{self, Connection, Tx, settle};

/// A second post within this time, of what was right, gets the same answer.
const DOUBLE_SUBMIT: i64 = MINUTE;

/// What the page shows.
#[derive(Debug)]
pub struct View {
    /// Form token.
    pub token: String,
    /// The case number.
    pub reference: String,
    /// The account's user name, or those of all that are proved, a line each.
    pub user_name: String,
    /// User names among which the person picks, where several accounts share the address.
    pub accounts: Vec<String>,
    /// It was begun at sign-in, because the password has to be changed.
    pub is_required_change: bool,
}

/// What is posted.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The user name that was picked, where several accounts share the address.
    pub account: &'a str,
    /// The code of the app, or a recovery code.
    pub typed: &'a str,
    /// Address of the client.
    pub client: IpAddr,
}

/// What came of it.
#[derive(Debug)]
pub enum Shown<T> {
    /// It is them: what the browser holds from now on.
    Done(T),
    /// It shows nothing.
    Refused(FactorRejection),
    /// The link has ended, or needs nothing more: its page says so.
    Over,
}

/// What the page shows to the browser that has proved a flow by its code.
///
/// # Errors
/// When the database does not answer.
pub async fn view(
    ctx: &Context,
    connection: &mut Connection,
    flow: &Flow,
) -> Result<View, sqlx::Error> {
    let proved = Proved::by_flow(ctx, connection, flow).await?;
    Ok(View {
        token: super::flow::token(ctx, &flow.id),
        reference: flow.reference.clone(),
        user_name: proved.user_name_lines(),
        accounts: proved.to_pick(),
        is_required_change: flow.required_change().is_some(),
    })
}

/// What the page shows under an opened link; `None` where nothing more is to be shown, or the link is over.
///
/// # Errors
/// When the database does not answer.
pub async fn view_under_link(
    ctx: &Context,
    connection: &mut Connection,
    opened: &Opened,
) -> Result<Option<View>, sqlx::Error> {
    let Some(hash) = opened.token_hash().filter(|_| opened.is_fresh(ctx)) else {
        return Ok(None);
    };
    let LinkStanding::Open(link, account) = standing(ctx, connection, &hash).await? else {
        return Ok(None);
    };
    if !wants_factor(connection, opened, &link).await? {
        return Ok(None);
    }
    Ok(Some(View {
        token: form_token(ctx, &hash),
        reference: link.reference,
        user_name: account.user_name,
        accounts: Vec::new(),
        is_required_change: false,
    }))
}

/// Looks at the second factor of a flow. On success the new value of its cookie.
///
/// # Errors
/// [`Failure::Rejected`] when there is no such flow or it stands elsewhere, [`Failure::TooMany`], [`Failure::Fault`].
pub async fn show(ctx: &Context, by: Held<'_>, given: Given<'_>) -> Result<Shown<String>, Failure> {
    let mut tx = ctx.store.begin().await?;
    let result = attempt(ctx, &mut tx, by, given).await;
    let shown = settle(tx, result).await?;
    ctx.wake.senders();
    Ok(shown)
}

async fn attempt(
    ctx: &Context,
    tx: &mut Tx,
    by: Held<'_>,
    given: Given<'_>,
) -> Result<Shown<String>, Failure> {
    requests::request_from(ctx, tx, given.client).await?;
    let flow = held(ctx, tx, by).await?;
    match step(&flow)? {
        Step::Factor => {}
        Step::New => return again(ctx, &flow, given),
        _ => return Err(Failure::rejected(Problem::StepSkipped)),
    }
    if by.cookie.is_none_or(|cookie| is_outdated(&flow, cookie)) {
        return Err(Failure::rejected(Problem::FlowMissing));
    }
    let proved = Proved::by_flow(ctx, tx, &flow).await?;
    if proved.is_nobody() {
        return Err(Failure::rejected(Problem::FlowExpired));
    }
    let picked = proved.picked(given.account);
    let Some(account) = picked
        .ok()
        .and_then(|picked| picked.accounts().first().cloned())
    else {
        return Ok(Shown::Refused(FactorRejection::NoAccount));
    };
    let has_factor = factor::is_set_up(tx, &account.id).await?;
    if has_factor {
        let outcome = factor::verify(ctx, tx, Actor::Nobody, &account.id, given.typed).await?;
        if let Outcome::Refused(rejection) = outcome {
            return Ok(Shown::Refused(rejection));
        }
    }
    move_on(ctx, tx, &flow, &account, has_factor, given).await
}

/// The flow goes on to the new password, for this one account.
async fn move_on(
    ctx: &Context,
    tx: &mut Tx,
    flow: &Flow,
    account: &Account,
    has_factor: bool,
    given: Given<'_>,
) -> Result<Shown<String>, Failure> {
    steps::advance(Step::Factor, steps::Event::FactorProved, has_factor)
        .map_err(|_| Fault::Content("flows.step"))?;
    let mac = typed_mac(ctx, &flow.id, given);
    let cookie = factor_cookie(ctx, &flow.id, &mac);
    let shown = FactorShown {
        cookie_hash: &digest(&cookie),
        mac: &mac,
        account_id: &account.id,
        factor_at: has_factor.then(|| ctx.now()),
        expires_at: ctx.now() + i64::from(ctx.config.reset.proof_lifetime) * MINUTE,
    };
    if !store::flows::show_factor(tx, &flow.id, shown).await? {
        return Err(Failure::rejected(Problem::FlowExpired));
    }
    store::flow_accounts::forget(tx, &flow.id).await?;
    let about = audit::Subject {
        flow: Some(&flow.id),
        account: Some(&account.id),
        detail: if has_factor { "reset" } else { "none" },
    };
    audit::record(ctx, tx, Actor::Account, Event::FactorPassed, about).await?;
    Ok(Shown::Done(cookie))
}

/// By what a second post of the same is recognised.
fn typed_mac(ctx: &Context, flow_id: &str, given: Given<'_>) -> String {
    let parts = [
        b"second factor".as_slice(),
        flow_id.as_bytes(),
        given.account.as_bytes(),
        given.typed.as_bytes(),
    ];
    ctx.keys.mac_text(Purpose::Code, &parts)
}

/// The second press of the button: the first answer, and the cookie in it, may have been lost.
fn again(ctx: &Context, flow: &Flow, given: Given<'_>) -> Result<Shown<String>, Failure> {
    let mac = typed_mac(ctx, &flow.id, given);
    let is_same = flow
        .proved_mac
        .as_deref()
        .is_some_and(|proved| same(proved, &mac));
    let proof = i64::from(ctx.config.reset.proof_lifetime) * MINUTE;
    let is_recent = flow.expires_at - proof > ctx.now() - DOUBLE_SUBMIT;
    if is_same && is_recent {
        return Ok(Shown::Done(factor_cookie(ctx, &flow.id, &mac)));
    }
    Err(Failure::rejected(Problem::CodeUsed))
}

/// Looks at the second factor under an opened link. On success what the browser's cookie says of the link from now on.
///
/// # Errors
/// [`Failure::TooMany`], [`Failure::Fault`].
pub async fn show_under_link(
    ctx: &Context,
    opened: &Opened,
    given: Given<'_>,
) -> Result<Shown<Opened>, Failure> {
    let Some(hash) = opened.token_hash().filter(|_| opened.is_fresh(ctx)) else {
        return Ok(Shown::Over);
    };
    let mut tx = ctx.store.begin().await?;
    let result = attempt_under_link(ctx, &mut tx, opened, &hash, given).await;
    let shown = settle(tx, result).await?;
    ctx.wake.senders();
    Ok(shown)
}

async fn attempt_under_link(
    ctx: &Context,
    tx: &mut Tx,
    opened: &Opened,
    hash: &str,
    given: Given<'_>,
) -> Result<Shown<Opened>, Failure> {
    requests::request_from(ctx, tx, given.client).await?;
    let LinkStanding::Open(link, account) = standing(ctx, tx, hash).await? else {
        return Ok(Shown::Over);
    };
    if !wants_factor(tx, opened, &link).await? {
        return Ok(Shown::Over);
    }
    Ok(
        match factor::verify(ctx, tx, Actor::Nobody, &account.id, given.typed).await? {
            Outcome::Refused(rejection) => Shown::Refused(rejection),
            Outcome::Shown(_) => {
                let about = audit::Subject {
                    flow: Some(&link.flow_id),
                    account: Some(&account.id),
                    detail: "link",
                };
                audit::record(ctx, tx, Actor::Account, Event::FactorPassed, about).await?;
                Shown::Done(opened.with_factor(ctx))
            }
        },
    )
}
