//! Shared machines: `?kiosk=1` makes a browser forget. Nothing is kept beyond the journey, no link leads out, and a minute after the last
//! press everything is gone (`public/kiosk.js`). It holds until `?kiosk=0`.

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::cookies::{self, Name, append};
use super::layers::visitor::Visitor;
use super::responses::see_other;
use super::web_state::WebState;
use crate::rules::steps::Step;
use crate::server::account::sign_in;
use crate::server::base::failure::Failure;
use crate::server::context::Shared;

/// Middleware: a browser on a shared machine keeps no cookie longer than it is open, and none by which an account would know it again.
pub async fn keep_nothing(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    let Some(visitor) = request.extensions().get::<Visitor>().cloned() else {
        return next.run(request).await;
    };
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
    match visitor.chose_kiosk {
        Some(true) => append(&mut response, cookies::set(&ctx, Name::Kiosk, "1")),
        Some(false) => append(&mut response, cookies::remove(&ctx, Name::Kiosk)),
        None => {}
    }
    response
}

/// `GET /kiosk/over`: signs out, forgets everything that this browser holds of ours, and begins at the beginning. Elsewhere than on a
/// shared machine it does nothing, so that no link can sign anybody out.
pub async fn over(State(web): State<WebState>, Extension(visitor): Extension<Visitor>) -> Response {
    let mut response = see_other(Step::Identify.path());
    // Nor does a link that would make it one first.
    if !visitor.is_kiosk || visitor.chose_kiosk.is_some() {
        return response;
    }
    if let Some(session) = visitor.session()
        && let Err(Failure::Fault(error)) =
            sign_in::sign_out(&web.ctx, session, visitor.client).await
    {
        // The browser loses it all the same.
        error.log("a shared machine cannot be signed out");
    }
    for name in Name::ALL {
        if name != Name::Kiosk {
            append(&mut response, cookies::remove(&web.ctx, name));
        }
    }
    response
}
