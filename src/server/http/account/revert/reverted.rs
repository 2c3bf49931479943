//! The answer once a change is reverted.

use axum::response::Response;

use super::held::{Reverted, What, seal_reverted};
use crate::rules::channel::Channel;
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::REVERTED;
use crate::server::http::responses::see_other;
use crate::server::reset::begin;

/// Only another password gives the account back to its owner, so a reset is begun at once.
pub(super) async fn begin_reset(
    ctx: &Context,
    visitor: &Visitor,
    account_id: &str,
    by: Channel,
    what: What,
) -> Response {
    let mut response = see_other(REVERTED);
    let reset = begin::begin_for(ctx, account_id, by, visitor.language, visitor.client).await;
    let begun = reset.is_ok();
    match reset {
        Ok(reset) => append(
            &mut response,
            cookies::set_flow(ctx, &reset.cookie, reset.flow.expires_at),
        ),
        // It is stopped all the same; a new password can be asked for by hand.
        Err(Failure::Fault(error)) => error.log("a reset cannot be begun"),
        Err(_) => {}
    }
    let cookie = match seal_reverted(ctx, &Reverted { what, begun }) {
        Some(value) => cookies::set(ctx, Name::RevertLink, &value),
        None => cookies::remove(ctx, Name::RevertLink),
    };
    append(&mut response, cookie);
    response
}
