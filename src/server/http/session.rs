//! The session of a browser: whose it is, and the token that its forms carry against posts that were made elsewhere.

use super::drawn::flash::{Redirect, session_over};
use super::layers::visitor::Visitor;
use super::places::{ACCOUNT, SIGN_IN, comes_first};
use crate::server::base::failure::Fault;
use crate::server::base::keys::{Purpose, same};
use crate::server::context::Context;
use crate::server::sessions::{SignedIn, of_token};
use crate::server::store::sessions::Stage;

/// Whose session a browser holds, if it stands at this stage; otherwise where the browser belongs, which is told why if somebody was signed in
/// before.
///
/// # Errors
/// When the database does not answer.
pub async fn at_stage(
    ctx: &Context,
    visitor: &Visitor,
    stage: Stage,
) -> Result<Result<SignedIn, Redirect>, Fault> {
    let Some(token) = visitor.session() else {
        return Ok(Err(Redirect::to(SIGN_IN)));
    };
    Ok(match of_token(ctx, token).await? {
        Some(who) if who.stage == stage => Ok(who),
        Some(who) => Err(Redirect::to(comes_first(who.stage).unwrap_or(ACCOUNT))),
        // Its cookie stays: a duplicate of this request may have brought the browser another one a moment ago.
        None => Err(session_over()),
    })
}

/// The token. It stays the same when the session's own token changes, so that two tabs go on.
#[must_use]
pub fn form_token(ctx: &Context, who: &SignedIn) -> String {
    let parts = [b"account form", who.session.id.as_bytes()];
    ctx.keys.mac_text(Purpose::Form, &parts)
}

/// Whether a form was made in this session.
#[must_use]
pub fn has_form(ctx: &Context, who: &SignedIn, token: &str) -> bool {
    same(&form_token(ctx, who), token)
}
