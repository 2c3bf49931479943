//! A person's own sessions: seen and ended, one by one or all but the present one (ASVS 7.5.2).
use std::net::IpAddr;

use super::confirm;
use super::rejection::Rejection;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::limits::requests;
use crate::server::revoke::{self, Kept};
use crate::server::sessions::SignedIn;
use crate::server::store;
use crate::server::store::settle;

/// Which sessions end.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// The one with this id.
    One(&'a str),
    /// All but the one in which that is asked.
    Others,
}

/// Ends sessions. One that is gone already is no error.
///
/// # Errors
/// [`Failure::Rejected`] when the person has to re-authenticate first;
/// [`Failure::TooMany`](crate::server::base::failure::Failure), [`Fault`](crate::server::base::failure::Fault).
pub async fn end(
    ctx: &Context,
    who: &SignedIn,
    which: Which<'_>,
    client: IpAddr,
) -> Result<(), Failure<Rejection>> {
    let mut tx = ctx.store.begin().await?;
    let result = async {
        requests::request_from(ctx, &mut tx, client).await?;
        store::accounts::lock(&mut tx, &who.account.id).await?;
        if !confirm::is_confirmed(ctx, &mut tx, who).await? {
            return Err(Rejection::Unconfirmed.into());
        }
        let ended = match which {
            Which::One(id) => u64::from(revoke::session(ctx, &mut tx, &who.account.id, id).await?),
            Which::Others => {
                let kept = Kept {
                    session: Some(&who.session.id),
                    ..Kept::default()
                };
                revoke::sessions(ctx, &mut tx, &who.account.id, kept).await?
            }
        };
        if ended > 0 {
            let detail = format!("{ended} by their owner");
            let about = audit::Subject {
                account: Some(&who.account.id),
                detail: &detail,
                ..audit::Subject::default()
            };
            audit::record(ctx, &mut tx, Actor::Account, Event::SessionsEnded, about).await?;
        }
        Ok(())
    }
    .await;
    settle(tx, result).await
}
