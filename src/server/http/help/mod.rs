//! The help: pages that the server alone draws, so that none of them weighs on the steps, and the question whether they helped.

mod clauses;
mod content;
mod feedback;
mod page;
mod poster;
mod privacy;
mod statement;
mod steps;
mod topic;
mod writer;

use axum::Router;
use axum::routing::get;

use super::places::SHORT;
use super::responses::see_other;
use super::web_state::WebState;
use crate::rules::steps::Step;

/// The routes.
pub fn routes() -> Router<WebState> {
    Router::new()
        .route("/help", get(page::get_overview))
        .route("/help/feedback", get(feedback::get).post(feedback::post))
        .route("/help/poster", get(poster::get))
        .route(SHORT, get(|| async { see_other(Step::Identify.path()) }))
        .route("/help/{topic}", get(page::get_topic))
}
