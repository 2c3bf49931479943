//! Cross-site requests and foreign hosts (OWASP CSRF and Host header guidance, ASVS 3.5.1–3.5.3).

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::server::config::Mode;
use crate::server::context::{Context, Shared};
use crate::server::redirect::see_other;

/// Refuses a post that did not come from one of our own pages.
pub async fn same_origin(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_ours(request.headers(), &ctx.public_url) {
        return next.run(request).await;
    }
    tracing::warn!(
        event = "malicious_csrf",
        path = request.uri().path(),
        "a post from elsewhere was refused"
    );
    StatusCode::FORBIDDEN.into_response()
}

/// Refuses what no form of ours sends: a type that other sites may post without asking would otherwise be read as a form all the same.
pub async fn forms_only(request: Request, next: Next) -> Response {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if request.method() == Method::POST
        && !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    next.run(request).await
}

/// `Sec-Fetch-Site` must not name another site; `Origin` must be ours where it is given; one of the two must speak for the request.
fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = origins.next();
    if origins.next().is_some() {
        return false;
    }
    let fetched_from = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if !matches!(fetched_from, None | Some(b"same-origin" | b"none")) {
        return false;
    }
    match origin {
        Some(origin) => origin.as_bytes() == public_url.as_bytes(),
        None => fetched_from == Some(b"same-origin"),
    }
}

/// Paths that a load balancer asks for by whatever name it knows.
const ANY_HOST: [&str; 2] = ["/healthz", "/readyz"];

/// Refuses a request for another host. In development, where people type "localhost", a page is asked for again under our name.
pub async fn our_host(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    if ANY_HOST.contains(&request.uri().path()) || is_our_host(&ctx, &request) {
        return next.run(request).await;
    }
    if ctx.mode == Mode::Dev
        && request.method() == Method::GET
        && is_loopback_name(&request, ctx.bound.port())
    {
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        return see_other(&format!("{}{path}", ctx.public_url));
    }
    StatusCode::MISDIRECTED_REQUEST.into_response()
}

fn host_of(request: &Request) -> Option<&str> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    if hosts.next().is_some() {
        return None;
    }
    // An absolute request line, or HTTP/2, names the host there.
    match (request.uri().authority().map(Authority::as_str), host) {
        (Some(line), Some(host)) if line != host => None,
        (line, host) => line.or(host),
    }
}

fn is_our_host(ctx: &Context, request: &Request) -> bool {
    let ours = ctx
        .public_url
        .split_once("://")
        .map_or("", |(_, authority)| authority);
    host_of(request).is_some_and(|host| {
        let host = host.strip_suffix(":443").unwrap_or(host);
        host.eq_ignore_ascii_case(ours)
    })
}

fn is_loopback_name(request: &Request, port: u16) -> bool {
    let names = ["localhost", "127.0.0.1", "[::1]"];
    host_of(request).is_some_and(|host| names.iter().any(|name| host == format!("{name}:{port}")))
}

/// The pages of development: only for a browser on this very machine, never through a proxy.
pub async fn loopback_only(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    let forwarded = [
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
        "via",
    ]
    .into_iter()
    .any(|name| request.headers().contains_key(name));
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_here = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    if ctx.mode != Mode::Dev || !is_here || forwarded || !is_our_host(&ctx, &request) {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_posts_from_our_own_pages_pass() {
        let ours = "https://rekey.example";
        for (site, origin, passes) in [
            (Some("same-origin"), Some(ours), true),
            (Some("same-origin"), None, true),
            (Some("same-origin"), Some("https://evil.example"), false),
            (Some("same-origin"), Some("null"), false),
            (Some("none"), Some(ours), true),
            (Some("none"), None, false),
            (Some("same-site"), Some(ours), false),
            (Some("same-site"), None, false),
            (Some("cross-site"), Some(ours), false),
            (Some("cross-site"), None, false),
            (None, Some(ours), true),
            (None, Some("https://rekey.example.evil"), false),
            (None, Some("http://rekey.example"), false),
            (None, Some("null"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(is_ours(&headers, ours), passes, "{site:?} {origin:?}");
        }
    }
}
