//! The new password: rules, blocklist, hash, and then the credential module, under the proof of a flow.

use super::flow::{Held, IDLE, held, step};
use super::verify::is_unproved;
use crate::rules::problem::Problem;
use crate::rules::steps::Step;
use crate::server::config::After;
use crate::server::context::Context;
use crate::server::credential::{self, Cause, Outcome};
use crate::server::failure::{Broken, Failure};
use crate::server::hashing::{HashError, Password};
use crate::server::password_rules::{personal_words, problems};
use crate::server::store;
use crate::server::store::accounts::Account;
use crate::server::store::flows::Flow;

/// What the step is given.
#[derive(Debug)]
pub struct Choice<'a> {
    /// The flow.
    pub by: Held<'a>,
    /// The new password, in NFC.
    pub password: Password,
    /// Its repetition, in NFC.
    pub confirm: Password,
    /// The browser's family, for the notice.
    pub browser: Option<&'a str>,
}

/// A finished flow.
#[derive(Debug)]
pub struct Chosen {
    /// The flow as it stands.
    pub flow: Flow,
    /// The session's token, where the journey signs in.
    pub session: Option<String>,
}

/// Sets the proposed password.
///
/// # Errors
/// [`Failure::Said`] with what stands against it or the flow; [`Failure::Busy`] when the hashing pool is full, and then nothing is
/// consumed; [`Failure::Broken`], and then the old password holds.
pub async fn choose(ctx: &Context, choice: Choice<'_>) -> Result<Chosen, Failure> {
    let mut tx = ctx.store.begin().await?;
    let flow = held(ctx, &mut tx, choice.by).await?;
    match step(&flow)? {
        Step::New => {}
        // A second press of the button: it is done, and the page says so.
        Step::Done => {
            return Ok(Chosen {
                flow,
                session: None,
            });
        }
        _ => return Err(Failure::said(Problem::StepSkipped)),
    }
    if choice
        .by
        .cookie
        .is_none_or(|cookie| is_unproved(ctx, &flow, cookie))
    {
        return Err(Failure::said(Problem::FlowMissing));
    }
    let account = match (&flow.account_id, flow.proved_at) {
        (Some(id), Some(_)) => store::accounts::by_id(&mut tx, id)
            .await?
            .filter(Account::is_active),
        _ => None,
    };
    let Some(account) = account else {
        return Err(Failure::said(Problem::FlowExpired));
    };
    let personal = personal_words(ctx, &mut tx, &account).await?;
    let problems = problems(ctx, &choice.password, Some(&choice.confirm), &personal);
    if !problems.is_empty() {
        return Err(Failure::Said(problems));
    }
    if store::flows::count_choice(&mut tx, &flow.id, ctx.now())
        .await?
        .is_none()
    {
        return Err(Failure::said(Problem::PasswordAttemptsUsedUp));
    }
    // Not held over the hash: nobody awaits one inside a transaction.
    tx.commit().await?;

    let hashed = match ctx.hasher.hash(choice.password).await {
        Ok(hashed) => hashed,
        Err(HashError::Busy) => {
            give_back(ctx, &flow.id).await?;
            return Err(Failure::Busy);
        }
        Err(error) => return Err(error.into()),
    };
    let cause = Cause::Reset {
        flow: &flow.id,
        reference: &flow.reference,
        keep_until: ctx.now() + IDLE,
        sign_in: ctx.config.reset.after == After::SignedIn,
    };
    let outcome = credential::change(ctx, &account, &hashed, cause, choice.browser).await?;
    let mut connection = ctx.store.read().await?;
    let flow = store::flows::by_id(&mut connection, &flow.id)
        .await?
        .ok_or(Broken::Content("flows.id"))?;
    match outcome {
        Outcome::Changed { session } => Ok(Chosen { flow, session }),
        Outcome::TooLate if flow.step == Step::Done.as_str() => Ok(Chosen {
            flow,
            session: None,
        }),
        Outcome::TooLate => Err(Failure::said(Problem::FlowExpired)),
    }
}

async fn give_back(ctx: &Context, flow_id: &str) -> Result<(), sqlx::Error> {
    let mut tx = ctx.store.begin().await?;
    store::flows::give_choice_back(&mut tx, flow_id).await?;
    tx.commit().await
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
