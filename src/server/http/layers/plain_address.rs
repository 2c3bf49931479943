//! `?lang=` is taken out of the address of a page for browsers that do not say what a request belongs to (`Sec-Fetch-Site`): of a page whose
//! address has a query lynx sends no `Referer`, and then nothing would speak for its posts (docs/decisions/0024).

use axum::extract::{Request, State};
use axum::http::{HeaderName, Method};
use axum::middleware::Next;
use axum::response::Response;
use url::form_urlencoded;

use super::visitor::Visitor;
use crate::rules::steps::Step;
use crate::server::context::Shared;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::places::{ACCOUNT, HELP, REVERT_CODE, SIGN_IN, is_below};
use crate::server::http::responses::see_other;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Leads to the same page without the language, which a cookie remembers.
pub async fn without_language(State(ctx): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_page = [Step::Identify.path(), SIGN_IN, ACCOUNT, HELP, REVERT_CODE]
        .into_iter()
        .any(|place| is_below(path, place));
    let visitor = request.extensions().get::<Visitor>();
    let chosen = visitor
        .filter(|visitor| visitor.chose_language)
        .map(|visitor| visitor.language.tag());
    let is_told = request.headers().contains_key(SEC_FETCH_SITE);
    let Some(language) = chosen.filter(|_| is_page && !is_told && request.method() == Method::GET)
    else {
        return next.run(request).await;
    };
    let pairs = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let rest = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.filter(|(name, _)| name != "lang"))
        .finish();
    let mut response = if rest.is_empty() {
        see_other(path)
    } else {
        see_other(&format!("{path}?{rest}"))
    };
    let remembered = cookies::set(&ctx, Name::Language, language);
    append(&mut response, remembered);
    response
}
