//! Shared machines: `?kiosk=1` makes a browser forget. Nothing is kept beyond the journey, no link leads out, and a minute after the last
//! sign of somebody everything is gone (`public/kiosk.js`), soon after that also where no page was left open to see to it. It holds until
//! `?kiosk=0`.

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::brand::{COLOURS, LOGO};
use super::cookies::{self, Name, append};
use super::drawn::flash::{self, FlashMessage};
use super::layers::log_path::is_file;
use super::layers::visitor::{Visitor, query_value};
use super::responses::{see_other, status_of};
use super::web_state::WebState;
use super::wizard::state::{self, PageInputs};
use crate::rules::page::{Answer, Notice, PageState, RejectedPost};
use crate::rules::steps::Step;
use crate::server::account::sign_in;
use crate::server::base::clock::SECOND;
use crate::server::base::failure::Failure;
use crate::server::context::{Context, Shared};

/// Seconds without a request after which whoever was there has gone. A page gives up after 60 by itself, and keeps a sign of somebody to
/// itself for 20 at most (`public/kiosk.js`).
const LEFT_AFTER: i64 = 90;

/// Middleware: a browser on a shared machine keeps no cookie longer than it is open, and none by which an account would know it again. Of
/// itself it keeps when it last asked for something.
pub async fn keep_nothing(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    let Some(visitor) = request.extensions().get::<Visitor>().cloned() else {
        return next.run(request).await;
    };
    let is_sign = visitor.is_kiosk && is_sign(request.uri().path());
    let mut response = next.run(request).await;
    if visitor.is_kiosk {
        let headers = response.headers_mut();
        let set: Vec<HeaderValue> = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|cookie| cookies::for_a_while(&ctx, cookie))
            .collect();
        headers.remove(header::SET_COOKIE);
        for cookie in set {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    if is_sign {
        let now = (ctx.now() / SECOND).to_string();
        append(&mut response, cookies::set(&ctx, Name::Kiosk, &now));
    } else if visitor.chose_kiosk == Some(false) {
        append(&mut response, cookies::remove(&ctx, Name::Kiosk));
    }
    response
}

/// Middleware: a browser on a shared machine that was left forgets before it is answered, also where the page was closed that would have
/// seen to it.
pub async fn forget_in_time(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let visitor = request.extensions().get::<Visitor>();
    let Some(visitor) = visitor
        .filter(|_| is_sign(request.uri().path()) && was_left(&ctx, headers))
        .filter(|_| holds_something(&ctx, headers))
        .cloned()
    else {
        return next.run(request).await;
    };
    forget(&ctx, &visitor, true).await
}

/// Whether a request for this path says that somebody is there. Files say nothing: browsers load them again by themselves.
fn is_sign(path: &str) -> bool {
    !is_file(path) && ![LOGO, COLOURS, "/manifest.webmanifest"].contains(&path)
}

/// Whether this is a shared machine whose last request was too long ago. One that cannot be read was.
fn was_left(ctx: &Context, headers: &HeaderMap) -> bool {
    cookies::read(ctx, headers, Name::Kiosk).is_some_and(|last| {
        let since = last.parse::<i64>().map(|last| ctx.now() / SECOND - last);
        since.map_or(true, |since| since.abs() > LEFT_AFTER)
    })
}

/// Whether the browser holds anything of ours besides that it is a shared machine.
fn holds_something(ctx: &Context, headers: &HeaderMap) -> bool {
    Name::ALL
        .into_iter()
        .any(|name| name != Name::Kiosk && cookies::read(ctx, headers, name).is_some())
}

/// `GET /kiosk/here`: a page says that somebody is there, who types and has sent nothing yet.
pub async fn here() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `GET /kiosk/over`: signs out, forgets everything that this browser holds of ours, and begins at the beginning. Elsewhere than on a
/// shared machine it does nothing, so that no link can sign anybody out.
pub async fn over(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    // Nor does a link that would make it one first.
    if !visitor.is_kiosk || visitor.chose_kiosk.is_some() {
        return see_other(Step::Identify.path());
    }
    let has_left = query_value(&uri, "left").is_some();
    let is_told = has_left || holds_something(&web.ctx, &headers);
    forget(&web.ctx, &visitor, is_told).await
}

/// Ends what the browser holds, here and there. The first page says so where that is news.
async fn forget(ctx: &Shared, visitor: &Visitor, is_told: bool) -> Response {
    if let Some(session) = visitor.session()
        && let Err(Failure::Fault(error)) = sign_in::sign_out(ctx, session, visitor.client).await
    {
        // The browser loses it all the same.
        error.log("a shared machine cannot be signed out");
    }
    let is_page = visitor.wants_page;
    let mut response = if is_page {
        see_other(Step::Identify.path())
    } else {
        first_page(ctx, visitor).await
    };
    let told = (is_page && is_told)
        .then(|| {
            let message = FlashMessage {
                at: Step::Identify.path().to_owned(),
                notice: Some(Notice::Forgotten),
                ..FlashMessage::default()
            };
            cookies::set(ctx, Name::Flash, &flash::seal(ctx, &message)?)
        })
        .flatten();
    for name in Name::ALL {
        if name != Name::Kiosk && !(name == Name::Flash && told.is_some()) {
            append(&mut response, cookies::remove(ctx, name));
        }
    }
    append(&mut response, told);
    response
}

/// The first page as data, for the browser's half: what was posted came too late.
async fn first_page(ctx: &Shared, visitor: &Visitor) -> Response {
    let state = match state::make(ctx, visitor, PageInputs::default()).await {
        Ok(state) => state,
        Err(error) => {
            error.log("a page cannot be made");
            return status_of(&error).into_response();
        }
    };
    let answer = Answer {
        at: Step::Identify.path().to_owned(),
        state: PageState {
            notice: Some(Notice::Forgotten),
            ..state
        },
    };
    let answer = Json(RejectedPost(Box::new(answer)));
    (StatusCode::UNAUTHORIZED, answer).into_response()
}
