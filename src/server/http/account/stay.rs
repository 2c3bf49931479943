//! The end of a session: pages warn before it, and one press moves it (WCAG 2.2.1). The script of the pages is `public/stay.js`.
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::server::base::failure::Fault;
use crate::server::context::Context;
use crate::server::http::drawn::stay::Ends;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::responses::status_of;
use crate::server::http::web_state::WebState;
use crate::server::sessions::{self, SignedIn};

/// `GET /account/stay`: how long the session still lasts, in seconds, or 401 when it is over. Asking does not prolong it: another tab may have.
pub async fn get(State(web): State<WebState>, Extension(visitor): Extension<Visitor>) -> Response {
    let found = match visitor.session() {
        Some(token) => sessions::look(&web.ctx, token).await,
        None => Ok(None),
    };
    answer(&web.ctx, found)
}

/// `POST /account/stay`: the person is there, which moves the end; answers as [`get`] does.
pub async fn post(State(web): State<WebState>, Extension(visitor): Extension<Visitor>) -> Response {
    let found = match visitor.session() {
        Some(token) => sessions::of_token(&web.ctx, token).await,
        None => Ok(None),
    };
    answer(&web.ctx, found)
}

fn answer(ctx: &Context, found: Result<Option<SignedIn>, sqlx::Error>) -> Response {
    match found {
        Ok(Some(who)) => Json(Ends::of(ctx, &who)).into_response(),
        Ok(None) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => {
            let error = Fault::from(error);
            error.log("a session cannot be looked at");
            status_of(&error).into_response()
        }
    }
}
