//! A person's own name, as pages and messages greet them.

use std::net::IpAddr;

use super::confirm;
use super::wrong::{Undone, Wrong, settle};
use crate::server::audit::{self, Event};
use crate::server::context::Context;
use crate::server::guard::limits;
use crate::server::sessions::SignedIn;
use crate::server::store;

/// The most characters of a name.
pub const LONGEST: usize = 100;

/// A name on one line, without signs that only machines read: it stands in mails (ATTACKS A04).
fn check(typed: &str) -> Result<String, Wrong> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Wrong::NameEmpty);
    }
    if name.chars().count() > LONGEST {
        return Err(Wrong::NameTooLong);
    }
    let is_unusable = |c: char| {
        c.is_control()
            || matches!(c, '<' | '>' | '@' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let is_address = name.contains("://") || name.to_lowercase().contains("www.");
    if name.chars().any(is_unusable) || is_address {
        return Err(Wrong::NameUnusable);
    }
    Ok(name)
}

/// Changes the name.
///
/// # Errors
/// [`Undone::Wrong`] when it is none, or the person has to show first that it is still them; [`Failure::TooMany`](crate::server::failure::Failure), [`Broken`](crate::server::failure::Broken).
pub async fn change(
    ctx: &Context,
    who: &SignedIn,
    typed: &str,
    client: IpAddr,
) -> Result<(), Undone> {
    let mut tx = ctx.store.begin().await?;
    let result = async {
        limits::request_from(ctx, &mut tx, client).await?;
        if !confirm::is_confirmed(ctx, &mut tx, who).await? {
            return Err(Wrong::Unconfirmed.into());
        }
        let name = check(typed)?;
        if name == who.account.name {
            return Ok(());
        }
        store::accounts::rename(&mut tx, &who.account.id, &name).await?;
        let about = audit::About {
            account: Some(&who.account.id),
            ..audit::About::default()
        };
        Ok(audit::record(ctx, &mut tx, Event::NameChanged, about).await?)
    }
    .await;
    settle(tx, result).await
}
