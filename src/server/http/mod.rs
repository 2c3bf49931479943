//! The web server: routes and the layers around them. The app's own routes are handed in, so that nothing here knows the app.

mod account;
mod brand;
mod cookies;
mod dev;
mod drawn;
mod factor;
mod files;
mod help;
mod kiosk;
pub mod layers;
mod places;
mod ready;
mod responses;
mod serve;
mod session;
mod signed_in;
mod sms_reports;
mod wanted;
mod web_state;
pub mod wizard;
mod words;
mod written;

use std::path::Path;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, Request, Response as HttpResponse, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{
    MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer,
};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

pub use serve::{GRACE, Stop, serve};

use super::config::Mode;
use super::context::Shared;
use crate::server::base::random::random_id;
use drawn::error_pages;
use layers::log_path::log_path;
use layers::shares::Shares;
use layers::{final_slash, finish, headers, host, in_flight, origin, plain_address, readable};
use places::{KIOSK_HERE, KIOSK_OVER, SIGN_IN};
use responses::{REQUEST_ID, see_other};
use web_state::WebState;
use wizard::{link, pages, robot};

/// No form of ours is longer (ASVS 2.2.1, 4.1.3).
const LONGEST_BODY: usize = 16 * 1024;
/// Longer than any hash may have to wait for its turn.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

#[derive(Clone)]
struct NewRequestId;

impl MakeRequestId for NewRequestId {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        HeaderValue::try_from(random_id().ok()?)
            .ok()
            .map(RequestId::new)
    }
}

/// The whole server around the app's pages and server functions.
///
/// `site_root` holds the built files, `style` is the path of the style sheet.
pub fn router(ctx: &Shared, app: Router, site_root: &Path, style: &str) -> Router {
    let web = WebState {
        ctx: ctx.clone(),
        style: style.into(),
    };
    let pages = app.layer(middleware::from_fn_with_state(ctx.clone(), for_pages));
    let mut routes = Router::new()
        .route("/", get(front))
        .route(
            "/.well-known/change-password",
            get(|| async { Redirect::to("/forgot-password") }),
        )
        .route("/r", get(link::open))
        .route("/r/", get(link::open))
        .route("/r/{*token}", get(link::open))
        .route("/R/{*token}", get(link::open))
        .merge(factor::routes())
        .merge(help::routes())
        .route(KIOSK_OVER, get(kiosk::over))
        .route(KIOSK_HERE, get(kiosk::here))
        .merge(account::routes())
        .route(brand::LOGO, get(brand::send_logo))
        .route(brand::COLOURS, get(brand::send_colours))
        .route("/manifest.webmanifest", get(brand::send_manifest))
        .route("/healthz", get(|| async { "ok\n" }))
        .merge(robot::routes());
    if ctx.mode == Mode::Dev {
        let only_here = middleware::from_fn_with_state(ctx.clone(), host::loopback_only);
        routes = routes.merge(dev::routes().layer(only_here));
    }
    let folder = files::folder(site_root);
    let routes = routes
        .with_state(web.clone())
        .merge(ready::routes(ctx))
        .merge(pages);
    final_slash::taken_away(routes, folder)
        .layer(middleware::from_fn_with_state(
            ctx.clone(),
            plain_address::without_query,
        ))
        .layer(middleware::from_fn(readable::without_nul))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(tower_http::limit::RequestBodyLimitLayer::new(LONGEST_BODY))
        .layer(middleware::from_fn(origin::forms_only))
        .layer(middleware::from_fn_with_state(
            ctx.clone(),
            origin::same_origin,
        ))
        .merge(sms_reports::routes(ctx).layer(DefaultBodyLimit::max(LONGEST_BODY)))
        .layer(middleware::from_fn_with_state(
            ctx.clone(),
            kiosk::forget_in_time,
        ))
        .layer(middleware::from_fn_with_state(ctx.clone(), host::our_host))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            LONGEST_ANSWER,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(ctx.clone(), finish::posts))
        .layer(middleware::from_fn_with_state(
            Shares::of(ctx.config.limits.connections_per_client),
            in_flight::bounded,
        ))
        .layer(middleware::from_fn_with_state(
            ctx.clone(),
            kiosk::keep_nothing,
        ))
        .layer(middleware::from_fn_with_state(web, error_pages::draw))
        .layer(middleware::from_fn_with_state(ctx.clone(), headers::secure))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_request(())
                .on_response(answered)
                // What is a fault of ours says so where it happens; being busy is none.
                .on_failure(()),
        )
        .layer(PropagateRequestIdLayer::new(HeaderName::from_static(
            REQUEST_ID,
        )))
        .layer(SetRequestIdLayer::new(
            HeaderName::from_static(REQUEST_ID),
            NewRequestId,
        ))
        .layer(middleware::map_request(without_request_id))
}

/// The number of a request is ours: one that comes along could be made to look like another's.
async fn without_request_id(mut request: axum::extract::Request) -> axum::extract::Request {
    request.headers_mut().remove(REQUEST_ID);
    request
}

/// Pages are prepared; server functions, which the same router holds, find their visitor without it.
async fn for_pages(
    state: State<Shared>,
    request: axum::extract::Request,
    next: middleware::Next,
) -> Response {
    if request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    pages::prepare(state, request, next).await
}

/// The answer to a panic. Its message may quote a value, so it goes nowhere; the panic hook has logged the place.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// What a log line of a request says: never the query, cookies, bodies, addresses or a part of the path that may be secret.
fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = log_path(request))
}

fn answered<B>(response: &HttpResponse<B>, latency: Duration, _: &tracing::Span) {
    let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(status, micros, "answered");
    } else {
        tracing::info!(status, micros, "answered");
    }
}

/// There is no front page: whoever comes is led to sign-in, in the language that they asked for.
async fn front(uri: Uri) -> Response {
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    see_other(&format!("{SIGN_IN}{query}"))
}
