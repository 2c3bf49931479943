//! The pages of somebody who is signed in: drawn by the server alone, so that none of them weighs on the steps of the reset.

mod activity;
mod codes;
mod confirm;
mod contacts;
pub mod here;
mod name;
mod overview;
mod reverted;
pub mod screen;
mod security;
mod sessions;
pub(super) mod stay;
pub(super) mod stop;
mod wrong;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use super::cookies::{self, Name};
use super::error_pages::ErrorPages;
use super::factor;
use super::pages::{SIGN_IN, append};
use super::said::{self, Said};
use super::visitor::Visitor;
use crate::rules::page::Notice;

use crate::server::context::Context;
use crate::server::keys::{Purpose, same};
use crate::server::redirect::see_other;
use crate::server::sessions::{SignedIn, of_token};
use crate::texts::{Catalogue, MailText};
use here::{Elsewhere, path_of};
use screen::Link;

/// The path of the security page.
pub const SECURITY: &str = "/account/security";
/// The path of the page on which the password is changed; it is one of the app's.
pub const PASSWORD: &str = "/account/security/password";
/// The path of the page that asks who it is.
pub const CONFIRM: &str = "/account/confirm";

/// The routes.
pub fn routes() -> Router<ErrorPages> {
    Router::new()
        .route("/account", get(overview::show))
        .route("/account/stay", get(stay::look).post(stay::stay))
        .route(SECURITY, get(security::show))
        .route("/account/security/name", get(name::show).post(name::take))
        .route(
            "/account/security/mail",
            get(contacts::show_mail).post(contacts::take_mail),
        )
        .route(
            "/account/security/phone",
            get(contacts::show_phone).post(contacts::take_phone),
        )
        .route(
            "/account/security/code",
            get(contacts::show_code).post(contacts::take_code),
        )
        .route("/account/security/code/again", post(contacts::send_again))
        .route(
            "/account/security/remove",
            get(contacts::show_remove).post(contacts::take_remove),
        )
        .route(
            "/account/security/sessions",
            get(sessions::show).post(sessions::take),
        )
        .route("/account/security/activity", get(activity::show))
        .route(CONFIRM, get(confirm::show).post(confirm::take))
        .route("/account/confirm/send", post(confirm::send))
        .route(
            "/account/confirm/code",
            get(confirm::show_code).post(confirm::take_code),
        )
        .route("/account/confirm/code/again", post(confirm::send_again))
        .route("/stop", get(stop::show).post(stop::take))
        .route(stop::CODE, get(stop::ask_code).post(stop::take_code))
        .route(reverted::HERE, get(reverted::show))
        .route("/stop/", get(stop::open))
        .route("/stop/{*token}", get(stop::open))
        .route("/STOP/{*token}", get(stop::open))
}

/// Sends a browser to another page, which says something.
pub fn to_page(ctx: &Context, place: &str, said: &Said) -> Response {
    let mut response = see_other(place);
    let value = said::seal(ctx, said);
    append(
        &mut response,
        value.and_then(|value| cookies::set(ctx, Name::Said, &value)),
    );
    response
}

/// Sends a browser to another page, which says that something has worked.
fn done(ctx: &Context, place: &str, notice: Notice) -> Response {
    let said = Said {
        at: path_of(place).to_owned(),
        notice: Some(notice),
        ..Said::default()
    };
    to_page(ctx, place, &said)
}

/// Who is signed in here. Whoever is not is sent to sign in, and told why if they were before.
///
/// # Errors
/// The answer in place of the page.
async fn signed_in(pages: &ErrorPages, visitor: &Visitor) -> Result<SignedIn, Elsewhere> {
    let ctx = &pages.ctx;
    let Some(token) = visitor.session() else {
        return Err(see_other(SIGN_IN).into());
    };
    match of_token(ctx, token).await? {
        Some(who) => match factor::comes_first(who.stage) {
            None => Ok(who),
            Some(first) => Err(see_other(first).into()),
        },
        // Its cookie stays: a twin of this request may have brought the browser another one a moment ago.
        None => Err(session_over(ctx).into()),
    }
}

/// Sends a browser to sign in whose session is over, and says so.
pub fn session_over(ctx: &Context) -> Response {
    done(ctx, SIGN_IN, Notice::SessionOver)
}

/// The page that asks who it is, and then leads to `place`.
#[must_use]
pub fn asks_first(place: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", place)
        .finish();
    format!("{CONFIRM}?{query}")
}

/// A place that a page may lead to: one of our own about the account's security, whatever the address says.
fn next_place(asked: Option<&str>) -> &str {
    asked
        .filter(|place| is_below(place, SECURITY))
        .unwrap_or(SECURITY)
}

/// Whether a place is this path of ours or one below it, with nothing in it that could lead anywhere else.
#[must_use]
pub fn is_below(place: &str, path: &str) -> bool {
    place.strip_prefix(path).is_some_and(|rest| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '?' | '=' | '-');
        rest.is_empty()
            || (rest.starts_with(['/', '?']) && rest.chars().all(is_plain) && !rest.contains("//"))
    })
}

/// The token that forms of a session carry. It stays the same when the session's own token changes, so that two tabs go on.
#[must_use]
pub fn form_token(ctx: &Context, who: &SignedIn) -> String {
    let parts = [b"account form", who.session.id.as_bytes()];
    ctx.keys.mac_text(Purpose::Form, &parts)
}

/// Whether a form was made in this session.
#[must_use]
pub fn has_form(ctx: &Context, who: &SignedIn, token: &str) -> bool {
    same(&form_token(ctx, who), token)
}

/// The session goes on under another token.
fn with_session(ctx: &Context, token: &str, mut response: Response) -> Response {
    append(&mut response, cookies::set(ctx, Name::Session, token));
    response
}

/// The way back to the security page.
pub(super) fn back(sentences: &Catalogue) -> Link {
    Link::new(SECURITY, sentences.mail(MailText::AccountBack))
}
