//! Codes for somebody who is signed in: sent to a contact, asked for again, tried. Limits stand before each message and each comparison.
use std::net::IpAddr;

use super::rejection::Rejection;
use crate::rules::channel::Channel;
use crate::rules::code::Code;
use crate::rules::problem::Problem;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::{MINUTE, SECOND};
use crate::server::base::failure::Failure;
use crate::server::base::keys::same;
use crate::server::base::local_time;
use crate::server::base::random::{random_code, random_id};
use crate::server::context::Context;
use crate::server::delivery::{MessageContent, Recourse};
use crate::server::identifiers;
use crate::server::limits::{requests, text_messages};
use crate::server::outbox::{self, Message};
use crate::server::sessions::SignedIn;
use crate::server::sessions::codes::mac;
use crate::server::store::confirmations::{Confirmation, NewConfirmation, Purpose};
use crate::server::store::settle;
use crate::server::store::{self, Connection, Tx};

/// Where a code goes, and what it is to show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) purpose: Purpose,
    pub(super) channel: Channel,
    /// As messages go to it.
    pub(super) address: &'a str,
    /// As it is compared.
    pub(super) address_canonical: &'a str,
    /// The contact whose place the new one takes.
    pub(super) replaces: Option<&'a str>,
    /// An earlier contact has just vouched for the new one.
    pub(super) is_vouched_for: bool,
}

/// A code that was sent, as its page shows it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// On which channel.
    pub channel: Channel,
    /// Where, as it is shown.
    pub address: String,
    /// The contact whose place the new one takes.
    pub replaces: Option<String>,
    /// For how many minutes a code works.
    pub minutes: i64,
    /// Seconds until another may be asked for; 0 means now.
    pub resend_in: i64,
    /// Whether another may be asked for at all.
    pub has_resends: bool,
    /// It can no longer be used.
    pub is_dead: bool,
}

fn lifetime(ctx: &Context, by: Channel) -> i64 {
    let reset = &ctx.config.reset;
    i64::from(match by {
        Channel::Mail => reset.code_lifetime_mail,
        Channel::Sms => reset.code_lifetime_sms,
    })
}

/// Sends a first code, in place of whatever the session waited for. Wake the senders once it is committed.
pub(super) async fn send(
    ctx: &Context,
    tx: &mut Tx,
    who: &SignedIn,
    wanted: Wanted<'_>,
) -> Result<(), Failure<Rejection>> {
    enqueue(ctx, tx, who, wanted, i64::from(ctx.config.reset.resends)).await
}

async fn enqueue(
    ctx: &Context,
    tx: &mut Tx,
    who: &SignedIn,
    wanted: Wanted<'_>,
    resends: i64,
) -> Result<(), Failure<Rejection>> {
    // What goes to a contact of their own is nobody else's to use up.
    let to = (wanted.purpose == Purpose::Contact)
        .then(|| identifiers::counted(wanted.channel, wanted.address_canonical));
    if !requests::may_confirm(ctx, tx, &who.account.id, to.as_deref()).await? {
        return Err(Rejection::CodesUsedUp.into());
    }
    if wanted.channel == Channel::Sms
        && !text_messages::may_text(ctx, tx, wanted.address_canonical).await?
    {
        return Err(Rejection::CodesUsedUp.into());
    }
    let id = random_id()?;
    let code = random_code()?;
    let minutes = lifetime(ctx, wanted.channel);
    let expires_at = ctx.now() + minutes * MINUTE;
    let new = NewConfirmation {
        id: &id,
        session_id: &who.session.id,
        account_id: &who.account.id,
        purpose: wanted.purpose,
        channel: wanted.channel.as_str(),
        address: wanted.address,
        address_canonical: wanted.address_canonical,
        replaces: wanted.replaces,
        is_vouched_for: wanted.is_vouched_for,
        code_mac: &mac(ctx, &id, &code),
        expires_at,
        tries: i64::from(ctx.config.reset.tries),
        resends,
        resend_at: ctx.now() + i64::from(ctx.config.reset.first_resend_after) * SECOND,
    };
    store::confirmations::put(tx, &new).await?;
    let message = message(ctx, who, wanted, &code, minutes, expires_at);
    let about = outbox::JobAttributes {
        purpose: "confirmation",
        flow: None,
        account: Some(&who.account.id),
        expires_at,
    };
    outbox::enqueue(ctx, tx, wanted.channel, &message, about).await?;
    let detail = format!("{} by {}", wanted.purpose.as_str(), wanted.channel.as_str());
    let subject = audit::Subject {
        account: Some(&who.account.id),
        detail: &detail,
        ..audit::Subject::default()
    };
    Ok(audit::record(ctx, tx, Actor::Account, Event::ConfirmationSent, subject).await?)
}

fn message(
    ctx: &Context,
    who: &SignedIn,
    wanted: Wanted<'_>,
    code: &Code,
    minutes: i64,
    expires_at: i64,
) -> Message {
    let account = &who.account;
    let language = ctx.language_of(&account.language);
    let until = local_time::until(&ctx.config.site.time_zone, ctx.now(), expires_at, language);
    let code = code.as_str().to_owned();
    let (to, to_name, content) = match wanted.purpose {
        Purpose::Person => (
            wanted.address,
            account.name.clone(),
            MessageContent::ConfirmPerson {
                code,
                minutes,
                until,
                user_name: account.user_name.clone(),
            },
        ),
        // Not known to be theirs yet: whoever reads it learns no name.
        Purpose::Contact => (
            wanted.address,
            String::new(),
            MessageContent::ConfirmContact {
                code,
                minutes,
                until,
            },
        ),
    };
    // Gateways take one spelling of a number.
    let to = match wanted.channel {
        Channel::Mail => to,
        Channel::Sms => wanted.address_canonical,
    };
    Message {
        to: to.to_owned(),
        to_name,
        language: language.tag().to_owned(),
        content,
        recourse: Recourse::Reset,
    }
}

/// Sends another code where the last one went, if one may be asked for now.
pub(super) async fn send_again(
    ctx: &Context,
    who: &SignedIn,
    purpose: Purpose,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    let mut tx = ctx.store.begin().await?;
    let result = again(ctx, &mut tx, who, purpose, client).await;
    settle(tx, result).await?;
    ctx.wake.senders();
    Ok(())
}

async fn again(
    ctx: &Context,
    tx: &mut Tx,
    who: &SignedIn,
    purpose: Purpose,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    requests::request_from(ctx, tx, client).await?;
    let last = store::confirmations::of_session(tx, &who.session.id, purpose)
        .await?
        .ok_or(Rejection::NoCode)?;
    if last.resends_left <= 0 {
        return Err(Failure::rejected(Problem::ResendsUsedUp).into());
    }
    if last.resend_at > ctx.now() {
        let seconds = u16::try_from((last.resend_at - ctx.now() + SECOND - 1) / SECOND);
        let seconds = seconds.unwrap_or(u16::MAX);
        return Err(Failure::rejected(Problem::ResendTooEarly { seconds }).into());
    }
    let wanted = Wanted {
        purpose,
        channel: channel_of(&last)?,
        address: &last.address,
        address_canonical: &last.address_canonical,
        replaces: last.replaces.as_deref(),
        is_vouched_for: last.is_vouched_for == 1,
    };
    enqueue(ctx, tx, who, wanted, last.resends_left - 1).await
}

fn channel_of(confirmation: &Confirmation) -> Result<Channel, sqlx::Error> {
    Channel::parse(&confirmation.channel)
        .ok_or_else(|| sqlx::Error::Decode("confirmations.channel holds no known channel".into()))
}

/// What the page of a code shows.
pub(super) async fn sent(
    ctx: &Context,
    connection: &mut Connection,
    session_id: &str,
    purpose: Purpose,
) -> Result<Option<Sent>, sqlx::Error> {
    let found = store::confirmations::of_session(connection, session_id, purpose).await?;
    found
        .map(|found| {
            let channel = channel_of(&found)?;
            Ok(Sent {
                channel,
                minutes: lifetime(ctx, channel),
                resend_in: ((found.resend_at - ctx.now()).max(0) + SECOND - 1) / SECOND,
                has_resends: found.resends_left > 0,
                is_dead: found.expires_at <= ctx.now() || found.tries_left <= 0,
                address: identifiers::shown(ctx.config.sms.home(), channel, &found.address),
                replaces: found.replaces,
            })
        })
        .transpose()
}

/// Uses a code up that was right.
pub(super) async fn used(tx: &mut Tx, who: &SignedIn, purpose: Purpose) -> Result<(), sqlx::Error> {
    store::confirmations::forget(tx, &who.session.id, purpose).await
}

/// Looks at a code: counts the try first, compares in constant time, and hands out what it was for. Follow it with [`used`] once nothing
/// else stands against it.
pub(super) async fn compare(
    ctx: &Context,
    tx: &mut Tx,
    who: &SignedIn,
    purpose: Purpose,
    typed: &str,
) -> Result<Confirmation, Failure<Rejection>> {
    let waiting = store::confirmations::of_session(tx, &who.session.id, purpose)
        .await?
        .ok_or(Rejection::NoCode)?;
    // What cannot be a code is not a guess, so it costs no try.
    let code = Code::parse(typed).map_err(Failure::rejected)?;
    if waiting.expires_at <= ctx.now() {
        return Err(Failure::rejected(Problem::CodeExpired).into());
    }
    let counted = store::confirmations::count_try(tx, &waiting.id)
        .await?
        .ok_or_else(|| Failure::rejected(Problem::CodeTriesUsedUp))?;
    let guessed_at = requests::is_over_wrong_confirmation_limit(ctx, tx, &who.account.id).await?;
    if same(&mac(ctx, &counted.id, &code), &counted.code_mac) && !guessed_at {
        return Ok(counted);
    }
    requests::wrong_confirmation(ctx, tx, &who.account.id).await?;
    let about = audit::Subject {
        account: Some(&who.account.id),
        detail: purpose.as_str(),
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, Actor::Account, Event::ConfirmFailed, about).await?;
    let left = u8::try_from(counted.tries_left).unwrap_or(0);
    Err(Failure::rejected(match left {
        0 => Problem::CodeTriesUsedUp,
        left => Problem::CodeWrong { left },
    })
    .into())
}
