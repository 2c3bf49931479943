//! Cross-site requests (OWASP CSRF guidance, ASVS 3.5.1–3.5.3).

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use url::Url;

use super::log_path::log_path;
use super::readable::is_form;
use crate::server::context::Shared;

/// In which browsers say from where a request was made (Fetch Metadata Request Headers, section 2.4).
pub(in crate::server::http) const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Refuses a post that did not come from one of our own pages.
pub async fn same_origin(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_ours(request.headers(), &ctx.public_url) {
        return next.run(request).await;
    }
    tracing::warn!(
        event = "malicious_csrf",
        path = log_path(&request),
        "a post from elsewhere was refused"
    );
    StatusCode::FORBIDDEN.into_response()
}

/// Refuses what no form of ours sends: a type that other sites may post without asking would otherwise be read as a form all the same.
pub async fn forms_only(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && !is_form(request.headers()) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    next.run(request).await
}

/// Whether a request comes from one of our own pages.
///
/// `Sec-Fetch-Site` decides where it is there: beside it `Origin` may be missing, or `null` as a proxy's `Referrer-Policy: no-referrer`
/// makes it. Else `Origin` decides, and where neither is there, as in text browsers, the origin of the `Referer`
/// (docs/decisions/0024-a-referer-of-our-own-speaks-for-a-post.md).
fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let (Ok(site), Ok(origin), Ok(referer)) = (
        sole(headers, &HeaderName::from_static(SEC_FETCH_SITE)),
        sole(headers, &header::ORIGIN),
        sole(headers, &header::REFERER),
    ) else {
        return false;
    };
    match (site, origin) {
        (Some(b"same-origin"), None | Some(b"null")) => true,
        (Some(b"same-origin" | b"none") | None, Some(origin)) => origin == public_url.as_bytes(),
        (None, None) => referer.is_some_and(|referer| is_below(referer, public_url)),
        (Some(_), _) => false,
    }
}

/// The same header was sent more than once, so that two readers may believe different ones.
struct Repeated;

/// The value of a header that may be sent once.
fn sole<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, Repeated> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(HeaderValue::as_bytes);
    if values.next().is_some() {
        return Err(Repeated);
    }
    Ok(value)
}

/// Whether an address has this origin. It is parsed, since `https://rekey.example.evil/` begins with ours too. Bytes that are no text may stand
/// in its path, as browsers of old write what was typed; in a host their stand-in is no sign that one may have.
fn is_below(address: &[u8], origin: &str) -> bool {
    Url::parse(&String::from_utf8_lossy(address))
        .is_ok_and(|address| address.origin().ascii_serialization() == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "https://rekey.example";

    fn passes(headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        is_ours(&map, OURS)
    }

    #[test]
    fn only_posts_from_our_own_pages_pass() {
        for (site, origin, expected) in [
            (Some("same-origin"), Some(OURS), true),
            (Some("same-origin"), None, true),
            (Some("same-origin"), Some("null"), true),
            (Some("same-origin"), Some("https://evil.example"), false),
            (Some("none"), Some(OURS), true),
            (Some("none"), Some("null"), false),
            (Some("none"), None, false),
            (Some("same-site"), Some(OURS), false),
            (Some("same-site"), Some("null"), false),
            (Some("same-site"), None, false),
            (Some("cross-site"), Some(OURS), false),
            (Some("cross-site"), Some("null"), false),
            (Some("cross-site"), None, false),
            (Some(""), Some(OURS), false),
            (Some("Same-Origin"), None, false),
            (None, Some(OURS), true),
            (None, Some("https://rekey.example.evil"), false),
            (None, Some("http://rekey.example"), false),
            (None, Some("null"), false),
        ] {
            // A referer of our own changes nothing where one of the two speaks.
            for referer in [None, Some("https://rekey.example/sign-in")] {
                let mut headers = Vec::new();
                headers.extend(site.map(|site| ("sec-fetch-site", site)));
                headers.extend(origin.map(|origin| ("origin", origin)));
                headers.extend(referer.map(|referer| ("referer", referer)));
                assert_eq!(passes(&headers), expected, "{headers:?}");
            }
        }
    }

    #[test]
    fn a_referer_speaks_where_nothing_else_does() {
        for (referer, expected) in [
            ("https://rekey.example/sign-in?next=%2Faccount", true),
            ("https://rekey.example", true),
            ("https://rekey.example:443/", true),
            ("HTTPS://REKEY.example/å", true),
            ("http://rekey.example/", false),
            ("https://rekey.example:8443/", false),
            ("https://rekey.example.evil/", false),
            ("https://rekey.example@evil.example/", false),
            ("https://evil.example/https://rekey.example/", false),
            ("https://evil.example/?https://rekey.example", false),
            ("//rekey.example/", false),
            ("/sign-in", false),
            ("null", false),
            ("about:blank", false),
            ("", false),
        ] {
            assert_eq!(passes(&[("referer", referer)]), expected, "{referer}");
        }
        assert!(!passes(&[]));
    }

    #[test]
    fn bytes_that_are_no_text_are_in_nobodys_way() {
        for (referer, expected) in [
            (&b"https://rekey.example/k\xe5re?n\xe4r=\xff\xfe"[..], true),
            (b"https://rekey.example/\xc3", true),
            (b"https://rekey.example?\xe5", true),
            (b"https://rekey.ex\xe5mple/", false),
            (b"https://rekey.example\xe5/", false),
            (b"https://rekey.example\xe5.evil.example/", false),
            (b"https://rekey.example\xe5@evil.example/", false),
            (b"https://evil.example/\xe5https://rekey.example/", false),
            (b"\xe5https://rekey.example/", false),
        ] {
            let mut map = HeaderMap::new();
            map.append("referer", HeaderValue::from_bytes(referer).unwrap());
            let said = referer.escape_ascii();
            assert_eq!(is_ours(&map, OURS), expected, "{said}");
        }
    }

    #[test]
    fn what_is_said_twice_is_not_believed() {
        for name in ["sec-fetch-site", "origin", "referer"] {
            let value = match name {
                "sec-fetch-site" => "same-origin",
                "origin" => OURS,
                _ => "https://rekey.example/",
            };
            assert!(passes(&[(name, value)]), "{name}");
            assert!(!passes(&[(name, value), (name, value)]), "{name}");
        }
    }
}
