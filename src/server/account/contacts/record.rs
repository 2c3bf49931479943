//! What happens with every change of contacts: it is written down, so that it can be reverted, and told to the others.
use super::super::rejection::Rejection;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::Failure;
use crate::server::base::local_time;
use crate::server::base::random::random_id;
use crate::server::context::Context;
use crate::server::delivery::{ContactNotification, MessageContent};
use crate::server::identifiers::masked_contact;
use crate::server::notifications::notify;
use crate::server::notifications::revert_links::{self, RevertMeans, Reverts};
use crate::server::revoke;
use crate::server::sessions::SignedIn;
use crate::server::store::contact_changes::ContactChange;
use crate::server::store::contacts::{Contact, ContactKind, Stand};
use crate::server::store::{self, Tx};

/// What was done.
pub(super) struct Change {
    pub(super) kind: ContactKind,
    pub(super) news: ContactNotification,
    pub(super) added: Option<String>,
    /// How that had stood before.
    pub(super) before: Option<Stand>,
    pub(super) ended: Option<Contact>,
    pub(super) works_from: Option<i64>,
}

/// Writes a change down and tells everybody but the new contact; whether there was anybody. Codes and links that went to a contact which has
/// changed open nothing any more (ATTACKS A29).
pub(super) async fn record(
    ctx: &Context,
    tx: &mut Tx,
    who: &SignedIn,
    change: &Change,
    browser: Option<&str>,
) -> Result<bool, Failure<Rejection>> {
    let account = &who.account;
    let now = ctx.now();
    if change.ended.is_some() {
        revoke::contact_ended(ctx, tx, &account.id).await?;
    }
    let id = random_id()?;
    let row = ContactChange {
        id: id.clone(),
        session_id: who.session.id.clone(),
        added_id: change.added.clone(),
        added_confirmed_at: change.before.and_then(|before| before.confirmed_at),
        added_resets_from: change.before.map(|before| before.resets_from),
        added_ends_at: change.before.and_then(|before| before.ends_at),
        ended_id: change.ended.as_ref().map(|ended| ended.id.clone()),
        ended_ends_at: change.ended.as_ref().and_then(|ended| ended.ends_at),
        made_at: now,
        password_at: who.session.password_at,
        added_kind: None,
        added_proves_from: None,
    };
    store::contact_changes::insert(tx, &account.id, &row).await?;
    // Which contact it was is looked up by the id, as long as the change is known.
    let detail = format!("{} {} {id}", change.kind.as_str(), word(change.news));
    let about = audit::Subject {
        account: Some(&account.id),
        detail: &detail,
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, Actor::Account, Event::ContactChanged, about).await?;
    tell(ctx, tx, who, change, &id, browser).await
}

const fn word(news: ContactNotification) -> &'static str {
    match news {
        ContactNotification::Added => "added",
        ContactNotification::Replaced => "replaced",
        ContactNotification::Removed => "removed",
    }
}

async fn tell(
    ctx: &Context,
    tx: &mut Tx,
    who: &SignedIn,
    change: &Change,
    change_id: &str,
    browser: Option<&str>,
) -> Result<bool, Failure<Rejection>> {
    let account = &who.account;
    let language = ctx.language_of(&account.language);
    let zone = &ctx.config.site.time_zone;
    let now = ctx.now();
    let written = |at: i64| local_time::date_and_time(zone, now, at, language);
    let reverts = Reverts::Contacts { change: change_id };
    let minted = revert_links::mint(ctx, tx, &account.id, reverts).await?;
    let until = written(now + revert_links::LIFETIME);
    let recipients = notify::recipients(ctx, tx, &account.id).await?;
    let added = change.added.as_ref();
    let added = recipients
        .iter()
        .find(|contact| Some(&contact.id) == added)
        .map(masked_contact);
    let content = |stop: RevertMeans| MessageContent::ContactChanged {
        user_name: account.user_name.clone(),
        news: change.news,
        is_phone: change.kind == ContactKind::Phone,
        at: written(now),
        browser: browser.map(str::to_owned),
        works_from: change.works_from.map(written),
        stop: stop.link,
        stop_code: stop.code,
        added: added.clone(),
        ended: change.ended.as_ref().map(masked_contact),
    };
    let about = notify::NotificationReason {
        purpose: "contact_changed",
        flow: None,
    };
    let mut is_told = false;
    for contact in recipients {
        if Some(&contact.id) == change.added.as_ref() {
            continue;
        }
        let is_about_it = change
            .ended
            .as_ref()
            .is_some_and(|ended| ended.id == contact.id);
        let stop = if is_about_it || contact.ends_at.is_none() {
            minted.to(&contact, now, &until)?
        } else {
            // It may revert its own end, and of what came later it is only told.
            RevertMeans::default()
        };
        let content = content(stop);
        is_told |= notify::enqueue(ctx, tx, account, &contact, content, about).await?;
    }
    Ok(is_told)
}
