//! Writing an event.

use super::{Actor, Event};
use crate::server::base::failure::Fault;
use crate::server::base::random::random_id;
use crate::server::context::Context;
use crate::server::store::{self, Tx};

/// Whom and what an audit event is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// The flow.
    pub flow: Option<&'a str>,
    /// The account.
    pub account: Option<&'a str>,
    /// More: short, without personal data or secrets.
    pub detail: &'a str,
}

/// Writes an audit event in the caller's transaction, and into the log once that is committed.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn record(
    ctx: &Context,
    tx: &mut Tx,
    actor: Actor,
    event: Event,
    about: Subject<'_>,
) -> Result<(), Fault> {
    store::audit::insert(
        tx,
        &random_id()?,
        ctx.now(),
        (actor.as_str(), event.as_str()),
        about.flow,
        about.account,
        about.detail,
    )
    .await?;
    let [flow, account] = [about.flow, about.account].map(|id| id.map(str::to_owned));
    let detail = about.detail.to_owned();
    let span = tracing::Span::current();
    tx.once_committed(move || {
        span.in_scope(|| {
            tracing::info!(
                event = event.as_str(),
                actor = actor.as_str(),
                flow,
                account,
                detail,
                "audit event"
            );
        });
    });
    Ok(())
}
