//! Sign-in and sign-out. Every refusal sounds alike and every answer waits for one deadline, so neither words nor time tell who exists.
use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;

use super::claim::{Candidate, Claim, claim};
use crate::rules::problem::Problem;
use crate::rules::required_change::RequiredChange;
use crate::rules::{self, identifier};
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::{HOUR, MINUTE};
use crate::server::base::failure::{Failure, Fault};
use crate::server::base::keys::digest;
use crate::server::context::Context;
use crate::server::directory::{Password, Right, Standing, Unavailable};
use crate::server::limits::requests;
use crate::server::password::due::{self, Begun};
use crate::server::sessions::{self, Opening, devices};
use crate::server::store::accounts::Account;
use crate::server::store::sessions::Stage;
use crate::server::store::{self, Tx};
use crate::server::{factor, revoke};
use crate::texts::Language;

/// What a sign-in is given besides the password.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The user name or address, as typed.
    pub typed: &'a str,
    /// Address of the client.
    pub client: IpAddr,
    /// The session that this browser has had until now.
    pub session: Option<&'a str>,
    /// Language of the pages.
    pub language: Language,
    /// Family of browser and system.
    pub device: &'a str,
    /// The value by which accounts have known this browser until now.
    pub device_cookie: Option<&'a str>,
}

/// A session just opened.
#[derive(Debug)]
pub struct Opened {
    /// Value of its cookie.
    pub token: String,
    /// The value by which the account knows this browser from now on; `None` while more is to be shown.
    pub device_cookie: Option<String>,
    /// What is still to be shown or set up, if anything.
    pub stage: Stage,
}

/// What a right password has led to.
#[derive(Debug)]
pub enum SignIn {
    /// The person is signed in.
    Opened(Opened),
    /// The password has to be changed first, under this flow; nobody is signed in.
    RequiredChange(Box<Begun>),
}

/// Signs somebody in.
///
/// # Errors
/// [`Failure::Rejected`] when a field is empty or the two do not belong together, [`Failure::TooMany`], [`Failure::Busy`], [`Failure::Fault`].
#[expect(
    clippy::disallowed_methods,
    reason = "a deadline for the answer is measured on the runtime's own clock"
)]
pub async fn sign_in(
    ctx: &Context,
    given: Given<'_>,
    password: Password,
) -> Result<SignIn, Failure> {
    let problems = rules::sign_in::problems(given.typed, &password);
    if !problems.is_empty() {
        return Err(Failure::Rejected(problems));
    }
    let checked = identifier::check(given.typed).map_err(Failure::rejected)?;
    let begun = Instant::now();
    let deadline = Duration::from_millis(ctx.config.hashing.sign_in_deadline_ms);
    let result = attempt(ctx, checked, given, password).await;
    let at = begun + rounded_up(begun.elapsed(), deadline);
    tokio::time::sleep_until(at).await;
    result
}

/// The deadline, or where that was missed, the next multiple of it: what a queue adds is the same for all, and how many hashes were compared
/// disappears in the rounding.
fn rounded_up(elapsed: Duration, deadline: Duration) -> Duration {
    let step = deadline.as_micros().max(1);
    let steps = elapsed.as_micros().div_ceil(step).max(1);
    deadline.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

async fn attempt(
    ctx: &Context,
    checked: &str,
    given: Given<'_>,
    password: Password,
) -> Result<SignIn, Failure> {
    let claim = match claim(ctx, checked, given.device_cookie, given.client).await? {
        Ok(claim) => claim,
        Err(wait) => {
            // Rounded up to whole minutes: when to come back, and no more than that.
            let minutes = u16::try_from((wait + MINUTE - 1) / MINUTE).unwrap_or(u16::MAX);
            return Err(Failure::rejected(Problem::SignInWait { minutes }));
        }
    };
    let found = match claim.matching(ctx, &password).await {
        Err(Unavailable::Busy) => {
            claim.give_back(ctx).await?;
            return Err(Failure::Busy);
        }
        checked => checked?,
    };
    let mut tx = ctx.store.begin().await?;
    let standing = match &found {
        Some((found, right)) => current(ctx, &mut tx, found, right).await?,
        None => None,
    };
    let (Some((found, right)), Some(standing)) = (found, standing) else {
        return refused(ctx, tx, &claim, "").await;
    };
    let why = standing.due.or(right.due);
    let person = (&found.account, &standing, why);
    let Some(done) = open(ctx, &mut tx, given, person).await? else {
        return refused(ctx, tx, &claim, "held").await;
    };
    claim.succeed(&mut tx, found).await?;
    tx.commit().await?;
    ctx.directory.renew(&ctx.store, &right, password).await;
    Ok(done)
}

/// The try stays counted, and the event is written.
async fn refused(
    ctx: &Context,
    mut tx: Tx,
    claim: &Claim,
    detail: &str,
) -> Result<SignIn, Failure> {
    let about = audit::Subject {
        account: claim.only(),
        detail,
        ..audit::Subject::default()
    };
    audit::record(ctx, &mut tx, Actor::Nobody, Event::SignInFailed, about).await?;
    tx.commit().await?;
    Err(Failure::rejected(Problem::SignInRefused))
}

/// Opens a session for somebody whose password was right, unless another one has to be chosen first. `None` where that, or a second factor to
/// be set up, is demanded under a password that is held: whoever has it may change nothing.
async fn open(
    ctx: &Context,
    tx: &mut Tx,
    given: Given<'_>,
    (account, standing, why): (&Account, &Standing, Option<RequiredChange>),
) -> Result<Option<SignIn>, Fault> {
    let stage = factor::stage(ctx, tx, account, false).await?;
    let must_change = why.is_some() || stage == Stage::Enrol;
    if must_change && standing.is_held {
        return Ok(None);
    }
    if let Some(why) = why {
        let begun = due::begin(ctx, tx, account, why, given.typed.trim(), given.language);
        return Ok(Some(SignIn::RequiredChange(Box::new(begun.await?))));
    }
    let opening = Opening {
        account,
        former: given.session,
        device: given.device,
        stage,
        is_confirmed: !is_fresh(ctx, account, standing),
    };
    let token = sessions::sign_in(ctx, tx, opening).await?.token;
    let device_cookie = match stage {
        Stage::Full => Some(devices::remember(ctx, tx, given.device_cookie, &[&account.id]).await?),
        Stage::Factor | Stage::Enrol => None,
    };
    Ok(Some(SignIn::Opened(Opened {
        token,
        device_cookie,
        stage,
    })))
}

/// Whether the password was changed so short a time ago that a mailbox alone may have brought somebody here: they show more before anything
/// sensitive is changed (STANDARDS D06). The first password of an account is no change.
pub(super) fn is_fresh(ctx: &Context, account: &Account, standing: &Standing) -> bool {
    standing
        .changed_at
        .is_some_and(|changed_at| changed_at > account.created_at && changed_at > ctx.now() - HOUR)
}

/// How the account stands whose password was found right; `None` where that has changed meanwhile, or the account was disabled: it opens
/// nothing any more.
async fn current(
    ctx: &Context,
    tx: &mut Tx,
    found: &Candidate,
    right: &Right,
) -> Result<Option<Standing>, sqlx::Error> {
    let id = &found.account.id;
    store::accounts::lock(tx, id).await?;
    let standing = ctx.directory.standing(tx, id, ctx.now()).await?;
    Ok(Some(standing).filter(|standing| standing.still_opens(right.changed_at)))
}

/// Ends the session of a cookie. A session that is gone already is no error.
///
/// # Errors
/// [`Failure::TooMany`]; [`Failure::Fault`] when the database does not answer.
pub async fn sign_out(ctx: &Context, token: &str, client: IpAddr) -> Result<(), Failure> {
    let mut tx = ctx.store.begin().await?;
    requests::request_from(ctx, &mut tx, client).await?;
    if let Some(account_id) = revoke::session_of_token(ctx, &mut tx, &digest(token)).await? {
        let about = audit::Subject {
            account: Some(&account_id),
            ..audit::Subject::default()
        };
        audit::record(ctx, &mut tx, Actor::Account, Event::SignedOut, about).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::rounded_up;

    #[test]
    fn an_answer_comes_at_a_multiple_of_the_deadline() {
        let deadline = Duration::from_millis(600);
        for (elapsed, at) in [(0, 600), (40, 600), (600, 600), (601, 1200), (2100, 2400)] {
            let elapsed = Duration::from_millis(elapsed);
            let at = Duration::from_millis(at);
            assert_eq!(rounded_up(elapsed, deadline), at, "{elapsed:?}");
        }
    }
}
