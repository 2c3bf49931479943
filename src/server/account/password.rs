//! A signed-in person who knows the password changes it (JOURNEYS Z11): the same rules, hash and change as under a code, with the present
//! password as the proof (ASVS 6.2.2, 6.2.3).

use std::net::IpAddr;

use super::confirm;
use super::wrong::{Undone, Wrong};
use crate::rules::problem::{FieldName, FieldProblem, Problem};
use crate::server::config::AfterChange;
use crate::server::context::Context;
use crate::server::credential::{self, Change, Proof, ProvedBy};
use crate::server::failure::Failure;
use crate::server::hashing::Password;
use crate::server::password_rules;
use crate::server::sessions::SignedIn;

/// What the page is given.
#[derive(Debug)]
pub struct Proposal<'a> {
    /// The present password, in NFC.
    pub present: Password,
    /// The new one, in NFC.
    pub password: Password,
    /// Its repetition, in NFC.
    pub confirm: Password,
    /// The browser's family, for the notice.
    pub browser: Option<&'a str>,
    /// Family of browser and system.
    pub device: &'a str,
    /// Address of the client.
    pub client: IpAddr,
    /// The value by which accounts have known this browser until now.
    pub known: Option<&'a str>,
}

/// A password that was changed.
#[derive(Debug)]
pub struct Changed {
    /// The session's new token, where it goes on.
    pub session: Option<String>,
    /// The value by which the account knows this browser from now on.
    pub known: String,
}

/// Changes the password.
///
/// # Errors
/// [`Failure::Said`] with what stands against it; [`Failure::TooMany`], [`Failure::Busy`], [`Failure::Unchecked`], [`Failure::Broken`], and
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
    let personal = password_rules::personal_words(ctx, &mut connection, &who.account).await?;
    drop(connection);
    let mut found = Vec::new();
    if proposal.present.is_empty() {
        found.push(FieldProblem::from(Problem::SignInPasswordEmpty));
    }
    found.extend(password_rules::problems(
        ctx,
        &proposal.password,
        &proposal.confirm,
        &personal,
    ));
    if !found.is_empty() {
        return Err(Failure::Said(found));
    }
    match confirm::check_password(ctx, who, proposal.present.clone(), proposal.client).await {
        Ok(()) => {}
        Err(Undone::Failed(failure)) => return Err(failure),
        Err(Undone::Wrong(Wrong::PasswordWait { minutes })) => {
            let minutes = u16::try_from(minutes).unwrap_or(u16::MAX);
            return Err(Failure::said(Problem::PasswordWait { minutes }));
        }
        Err(Undone::Wrong(_)) => return Err(Failure::said(Problem::PasswordNotPresent)),
    }
    if *proposal.password == *proposal.present {
        return Err(Failure::Said(vec![FieldProblem {
            field: Some(FieldName::NewPassword),
            problem: Problem::PasswordFormer,
        }]));
    }
    let accounts = std::slice::from_ref(&who.account);
    let hashed = credential::hash_new(ctx, accounts, proposal.password).await?;
    let is_kept = ctx.config.accounts.after_change == AfterChange::KeepCurrent;
    let proof = Proof {
        by: ProvedBy::Session {
            id: &who.session.id,
            is_kept,
        },
        flow: None,
        reference: None,
        channel: None,
        is_factor_shown: false,
        sign_in: false,
        session: None,
        device: proposal.device,
        known: proposal.known,
    };
    match credential::change(ctx, accounts, &hashed, proof, proposal.browser).await? {
        Change::Made { session, known } => Ok(Some(Changed { session, known })),
        Change::TooLate => Err(Failure::said(Problem::SessionOver)),
    }
}
