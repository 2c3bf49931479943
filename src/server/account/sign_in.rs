//! Sign-in and sign-out. Every refusal sounds alike and every answer waits for one deadline, so neither words nor time tell who exists.

use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;

use crate::rules;
use crate::rules::identifier::{self, Kind};
use crate::rules::problem::Problem;
use crate::server::audit::{self, Event};
use crate::server::context::Context;
use crate::server::directory::{self, Found};
use crate::server::factor;
use crate::server::failure::Failure;
use crate::server::guard::limits;
use crate::server::hashing::{HashError, Password, Turn};
use crate::server::keys::digest;
use crate::server::sessions::{self, Opening};
use crate::server::store;
use crate::server::store::Tx;
use crate::server::store::accounts::Account;
use crate::server::store::passwords::StoredPassword;
use crate::server::store::sessions::Stage;

/// What a sign-in is given besides the password.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The user name or address, as typed.
    pub typed: &'a str,
    /// Address of the client.
    pub client: IpAddr,
    /// The session that this browser has had until now.
    pub session: Option<&'a str>,
    /// Family of browser and system.
    pub device: &'a str,
}

/// A session just opened.
#[derive(Debug)]
pub struct Opened {
    /// Whose.
    pub account: Account,
    /// Value of its cookie.
    pub token: String,
    /// What is still to be shown or set up, if anything.
    pub stage: Stage,
}

/// Signs somebody in.
///
/// # Errors
/// [`Failure::Said`] when a field is empty or the two do not belong together, [`Failure::TooMany`], [`Failure::Busy`], [`Failure::Broken`].
#[expect(
    clippy::disallowed_methods,
    reason = "a deadline for the answer is measured on the runtime's own clock"
)]
pub async fn sign_in(
    ctx: &Context,
    given: Given<'_>,
    password: Password,
) -> Result<Opened, Failure> {
    let problems = rules::sign_in::problems(given.typed, &password);
    if !problems.is_empty() {
        return Err(Failure::Said(problems));
    }
    let checked = identifier::check(given.typed).map_err(Failure::said)?;
    let deadline = Instant::now() + Duration::from_millis(ctx.config.hashing.sign_in_deadline_ms);
    let result = attempt(ctx, checked, given, password).await;
    tokio::time::sleep_until(deadline).await;
    result
}

/// Different passwords that are compared at the most, where several accounts share an address: more would show in the time.
const COMPARED_AT_MOST: usize = 3;

/// Who may be meant, and what the password is compared with.
struct Claim {
    /// Mostly one; several where they share an address, each password once.
    candidates: Vec<(Account, StoredPassword)>,
    /// What tries are counted against.
    typed: String,
    must_wait: bool,
}

async fn claim(ctx: &Context, checked: &str, client: IpAddr) -> Result<Claim, Failure> {
    let canonical = identifier::canonical(checked);
    let mut tx = ctx.store.begin().await?;
    limits::request_from(ctx, &mut tx, client).await?;
    let accounts = match directory::look_up(&mut tx, &canonical, &Kind::ALL).await? {
        Found::One(account) => vec![account],
        Found::Several(accounts) => accounts,
        Found::Nobody => Vec::new(),
    };
    let mut candidates: Vec<(Account, StoredPassword)> = Vec::new();
    for account in accounts.into_iter().filter(Account::is_active) {
        let Some(stored) = store::passwords::of(&mut tx, &account.id).await? else {
            continue;
        };
        // Accounts that were reset together have one and the same.
        if candidates
            .iter()
            .all(|(_, known)| known.hash != stored.hash)
        {
            candidates.push((account, stored));
        }
    }
    candidates.truncate(COMPARED_AT_MOST);
    let must_wait = !limits::may_sign_in(ctx, &mut tx, canonical.counted()).await?;
    tx.commit().await?;
    Ok(Claim {
        candidates,
        typed: canonical.counted().to_owned(),
        must_wait,
    })
}

/// The candidate whose password it is. One comparison is made in any case, so that a name without an account costs the same.
async fn matching(
    ctx: &Context,
    candidates: Vec<(Account, StoredPassword)>,
    password: &Password,
) -> Result<Option<(Account, StoredPassword)>, HashError> {
    if candidates.is_empty() {
        ctx.hasher
            .verify(password.clone(), None, Turn::SignIn)
            .await?;
    }
    for (account, stored) in candidates {
        let hash = Some(stored.hash.as_str());
        if ctx
            .hasher
            .verify(password.clone(), hash, Turn::SignIn)
            .await?
        {
            return Ok(Some((account, stored)));
        }
    }
    Ok(None)
}

async fn attempt(
    ctx: &Context,
    checked: &str,
    given: Given<'_>,
    password: Password,
) -> Result<Opened, Failure> {
    let claim = claim(ctx, checked, given.client).await?;
    if claim.must_wait {
        let minutes = ctx.config.limits.sign_in_wait_seconds.div_ceil(60).max(1);
        return Err(Failure::said(Problem::SignInWait {
            minutes: u16::try_from(minutes).unwrap_or(u16::MAX),
        }));
    }
    let meant = match claim.candidates.as_slice() {
        [(account, _)] => Some(account.id.clone()),
        _ => None,
    };
    let found = match matching(ctx, claim.candidates, &password).await {
        Err(HashError::Busy) => {
            let mut tx = ctx.store.begin().await?;
            limits::give_sign_in_back(ctx, &mut tx, &claim.typed).await?;
            tx.commit().await?;
            return Err(Failure::Busy);
        }
        compared => compared?,
    };
    let mut tx = ctx.store.begin().await?;
    let found = match found {
        Some((account, stored)) if is_current(&mut tx, &account, &stored).await? => {
            Some((account, stored))
        }
        _ => None,
    };
    let Some((account, stored)) = found else {
        let about = audit::About {
            account: meant.as_deref(),
            ..audit::About::default()
        };
        audit::record(ctx, &mut tx, Event::SignInFailed, about).await?;
        tx.commit().await?;
        return Err(Failure::said(Problem::SignInRefused));
    };
    limits::sign_in_worked(ctx, &mut tx, &claim.typed).await?;
    let stage = factor::stage(ctx, &mut tx, &account, false).await?;
    let opening = Opening {
        account: &account,
        former: given.session,
        device: given.device,
        stage,
        is_confirmed: true,
    };
    let token = sessions::sign_in(ctx, &mut tx, opening).await?;
    tx.commit().await?;
    if ctx.hasher.is_outdated(&stored.hash, &stored.key_id) {
        crate::server::credential::rehash(ctx, &account, &stored, password).await;
    }
    Ok(Opened {
        account,
        token,
        stage,
    })
}

/// Whether the password that was compared is still the account's: one that was changed while it was being hashed opens nothing any more.
async fn is_current(
    tx: &mut Tx,
    account: &Account,
    compared: &StoredPassword,
) -> Result<bool, sqlx::Error> {
    store::accounts::lock(tx, &account.id).await?;
    let current = store::passwords::of(tx, &account.id).await?;
    Ok(current.is_some_and(|current| current.changed_at == compared.changed_at))
}

/// Ends the session of a cookie. A session that is gone already is no error.
///
/// # Errors
/// [`Failure::TooMany`]; [`Failure::Broken`] when the database does not answer.
pub async fn sign_out(ctx: &Context, token: &str, client: IpAddr) -> Result<(), Failure> {
    let mut tx = ctx.store.begin().await?;
    limits::request_from(ctx, &mut tx, client).await?;
    if let Some(account_id) = store::sessions::end(&mut tx, &digest(token)).await? {
        let about = audit::About {
            account: Some(&account_id),
            ..audit::About::default()
        };
        audit::record(ctx, &mut tx, Event::SignedOut, about).await?;
    }
    tx.commit().await?;
    Ok(())
}
