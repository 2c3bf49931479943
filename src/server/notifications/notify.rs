//! Notifications of what happened to an account, enqueued for its contacts (NIST SP 800-63B-4 section 4.6). Nothing in them would let a reader in.
use super::revert_links;
use crate::rules::channel::Channel;
use crate::server::base::clock::DAY;
use crate::server::base::failure::Fault;
use crate::server::base::local_time;
use crate::server::context::Context;
use crate::server::delivery::{MessageContent, Recourse};
use crate::server::limits::text_messages;
use crate::server::outbox::{self, Message};
use crate::server::store::accounts::Account;
use crate::server::store::contacts::{self, Contact};
use crate::server::store::{Connection, Tx, contact_changes};

/// What a notification is about.
#[derive(Debug, Clone, Copy)]
pub struct NotificationReason<'a> {
    /// The name of the purpose in the outbox.
    pub purpose: &'a str,
    /// The flow that has led to it, if one has.
    pub flow: Option<&'a str>,
}

/// The contacts of an account that are told what happens to it: those that count, and those that were replaced or removed lately, so that
/// nobody is cut off from the news of their own removal.
///
/// # Errors
/// When the database does not answer.
pub async fn recipients(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<Contact>, sqlx::Error> {
    contacts::of(connection, account_id, ctx.now() - revert_links::LIFETIME).await
}

/// Whether a message may go there at all: text messages need a gateway that sends to that number.
#[must_use]
pub fn is_deliverable(ctx: &Context, by: Channel, address: &str) -> bool {
    match by {
        Channel::Mail => true,
        Channel::Sms => ctx
            .sms
            .as_ref()
            .is_some_and(|gateway| gateway.sends_to(address)),
    }
}

/// What whoever reads a contact can do about what was somebody else's, as the contact stands now: what is done in the same transaction may
/// have ended it. A contact that cannot prove anything gets no reset, whatever it asks for.
async fn recourse(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
    contact: &Contact,
) -> Result<Recourse, sqlx::Error> {
    let now = ctx.now();
    let all = recipients(ctx, connection, &account.id).await?;
    let stands = all.into_iter().find(|stands| stands.id == contact.id);
    if stands.is_some_and(|stands| stands.ends_at.is_none() && stands.may_prove(now)) {
        return Ok(Recourse::Reset);
    }
    let revertible = contact_changes::revertible(connection, &account.id, now).await?;
    let own = revertible.into_iter().find(|own| own.id == contact.id);
    Ok(own.map_or(Recourse::Talk, |own| {
        let zone = &ctx.config.site.time_zone;
        let language = ctx.language_of(&account.language);
        Recourse::Earlier(local_time::date_and_time(zone, now, own.until, language))
    }))
}

/// Enqueues a message to a contact in the caller's transaction, if messages go there and text messages have not used their budget up. Wake the
/// senders once it is committed. False when nothing goes there.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn enqueue(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    contact: &Contact,
    content: MessageContent,
    about: NotificationReason<'_>,
) -> Result<bool, Fault> {
    let (by, to) = contact.reach()?;
    let is_light = matches!(content, MessageContent::Factor(_));
    if !is_deliverable(ctx, by, to)
        || (by == Channel::Sms && !text_messages::may_tell(ctx, tx, &account.id, is_light).await?)
    {
        return Ok(false);
    }
    let message = Message {
        to: to.to_owned(),
        to_name: account.name.clone(),
        language: ctx.language_of(&account.language).tag().to_owned(),
        content,
        recourse: recourse(ctx, tx, account, contact).await?,
    };
    let about = outbox::JobAttributes {
        purpose: about.purpose,
        flow: about.flow,
        account: Some(&account.id),
        expires_at: ctx.now() + 3 * DAY,
    };
    outbox::enqueue(ctx, tx, by, &message, about).await?;
    Ok(true)
}
