//! The new password under a mailed link: the same rules, attempts and change as under a code, with the link as the proof.

use super::choose::Choice;
use super::link::{Opened, Standing, standing, wants_factor};
use super::proved::Proved;
use crate::rules::channel::Channel;
use crate::rules::problem::Problem;
use crate::server::audit::{self, Event};
use crate::server::config::After;
use crate::server::context::Context;
use crate::server::credential::{self, Change, Proof, ProvedBy};
use crate::server::failure::{Failure, settle};
use crate::server::guard::limits;
use crate::server::keys::digest;
use crate::server::password_rules::problems;
use crate::server::store::links::Link;
use crate::server::store::{self, Tx};

/// What came of it.
#[derive(Debug)]
pub enum ByLink {
    /// The password is set.
    Done {
        /// The session's token, where the person was signed in.
        session: Option<String>,
        /// The value by which the accounts know this browser from now on.
        known: String,
    },
    /// The link has ended meanwhile: its page says how.
    Over,
    /// The second factor has yet to be shown.
    Factor,
}

/// Sets the proposed password under a link that this browser has opened.
///
/// # Errors
/// [`Failure::Said`] with what stands against it; [`Failure::TooMany`]; [`Failure::Busy`] when the hashing pool is full and
/// [`Failure::Unchecked`] when breached passwords cannot be looked up, and then nothing is consumed; [`Failure::Broken`], and then the old password holds.
pub async fn choose_by_link(
    ctx: &Context,
    opened: &Opened,
    choice: Choice<'_>,
) -> Result<ByLink, Failure> {
    let Some(hash) = opened.token_hash() else {
        return Ok(ByLink::Over);
    };
    if opened.waited_too_long(ctx) {
        return Ok(ByLink::Over);
    }
    let mut tx = ctx.store.begin().await?;
    let allowed = allow(ctx, &mut tx, opened, &hash, &choice).await;
    let (link, proved) = match settle(tx, allowed).await? {
        Allowed::Hash(link, proved) => (link, proved),
        Allowed::Not(instead) => return Ok(instead),
    };
    let hashed = match credential::hash_new(ctx, proved.accounts(), choice.password).await {
        Err(failure) if failure.gives_attempt_back() => {
            let mut tx = ctx.store.begin().await?;
            store::links::give_choice_back(&mut tx, &hash).await?;
            tx.commit().await?;
            return Err(failure);
        }
        hashed => hashed?,
    };
    let proof = Proof {
        by: ProvedBy::Link { token_hash: &hash },
        flow: Some(&link.flow_id),
        reference: Some(&link.reference),
        channel: Some(Channel::Mail),
        sign_in: ctx.config.reset.after == After::SignedIn
            && asked_here(ctx, &link, choice.by.cookie).await?,
        is_factor_shown: opened.has_shown_factor(),
        session: choice.session,
        device: choice.device,
        known: choice.known,
    };
    let change = credential::change(ctx, proved.accounts(), &hashed, proof, choice.browser).await?;
    Ok(match change {
        Change::Made { session, known } => ByLink::Done { session, known },
        Change::TooLate => ByLink::Over,
    })
}

/// What stands before the hash.
enum Allowed {
    /// The password may be hashed.
    Hash(Link, Proved),
    /// It may not.
    Not(ByLink),
}

async fn allow(
    ctx: &Context,
    tx: &mut Tx,
    opened: &Opened,
    hash: &str,
    choice: &Choice<'_>,
) -> Result<Allowed, Failure> {
    limits::request_from(ctx, tx, choice.client).await?;
    let Standing::Open(link, account) = standing(ctx, tx, hash).await? else {
        return Ok(Allowed::Not(ByLink::Over));
    };
    if wants_factor(tx, opened, &link).await? {
        let about = audit::About {
            flow: Some(&link.flow_id),
            account: Some(&link.account_id),
            detail: "choose",
        };
        audit::record(ctx, tx, Event::SequenceFail, about).await?;
        return Ok(Allowed::Not(ByLink::Factor));
    }
    let proved = Proved::by_link(tx, &link, *account).await?;
    let personal = proved.personal_words(ctx, tx).await?;
    let problems = problems(ctx, &choice.password, &choice.confirm, &personal);
    if !problems.is_empty() {
        return Err(Failure::Said(problems));
    }
    if !store::links::count_choice(tx, hash, ctx.now()).await? {
        // The twin of a double submit may have used it up meanwhile, on another node.
        return match standing(ctx, tx, hash).await? {
            Standing::Open(..) => Err(Failure::said(Problem::PasswordAttemptsUsedUp)),
            _ => Ok(Allowed::Not(ByLink::Over)),
        };
    }
    Ok(Allowed::Hash(link, proved))
}

/// Whether the link was opened in the browser that asked for it: only then does saving sign in, since whoever asked may be somebody else.
async fn asked_here(
    ctx: &Context,
    link: &Link,
    flow_cookie: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let Some(cookie) = flow_cookie else {
        return Ok(false);
    };
    let mut connection = ctx.store.read().await?;
    let flow = store::flows::by_cookie(&mut connection, &digest(cookie)).await?;
    Ok(flow.is_some_and(|flow| flow.id == link.flow_id))
}
