//! The pages of the second factor. The server alone draws them, so that none of them weighs on the steps.

mod account;
mod ask;
mod codes;
mod reset;
pub(super) mod said;
mod set_up;
mod sign_in;

use askama::Template;
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;

use super::cookies::{self, Name};
use super::error_pages::ErrorPages;
use super::pages::{ACCOUNT, SIGN_IN, append};
use super::visitor::Visitor;
use crate::rules::steps::Step;
use crate::server::account::factor::By;
use crate::server::context::{Context, MINUTE};
use crate::server::failure::{Broken, Failure};
use crate::server::keys::{Purpose, same};
use crate::server::redirect::see_other;
use crate::server::sessions::{self, SignedIn};
use crate::server::store::sessions::Stage;

/// Where a sign-in waits for the second factor.
pub const FACTOR: &str = "/sign-in/factor";
/// Where a sign-in waits for one to be set up.
pub const SET_UP: &str = "/sign-in/set-up";
/// Where somebody who is signed in looks after theirs.
pub const ACCOUNT_FACTOR: &str = "/account/security/factor";

/// The routes.
pub fn routes() -> Router<ErrorPages> {
    Router::new()
        .route(FACTOR, get(sign_in::page).post(sign_in::take))
        .route(SET_UP, get(set_up::page).post(set_up::take))
        .route(Step::Factor.path(), get(reset::page).post(reset::take))
        .route(ACCOUNT_FACTOR, get(account::page).post(account::take))
        .route(codes::PATH, get(codes::page).post(codes::take))
}

/// What the forms post.
#[derive(Deserialize)]
pub(super) struct Posted {
    #[serde(default)]
    token: String,
    #[serde(default)]
    totp: String,
    /// The user name that was picked, where several accounts share an address.
    #[serde(default)]
    account: String,
    /// Which of a page's buttons was pressed.
    #[serde(default, rename = "do")]
    wish: String,
}

/// Whose session a browser holds, if it stands at this stage; otherwise where the browser belongs.
async fn at_stage(
    ctx: &Context,
    visitor: &Visitor,
    stage: Stage,
) -> Result<Result<SignedIn, Response>, Broken> {
    let person = match visitor.session() {
        Some(session) => sessions::of_token(ctx, session).await?,
        None => None,
    };
    Ok(match person {
        Some(person) if person.stage == stage => Ok(person),
        other => Err(see_other(match other.map(|person| person.stage) {
            None => SIGN_IN,
            Some(Stage::Full) => ACCOUNT,
            Some(Stage::Factor) => FACTOR,
            Some(Stage::Enrol) => SET_UP,
        })),
    })
}

fn by<'a>(visitor: &'a Visitor, person: &'a SignedIn) -> By<'a> {
    By {
        person,
        session: visitor.session().unwrap_or_default(),
        client: visitor.client,
        browser: visitor.browser,
    }
}

/// The token that forms of a session carry.
fn form_token(ctx: &Context, person: &SignedIn) -> String {
    let parts = [b"session form".as_slice(), person.session.id.as_bytes()];
    ctx.keys.mac_text(Purpose::Form, &parts)
}

/// Whether a form was made in this session.
fn has_form(ctx: &Context, person: &SignedIn, token: &str) -> bool {
    same(&form_token(ctx, person), token)
}

/// The answer with a page.
fn draw(pages: &ErrorPages, visitor: &Visitor, page: &impl Template) -> Response {
    let mut response = match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the second factor cannot be drawn");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    if visitor.said().is_some() {
        append(&mut response, cookies::remove(&pages.ctx, Name::Said));
    }
    if visitor.chose_language {
        let language = cookies::set(&pages.ctx, Name::Language, visitor.language.tag());
        append(&mut response, language);
    }
    response
}

/// A page, or what has kept it from being made.
fn answer(made: Result<Response, Failure>) -> Response {
    match made {
        Ok(response) => response,
        Err(Failure::TooMany { wait }) => {
            let seconds = (wait / MINUTE + 1) * 60;
            let retry = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
            (StatusCode::TOO_MANY_REQUESTS, retry).into_response()
        }
        Err(Failure::Broken(error)) => {
            tracing::error!(%error, "a page of the second factor cannot be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(Failure::Busy | Failure::Unchecked) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(Failure::Said(_)) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    }
}
