//! A password that has to be changed before anybody is signed in with it. It proves a flow of the reset, which reaches nothing but the
//! choice of another one (ASVS 2.3.1); stands beside `account`, which begins it, and `reset`, which goes on with it.
use crate::rules::reference;
use crate::rules::required_change::RequiredChange;
use crate::rules::steps::{self, Step};
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::Fault;
use crate::server::base::keys::digest;
use crate::server::base::random::{random, random_id};
use crate::server::context::Context;
use crate::server::factor;
use crate::server::identifiers::sealed::seal_identifier;
use crate::server::sessions::new_token;
use crate::server::store::accounts::Account;
use crate::server::store::flows::{Flow, NewRequiredChange};
use crate::server::store::{self, Tx};
use crate::texts::Language;

/// How often a public reference is drawn before giving up.
const DRAWS: usize = 8;

/// Where such a flow stands at first: the password stands for the code, so a second factor would still be to be shown.
fn first_step(has_factor: bool) -> Result<Step, Fault> {
    steps::advance(Step::Code, steps::Event::CodeProved, has_factor)
        .map_err(|_| Fault::Content("flows.step"))
}

/// A flow and the value of its cookie.
#[derive(Debug)]
pub struct Begun {
    /// The flow.
    pub flow: Flow,
    /// Its cookie's value.
    pub cookie: String,
}

/// Begins a flow in the transaction in which the password was found right. `typed` is what the person wrote to say who they are.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn begin(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    why: RequiredChange,
    typed: &str,
    language: Language,
) -> Result<Begun, Fault> {
    let (id, cookie) = (random_id()?, new_token()?);
    let has_factor = factor::is_set_up(tx, &account.id).await?;
    for _ in 0..DRAWS {
        let new = NewRequiredChange {
            id: &id,
            reference: &reference::from_random(random()?),
            cookie_hash: &digest(&cookie),
            language: language.tag(),
            identifier_sealed: &seal_identifier(ctx, &id, typed)?,
            step: first_step(has_factor)?.as_str(),
            account_id: &account.id,
            why,
            now: ctx.now(),
            expires_at: ctx.now() + i64::from(ctx.config.reset.proof_lifetime) * MINUTE,
            choices: i64::from(ctx.config.reset.choose_attempts),
        };
        if store::flows::insert_required_change(tx, &new).await? {
            let about = audit::Subject {
                flow: Some(&id),
                account: Some(&account.id),
                detail: why.as_str(),
            };
            audit::record(ctx, tx, Actor::Account, Event::SignInBegun, about).await?;
            let flow = store::flows::by_id(tx, &id).await?;
            let flow = flow.ok_or(Fault::Content("flows.id"))?;
            return Ok(Begun { flow, cookie });
        }
    }
    Err(Fault::Content("flows.reference: no free one drawn"))
}
