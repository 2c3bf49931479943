//! The help: pages that the server alone draws, so that none of them weighs on the steps, and the question whether they helped.

mod content;
mod feedback;
mod page;
mod topic;
mod writer;

use axum::Router;
use axum::routing::get;

use super::web_state::WebState;

/// The routes.
pub fn routes() -> Router<WebState> {
    Router::new()
        .route("/help", get(page::get_overview))
        .route("/help/feedback", get(feedback::get).post(feedback::post))
        .route("/help/{topic}", get(page::get_topic))
}
