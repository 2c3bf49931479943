//! How many requests of one client are answered at the same time. A client behind a proxy shares its connections with everybody, so they say
//! nothing of it.
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::shares::Shares;
use super::visitor::Visitor;
use crate::server::http::responses::too_many;
use crate::server::limits::requests::network;

/// Refuses what is beyond the client's share.
pub async fn bounded(State(shares): State<Arc<Shares>>, request: Request, next: Next) -> Response {
    let Some(visitor) = request.extensions().get::<Visitor>() else {
        return next.run(request).await;
    };
    match shares.acquire(network(visitor.client)) {
        Some(_place) => next.run(request).await,
        None => too_many(0),
    }
}
