//! Who shows the second factor, and where a browser goes that is fully authenticated by it.

use axum::response::Response;

use crate::server::account::factor::{By, SignInCompleted};
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::SignedInRequest;
use crate::server::http::wizard::sign_in_pages::onward;

pub(super) fn by(request: &SignedInRequest) -> By<'_> {
    let visitor = &request.visitor;
    By {
        person: &request.who,
        session: visitor.session().unwrap_or_default(),
        client: visitor.client,
        browser: visitor.browser(),
        device_cookie: visitor.device_cookie(),
    }
}

/// The browser is fully authenticated now.
pub(super) fn signed_in(ctx: &Context, response: &mut Response, came: &SignInCompleted) {
    append(response, cookies::set(ctx, Name::Session, &came.session));
    append(
        response,
        cookies::set(ctx, Name::Device, &came.device_cookie),
    );
}

/// Sends somebody who is signed in now where they wanted to go, or else to `place`.
pub(super) fn goes_on(ctx: &Context, visitor: &Visitor, place: &str) -> Response {
    let onward = onward(visitor);
    let mut response = see_other(onward.map_or(place, |(place, _)| place));
    for name in onward.map_or(&[][..], |(_, over)| over) {
        append(&mut response, cookies::remove(ctx, *name));
    }
    response
}
