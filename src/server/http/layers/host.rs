//! Foreign hosts (OWASP Host header guidance), and the pages of development, which are for this machine only.
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::Authority;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::server::config::Mode;
use crate::server::context::{Context, Shared};
use crate::server::health::observations::Seen;
use crate::server::http::responses::see_other;

/// Paths that a load balancer asks for by whatever name it knows.
const ANY_HOST: [&str; 2] = ["/healthz", "/readyz"];

/// Refuses a request for another host, by a page that leads to ours. In development, where people type "localhost", a page is asked
/// for again under our name.
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
    // A proxy that names itself refuses everybody, and nobody would know why.
    ctx.observations.see(&ctx, Seen::Host(host_of(&request)));
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
