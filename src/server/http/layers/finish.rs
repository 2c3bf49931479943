//! What has begun is finished: a post goes on when its connection is cut, so that what it was to count is counted.

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tracing::Instrument as _;

use crate::server::context::Shared;

/// Middleware: a post runs by itself, and whoever posted waits for it.
pub async fn posts(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let post = ctx.posts.spawn(next.run(request).in_current_span());
    // A panic has been answered further in.
    post.await
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
