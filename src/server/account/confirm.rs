//! Re-authentication: before a sensitive change somebody who is signed in re-authenticates, with the password or with a code
//! that reached a contact of the account (ASVS 7.5.1, NIST SP 800-63B-4 section 4.1.2).
use std::net::IpAddr;

use super::codes::{self, Sent, Wanted};
use super::contacts::WAIT;
use super::rejection::Rejection;
use crate::rules::channel::Channel;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::{Failure, Fault};
use crate::server::config::ConfirmChanges;
use crate::server::context::Context;
use crate::server::directory::{Checked, Password, Right, Turn};
use crate::server::factor::{self, Outcome};
use crate::server::limits::requests;
use crate::server::notifications::notify;
use crate::server::sessions::{self, SignedIn};
use crate::server::store::confirmations::Purpose;
use crate::server::store::contacts::Contact;
use crate::server::store::sessions::ConfirmedBy;
use crate::server::store::settle;
use crate::server::store::{self, Connection};

/// The contacts that may show who somebody is, as far as messages go there.
///
/// # Errors
/// When the database does not answer.
pub async fn channels(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<Contact>, sqlx::Error> {
    let mut channels = store::contacts::of(connection, account_id, ctx.now()).await?;
    channels.retain(|contact| {
        contact.may_prove(ctx.now())
            && contact.kind().is_ok_and(|kind| {
                notify::is_deliverable(ctx, kind.into(), &contact.address_canonical)
            })
    });
    Ok(channels)
}

/// Whether the password shows who somebody is: always, unless the organisation wants a code and the account has a way for one.
#[must_use]
pub fn takes_password(ctx: &Context, channels: &[Contact]) -> bool {
    ctx.config.accounts.confirm_changes == ConfirmChanges::PasswordOrCode || channels.is_empty()
}

/// Whether somebody has shown a moment ago that it is them, in the way that the organisation wants.
///
/// # Errors
/// When the database does not answer.
pub async fn is_confirmed(
    ctx: &Context,
    connection: &mut Connection,
    who: &SignedIn,
) -> Result<bool, sqlx::Error> {
    // The session may have ended while the request waited for its turn.
    if !who.is_confirmed(ctx)
        || !store::sessions::lives(connection, &who.session.id, ctx.now()).await?
        || is_held(ctx, connection, who).await?
    {
        return Ok(false);
    }
    let channels = channels(ctx, connection, &who.account.id).await?;
    Ok(is_enough(ctx, who, &channels))
}

/// Whether the password outlived a revert, and vouches for nothing.
async fn is_held(
    ctx: &Context,
    connection: &mut Connection,
    who: &SignedIn,
) -> Result<bool, sqlx::Error> {
    let standing = ctx
        .directory
        .standing(connection, &who.account.id, ctx.now());
    Ok(standing.await?.is_held)
}

/// Whether what was shown a moment ago is what the organisation wants of an account with these ways.
fn is_enough(ctx: &Context, who: &SignedIn, channels: &[Contact]) -> bool {
    matches!(who.session.confirmed_by(), Some(ConfirmedBy::Code(_)))
        || takes_password(ctx, channels)
}

/// Whether the page on which the password is changed comes only after somebody has shown more than the present one, which it asks for itself:
/// a code, where the organisation wants one, and the second factor, where there is one. A password that is held never comes so far.
///
/// # Errors
/// When the database does not answer.
pub async fn comes_first(
    ctx: &Context,
    connection: &mut Connection,
    who: &SignedIn,
) -> Result<bool, sqlx::Error> {
    if is_held(ctx, connection, who).await? {
        return Ok(true);
    }
    let channels = channels(ctx, connection, &who.account.id).await?;
    let wants_more =
        !takes_password(ctx, &channels) || factor::is_set_up(connection, &who.account.id).await?;
    Ok(wants_more && !(who.is_confirmed(ctx) && is_enough(ctx, who, &channels)))
}

/// Takes the password. On success the session's new token.
///
/// # Errors
/// [`Failure::Rejected`] when it is not the present one or must wait; [`Failure::TooMany`], [`Failure::Busy`], [`Failure::Fault`].
pub async fn by_password(
    ctx: &Context,
    who: &SignedIn,
    password: Password,
    totp: &str,
    client: IpAddr,
) -> Result<String, Failure<Rejection>> {
    check_password(ctx, who, password, client).await?;
    let mut tx = ctx.store.begin().await?;
    let result = take_password(ctx, &mut tx, who, totp).await;
    let token = settle(tx, result).await?;
    ctx.wake.senders();
    Ok(token)
}

async fn take_password(
    ctx: &Context,
    tx: &mut store::Tx,
    who: &SignedIn,
    totp: &str,
) -> Result<String, Failure<Rejection>> {
    // First, as everywhere: the lock order, so that two of these are never in a deadlock.
    store::accounts::lock(tx, &who.account.id).await?;
    refuse_held(ctx, tx, who).await?;
    let channels = channels(ctx, tx, &who.account.id).await?;
    if !takes_password(ctx, &channels) {
        return Err(Rejection::Unconfirmed.into());
    }
    take_factor(ctx, tx, who, totp).await?;
    let token = sessions::confirm(ctx, tx, &who.session.id, ConfirmedBy::Password).await?;
    let about = audit::Subject {
        account: Some(&who.account.id),
        detail: ConfirmedBy::Password.as_str(),
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, Actor::Account, Event::Confirmed, about).await?;
    token.ok_or_else(|| Rejection::FormStale.into())
}

/// Under a password that is held nothing shows who somebody is: a stranger may have set it, and added the contact.
async fn refuse_held(
    ctx: &Context,
    tx: &mut store::Tx,
    who: &SignedIn,
) -> Result<(), Failure<Rejection>> {
    if is_held(ctx, tx, who).await? {
        return Err(Rejection::PasswordHeld.into());
    }
    Ok(())
}

/// Whoever has a second factor shows that too: the highest level that there is (NIST SP 800-63B-4 section 4.1.2.1).
async fn take_factor(
    ctx: &Context,
    tx: &mut store::Tx,
    who: &SignedIn,
    totp: &str,
) -> Result<(), Failure<Rejection>> {
    if !factor::is_set_up(tx, &who.account.id).await? {
        return Ok(());
    }
    match factor::verify(ctx, tx, Actor::Account, &who.account.id, totp).await? {
        Outcome::Shown(_) => Ok(()),
        Outcome::Refused(refusal) => Err(Rejection::Factor(refusal).into()),
    }
}

/// Compares a password with the present one of somebody who is signed in, which it returns. Each try is counted first (STANDARDS F09).
///
/// # Errors
/// As [`by_password`].
pub async fn check_password(
    ctx: &Context,
    who: &SignedIn,
    password: Password,
    client: IpAddr,
) -> Result<Right, Failure<Rejection>> {
    if password.is_empty() {
        return Err(Rejection::PasswordEmpty.into());
    }
    let mut tx = ctx.store.begin().await?;
    let counted = count_password(ctx, &mut tx, who, client).await;
    settle(tx, counted).await?;
    let ids = [who.account.id.as_str()];
    let (store, now) = (&ctx.store, ctx.now());
    let checked = ctx
        .directory
        .check(store, &ids, &password, Turn::SignIn, now);
    let checked = checked.await;
    let mut tx = ctx.store.begin().await?;
    let checked = match checked {
        Ok(Checked::Wrong) => {
            let about = audit::Subject {
                account: Some(&who.account.id),
                detail: "signed in",
                ..audit::Subject::default()
            };
            audit::record(ctx, &mut tx, Actor::Account, Event::ConfirmFailed, about).await?;
            tx.commit().await?;
            return Err(Rejection::PasswordWrong.into());
        }
        Ok(Checked::Right(right)) => Ok(right),
        Err(unavailable) => Err(unavailable.into()),
    };
    // It was right, or was compared with nothing.
    requests::give_password_back(ctx, &mut tx, &who.account.id).await?;
    tx.commit().await?;
    checked
}

async fn count_password(
    ctx: &Context,
    tx: &mut store::Tx,
    who: &SignedIn,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    requests::request_from(ctx, tx, client).await?;
    if let Some(minutes) = requests::may_try_password(ctx, tx, &who.account.id).await? {
        return Err(Rejection::PasswordWait { minutes }.into());
    }
    Ok(())
}

/// Sends a code to a contact of the account that may show who somebody is.
///
/// # Errors
/// [`Failure::Rejected`] when it may not or too many were sent; [`Failure::TooMany`], [`Failure::Fault`].
pub async fn send_code(
    ctx: &Context,
    who: &SignedIn,
    contact_id: &str,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    let mut tx = ctx.store.begin().await?;
    let result = async {
        requests::request_from(ctx, &mut tx, client).await?;
        refuse_held(ctx, &mut tx, who).await?;
        let channels = channels(ctx, &mut tx, &who.account.id).await?;
        let contact = channels
            .iter()
            .find(|contact| contact.id == contact_id)
            .ok_or(Rejection::ChannelUnknown)?;
        let wanted = Wanted {
            purpose: Purpose::Person,
            channel: contact.kind()?.into(),
            address: &contact.address,
            address_canonical: &contact.address_canonical,
            replaces: None,
            is_vouched_for: false,
        };
        codes::send(ctx, &mut tx, who, wanted).await
    }
    .await;
    settle(tx, result).await?;
    ctx.wake.senders();
    Ok(())
}

/// Sends another code, on the same way.
///
/// # Errors
/// As [`send_code`].
pub async fn send_again(
    ctx: &Context,
    who: &SignedIn,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    codes::send_again(ctx, who, Purpose::Person, client).await
}

/// The code that the person waits for, as its page shows it.
///
/// # Errors
/// When the database does not answer.
pub async fn sent(
    ctx: &Context,
    connection: &mut Connection,
    who: &SignedIn,
) -> Result<Option<Sent>, sqlx::Error> {
    codes::sent(ctx, connection, &who.session.id, Purpose::Person).await
}

/// Takes the code. On success the session's new token; contacts that waited for an earlier one count from now on.
///
/// # Errors
/// [`Failure::Rejected`] when there is none, [`Failure::Rejected`] with what was wrong with it, [`Failure::TooMany`], [`Failure::Fault`].
pub async fn by_code(
    ctx: &Context,
    who: &SignedIn,
    typed: &str,
    totp: &str,
    client: IpAddr,
) -> Result<String, Failure<Rejection>> {
    let mut tx = ctx.store.begin().await?;
    let result = take_code(ctx, &mut tx, who, typed, totp, client).await;
    let token = settle(tx, result).await?;
    ctx.wake.senders();
    Ok(token)
}

/// The earlier contact has vouched for what was changed in this session. What another session has changed may be somebody else's, and waits on.
async fn vouch_for_changes(
    ctx: &Context,
    tx: &mut store::Tx,
    who: &SignedIn,
) -> Result<(), sqlx::Error> {
    let (account_id, now) = (&who.account.id, ctx.now());
    let changes = store::contact_changes::standing(tx, account_id, now - WAIT).await?;
    for change in changes {
        if change.session_id != who.session.id {
            continue;
        }
        for id in change.added_id.iter().chain(&change.ended_id) {
            store::contacts::wait_no_longer(tx, account_id, id, now).await?;
        }
    }
    Ok(())
}

async fn take_code(
    ctx: &Context,
    tx: &mut store::Tx,
    who: &SignedIn,
    typed: &str,
    totp: &str,
    client: IpAddr,
) -> Result<String, Failure<Rejection>> {
    // The lock order, so that two of these are never in a deadlock.
    requests::request_from(ctx, tx, client).await?;
    store::accounts::lock(tx, &who.account.id).await?;
    refuse_held(ctx, tx, who).await?;
    let given = codes::compare(ctx, tx, who, Purpose::Person, typed).await?;
    take_factor(ctx, tx, who, totp).await?;
    codes::used(tx, who, Purpose::Person).await?;
    let by = Channel::parse(&given.channel).ok_or(Fault::Content("confirmations.channel"))?;
    let token = sessions::confirm(ctx, tx, &who.session.id, ConfirmedBy::Code(by)).await?;
    vouch_for_changes(ctx, tx, who).await?;
    let about = audit::Subject {
        account: Some(&who.account.id),
        detail: by.as_str(),
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, Actor::Account, Event::Confirmed, about).await?;
    token.ok_or_else(|| Rejection::FormStale.into())
}
