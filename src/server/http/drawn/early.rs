//! What takes a page's place: another answer, early.
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::server::base::failure::{Failure, Fault};
use crate::server::http::responses::{busy, status_of, too_many};

/// What keeps a page from being shown: another answer in its place.
#[derive(Debug)]
pub struct EarlyResponse(pub Box<Response>);

impl IntoResponse for EarlyResponse {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Response> for EarlyResponse {
    fn from(answer: Response) -> Self {
        Self(Box::new(answer))
    }
}

impl From<Fault> for EarlyResponse {
    fn from(error: Fault) -> Self {
        error.log("a page cannot be made");
        status_of(&error).into_response().into()
    }
}

impl From<sqlx::Error> for EarlyResponse {
    fn from(error: sqlx::Error) -> Self {
        Fault::from(error).into()
    }
}

impl From<Failure> for EarlyResponse {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooMany { wait } => too_many(wait).into(),
            Failure::Fault(error) => error.into(),
            Failure::Busy | Failure::Unchecked => busy().into(),
            Failure::Rejected(_) => StatusCode::UNPROCESSABLE_ENTITY.into_response().into(),
        }
    }
}
