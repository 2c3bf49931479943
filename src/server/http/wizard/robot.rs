//! Where the browser's half fetches the work behind "I am not a robot".
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::server::config::RobotCheck;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::web_state::WebState;
use crate::server::limits::robot;

/// The longest value of a form: an opaque id.
const LONGEST_FORM: usize = 64;

/// The route.
pub fn routes() -> Router<WebState> {
    Router::new().route("/api/robot-check/{form}", get(challenge))
}

async fn challenge(
    State(web): State<WebState>,
    Path(form): Path<String>,
    request: Request,
) -> Response {
    let ctx = &web.ctx;
    if ctx.config.reset.robot_check == RobotCheck::Off || form.len() > LONGEST_FORM {
        return StatusCode::NOT_FOUND.into_response();
    }
    let client = Visitor::of(ctx, &request).client;
    match robot::challenge(ctx, &form, client).await {
        Ok(Some(challenge)) => Json(challenge).into_response(),
        Ok(None) => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Err(error) => {
            error.log("no challenge can be made");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
