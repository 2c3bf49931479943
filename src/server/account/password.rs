//! A signed-in person who knows the password changes it (JOURNEYS Z11): the same rules, hash and change as under a code, with the present
//! password as the proof (ASVS 6.2.2, 6.2.3).
use std::net::IpAddr;

use super::confirm;
use super::rejection::Rejection;
use crate::rules::problem::{FieldName, FieldProblem, Problem};
use crate::server::base::failure::Failure;
use crate::server::config::AfterChange;
use crate::server::context::Context;
use crate::server::directory::{Checked, Password, Turn};
use crate::server::password::change::{self, Change};
use crate::server::password::proof::{Proof, ProvedBy};
use crate::server::password::rules;
use crate::server::sessions::{self, SignedIn, devices};
use crate::server::store;

/// What the page is given.
#[derive(Debug)]
pub struct Proposal<'a> {
    /// The present password, in NFC.
    pub present: Password,
    /// The new one, in NFC.
    pub password: Password,
    /// Its repetition, in NFC.
    pub confirm: Password,
    /// The browser's family, for the notification.
    pub browser: Option<&'a str>,
    /// Family of browser and system.
    pub device: &'a str,
    /// Address of the client.
    pub client: IpAddr,
    /// The value by which accounts have known this browser until now.
    pub device_cookie: Option<&'a str>,
}

/// A password that was changed.
#[derive(Debug)]
pub struct Changed {
    /// The session's new token, where it goes on.
    pub session: Option<String>,
    /// The value by which the account knows this browser from now on.
    pub device_cookie: String,
}

/// Changes the password.
///
/// # Errors
/// [`Failure::Rejected`] with what stands against it; [`Failure::TooMany`], [`Failure::Busy`], [`Failure::Unchecked`], [`Failure::Fault`], and
/// then the old password holds.
pub async fn change(
    ctx: &Context,
    who: &SignedIn,
    proposal: Proposal<'_>,
) -> Result<Option<Changed>, Failure> {
    let mut connection = ctx.store.read().await?;
    if confirm::comes_first(ctx, &mut connection, who).await? {
        return Ok(None);
    }
    let personal = rules::personal_words(ctx, &mut connection, &who.account).await?;
    drop(connection);
    let mut found = Vec::new();
    if proposal.present.is_empty() {
        found.push(FieldProblem::from(Problem::SignInPasswordEmpty));
    }
    found.extend(rules::problems(
        ctx,
        &proposal.password,
        &proposal.confirm,
        &personal,
    ));
    if !found.is_empty() {
        return Err(Failure::Rejected(found));
    }
    let checked = confirm::check_password(ctx, who, proposal.present.clone(), proposal.client);
    let present = match checked.await {
        Ok(right) => right,
        Err(Failure::Rejected(Rejection::PasswordWait { minutes })) => {
            let minutes = u16::try_from(minutes).unwrap_or(u16::MAX);
            return Err(Failure::rejected(Problem::PasswordWait { minutes }));
        }
        Err(failure) => {
            return Err(failure.map_rejection(|_| vec![Problem::PasswordNotPresent.into()]));
        }
    };
    if *proposal.password == *proposal.present {
        return Err(Failure::Rejected(vec![FieldProblem {
            field: Some(FieldName::NewPassword),
            problem: Problem::PasswordFormer,
        }]));
    }
    let accounts = std::slice::from_ref(&who.account);
    let is_kept = ctx.config.accounts.after_change == AfterChange::KeepCurrent;
    let proof = Proof {
        by: ProvedBy::Session {
            id: &who.session.id,
            is_kept,
            since: present.changed_at,
        },
        flow: None,
        reference: None,
        channel: None,
        is_factor_shown: false,
        sign_in: false,
        session: None,
        device: proposal.device,
        device_cookie: proposal.device_cookie,
    };
    let password = proposal.password.clone();
    match change::change(ctx, accounts, password, proof, proposal.browser).await? {
        Change::Made {
            session,
            device_cookie,
        } => Ok(Some(Changed {
            session,
            device_cookie,
        })),
        Change::TooLate => again(ctx, who, proposal.password, proposal.device_cookie).await,
    }
}

/// Another post has changed the password while this one was looked at. The same new password is the same request and has the same answer
/// (docs/decisions/0001-two-posts-of-one-form-are-one-wish.md); of another one nothing was saved.
async fn again(
    ctx: &Context,
    who: &SignedIn,
    password: Password,
    device_cookie: Option<&str>,
) -> Result<Option<Changed>, Failure> {
    let id = &who.account.id;
    let mut connection = ctx.store.read().await?;
    let lives = store::sessions::lives(&mut connection, &who.session.id, ctx.now()).await?;
    drop(connection);
    if !lives {
        return Err(Failure::rejected(Problem::SessionOver));
    }
    let ids = [id.as_str()];
    let (store, now) = (&ctx.store, ctx.now());
    let checked = ctx
        .directory
        .check(store, &ids, &password, Turn::Choose, now);
    let right = match checked.await? {
        Checked::Right(right) => right,
        Checked::Wrong => return Err(Failure::rejected(Problem::PasswordAlreadySet)),
    };
    let mut tx = ctx.store.begin().await?;
    store::accounts::lock(&mut tx, id).await?;
    let standing = ctx.directory.standing(&mut tx, id, ctx.now()).await?;
    let session = if standing.still_opens(right.changed_at) {
        sessions::rotate(&mut tx, &who.session.id).await?
    } else {
        None
    };
    let Some(session) = session else {
        tx.commit().await?;
        return Err(Failure::rejected(Problem::SessionOver));
    };
    let device_cookie = devices::remember(ctx, &mut tx, device_cookie, &[id]).await?;
    tx.commit().await?;
    Ok(Some(Changed {
        session: Some(session),
        device_cookie,
    }))
}
