//! The token that the forms of a session carry, against posts that were made elsewhere.
use crate::server::base::keys::{Purpose, same};
use crate::server::context::Context;
use crate::server::sessions::SignedIn;

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
