//! What the log says of a path. It may hold a token, also where a mail program has bent the address so that it leads nowhere.

use axum::extract::MatchedPath;
use axum::http::Request;

/// Stands for what may be secret.
const HIDDEN: &str = "/…";

/// The route that a request matched, by its pattern (`/r/{token}`); the path of one of our files; nothing of any other path.
#[must_use]
pub fn log_path<B>(request: &Request<B>) -> &str {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        return route.as_str();
    }
    let path = request.uri().path();
    if is_file(path) { path } else { HIDDEN }
}

/// Whether this is the path of a file that pages load. cargo-leptos names those in `/pkg/` after the program.
pub fn is_file(path: &str) -> bool {
    let listed = [
        "/favicon.svg",
        "/favicon.ico",
        "/robots.txt",
        "/account.css",
        "/forms.js",
        "/code.js",
        "/codes.js",
        "/kiosk.js",
        "/language.js",
        "/stay.js",
    ];
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let kinds = [".css", ".js", ".wasm"];
    let built = path.strip_prefix("/pkg/rekey");
    listed.contains(&path)
        || built.is_some_and(|name| {
            name.chars().all(is_plain) && kinds.iter().any(|kind| name.ends_with(kind))
        })
}
