//! The new password: rules, blocklist, and then its change, under the proof of a flow.
use std::net::IpAddr;

use super::flow::{Held, IDLE, held, step};
use super::proposals;
use super::proved::Proved;
use super::verify::is_outdated;
use crate::rules::channel::Channel;
use crate::rules::problem::{FieldProblem, Problem};
use crate::rules::steps::Step;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::{Failure, Fault};
use crate::server::config::After;
use crate::server::context::Context;
use crate::server::directory::{Checked, Password, Turn};
use crate::server::factor;
use crate::server::limits::requests;
use crate::server::password::change::{self, Change};
use crate::server::password::proof::{Proof, ProvedBy};
use crate::server::password::rules::problems;
use crate::server::sessions::{self, Opening, devices};
use crate::server::store::accounts::Account;
use crate::server::store::flows::Flow;
use crate::server::store::proposals::Under;
use crate::server::store::sessions::Stage;
use crate::server::store::{self, Tx, settle};

/// A second post within this time is the same request, and opens what the first one's answer had carried.
const DOUBLE_SUBMIT: i64 = MINUTE;

/// What the step is given.
#[derive(Debug)]
pub struct Choice<'a> {
    /// The flow.
    pub by: Held<'a>,
    /// The user name that was picked, where several accounts share the address.
    pub account: &'a str,
    /// The new password, in NFC.
    pub password: Password,
    /// Its repetition, in NFC.
    pub confirm: Password,
    /// The browser's family, for the notification.
    pub browser: Option<&'a str>,
    /// Family of browser and system, for the list of sessions.
    pub device: &'a str,
    /// Address of the client.
    pub client: IpAddr,
    /// The session that this browser has had until now.
    pub session: Option<&'a str>,
    /// The value by which accounts have known this browser until now.
    pub device_cookie: Option<&'a str>,
}

/// A finished flow.
#[derive(Debug)]
pub struct Chosen {
    /// The flow as it stands.
    pub flow: Flow,
    /// The session's token, where the journey signs in.
    pub session: Option<String>,
    /// The value by which the account knows this browser from now on.
    pub device_cookie: Option<String>,
}

/// What stands before the hash.
enum Allowed {
    /// The password may be hashed.
    Hash(Flow, Proved),
    /// The flow is done: the password is compared with the one that was set.
    Repeated(Flow),
    /// No attempt is left, and others may be under way.
    NoneLeft(Flow),
}

/// Sets the proposed password.
///
/// # Errors
/// [`Failure::Rejected`] with what stands against it or the flow; [`Failure::TooMany`]; [`Failure::Busy`] when the hashing pool is full and
/// [`Failure::Unchecked`] when breached passwords cannot be looked up, and then nothing is consumed; [`Failure::Fault`], and then the old password holds.
pub async fn choose(ctx: &Context, choice: Choice<'_>) -> Result<Chosen, Failure> {
    let mut tx = ctx.store.begin().await?;
    let allowed = allow(ctx, &mut tx, &choice).await;
    // Not held over the hash: nobody awaits one inside a transaction.
    let (flow, proved) = match settle(tx, allowed).await? {
        Allowed::Hash(flow, proved) => (flow, proved),
        Allowed::Repeated(flow) => return again(ctx, flow, &choice).await,
        Allowed::NoneLeft(flow) => return once_decided(ctx, &flow.id, &choice).await,
    };
    let under = Under::Flow(&flow.id);
    let proposed = propose(ctx, &flow, proved.accounts(), &choice).await;
    let change = proposals::end(ctx, under, proposed).await?;
    let flow = flow_now(ctx, &flow.id).await?;
    match change {
        Change::Made {
            session,
            device_cookie,
        } => Ok(Chosen {
            flow,
            session,
            device_cookie: Some(device_cookie),
        }),
        // Another post of this form was faster; this one was counted as an attempt already.
        Change::TooLate if flow.step == Step::Done.as_str() => again(ctx, flow, &choice).await,
        Change::TooLate => Err(Failure::rejected(Problem::FlowExpired)),
    }
}

/// Whether the password signs in at once: where a journey asks for it, and after a change that sign-in demanded, since whoever made it has
/// just shown the password.
fn signs_in(ctx: &Context, flow: &Flow) -> bool {
    ctx.config.reset.after == After::SignedIn || flow.required_change().is_some()
}

/// Sets the password, unless the flow is done by then.
async fn propose(
    ctx: &Context,
    flow: &Flow,
    accounts: &[Account],
    choice: &Choice<'_>,
) -> Result<Change, Failure> {
    let proof = Proof {
        by: ProvedBy::Code {
            keep_until: ctx.now() + IDLE,
        },
        flow: Some(&flow.id),
        reference: Some(&flow.reference),
        channel: flow.sent_by.as_deref().and_then(Channel::parse),
        sign_in: signs_in(ctx, flow),
        is_factor_shown: flow.factor_at.is_some(),
        session: choice.session,
        device: choice.device,
        device_cookie: choice.device_cookie,
    };
    change::change(
        ctx,
        accounts,
        choice.password.clone(),
        proof,
        choice.browser,
    )
    .await
}

async fn flow_now(ctx: &Context, id: &str) -> Result<Flow, Fault> {
    let mut connection = ctx.store.read().await?;
    let flow = store::flows::by_id(&mut connection, id).await?;
    flow.ok_or(Fault::Content("flows.id"))
}

/// A post for which no attempt was left: once the others are looked at it is told that the password has been changed, if one of them has.
/// It is compared with nothing.
async fn once_decided(
    ctx: &Context,
    flow_id: &str,
    choice: &Choice<'_>,
) -> Result<Chosen, Failure> {
    proposals::until_decided(ctx, Under::Flow(flow_id)).await?;
    let flow = flow_now(ctx, flow_id).await?;
    if flow.step != Step::Done.as_str() {
        return Err(Failure::rejected(Problem::FlowExpired));
    }
    let mut tx = ctx.store.begin().await?;
    let counted = repeated(&mut tx, &flow, choice).await;
    match settle(tx, counted).await? {
        // One was given back meanwhile.
        Allowed::Repeated(flow) => again(ctx, flow, choice).await,
        _ => Err(Failure::rejected(Problem::PasswordAlreadySet)),
    }
}

/// Everything that is looked at before the dear part: the proof, the rules, and whether another attempt is left.
async fn allow(ctx: &Context, tx: &mut Tx, choice: &Choice<'_>) -> Result<Allowed, Failure> {
    requests::request_from(ctx, tx, choice.client).await?;
    let flow = held(ctx, tx, choice.by).await?;
    match step(&flow)? {
        Step::New => {}
        Step::Done => return repeated(tx, &flow, choice).await,
        _ => return skipped(ctx, tx, &flow).await,
    }
    if choice
        .by
        .cookie
        .is_none_or(|cookie| is_outdated(&flow, cookie))
    {
        return Err(Failure::rejected(Problem::FlowMissing));
    }
    let proved = Proved::by_flow(ctx, tx, &flow).await?;
    if proved.is_nobody() {
        return Err(Failure::rejected(Problem::FlowExpired));
    }
    let personal = proved.personal_words(ctx, tx).await?;
    let picked = proved.picked(choice.account);
    let mut found: Vec<FieldProblem> = picked
        .as_ref()
        .err()
        .copied()
        .map(Into::into)
        .into_iter()
        .collect();
    found.extend(problems(ctx, &choice.password, &choice.confirm, &personal));
    let Ok(proved) = picked else {
        return Err(Failure::Rejected(found));
    };
    if !found.is_empty() {
        return Err(Failure::Rejected(found));
    }
    let all: Vec<&Account> = proved.accounts().iter().collect();
    if flow.factor_at.is_none() && factor::is_any_set_up(tx, &all).await? {
        return skipped(ctx, tx, &flow).await;
    }
    if store::flows::count_choice(tx, &flow.id, ctx.now())
        .await?
        .is_none()
    {
        // Another post of this form may have been faster, on another node.
        let now = store::flows::by_id(tx, &flow.id).await?;
        return match now.filter(|flow| flow.step == Step::Done.as_str()) {
            Some(flow) => repeated(tx, &flow, choice).await,
            None => Ok(Allowed::NoneLeft(flow)),
        };
    }
    Ok(Allowed::Hash(flow, proved))
}

/// A step was left out.
async fn skipped(ctx: &Context, tx: &mut Tx, flow: &Flow) -> Result<Allowed, Failure> {
    let about = audit::Subject {
        flow: Some(&flow.id),
        account: None,
        detail: "choose",
    };
    audit::record(ctx, tx, Actor::Nobody, Event::SequenceFail, about).await?;
    Err(Failure::rejected(Problem::StepSkipped))
}

/// The last post once more. It is counted like any attempt, because it is answered by a comparison with the password that was set; whoever has
/// none left, or comes after something was revoked, is only told that it is done.
async fn repeated(tx: &mut Tx, flow: &Flow, choice: &Choice<'_>) -> Result<Allowed, Failure> {
    let is_holder = choice
        .by
        .cookie
        .is_some_and(|cookie| !is_outdated(flow, cookie));
    let counted = if is_holder && !choice.password.is_empty() {
        store::flows::count_repetition(tx, &flow.id).await?
    } else {
        None
    };
    counted
        .map(Allowed::Repeated)
        .ok_or_else(|| Failure::rejected(Problem::PasswordAlreadySet))
}

/// The answer to a repeated post (docs/decisions/0001-two-posts-of-one-form-are-one-wish.md): the first one's for the same password, and for
/// another that it was not saved. The answer that was lost carried what the account recognises this browser by and, where the journey signs
/// in, the session; so the browser that holds the proof gets others, as long as nothing was changed or revoked since.
async fn again(ctx: &Context, flow: Flow, choice: &Choice<'_>) -> Result<Chosen, Failure> {
    let Some((id, set_at)) = set_by(ctx, &flow).await? else {
        return Err(Failure::rejected(Problem::PasswordAlreadySet));
    };
    let ids = [id.as_str()];
    let (store, now) = (&ctx.store, ctx.now());
    let checked = ctx
        .directory
        .check(store, &ids, &choice.password, Turn::Choose, now);
    match checked.await {
        Ok(Checked::Right(right)) if right.changed_at == set_at => {}
        Ok(Checked::Right(_) | Checked::Wrong) => {
            return Err(Failure::rejected(Problem::PasswordAlreadySet));
        }
        Err(unavailable) => {
            proposals::give_back(ctx, Under::Flow(&flow.id)).await?;
            return Err(unavailable.into());
        }
    }
    let mut tx = ctx.store.begin().await?;
    let result = open_again(ctx, &mut tx, &flow, (&id, set_at), choice).await;
    let (session, device_cookie) = settle(tx, result).await?;
    Ok(Chosen {
        flow,
        session,
        device_cookie,
    })
}

/// The account of a finished flow, and when it has set the password, as long as that is the account's.
async fn set_by(ctx: &Context, flow: &Flow) -> Result<Option<(String, i64)>, sqlx::Error> {
    let Some(id) = &flow.account_id else {
        return Ok(None);
    };
    let mut connection = ctx.store.read().await?;
    let standing = ctx.directory.standing(&mut connection, id, ctx.now());
    let set_at = standing
        .await?
        .in_force()
        .filter(|at| Some(*at) == flow.done_at);
    Ok(set_at.map(|at| (id.clone(), at)))
}

/// The session and what the browser is recognised by, for the holder of the proof; looked at again under the account's lock, because
/// whatever revokes takes that too.
async fn open_again(
    ctx: &Context,
    tx: &mut Tx,
    flow: &Flow,
    (account_id, set_at): (&str, i64),
    choice: &Choice<'_>,
) -> Result<(Option<String>, Option<String>), Failure> {
    let nothing = (None, None);
    store::accounts::lock(tx, account_id).await?;
    let since = ctx.now() - DOUBLE_SUBMIT;
    if !store::flows::may_repeat(tx, &flow.id, since).await? {
        return Ok(nothing);
    }
    let account = store::accounts::by_id(tx, account_id).await?;
    let standing = ctx.directory.standing(tx, account_id, ctx.now()).await?;
    let Some(account) = account.filter(|_| standing.still_opens(set_at)) else {
        return Ok(nothing);
    };
    let device_cookie = devices::remember(ctx, tx, choice.device_cookie, &[&account.id]).await?;
    let is_shown = flow.factor_at.is_some();
    let mut session = None;
    if signs_in(ctx, flow) && factor::stage(ctx, tx, &account, is_shown).await? == Stage::Full {
        let opening = Opening {
            account: &account,
            former: choice.session,
            device: choice.device,
            stage: Stage::Full,
            is_confirmed: false,
        };
        session = Some(sessions::sign_in(ctx, tx, opening).await?.token);
    }
    Ok((session, Some(device_cookie)))
}

/// Notes that the last page of a flow has been shown; from then on it says "already done".
///
/// # Errors
/// When the database does not answer.
pub async fn note_shown(ctx: &Context, flow_id: &str) -> Result<(), sqlx::Error> {
    let mut tx = ctx.store.begin().await?;
    store::flows::note_shown(&mut tx, flow_id).await?;
    tx.commit().await
}
