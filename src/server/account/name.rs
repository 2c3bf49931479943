//! A person's own name, as pages and messages greet them.
use std::net::IpAddr;

use super::confirm;
use super::rejection::Rejection;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::identifiers::display_names::{self, NotAName};
use crate::server::limits::requests;
use crate::server::sessions::SignedIn;
use crate::server::store;
use crate::server::store::settle;

impl From<NotAName> for Rejection {
    fn from(why: NotAName) -> Self {
        match why {
            NotAName::Empty => Self::NameEmpty,
            NotAName::TooLong => Self::NameTooLong,
            NotAName::Joined => Self::NameJoined,
            NotAName::Digits => Self::NameDigits,
            NotAName::Unusable => Self::NameUnusable,
        }
    }
}

/// Changes the name.
///
/// # Errors
/// [`Failure::Rejected`] when it is none, or the person has to re-authenticate first; [`Failure::TooMany`](crate::server::base::failure::Failure), [`Fault`](crate::server::base::failure::Fault).
pub async fn change(
    ctx: &Context,
    who: &SignedIn,
    typed: &str,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    let mut tx = ctx.store.begin().await?;
    let result = async {
        requests::request_from(ctx, &mut tx, client).await?;
        if !confirm::is_confirmed(ctx, &mut tx, who).await? {
            return Err(Rejection::Unconfirmed.into());
        }
        let name = display_names::read(typed).map_err(Rejection::from)?;
        if name == who.account.name {
            return Ok(());
        }
        store::accounts::rename(&mut tx, &who.account.id, &name).await?;
        let about = audit::Subject {
            account: Some(&who.account.id),
            ..audit::Subject::default()
        };
        Ok(audit::record(ctx, &mut tx, Actor::Account, Event::NameChanged, about).await?)
    }
    .await;
    settle(tx, result).await
}
