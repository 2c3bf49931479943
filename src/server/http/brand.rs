//! The organisation's logo, colours and manifest, as files of their own: the policy for pages allows neither inline styles nor foreign pictures.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};

use super::layers::visitor::query_value;
use super::web_state::WebState;
use crate::server::config::Config;

/// The path of the logo.
pub const LOGO: &str = "/brand/logo";
/// The path of the colours.
pub const COLOURS: &str = "/brand/colours.css";

/// Where pages find the logo: the address changes with the picture.
#[must_use]
pub fn logo(config: &Config) -> Option<String> {
    let logo = config.site.logo.as_ref()?;
    Some(format!("{LOGO}?v={}", logo.version))
}

/// Where pages find the colours.
#[must_use]
pub fn colours(config: &Config) -> Option<String> {
    let (_, version) = config.site.colours.style_sheet()?;
    Some(format!("{COLOURS}?v={version}"))
}

/// Sends the logo.
pub async fn send_logo(State(web): State<WebState>, uri: Uri) -> Response {
    let Some(logo) = &web.ctx.config.site.logo else {
        return StatusCode::NOT_FOUND.into_response();
    };
    send(logo.media_type, logo.bytes.to_vec(), &logo.version, &uri)
}

/// Sends the colours.
pub async fn send_colours(State(web): State<WebState>, uri: Uri) -> Response {
    match web.ctx.config.site.colours.style_sheet() {
        Some((sheet, version)) => send(
            "text/css; charset=utf-8",
            sheet.into_bytes(),
            &version,
            &uri,
        ),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Sends what browsers keep of the site: one for everybody, and so in the default language.
pub async fn send_manifest(State(web): State<WebState>) -> Response {
    let sentences = web.ctx.sentences(web.ctx.config.languages.default);
    let name = web.ctx.site_name(sentences).words;
    let body = Json(serde_json::json!({
        "name": name, "short_name": name, "start_url": "/forgot-password", "display": "browser",
        "icons": [{ "src": "/favicon.svg", "type": "image/svg+xml", "sizes": "any" }],
    }));
    ([(header::CONTENT_TYPE, "application/manifest+json")], body).into_response()
}

/// Kept for good under the address that names its version, which another node may not have yet; under any other it is asked for each time.
fn send(media_type: &'static str, content: Vec<u8>, version: &str, uri: &Uri) -> Response {
    let is_this_one = query_value(uri, "v").as_deref() == Some(version);
    let caching = if is_this_one {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
    ];
    (headers, content).into_response()
}
