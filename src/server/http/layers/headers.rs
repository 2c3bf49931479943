//! Headers on every answer, the answers of other layers included (OWASP HTTP Headers, ASVS V3.4).

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::server::config::{Mode, is_on_web};
use crate::server::context::{Context, Shared};

/// Which scripts a page may run.
#[derive(Debug, Clone, Copy)]
pub enum Scripts<'a> {
    /// None.
    None,
    /// Our own files.
    Own,
    /// Our own files, those with this nonce, and WebAssembly.
    Nonce(&'a str),
}

/// The policy for an answer: nothing but our own files.
#[must_use]
pub fn content_security_policy(ctx: &Context, scripts: Scripts<'_>) -> String {
    let script = match scripts {
        Scripts::None => "'none'".to_owned(),
        Scripts::Own => "'self'".to_owned(),
        Scripts::Nonce(nonce) => format!("'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
    };
    // cargo-leptos reloads a page under development through a web socket of its own.
    let connect = if ctx.mode == Mode::Dev {
        "'self' ws://127.0.0.1:3001 ws://localhost:3001"
    } else {
        "'self'"
    };
    let form_targets = form_targets(ctx);
    format!(
        "default-src 'none'; script-src {script}; style-src 'self'; img-src 'self'; font-src 'self'; connect-src {connect}; \
         manifest-src 'self'; form-action {form_targets}; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
}

/// Lets a page run our own files of scripts.
pub fn allow_own_scripts(ctx: &Context, response: &mut Response) {
    if let Ok(policy) = HeaderValue::try_from(content_security_policy(ctx, Scripts::Own)) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Where forms may lead: here, and where sign-in leads back to, since browsers hold the redirection after a form against the policy too.
fn form_targets(ctx: &Context) -> String {
    let places = ctx.config.accounts.return_urls.iter();
    let origins: BTreeSet<String> = places
        .filter(|place| is_on_web(place))
        .map(|place| place.origin().ascii_serialization())
        .collect();
    let mut targets = vec!["'self'".to_owned()];
    targets.extend(origins);
    targets.join(" ")
}

const FIXED: [(HeaderName, HeaderValue); 7] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), \
             microphone=(), midi=(), payment=(), serial=(), usb=(), otp-credentials=(self), publickey-credentials-get=(self)",
        ),
    ),
    (
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    ),
];

const HASHED_FILE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const STATIC_FILE: HeaderValue = HeaderValue::from_static("public, max-age=3600");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// Nor rewritten on the way: some proxies put "[email protected]" in the place of addresses in pages.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store, no-transform");
const HTTPS_HERE: HeaderValue = HeaderValue::from_static("max-age=31536000");
const HTTPS_BELOW: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

fn put(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

/// Whether a file's name changes with its content: `rekey.TTQgWTiTFsNDNRGYJTDG6Q.css`, not `rekey.css`.
fn is_hashed(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|name| name.split('.').count() > 2)
}

/// Puts on what is missing.
pub async fn secure(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let caching = if path.starts_with("/pkg/") && is_hashed(path) {
        HASHED_FILE
    } else if path.starts_with("/pkg/") || path == "/account.css" {
        ASK_AGAIN
    } else if [
        "/favicon.svg",
        "/favicon.ico",
        "/robots.txt",
        "/forms.js",
        "/code.js",
        "/codes.js",
        "/kiosk.js",
        "/language.js",
        "/stay.js",
        "/manifest.webmanifest",
    ]
    .contains(&path)
    {
        STATIC_FILE
    } else {
        NO_STORE
    };
    let mut response = next.run(request).await;
    let caching = if response.status().is_success() || response.status() == 304 {
        caching
    } else {
        NO_STORE
    };
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        put(headers, name, value);
    }
    put(headers, header::CACHE_CONTROL, caching);
    if let Ok(policy) = HeaderValue::try_from(content_security_policy(&ctx, Scripts::None)) {
        put(headers, header::CONTENT_SECURITY_POLICY, policy);
    }
    if !ctx.is_plain_http() {
        let names = if ctx.config.site.hsts_covers_subdomains() {
            HTTPS_BELOW
        } else {
            HTTPS_HERE
        };
        put(headers, header::STRICT_TRANSPORT_SECURITY, names);
    }
    response
}
