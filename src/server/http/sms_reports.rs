//! Where gateways report what became of a text message. They are no browsers, so the origin of a post says nothing here: the address does.

use axum::Router;
use axum::extract::{Form, Json, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;

use crate::server::context::Shared;
use crate::server::outbox::reports::{self, Report};

/// The route.
pub fn routes(ctx: &Shared) -> Router {
    Router::new()
        .route(
            &format!("{}/{{job}}/{{seal}}", reports::PATH),
            post(receive),
        )
        .with_state(ctx.clone())
}

async fn receive(
    State(ctx): State<Shared>,
    Path((job, seal)): Path<(String, String)>,
    headers: HeaderMap,
    request: axum::extract::Request,
) -> StatusCode {
    use axum::extract::FromRequest as _;
    let kind = headers.get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let report: Option<Report> = if is_json {
        Json::from_request(request, &())
            .await
            .ok()
            .map(|Json(it)| it)
    } else {
        Form::from_request(request, &())
            .await
            .ok()
            .map(|Form(it)| it)
    };
    let Some(report) = report else {
        return StatusCode::BAD_REQUEST;
    };
    match reports::receive(&ctx, &job, &seal, &report).await {
        Ok(true) => StatusCode::NO_CONTENT,
        Ok(false) => StatusCode::NOT_FOUND,
        Err(error) => {
            error.log("a delivery report cannot be noted");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
