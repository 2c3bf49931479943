//! The page of the account that was asked for before anybody was signed in.

use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::Response;

use super::cookies::{self, Name, append};
use super::layers::visitor::query_value;
use super::places::{ACCOUNT, CONFIRM, is_below};
use crate::server::context::Context;

/// The browser remembers which page of the account was asked for.
pub fn want(ctx: &Context, uri: &Uri, response: &mut Response) {
    // Whoever has just signed in need not show again who it is: then the page is wanted that was to come after.
    let next = query_value(uri, "next").filter(|_| is_below(uri.path(), CONFIRM));
    let place = next
        .as_deref()
        .or(uri.path_and_query().map(PathAndQuery::as_str));
    if let Some(place) = place.filter(|place| *place != ACCOUNT && is_below(place, ACCOUNT)) {
        append(response, cookies::set(ctx, Name::Wanted, place));
    }
}
