//! `GET /readyz`: whether something can be written now. Asked at most once a second, whoever asks: all who come meanwhile hear the same.
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::sync::Mutex;

use crate::server::base::clock::SECOND;
use crate::server::base::failure::Fault;
use crate::server::context::{Context, Shared};
use crate::server::store::{self, Whose};

/// How long what was found is said again.
const HOLDS_FOR: i64 = SECOND;
/// A database that takes longer than this for one small row is not ready: whoever watches asks every few seconds.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// What was found, and when, in microseconds since the epoch.
#[derive(Debug, Clone, Copy)]
struct Found {
    at: i64,
    is_ready: bool,
}

#[derive(Clone)]
struct Asked {
    ctx: Shared,
    last: Arc<Mutex<Option<Found>>>,
}

/// The route, with what it remembers.
pub(super) fn routes(ctx: &Shared) -> Router {
    Router::new()
        .route("/readyz", get(ready))
        .with_state(Asked {
            ctx: ctx.clone(),
            last: Arc::default(),
        })
}

async fn ready(State(asked): State<Asked>) -> Response {
    // Held over the asking, so that the others wait for this answer and do not ask too.
    let mut last = asked.last.lock().await;
    let now = asked.ctx.now();
    let known = last.filter(|found| now.abs_diff(found.at) < HOLDS_FOR.unsigned_abs());
    let is_ready = match known {
        Some(found) => found.is_ready,
        None => is_ready(&asked.ctx).await,
    };
    if known.is_none() {
        let at = asked.ctx.now();
        *last = Some(Found { at, is_ready });
    }
    drop(last);
    if is_ready {
        "ready\n".into_response()
    } else {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

async fn is_ready(ctx: &Context) -> bool {
    let written = tokio::time::timeout(ANSWERS_WITHIN, write(ctx)).await;
    match written {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => Fault::from(error).log("not ready"),
        Err(_) => tracing::warn!("not ready: the database takes too long"),
    }
    false
}

async fn write(ctx: &Context) -> Result<(), sqlx::Error> {
    // As a worker: in a rush it must not wait behind everybody.
    let mut tx = ctx.store.begin_as(Whose::Worker).await?;
    store::readiness::write(&mut tx, ctx.now()).await?;
    tx.commit().await
}
