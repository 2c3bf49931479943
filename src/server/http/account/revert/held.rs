//! What the browser holds of a revert, sealed in one cookie: the link that it has opened, or the code that was typed in it; afterwards, what
//! was reverted.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::rules::link_token::Damaged;
use crate::server::base::keys::Purpose;
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::REVERT;
use crate::server::http::responses::see_other;
use crate::server::notifications::revert_links::RevertToken;

const HELD: &str = "cookie stop";
const REVERTED: &str = "cookie reverted";

/// Sends the browser to the page with the button, and takes the token out of the address.
pub(super) fn opened(ctx: &Context, held: &str) -> Response {
    let mut response = see_other(REVERT);
    match ctx.keys.seal(Purpose::Cookie, HELD, held.as_bytes()) {
        Ok(value) => append(&mut response, cookies::set(ctx, Name::RevertLink, &value)),
        Err(error) => tracing::error!(%error, "a link cannot be opened"),
    }
    // Nobody after this answer may learn the address that led here.
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// The link that this browser has opened, or the code that was typed in it; `None` when there is none.
pub(super) fn held(ctx: &Context, visitor: &Visitor) -> Option<Result<RevertToken, Damaged>> {
    let opened = ctx
        .keys
        .open_sealed(Purpose::Cookie, HELD, visitor.revert_link()?);
    let text = String::from_utf8(opened.ok()?.to_vec()).ok()?;
    Some(RevertToken::read(&text))
}

/// What was reverted, as the page says it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum What {
    /// Contacts were changed back.
    Contacts,
    /// The password opens nothing any more.
    Password,
    /// A password that came later is held.
    Held,
}

impl What {
    /// Of these two the contacts say the most.
    pub(super) fn of(contacts: bool, password: bool) -> Self {
        match (contacts, password) {
            (true, _) => Self::Contacts,
            (false, true) => Self::Password,
            (false, false) => Self::Held,
        }
    }
}

/// What the cookie of the link holds from then on, sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Reverted {
    /// What that was.
    pub(super) what: What,
    /// A reset has begun.
    pub(super) begun: bool,
}

/// The value of the cookie that says so; `None` when it cannot be made.
pub(super) fn seal_reverted(ctx: &Context, reverted: &Reverted) -> Option<String> {
    let plain = serde_json::to_vec(reverted).ok()?;
    ctx.keys.seal(Purpose::Cookie, REVERTED, &plain).ok()
}

/// What this browser has just reverted.
pub(super) fn open(ctx: &Context, visitor: &Visitor) -> Option<Reverted> {
    let sealed = visitor.revert_link()?;
    let plain = ctx
        .keys
        .open_sealed(Purpose::Cookie, REVERTED, sealed)
        .ok()?;
    serde_json::from_slice(&plain).ok()
}

/// Whether this browser has just reverted a change.
pub(super) fn is_done(ctx: &Context, visitor: &Visitor) -> bool {
    open(ctx, visitor).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_by_an_older_version_is_read() {
        for (what, spelling) in [
            (What::Contacts, "Contacts"),
            (What::Password, "Password"),
            (What::Held, "Held"),
        ] {
            let sealed = format!(r#"{{"what":"{spelling}","begun":true}}"#);
            let reverted: Reverted = serde_json::from_str(&sealed).unwrap();
            assert_eq!(serde_json::to_string(&reverted).unwrap(), sealed);
            assert_eq!(format!("{:?}", reverted.what), format!("{what:?}"));
        }
    }
}
