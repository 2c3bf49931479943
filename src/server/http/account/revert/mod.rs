//! "This was not me": the link of a mail, the code of a text message, and what follows. The server alone draws these pages.

mod code;
mod done;
mod held;
mod link;
mod reverted;

use axum::Router;
use axum::routing::get;

use crate::server::http::places::{REVERT, REVERT_CODE, REVERTED};
use crate::server::http::web_state::WebState;

/// The routes.
pub(super) fn routes() -> Router<WebState> {
    Router::new()
        .route(REVERT, get(link::get).post(link::post))
        .route(REVERT_CODE, get(code::get).post(code::post))
        .route(REVERTED, get(done::get))
        .route("/stop/", get(link::open))
        .route("/stop/{*token}", get(link::open))
        .route("/STOP/{*token}", get(link::open))
}
