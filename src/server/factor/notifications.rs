//! What the owner of an account is told about its second factor: an audit event, and a notification to every confirmed contact.
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::Fault;
use crate::server::base::local_time;
use crate::server::context::Context;
use crate::server::delivery::{FactorChange, FactorNotification, MessageContent};
use crate::server::notifications::notify;
use crate::server::store::{self, Tx};

const fn event(news: FactorNotification) -> Event {
    match news {
        FactorNotification::On => Event::FactorEnrolled,
        FactorNotification::Off => Event::FactorRemoved,
        FactorNotification::CodeUsed { .. } => Event::RecoveryCodeUsed,
        FactorNotification::NewCodes => Event::RecoveryCodesRenewed,
        FactorNotification::Refused => Event::FactorTriesUsedUp,
    }
}

/// Writes the event and enqueues the notifications, in the caller's transaction. Wake the senders once it is committed.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn tell(
    ctx: &Context,
    tx: &mut Tx,
    by: Actor,
    account_id: &str,
    news: FactorNotification,
    browser: Option<&str>,
) -> Result<(), Fault> {
    let about = audit::Subject {
        account: Some(account_id),
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, by, event(news), about).await?;
    let Some(account) = store::accounts::by_id(tx, account_id).await? else {
        return Ok(());
    };
    let language = ctx.language_of(&account.language);
    let (zone, now) = (&ctx.config.site.time_zone, ctx.now());
    let at = local_time::date_and_time(zone, now, now, language);
    let about = notify::NotificationReason {
        purpose: "factor",
        flow: None,
    };
    for contact in notify::recipients(ctx, tx, account_id).await? {
        let content = MessageContent::Factor(FactorChange {
            user_name: account.user_name.clone(),
            at: at.clone(),
            browser: browser.map(str::to_owned),
            news,
        });
        notify::enqueue(ctx, tx, &account, &contact, content, about).await?;
    }
    Ok(())
}
