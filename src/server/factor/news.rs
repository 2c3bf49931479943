//! What the owner of an account is told about its second factor: a fact, and a notice to every confirmed contact.

use crate::rules::channel::Channel;
use crate::server::audit::{self, Event};
use crate::server::context::{Context, DAY};
use crate::server::delivery::{AboutFactor, FactorNews, Letter};
use crate::server::failure::Broken;
use crate::server::jobs::{self, Message};
use crate::server::local_time;
use crate::server::stop_links;
use crate::server::store::{self, Tx};
use crate::texts::Language;

/// What has happened.
pub type News = FactorNews;

const fn event(news: News) -> Event {
    match news {
        News::On => Event::FactorEnrolled,
        News::Off => Event::FactorRemoved,
        News::CodeUsed { .. } => Event::RecoveryCodeUsed,
        News::NewCodes => Event::RecoveryCodesRenewed,
        News::Refused => Event::FactorTriesUsedUp,
    }
}

/// Writes the fact and promises the notices, in the caller's transaction. Wake the senders once it is committed.
///
/// # Errors
/// [`Broken`]; the caller's transaction must then not be committed.
pub async fn tell(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    news: News,
    browser: Option<&str>,
) -> Result<(), Broken> {
    let about = audit::About {
        account: Some(account_id),
        ..audit::About::default()
    };
    audit::record(ctx, tx, event(news), about).await?;
    let Some(account) = store::accounts::by_id(tx, account_id).await? else {
        return Ok(());
    };
    let language = Language::parse(&account.language).unwrap_or(ctx.config.languages.default);
    let ways = Channel::ALL
        .into_iter()
        .filter(|way| *way == Channel::Mail || ctx.config.reset.uses(Channel::Sms));
    for by in ways {
        let ends_after = ctx.now() - stop_links::LIFETIME;
        for to in store::contacts::told(tx, account_id, by.into(), ends_after).await? {
            let message = Message {
                to,
                to_name: account.name.clone(),
                language: language.tag().to_owned(),
                letter: Letter::Factor(AboutFactor {
                    user_name: account.user_name.clone(),
                    at: local_time::date_and_time(&ctx.config.site.time_zone, ctx.now(), language),
                    browser: browser.map(str::to_owned),
                    news,
                }),
            };
            let about = jobs::About {
                purpose: "factor",
                flow: None,
                account: Some(account_id),
                expires_at: ctx.now() + 3 * DAY,
            };
            jobs::promise(ctx, tx, by, &message, about).await?;
        }
    }
    Ok(())
}
