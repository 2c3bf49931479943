//! "Stay signed in": one press moves the end of a session that nobody used for long (WCAG 2.2.1).

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::super::error_pages::ErrorPages;
use super::super::visitor::Visitor;
use super::screen::ends;
use crate::server::sessions;
use crate::server::store::sessions::Stage;

/// `POST /account/stay`: the seconds until the next warning and until the end, or 401 when it is over.
pub async fn stay(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let ctx = &pages.ctx;
    let asked = async {
        let Some(token) = visitor.session() else {
            return Ok(None);
        };
        // Asking is using it: that moves the end.
        sessions::of_token(ctx, token).await
    };
    match asked.await {
        Ok(Some(who)) if who.stage == Stage::Full => {
            let (warn_in, end_in) = ends(ctx, &who);
            Json(serde_json::json!({ "warn_in": warn_in, "end_in": end_in })).into_response()
        }
        Ok(_) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => {
            tracing::error!(%error, "a session cannot be looked at");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
