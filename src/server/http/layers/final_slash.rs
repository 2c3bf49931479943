//! A page's address with a slash behind it, as people type it and programs write it, leads to the page. Where it leads is taken from the
//! route that matches without the slash, never from the path that came: `//evil.example/` must not become a place to go to.

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use super::plain_address::with_query;
use crate::server::http::files;
use crate::server::http::responses::see_other;

/// Marks a request whose path lost its final slash.
#[derive(Clone, Copy)]
struct WasTakenAway;

/// These routes, the same with a slash or their query behind them, and the files for whatever they do not know.
pub fn taken_away(routes: Router, folder: ServeDir) -> Router {
    let routes = routes.route_layer(from_fn(redirect_to_plain));
    let without = routes.clone();
    routes.fallback(move |request: Request| async move {
        let behind = request
            .method()
            .is_safe()
            .then(|| with_query(request.uri()));
        if let Some(uri) = behind.flatten() {
            return answer_at(without, uri, request).await;
        }
        let path = request.uri().path();
        match path.strip_suffix('/') {
            Some(plain) if !plain.is_empty() => {
                answer(without, plain.trim_end_matches('/').to_owned(), request).await
            }
            _ => files::send(folder, request).await,
        }
    })
}

async fn answer_at(routes: Router, uri: Uri, mut request: Request) -> Response {
    *request.uri_mut() = uri;
    routes.oneshot(request).await.into_response()
}

async fn answer(routes: Router, plain: String, mut request: Request) -> Response {
    let query = request.uri().query().map(|query| format!("?{query}"));
    let Ok(uri) = Uri::try_from(format!("{plain}{}", query.unwrap_or_default())) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    request.extensions_mut().insert(WasTakenAway);
    answer_at(routes, uri, request).await
}

/// A route without variables says where to go. A page behind one with variables answers at both addresses.
async fn redirect_to_plain(request: Request, next: Next) -> Response {
    let place = request
        .extensions()
        .get::<WasTakenAway>()
        .and_then(|_| request.extensions().get::<MatchedPath>())
        .map(MatchedPath::as_str)
        .filter(|place| !place.contains('{'));
    let Some(place) = place else {
        return next.run(request).await;
    };
    to(place, request.uri())
}

/// Leads to one of our places, with the query that came along.
pub fn to(place: &str, uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}"));
    see_other(&format!("{place}{}", query.unwrap_or_default()))
}
