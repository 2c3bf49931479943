//! The pages of somebody who is signed in: drawn by the server alone, so that none of them weighs on the steps of the reset.

mod activity;
mod codes;
mod confirm;
mod contacts;
pub mod here;
mod name;
mod overview;
mod reverted;
mod security;
mod sessions;
pub(super) mod stay;
pub(super) mod stop;
mod wrong;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use super::cookies::{self, Name, append};
use super::drawn::early::Elsewhere;
use super::drawn::flash::session_over;
use super::drawn::screen::Link;
use super::layers::visitor::Visitor;
use super::places::{CONFIRM, REVERT_CODE, SECURITY, SIGN_IN, comes_first, is_below};
use super::responses::see_other;
use super::web_state::WebState;
use crate::server::context::Context;
use crate::server::sessions::{SignedIn, of_token};
use crate::texts::{Catalogue, MailText};

/// The routes.
pub fn routes() -> Router<WebState> {
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
        .route(REVERT_CODE, get(stop::ask_code).post(stop::take_code))
        .route(reverted::HERE, get(reverted::show))
        .route("/stop/", get(stop::open))
        .route("/stop/{*token}", get(stop::open))
        .route("/STOP/{*token}", get(stop::open))
}

/// Who is signed in here. Whoever is not is sent to sign in, and told why if they were before.
///
/// # Errors
/// The answer in place of the page.
async fn signed_in(web: &WebState, visitor: &Visitor) -> Result<SignedIn, Elsewhere> {
    let ctx = &web.ctx;
    let Some(token) = visitor.session() else {
        return Err(see_other(SIGN_IN).into());
    };
    match of_token(ctx, token).await? {
        Some(who) => match comes_first(who.stage) {
            None => Ok(who),
            Some(first) => Err(see_other(first).into()),
        },
        // Its cookie stays: a twin of this request may have brought the browser another one a moment ago.
        None => Err(session_over(ctx).into()),
    }
}

/// A place that a page may lead to: one of our own about the account's security, whatever the address says.
fn next_place(asked: Option<&str>) -> &str {
    asked
        .filter(|place| is_below(place, SECURITY))
        .unwrap_or(SECURITY)
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
