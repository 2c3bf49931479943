//! Opening a mailed link. It writes nothing and looks nothing up, so scanners, previews and other browsers do no harm; the token leaves
//! the address bar for a sealed cookie (STANDARDS B13, B14, C9).

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::cookies::{self, Name};
use super::error_pages::ErrorPages;
use super::pages::append;
use crate::rules::steps::Step;
use crate::server::redirect::see_other;
use crate::server::reset::link::Opened;

/// `GET /r/{token}`.
pub async fn open(State(pages): State<ErrorPages>, Path(token): Path<String>) -> Response {
    opened(&pages, &token)
}

/// `GET /r/`: the link was cut off before its first character.
pub async fn open_nothing(State(pages): State<ErrorPages>) -> Response {
    opened(&pages, "")
}

fn opened(pages: &ErrorPages, token: &str) -> Response {
    let mut response = see_other(Step::New.path());
    match Opened::now(&pages.ctx, token).seal(&pages.ctx) {
        Ok(value) => append(&mut response, cookies::set(&pages.ctx, Name::Link, &value)),
        Err(error) => tracing::error!(%error, "a link cannot be opened"),
    }
    // Nobody after this answer may learn the address that led here.
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}
