//! The query is taken out of the address of a page for browsers that do not say what a request belongs to (`Sec-Fetch-Site`): of a page whose
//! address has a query lynx sends no `Referer`, and then nothing would speak for its posts (docs/decisions/0024). What the browser remembers
//! is left out; what a page goes by stands behind its path (`/account/confirm/-/…`), from where it is read again.

use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::HEXLOWER;
use url::form_urlencoded;

use super::origin::SEC_FETCH_SITE;
use super::visitor::Visitor;
use crate::rules::steps::Step;
use crate::server::context::Shared;
use crate::server::http::places::{
    ACCOUNT, HELP, PASSWORD, REVERT, REVERT_CODE, SIGN_IN, is_below,
};
use crate::server::http::responses::see_other;

/// Stands between a path and its query.
const MARK: &str = "/-/";
/// What a cookie remembers once it was asked for.
const REMEMBERED: [&str; 3] = ["lang", "return", "kiosk"];

/// Leads to the same page without a query.
pub async fn without_query(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>();
    let is_told = request.headers().contains_key(SEC_FETCH_SITE);
    let place = (!is_told && request.method() == Method::GET)
        .then(|| plain(request.uri()))
        .flatten();
    let (Some(visitor), Some(place)) = (visitor, place) else {
        return next.run(request).await;
    };
    let mut response = see_other(&place);
    visitor.remember(&ctx, &mut response);
    response
}

/// The same address without a query; `None` where it has none, or belongs to no page of ours.
fn plain(uri: &Uri) -> Option<String> {
    let query = uri.query()?;
    let (path, before) = split(uri.path()).unwrap_or((uri.path(), String::new()));
    let is = |places: &[&str]| places.iter().any(|place| is_below(path, place));
    // The app's pages say in their address only that no cookie came back, which `wizard/pages.rs` knows how to say otherwise.
    let is_apps = is(&[Step::Identify.path(), SIGN_IN, PASSWORD]);
    // What a mail program has put behind a link of ours means nothing.
    let goes_by_query = is(&[ACCOUNT, HELP, REVERT_CODE]);
    if !(is_apps || goes_by_query || is(&[REVERT])) {
        return None;
    }
    if is_apps && form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "lost") {
        return None;
    }
    let now: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let earlier = form_urlencoded::parse(before.as_bytes())
        .filter(|(name, _)| now.iter().all(|(later, _)| later != name));
    let rest = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(
            earlier
                .chain(now.iter().cloned())
                .filter(|(name, _)| goes_by_query && !is_apps && !REMEMBERED.contains(&&**name)),
        )
        .finish();
    Some(if rest.is_empty() {
        path.to_owned()
    } else {
        format!("{path}{MARK}{}", HEXLOWER.encode(rest.as_bytes()))
    })
}

/// The address with the query that stands behind its path; what is written as one goes before it. `None` where there is none.
pub fn with_query(uri: &Uri) -> Option<Uri> {
    let (path, query) = split(uri.path())?;
    let more = uri.query().map(|more| format!("{more}&"));
    let more = more.unwrap_or_default();
    Uri::try_from(format!("{path}?{more}{query}")).ok()
}

fn split(path: &str) -> Option<(&str, String)> {
    let (path, query) = path.split_once(MARK)?;
    let query = String::from_utf8(HEXLOWER.decode(query.as_bytes()).ok()?).ok()?;
    Some((path, query))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(address: &str) -> Option<String> {
        plain(&address.parse().unwrap())
    }

    #[test]
    fn a_query_goes_behind_the_path_and_comes_back() {
        for (address, read) in [
            (
                "/account/security/mail?replace=a1",
                "/account/security/mail?replace=a1",
            ),
            (
                "/account/confirm?next=%2Faccount%2Fsecurity%2Fmail%3Freplace%3Da1&lang=nb",
                "/account/confirm?next=%2Faccount%2Fsecurity%2Fmail%3Freplace%3Da1",
            ),
        ] {
            let place = led(address).unwrap();
            assert!(!place.contains('?') && is_below(&place, ACCOUNT), "{place}");
            let uri: Uri = place.parse().unwrap();
            assert_eq!(with_query(&uri).unwrap().to_string(), read);
            assert_eq!(plain(&uri), None, "it is led once");
            // Another language of the page that came of it.
            let other = format!("{place}?{}&lang=sv", read.split_once('?').unwrap().1);
            assert_eq!(led(&other), Some(place.clone()));
            assert_eq!(led(&format!("{place}?lang=sv")), Some(place));
        }
    }

    #[test]
    fn what_is_remembered_is_left_out() {
        for (address, place) in [
            ("/sign-in?lang=nb", "/sign-in"),
            (
                "/forgot-password?return=https%3A%2F%2Fshop.example%2F&kiosk=1",
                "/forgot-password",
            ),
            ("/forgot-password?utm_source=mail", "/forgot-password"),
            ("/account/security/password?lang=nb", PASSWORD),
            ("/help?lang=nb&kiosk=0", "/help"),
            ("/stop/abc?lang=nb&utm_source=mail", "/stop/abc"),
        ] {
            assert_eq!(led(address).as_deref(), Some(place));
        }
    }

    #[test]
    fn nothing_else_is_led_anywhere() {
        for address in [
            "/sign-in",
            "/forgot-password?lost=1",
            "//evil.example/?lang=nb",
            "/help//evil.example?lang=nb",
            "/help//evil.example/-/61?lang=nb",
            "/r/abc?lang=nb",
            "/logo?v=1",
        ] {
            assert_eq!(led(address), None, "{address}");
        }
        for address in ["/help/-/6", "/help/-/zz", "/help/-/ff", "/help/-"] {
            assert_eq!(with_query(&address.parse().unwrap()), None, "{address}");
        }
    }
}
