//! Opening a mailed link. It writes nothing and looks nothing up, so scanners, previews and other browsers do no harm; the token leaves
//! the address bar for a sealed cookie (STANDARDS B13, B14, C9).

use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;
use percent_encoding::percent_decode_str;

use crate::rules::steps::Step;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::responses::see_other;
use crate::server::http::web_state::WebState;
use crate::server::reset::link::{Opened, PATH};

/// `GET /r/{token}`, whatever stands behind it. `GET /r` and `GET /r/`: it was cut off before its first character.
pub async fn open(State(web): State<WebState>, uri: Uri) -> Response {
    opened(&web, &behind(&uri, PATH))
}

/// What stands behind the path under which links are opened, as far as it is text.
pub fn behind(uri: &Uri, path: &str) -> String {
    let rest = uri.path().get(path.len()..).unwrap_or_default();
    let rest = rest.trim_start_matches('/');
    percent_decode_str(rest).decode_utf8_lossy().into_owned()
}

fn opened(web: &WebState, token: &str) -> Response {
    let mut response = see_other(Step::New.path());
    match Opened::now(&web.ctx, token).seal(&web.ctx) {
        Ok(value) => append(&mut response, cookies::set(&web.ctx, Name::Link, &value)),
        Err(error) => tracing::error!(%error, "a link cannot be opened"),
    }
    // Nobody after this answer may learn the address that led here.
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}
