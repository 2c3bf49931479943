//! What no form and no link of ours sends, refused before anything reads it.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// How long a body may take to come. It is small, so whoever needs longer has stopped sending.
const BODY_WITHIN: Duration = Duration::from_secs(20);

/// Refuses a form with U+0000 in it: PostgreSQL has no place for that, so it would come back as a fault of ours from wherever a value is
/// looked up. What paths and queries say is only ever compared with what we know.
pub async fn without_nul(request: Request, next: Next) -> Response {
    if !is_form(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let read = Bytes::from_request(Request::from_parts(parts.clone(), body), &());
    let body = match tokio::time::timeout(BODY_WITHIN, read).await {
        Ok(Ok(body)) => body,
        // Too long, or cut off.
        Ok(Err(refusal)) => return refusal.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    if has_nul(&body) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Whether a request carries a form, by its type without parameters.
pub fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

/// Whether a text holds U+0000, percent-encoded or plain.
fn has_nul(text: &[u8]) -> bool {
    text.contains(&0) || text.windows(3).any(|three| three == b"%00")
}
