//! Addresses and numbers of somebody who is signed in: added, replaced and removed. Each new one is confirmed with a code sent to it, each
//! change is told to the others, and everything can be reverted for a week (ASVS 6.3.7, NIST SP 800-63B-4 section 4.2.1.2).

use std::net::IpAddr;

mod record;

use super::codes::{self, Sent, Wanted};
use super::confirm;
use super::rejection::Rejection;
use crate::rules::channel::Channel;
use crate::rules::identifier;
use crate::server::base::clock::DAY;
use crate::server::base::failure::Failure;
use crate::server::base::failure::Fault;
use crate::server::base::random::random_id;
use crate::server::context::Context;
use crate::server::delivery::ContactNotification;
use crate::server::identifiers::{address, number};
use crate::server::limits::requests;
use crate::server::notifications::notify;
use crate::server::sessions::SignedIn;
use crate::server::store::confirmations::Purpose;
use crate::server::store::contacts::{Contact, ContactKind, NewContact};
use crate::server::store::sessions::ConfirmedBy;
use crate::server::store::settle;
use crate::server::store::{self, Connection, Tx};
use record::{Change, record};

/// Contacts of one kind that an account may have.
pub const AT_MOST: usize = 5;

/// How long a contact waits before it can reset the password, when no earlier one has vouched for it.
pub const WAIT: i64 = DAY;

/// Changes that were reverted so often within [`DISPUTE`] close the pages: somebody must look at who is who.
pub const REVERTS_AT_MOST: i64 = 3;

/// How far back reverts count, in microseconds.
pub const DISPUTE: i64 = 30 * DAY;

/// Whether the contacts of an account may not be changed here, because that was reverted too often.
///
/// # Errors
/// When the database does not answer.
pub async fn are_closed(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<bool, sqlx::Error> {
    let after = ctx.now() - DISPUTE;
    let times = store::contact_changes::times_reverted(connection, account_id, after).await?;
    Ok(times >= REVERTS_AT_MOST)
}

/// What was written, as messages go to it and as it is compared.
fn check(ctx: &Context, kind: ContactKind, typed: &str) -> Result<(String, String), Rejection> {
    match kind {
        ContactKind::Mail => {
            let mail = identifier::check(typed).map_err(|_| Rejection::MailUnusable)?;
            let read = address::read(mail).map_err(|_| Rejection::MailUnusable)?;
            Ok((read.as_str().to_owned(), read.compared()))
        }
        ContactKind::Phone => {
            let number = number::read(typed).ok_or(Rejection::PhoneUnusable)?;
            if !notify::is_deliverable(ctx, Channel::Sms, &number) {
                return Err(Rejection::PhoneUnreachable);
            }
            Ok((number.clone(), number))
        }
    }
}

/// Begins to add a contact, or to put one in the place of another: a code goes to the new one.
///
/// # Errors
/// [`Failure::Rejected`] with what stands against it; [`Failure::TooMany`](crate::server::base::failure::Failure), [`Fault`].
pub async fn begin(
    ctx: &Context,
    who: &SignedIn,
    kind: ContactKind,
    typed: &str,
    replaces: Option<&str>,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    let mut tx = ctx.store.begin().await?;
    let result = async {
        requests::request_from(ctx, &mut tx, client).await?;
        may_change(ctx, &mut tx, who).await?;
        let (address, canonical) = check(ctx, kind, typed)?;
        fits(ctx, &mut tx, who, kind, &canonical, replaces).await?;
        let wanted = Wanted {
            purpose: Purpose::Contact,
            channel: kind.into(),
            address: &address,
            address_canonical: &canonical,
            replaces,
            is_vouched_for: vouches(ctx, who),
        };
        codes::send(ctx, &mut tx, who, wanted).await
    }
    .await;
    settle(tx, result).await?;
    ctx.wake.senders();
    Ok(())
}

/// Looked at again with every post: the page may have been open for long.
async fn may_change(ctx: &Context, tx: &mut Tx, who: &SignedIn) -> Result<(), Failure<Rejection>> {
    if are_closed(ctx, tx, &who.account.id).await? {
        return Err(Rejection::ContactsClosed.into());
    }
    if !confirm::is_confirmed(ctx, tx, who).await? {
        return Err(Rejection::Unconfirmed.into());
    }
    Ok(())
}

/// Whether the account has room for it; hands out the contact that it replaces.
async fn fits(
    ctx: &Context,
    tx: &mut Tx,
    who: &SignedIn,
    kind: ContactKind,
    canonical: &str,
    replaces: Option<&str>,
) -> Result<Option<Contact>, Failure<Rejection>> {
    let all = store::contacts::of(tx, &who.account.id, ctx.now()).await?;
    let own: Vec<&Contact> = all
        .iter()
        .filter(|contact| contact.kind().is_ok_and(|found| found == kind))
        .collect();
    // One that is about to end has been replaced already.
    let former = match replaces {
        Some(id) => Some(
            own.iter()
                .find(|contact| contact.id == id && contact.ends_at.is_none())
                .copied()
                .cloned()
                .ok_or(Rejection::ContactGone)?,
        ),
        None => None,
    };
    if own
        .iter()
        .any(|contact| contact.address_canonical == canonical)
    {
        return Err(Rejection::ContactKnown.into());
    }
    if former.is_none() && own.len() >= AT_MOST {
        return Err(Rejection::ContactsFull.into());
    }
    Ok(former)
}

/// Sends another code to the new contact.
///
/// # Errors
/// As [`begin`].
pub async fn send_again(
    ctx: &Context,
    who: &SignedIn,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    codes::send_again(ctx, who, Purpose::Contact, client).await
}

/// The code that a new contact waits for, as its page shows it.
///
/// # Errors
/// When the database does not answer.
pub async fn sent(
    ctx: &Context,
    connection: &mut Connection,
    who: &SignedIn,
) -> Result<Option<Sent>, sqlx::Error> {
    codes::sent(ctx, connection, &who.session.id, Purpose::Contact).await
}

/// What became of a new contact.
#[derive(Debug, Clone, Copy)]
pub struct Confirmed {
    /// There was another one to be told.
    pub is_told: bool,
}

/// Takes the code of a new contact: it counts from now on, and can reset the password at once where an earlier one has vouched for it.
///
/// # Errors
/// As [`begin`], and [`Failure::Rejected`](crate::server::base::failure::Failure) with what was wrong with the code.
pub async fn confirm(
    ctx: &Context,
    who: &SignedIn,
    typed: &str,
    browser: Option<&str>,
    client: IpAddr,
) -> Result<Confirmed, Failure<Rejection>> {
    let mut tx = ctx.store.begin().await?;
    let result = confirm_in(ctx, &mut tx, who, typed, browser, client).await;
    let confirmed = settle(tx, result).await?;
    ctx.wake.senders();
    Ok(confirmed)
}

async fn confirm_in(
    ctx: &Context,
    tx: &mut Tx,
    who: &SignedIn,
    typed: &str,
    browser: Option<&str>,
    client: IpAddr,
) -> Result<Confirmed, Failure<Rejection>> {
    // The lock order, so that two of these are never in a deadlock.
    requests::request_from(ctx, tx, client).await?;
    store::accounts::lock(tx, &who.account.id).await?;
    if are_closed(ctx, tx, &who.account.id).await? {
        return Err(Rejection::ContactsClosed.into());
    }
    // The session may have ended while this waited for the lock.
    if !store::sessions::lives(tx, &who.session.id, ctx.now()).await? {
        return Err(Rejection::Unconfirmed.into());
    }
    let taken = codes::compare(ctx, tx, who, Purpose::Contact, typed).await?;
    codes::used(tx, who, Purpose::Contact).await?;
    let channel = Channel::parse(&taken.channel).ok_or(Fault::Content("confirmations.channel"))?;
    let kind = ContactKind::from(channel);
    let of = taken.replaces.as_deref();
    // Read again: the code may have been asked for under an earlier version.
    let (address, canonical) = check(ctx, kind, &taken.address)?;
    let replaced = fits(ctx, tx, who, kind, &canonical, of).await?;
    let now = ctx.now();
    let from = works_from(ctx, tx, who, taken.is_vouched_for == 1).await?;
    let before = store::contacts::stand(tx, &who.account.id, kind, &canonical).await?;
    let new = NewContact {
        id: &random_id()?,
        account_id: &who.account.id,
        kind,
        address: &address,
        address_canonical: &canonical,
        confirmed_at: Some(now),
        resets_from: from,
    };
    let added = store::contacts::put(tx, &new).await?;
    if let Some(replaced) = &replaced {
        // Until the new one can prove anything, the old one does.
        store::contacts::end(tx, &who.account.id, &replaced.id, from).await?;
    }
    let change = Change {
        kind,
        news: if replaced.is_some() {
            ContactNotification::Replaced
        } else {
            ContactNotification::Added
        },
        added: Some(added),
        before,
        ended: replaced,
        works_from: Some(from).filter(|from| *from > now),
    };
    let is_told = record(ctx, tx, who, &change, browser).await?;
    Ok(Confirmed { is_told })
}

/// Whether an earlier contact has just vouched for whoever is signed in.
#[must_use]
pub fn vouches(ctx: &Context, who: &SignedIn) -> bool {
    who.is_confirmed(ctx) && matches!(who.session.confirmed_by(), Some(ConfirmedBy::Code(_)))
}

/// Ids of the contacts that may still wait and were added in this session.
///
/// # Errors
/// When the database does not answer.
pub async fn added_here(
    ctx: &Context,
    connection: &mut Connection,
    who: &SignedIn,
) -> Result<Vec<String>, sqlx::Error> {
    let since = ctx.now() - WAIT;
    let changes = store::contact_changes::standing(connection, &who.account.id, since).await?;
    let own = changes
        .into_iter()
        .filter(|change| change.session_id == who.session.id);
    Ok(own.filter_map(|change| change.added_id).collect())
}

/// From when a new contact may prove anything: at once where an earlier one has vouched for it, now or when its code was asked for, or there
/// is none, else a day later.
async fn works_from(
    ctx: &Context,
    tx: &mut Tx,
    who: &SignedIn,
    is_vouched_for: bool,
) -> Result<i64, sqlx::Error> {
    let channels = confirm::channels(ctx, tx, &who.account.id).await?;
    Ok(
        if is_vouched_for || vouches(ctx, who) || channels.is_empty() {
            ctx.now()
        } else {
            ctx.now() + WAIT
        },
    )
}

/// Whether a reset can use a contact: it may prove, a message can go there, and the organisation sends such.
pub(super) fn serves_reset(ctx: &Context, contact: &Contact) -> bool {
    contact.may_prove(ctx.now())
        && contact.ends_at.is_none()
        && contact.kind().is_ok_and(|kind| {
            let by = Channel::from(kind);
            ctx.config.reset.uses(by) && notify::is_deliverable(ctx, by, &contact.address_canonical)
        })
}

/// Whether a contact of these can be removed: one stays that a reset can use, or, where none of them is one, another one at all.
#[must_use]
pub fn can_be_removed(ctx: &Context, all: &[Contact], going: &Contact) -> bool {
    let mut others = all.iter().filter(|contact| contact.id != going.id);
    if serves_reset(ctx, going) {
        others.any(|contact| serves_reset(ctx, contact))
    } else {
        others.any(|contact| contact.may_prove(ctx.now()) && contact.ends_at.is_none())
    }
}

/// Removes a contact, never the last that can prove anything.
///
/// # Errors
/// [`Failure::Rejected`] with what stands against it; [`Failure::TooMany`](crate::server::base::failure::Failure), [`Fault`].
pub async fn remove(
    ctx: &Context,
    who: &SignedIn,
    contact_id: &str,
    browser: Option<&str>,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    let mut tx = ctx.store.begin().await?;
    let result = async {
        requests::request_from(ctx, &mut tx, client).await?;
        store::accounts::lock(&mut tx, &who.account.id).await?;
        may_change(ctx, &mut tx, who).await?;
        let now = ctx.now();
        let all = store::contacts::of(&mut tx, &who.account.id, now).await?;
        let going = all
            .iter()
            .find(|contact| contact.id == contact_id)
            .ok_or(Rejection::ContactGone)?;
        if !can_be_removed(ctx, &all, going) {
            return Err(Rejection::ContactLast.into());
        }
        store::contacts::end(&mut tx, &who.account.id, &going.id, now).await?;
        let change = Change {
            kind: going.kind()?,
            news: ContactNotification::Removed,
            added: None,
            before: None,
            ended: Some(going.clone()),
            works_from: None,
        };
        record(ctx, &mut tx, who, &change, browser).await.map(drop)
    }
    .await;
    settle(tx, result).await?;
    ctx.wake.senders();
    Ok(())
}
