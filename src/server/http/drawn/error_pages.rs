//! The page around an answer that is an error: in the person's language, with a way on, and with the number that finds it in the log.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::request_id::RequestId;

use super::frame::Frame;
use super::parts::Link;
use super::request::render;
use crate::rules::steps::Step;
use crate::server::http::layers::headers::allow_own_scripts;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::{
    ACCOUNT, ACCOUNT_FACTOR, FACTOR, PASSWORD, SECURITY, SET_UP, SIGN_IN,
};
use crate::server::http::responses::HasOwnPage;
use crate::server::http::web_state::WebState;
use crate::texts::{Catalogue, Language, ServerText, Text};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: Frame<'a>,
    words: String,
    /// The number of the request, where the fault is ours.
    number: Option<String>,
    /// Where to begin again.
    start: Link,
    /// What stands before paths: our address, where the page is shown under another one.
    base: &'a str,
}

/// Middleware: an error without a page of its own gets one, where a page was asked for.
pub async fn draw(State(web): State<WebState>, mut request: Request, next: Next) -> Response {
    let visitor = Visitor::of(&web.ctx, &request);
    let (wants_page, language) = (visitor.wants_page, visitor.language);
    let is_kiosk = visitor.is_kiosk;
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default()
        .to_owned();
    request.extensions_mut().insert(visitor);
    let start_at = begun_at(request.uri().path());
    let can_switch = request.method() == Method::GET;
    let wanted = can_switch
        .then(|| request.uri().path_and_query().map(ToString::to_string))
        .flatten()
        .filter(|wanted| wanted.starts_with('/'));
    let response = next.run(request).await;
    let status = response.status();
    let has_page = response.extensions().get::<HasOwnPage>().is_some();
    if !(status.is_client_error() || status.is_server_error()) || !wants_page || has_page {
        return response;
    }
    let page = page(
        &web,
        &Case {
            language,
            status,
            retry_after: response.headers().get(header::RETRY_AFTER),
            id: &id,
            start_at,
            can_switch,
            wanted: wanted.as_deref(),
            is_kiosk,
        },
    );
    let mut drawn = render(&page);
    if is_kiosk {
        allow_own_scripts(&web.ctx, &mut drawn);
    }
    *drawn.status_mut() = status;
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            drawn.headers_mut().insert(name, value.clone());
        }
    }
    drawn
}

/// What an error page is about.
struct Case<'a> {
    language: Language,
    status: StatusCode,
    retry_after: Option<&'a HeaderValue>,
    /// Number of the request.
    id: &'a str,
    /// Where the way on leads.
    start_at: &'static str,
    /// Whether a link to the same address in another language leads anywhere.
    can_switch: bool,
    /// What was asked for, path and query.
    wanted: Option<&'a str>,
    /// This is a shared machine.
    is_kiosk: bool,
}

fn page<'a>(web: &'a WebState, case: &Case<'_>) -> ErrorPage<'a> {
    let sentences = web.ctx.sentences(case.language);
    let is_elsewhere = case.status == StatusCode::MISDIRECTED_REQUEST;
    let address = web.ctx.public_url.as_str();
    let (title, words) = if is_elsewhere {
        let words = sentences.fill_server(ServerText::ServerWrongHostText, &[("address", address)]);
        (sentences.server(ServerText::ServerWrongHostTitle), words)
    } else {
        words(sentences, case.status, case.retry_after)
    };
    let number = case
        .status
        .is_server_error()
        .then(|| sentences.fill(Text::ErrorPageRequestNumber, &[("id", case.id)]));
    let mut frame = Frame {
        is_error: true,
        is_kiosk: case.is_kiosk,
        ..Frame::new(web, sentences, title)
    };
    if !case.can_switch || is_elsewhere {
        // What was posted cannot be repeated by a link.
        frame.languages = &[];
    }
    let start = if is_elsewhere {
        // The same page under our own address, which is put before it, so that it leads nowhere else.
        let same = format!("{address}{}", case.wanted.unwrap_or("/"));
        Link::new(same, sentences.server(ServerText::ServerWrongHostLink))
    } else if case.start_at == SIGN_IN {
        Link::new(case.start_at, sentences.get(Text::ErrorPageStart))
    } else {
        Link::new(case.start_at, sentences.get(Text::ErrorPageBack))
    };
    ErrorPage {
        frame,
        words,
        number,
        start,
        base: if is_elsewhere { address } else { "" },
    }
}

/// The page that a post came from, so that nobody has to find the step again.
fn begun_at(path: &str) -> &'static str {
    match path {
        "/api/forgot-password/identify" => Step::Identify.path(),
        "/api/forgot-password/code" | "/api/forgot-password/resend" => Step::Code.path(),
        path if path == Step::Factor.path() => Step::Factor.path(),
        "/api/forgot-password/new" | "/api/forgot-password/link" => Step::New.path(),
        "/api/sign-out" => ACCOUNT,
        FACTOR => FACTOR,
        SET_UP => SET_UP,
        ACCOUNT_FACTOR => ACCOUNT_FACTOR,
        "/api/account/password" => PASSWORD,
        path if path == ACCOUNT || path.starts_with("/account/") => SECURITY,
        _ => SIGN_IN,
    }
}

fn words<'a>(
    sentences: &'a Catalogue,
    status: StatusCode,
    retry_after: Option<&HeaderValue>,
) -> (&'a str, String) {
    let say = |title: Text, text: Text| (sentences.get(title), sentences.get(text).to_owned());
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::GONE => {
            say(Text::ErrorPageNotFoundTitle, Text::ErrorPageNotFoundText)
        }
        StatusCode::FORBIDDEN => say(Text::ErrorPageRefusedTitle, Text::ErrorPageRefusedText),
        StatusCode::TOO_MANY_REQUESTS => {
            let seconds: u64 = retry_after
                .and_then(|value| value.to_str().ok())
                .and_then(|value| value.parse().ok())
                .unwrap_or(60);
            let minutes = seconds.div_ceil(60).to_string();
            let text = sentences.fill(Text::ProblemTooManyRequests, &[("minutes", &minutes)]);
            (sentences.get(Text::ErrorPageTooManyTitle), text)
        }
        // Many people are here where it can be said when there will be fewer; otherwise something of ours is away.
        StatusCode::SERVICE_UNAVAILABLE if retry_after.is_some() => {
            say(Text::ErrorPageBusyTitle, Text::ProblemBusy)
        }
        status if status.is_client_error() => {
            say(Text::ErrorPageMalformedTitle, Text::ErrorPageMalformedText)
        }
        _ => say(Text::ErrorPageBrokenTitle, Text::ErrorPageBrokenText),
    }
}
