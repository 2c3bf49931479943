//! Answers without a page: sent on, asked too often, away for a moment. Where a page was asked for, the error pages draw it.
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::server::base::clock::MINUTE;
use crate::server::base::failure::Fault;

/// Seconds after which a full hashing pool is worth another try.
pub const BUSY_FOR: u32 = 5;

/// The header that carries the number of a request.
pub const REQUEST_ID: &str = "x-request-id";

/// Marks an answer that is an error and brings a page of its own.
#[derive(Debug, Clone, Copy)]
pub struct HasOwnPage;

/// A redirection that a browser follows with GET (RFC 9110 section 15.4.4).
#[must_use]
pub fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// The answer to a client address that has asked too often: after so many microseconds, in whole minutes, it is let through again.
#[must_use]
pub fn too_many(wait: i64) -> Response {
    let seconds = (wait / MINUTE + 1) * 60;
    let retry = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
    (StatusCode::TOO_MANY_REQUESTS, retry).into_response()
}

/// The answer when something of ours is away for a moment: nothing was done, and the same may be tried again.
#[must_use]
pub fn busy() -> Response {
    let retry = [(header::RETRY_AFTER, HeaderValue::from(BUSY_FOR))];
    (StatusCode::SERVICE_UNAVAILABLE, retry).into_response()
}

/// The status of a fault of ours.
#[must_use]
pub fn status_of(error: &Fault) -> StatusCode {
    if error.is_passing() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}
