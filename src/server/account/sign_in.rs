//! Sign-in and sign-out. Every refusal sounds alike and every answer waits for one deadline, so neither words nor time tell who exists.

use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;

use crate::rules::identifier;
use crate::rules::problem::{FieldName, FieldProblem, Problem};
use crate::server::audit::{self, Event};
use crate::server::context::Context;
use crate::server::directory::{self, Found};
use crate::server::failure::Failure;
use crate::server::guard::limits;
use crate::server::hashing::{Password, Turn};
use crate::server::keys::digest;
use crate::server::sessions;
use crate::server::store;
use crate::server::store::accounts::Account;
use crate::server::store::passwords::StoredPassword;

/// What a sign-in is given besides the password.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The user name or address, as typed.
    pub typed: &'a str,
    /// Address of the client.
    pub client: IpAddr,
    /// The session that this browser has had until now.
    pub session: Option<&'a str>,
}

/// A session just opened.
#[derive(Debug)]
pub struct Opened {
    /// Whose.
    pub account: Account,
    /// Value of its cookie.
    pub token: String,
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
    let typed = given.typed;
    let mut empty = Vec::new();
    let checked = identifier::check(typed);
    if let Err(problem) = checked {
        empty.push(FieldProblem {
            field: Some(FieldName::Identifier),
            problem,
        });
    }
    if password.is_empty() {
        empty.push(FieldProblem {
            field: Some(FieldName::Password),
            problem: Problem::SignInPasswordEmpty,
        });
    }
    let (Ok(checked), true) = (checked, empty.is_empty()) else {
        return Err(Failure::Said(empty));
    };
    let deadline = Instant::now() + Duration::from_millis(ctx.config.hashing.sign_in_deadline_ms);
    let result = attempt(ctx, checked, given, password).await;
    tokio::time::sleep_until(deadline).await;
    result
}

/// Who is meant, and what the password is compared with.
struct Claim {
    account: Option<Account>,
    stored: Option<StoredPassword>,
    /// What tries are counted against.
    typed: String,
    must_wait: bool,
}

async fn claim(ctx: &Context, checked: &str, client: IpAddr) -> Result<Claim, Failure> {
    let canonical = identifier::canonical(checked);
    let mut tx = ctx.store.begin().await?;
    limits::request_from(ctx, &mut tx, client).await?;
    let account = match directory::look_up(&mut tx, &canonical).await? {
        Found::One(account) => Some(account),
        Found::Nobody | Found::Several => None,
    };
    let id = account.as_ref().map_or("", |account| account.id.as_str());
    let stored = store::passwords::of(&mut tx, id).await?;
    let must_wait = !limits::may_sign_in(ctx, &mut tx, &canonical.text).await?;
    tx.commit().await?;
    Ok(Claim {
        account,
        stored,
        typed: canonical.text,
        must_wait,
    })
}

async fn attempt(
    ctx: &Context,
    checked: &str,
    given: Given<'_>,
    password: Password,
) -> Result<Opened, Failure> {
    let claim = claim(ctx, checked, given.client).await?;
    if claim.must_wait {
        return Err(Failure::said(Problem::SignInWait));
    }
    let stored = claim.stored.as_ref();
    let matches = ctx
        .hasher
        .verify(
            password.clone(),
            stored.map(|stored| stored.hash.as_str()),
            Turn::SignIn,
        )
        .await?;
    let meant = claim.account.as_ref().map(|account| account.id.clone());
    let account = claim
        .account
        .filter(|account| matches && account.is_active());
    let mut tx = ctx.store.begin().await?;
    let Some(account) = account else {
        let about = audit::About {
            account: meant.as_deref(),
            ..audit::About::default()
        };
        audit::record(ctx, &mut tx, Event::SignInFailed, about).await?;
        tx.commit().await?;
        return Err(Failure::said(Problem::SignInRefused));
    };
    limits::sign_in_worked(ctx, &mut tx, &claim.typed).await?;
    // What this browser was signed in with before must not outlive the new session.
    if let Some(former) = given.session {
        store::sessions::end(&mut tx, &digest(former)).await?;
    }
    let token = sessions::open(ctx, &mut tx, &account).await?;
    let about = audit::About {
        account: Some(&account.id),
        ..audit::About::default()
    };
    audit::record(ctx, &mut tx, Event::SignedIn, about).await?;
    tx.commit().await?;
    if let Some(stored) =
        stored.filter(|stored| ctx.hasher.is_outdated(&stored.hash, &stored.key_id))
    {
        crate::server::credential::rehash(ctx, &account, stored, password).await;
    }
    Ok(Opened { account, token })
}

/// Ends the session of a cookie. A session that is gone already is no error.
///
/// # Errors
/// [`Failure::Broken`] when the database does not answer.
pub async fn sign_out(ctx: &Context, token: &str) -> Result<(), Failure> {
    let mut tx = ctx.store.begin().await?;
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
