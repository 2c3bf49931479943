//! The new password under a mailed link: the same rules, attempts and change as under a code, with the link as the proof.
use super::choose::Choice;
use super::link::{LinkStanding, Opened, standing, wants_factor};
use super::proposals;
use super::proved::Proved;
use crate::rules::channel::Channel;
use crate::rules::problem::Problem;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::Failure;
use crate::server::base::keys::digest;
use crate::server::config::After;
use crate::server::context::Context;
use crate::server::directory::{Checked, Password, Turn};
use crate::server::limits::requests;
use crate::server::password::change::{self, Change};
use crate::server::password::proof::{Proof, ProvedBy};
use crate::server::password::rules::problems;
use crate::server::store::links::{Link, LinkEnd};
use crate::server::store::proposals::Under;
use crate::server::store::{self, Connection, Tx, settle};

/// A second post within this time is the same request.
const DOUBLE_SUBMIT: i64 = MINUTE;

/// What came of it.
#[derive(Debug)]
pub enum ByLink {
    /// The password is set.
    Done {
        /// The session's token, where the person was signed in.
        session: Option<String>,
        /// The value by which the accounts know this browser from now on; `None` where that was told before.
        device_cookie: Option<String>,
    },
    /// The link has ended meanwhile: its page says how.
    Over,
    /// The second factor has yet to be shown.
    Factor,
}

/// Sets the proposed password under a link that this browser has opened.
///
/// # Errors
/// [`Failure::Rejected`] with what stands against it; [`Failure::TooMany`]; [`Failure::Busy`] when the hashing pool is full and
/// [`Failure::Unchecked`] when breached passwords cannot be looked up, and then nothing is consumed; [`Failure::Fault`], and then the old password holds.
pub async fn choose_by_link(
    ctx: &Context,
    opened: &Opened,
    choice: Choice<'_>,
) -> Result<ByLink, Failure> {
    let Some(hash) = opened.token_hash() else {
        return Ok(ByLink::Over);
    };
    if opened.waited_too_long(ctx) {
        return over(opened);
    }
    let mut tx = ctx.store.begin().await?;
    let allowed = allow(ctx, &mut tx, opened, &hash, &choice).await;
    let (link, proved) = match settle(tx, allowed).await? {
        Allowed::Hash(link, proved) => (link, proved),
        Allowed::Not(instead) => return Ok(instead),
        Allowed::Over(saved) => return again(ctx, opened, &hash, saved, choice.password).await,
        Allowed::NoneLeft => {
            proposals::until_decided(ctx, Under::Link(&hash)).await?;
            return over(opened);
        }
    };
    let proposed = propose(ctx, opened, &link, &proved, &choice).await;
    let change = proposals::end(ctx, Under::Link(&hash), proposed).await?;
    match change {
        Change::Made {
            session,
            device_cookie,
        } => Ok(ByLink::Done {
            session,
            device_cookie: Some(device_cookie),
        }),
        Change::TooLate => {
            // Another post was faster; this one was counted as a proposal already.
            let mut connection = ctx.store.read().await?;
            let saved = saved_lately(ctx, &mut connection, &hash).await?;
            drop(connection);
            again(ctx, opened, &hash, saved, choice.password).await
        }
    }
}

/// Sets the password, unless the link is used up by then.
async fn propose(
    ctx: &Context,
    opened: &Opened,
    link: &Link,
    proved: &Proved,
    choice: &Choice<'_>,
) -> Result<Change, Failure> {
    let proof = Proof {
        by: ProvedBy::Link {
            token_hash: &link.token_hash,
        },
        flow: Some(&link.flow_id),
        reference: Some(&link.reference),
        channel: Some(Channel::Mail),
        sign_in: ctx.config.reset.after == After::SignedIn
            && asked_here(ctx, link, choice.by.cookie).await?,
        is_factor_shown: opened.has_shown_factor(),
        session: choice.session,
        device: choice.device,
        device_cookie: choice.device_cookie,
    };
    let password = choice.password.clone();
    change::change(ctx, proved.accounts(), password, proof, choice.browser).await
}

/// A password that was saved under a link.
struct Saved {
    /// Whose it is.
    account_id: String,
    /// When it was set.
    at: i64,
}

/// The password that was saved under a link a moment ago and still holds.
async fn saved_lately(
    ctx: &Context,
    connection: &mut Connection,
    hash: &str,
) -> Result<Option<Saved>, sqlx::Error> {
    let link = store::links::by_hash(connection, hash).await?;
    let since = ctx.now() - DOUBLE_SUBMIT;
    let Some(link) = link.filter(|link| {
        let is_used = link.ended_by.as_deref() == Some(LinkEnd::Used.as_str());
        is_used && link.ended_at.is_some_and(|at| at > since)
    }) else {
        return Ok(None);
    };
    let standing = ctx
        .directory
        .standing(connection, &link.account_id, ctx.now());
    let at = standing
        .await?
        .in_force()
        .filter(|at| Some(*at) == link.ended_at);
    let account_id = link.account_id;
    Ok(at.map(|at| Saved { account_id, at }))
}

/// The same for a post that comes when the link is over: comparing with it counts as a proposal.
async fn repeated(ctx: &Context, tx: &mut Tx, hash: &str) -> Result<Allowed, Failure> {
    let saved = saved_lately(ctx, tx, hash).await?;
    let is_counted = saved.is_some() && store::links::count_repetition(tx, hash).await?;
    Ok(Allowed::Over(saved.filter(|_| is_counted)))
}

/// A post under a link that is over. The same password once more is the same request and is answered as the first was, without a session
/// (docs/decisions/0001-two-posts-of-one-form-are-one-wish.md).
async fn again(
    ctx: &Context,
    opened: &Opened,
    hash: &str,
    saved: Option<Saved>,
    password: Password,
) -> Result<ByLink, Failure> {
    if let Some(saved) = &saved {
        let ids = [saved.account_id.as_str()];
        let (store, now) = (&ctx.store, ctx.now());
        let checked = ctx
            .directory
            .check(store, &ids, &password, Turn::Choose, now);
        let checked = checked.await;
        if checked.is_err() {
            proposals::give_back(ctx, Under::Link(hash)).await?;
        }
        match checked? {
            Checked::Right(right) if right.changed_at == saved.at => {
                return Ok(ByLink::Done {
                    session: None,
                    device_cookie: None,
                });
            }
            Checked::Right(_) | Checked::Wrong => {}
        }
    }
    over(opened)
}

/// Its page says how it ended; but a browser that has saved a password under it is told that this one was not.
fn over(opened: &Opened) -> Result<ByLink, Failure> {
    if opened.is_done() {
        return Err(Failure::rejected(Problem::PasswordAlreadySet));
    }
    Ok(ByLink::Over)
}

/// What stands before the hash.
enum Allowed {
    /// The password may be hashed.
    Hash(Link, Proved),
    /// It may not.
    Not(ByLink),
    /// The link is over; what was saved under it, where that may be compared with.
    Over(Option<Saved>),
    /// No attempt is left, and others may be under way.
    NoneLeft,
}

async fn allow(
    ctx: &Context,
    tx: &mut Tx,
    opened: &Opened,
    hash: &str,
    choice: &Choice<'_>,
) -> Result<Allowed, Failure> {
    requests::request_from(ctx, tx, choice.client).await?;
    let LinkStanding::Open(link, account) = standing(ctx, tx, hash).await? else {
        return repeated(ctx, tx, hash).await;
    };
    if wants_factor(tx, opened, &link).await? {
        let about = audit::Subject {
            flow: Some(&link.flow_id),
            account: Some(&link.account_id),
            detail: "choose",
        };
        audit::record(ctx, tx, Actor::Nobody, Event::SequenceFail, about).await?;
        return Ok(Allowed::Not(ByLink::Factor));
    }
    let proved = Proved::by_link(tx, &link, *account).await?;
    let personal = proved.personal_words(ctx, tx).await?;
    let problems = problems(ctx, &choice.password, &choice.confirm, &personal);
    if !problems.is_empty() {
        return Err(Failure::Rejected(problems));
    }
    if !store::links::count_choice(tx, hash, ctx.now()).await? {
        // The duplicate submission may have used it up meanwhile, on another node.
        return match standing(ctx, tx, hash).await? {
            LinkStanding::Open(..) => Ok(Allowed::NoneLeft),
            _ => repeated(ctx, tx, hash).await,
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
