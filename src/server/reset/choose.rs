//! The new password: rules, blocklist, hash, and then the credential module, under the proof of a flow.

use std::net::IpAddr;

use super::flow::{Held, IDLE, held, step};
use super::proved::Proved;
use super::verify::is_outdated;
use crate::rules::problem::{FieldProblem, Problem};
use crate::rules::steps::Step;
use crate::server::audit::{self, Event};
use crate::server::config::After;
use crate::server::context::{Context, MINUTE};
use crate::server::credential::{self, Change, Proof, ProvedBy};
use crate::server::devices;
use crate::server::factor;
use crate::server::failure::{Broken, Failure, settle};
use crate::server::guard::limits;
use crate::server::hashing::Password;
use crate::server::keys::{digest, same};
use crate::server::password_rules::problems;
use crate::server::sessions::{self, Opening};
use crate::server::store::accounts::Account;
use crate::server::store::flows::Flow;
use crate::server::store::sessions::Stage;
use crate::server::store::{self, Tx};

/// A second post within this time is the same wish.
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
    /// The browser's family, for the notice.
    pub browser: Option<&'a str>,
    /// Family of browser and system, for the list of sessions.
    pub device: &'a str,
    /// Address of the client.
    pub client: IpAddr,
    /// The session that this browser has had until now.
    pub session: Option<&'a str>,
    /// The value by which accounts have known this browser until now.
    pub known: Option<&'a str>,
}

/// A finished flow.
#[derive(Debug)]
pub struct Chosen {
    /// The flow as it stands.
    pub flow: Flow,
    /// The session's token, where the journey signs in.
    pub session: Option<String>,
    /// The value by which the account knows this browser from now on.
    pub known: Option<String>,
}

/// What stands before the hash.
enum Allowed {
    /// The password may be hashed.
    Hash(Flow, Proved),
    /// It is done already.
    Already(Chosen),
}

/// Sets the proposed password.
///
/// # Errors
/// [`Failure::Said`] with what stands against it or the flow; [`Failure::TooMany`]; [`Failure::Busy`] when the hashing pool is full and
/// [`Failure::Unchecked`] when breached passwords cannot be looked up, and then nothing is consumed; [`Failure::Broken`], and then the old password holds.
pub async fn choose(ctx: &Context, choice: Choice<'_>) -> Result<Chosen, Failure> {
    let mut tx = ctx.store.begin().await?;
    let allowed = allow(ctx, &mut tx, &choice).await;
    // Not held over the hash: nobody awaits one inside a transaction.
    let (flow, proved) = match settle(tx, allowed).await? {
        Allowed::Hash(flow, proved) => (flow, proved),
        Allowed::Already(chosen) => return Ok(chosen),
    };
    let hashed = match credential::hash_new(ctx, proved.accounts(), choice.password).await {
        Err(failure) if failure.gives_attempt_back() => {
            give_back(ctx, &flow.id).await?;
            return Err(failure);
        }
        hashed => hashed?,
    };
    let proof = Proof {
        by: ProvedBy::Code {
            keep_until: ctx.now() + IDLE,
        },
        flow: Some(&flow.id),
        reference: Some(&flow.reference),
        sign_in: ctx.config.reset.after == After::SignedIn,
        is_factor_shown: flow.factor_at.is_some(),
        session: choice.session,
        device: choice.device,
        known: choice.known,
    };
    let change = credential::change(ctx, proved.accounts(), &hashed, proof, choice.browser).await?;
    let mut connection = ctx.store.read().await?;
    let flow = store::flows::by_id(&mut connection, &flow.id)
        .await?
        .ok_or(Broken::Content("flows.id"))?;
    match change {
        Change::Made { session, known } => Ok(Chosen {
            flow,
            session,
            known: Some(known),
        }),
        Change::TooLate if flow.step == Step::Done.as_str() => Ok(Chosen {
            flow,
            session: None,
            known: None,
        }),
        Change::TooLate => Err(Failure::said(Problem::FlowExpired)),
    }
}

/// Everything that is looked at before the dear part: the proof, the rules, and whether another attempt is left.
async fn allow(ctx: &Context, tx: &mut Tx, choice: &Choice<'_>) -> Result<Allowed, Failure> {
    limits::request_from(ctx, tx, choice.client).await?;
    let flow = held(ctx, tx, choice.by).await?;
    match step(&flow)? {
        Step::New => {}
        Step::Done => return again(ctx, tx, flow, choice).await,
        _ => return skipped(ctx, tx, &flow).await,
    }
    if choice
        .by
        .cookie
        .is_none_or(|cookie| is_outdated(&flow, cookie))
    {
        return Err(Failure::said(Problem::FlowMissing));
    }
    let proved = Proved::by_flow(ctx, tx, &flow).await?;
    if proved.is_nobody() {
        return Err(Failure::said(Problem::FlowExpired));
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
        return Err(Failure::Said(found));
    };
    if !found.is_empty() {
        return Err(Failure::Said(found));
    }
    let all: Vec<&Account> = proved.accounts().iter().collect();
    if flow.factor_at.is_none() && factor::is_any_set_up(tx, &all).await? {
        return skipped(ctx, tx, &flow).await;
    }
    if store::flows::count_choice(tx, &flow.id, ctx.now())
        .await?
        .is_none()
    {
        return Err(Failure::said(Problem::PasswordAttemptsUsedUp));
    }
    Ok(Allowed::Hash(flow, proved))
}

/// A step was left out.
async fn skipped(ctx: &Context, tx: &mut Tx, flow: &Flow) -> Result<Allowed, Failure> {
    let about = audit::About {
        flow: Some(&flow.id),
        account: None,
        detail: "choose",
    };
    audit::record(ctx, tx, Event::SequenceFail, about).await?;
    Err(Failure::said(Problem::StepSkipped))
}

async fn give_back(ctx: &Context, flow_id: &str) -> Result<(), sqlx::Error> {
    let mut tx = ctx.store.begin().await?;
    store::flows::give_choice_back(&mut tx, flow_id).await?;
    tx.commit().await
}

/// A second press of the button: it is done, and the page says so. The answer that was lost carried what the account knows this browser by
/// and, where the journey signs in, the session; so the browser that holds the proof gets others, as long as nothing has changed since.
async fn again(
    ctx: &Context,
    tx: &mut Tx,
    flow: Flow,
    choice: &Choice<'_>,
) -> Result<Allowed, Failure> {
    let recent = flow
        .done_at
        .is_some_and(|done_at| done_at > ctx.now() - DOUBLE_SUBMIT);
    let proved = choice
        .by
        .cookie
        .is_some_and(|cookie| same(&flow.cookie_hash, &digest(cookie)));
    let (mut session, mut known) = (None, None);
    if let Some(id) = &flow.account_id
        && recent
        && proved
    {
        store::accounts::lock(tx, id).await?;
        let account = store::accounts::by_id(tx, id).await?;
        let password = store::passwords::of(tx, id).await?;
        let is_ours = password.is_some_and(|password| Some(password.changed_at) == flow.done_at);
        if let Some(account) = account.filter(|account| is_ours && account.is_active()) {
            known = Some(devices::remember(ctx, tx, choice.known, &[&account.id]).await?);
            let is_shown = flow.factor_at.is_some();
            if ctx.config.reset.after == After::SignedIn
                && factor::stage(ctx, tx, &account, is_shown).await? == Stage::Full
            {
                let opening = Opening {
                    account: &account,
                    former: choice.session,
                    device: choice.device,
                    stage: Stage::Full,
                    is_confirmed: false,
                };
                session = Some(sessions::sign_in(ctx, tx, opening).await?.token);
            }
        }
    }
    Ok(Allowed::Already(Chosen {
        flow,
        session,
        known,
    }))
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
