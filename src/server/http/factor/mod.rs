//! The pages of the second factor. The server alone draws them, so that none of them weighs on the steps.

mod account;
mod ask;
mod codes;
pub(super) mod problem;
mod reset;
mod set_up;
mod sign_in;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;

use super::cookies::append;
use super::cookies::{self, Name};
use super::drawn::early::EarlyResponse;
use super::drawn::flash::session_over;
use super::drawn::screen::{self, Screen};
use super::forms::has_form;
use super::layers::visitor::Visitor;
use super::places::{ACCOUNT, ACCOUNT_FACTOR, FACTOR, SET_UP, SIGN_IN, comes_first};
use super::responses::see_other;
use super::web_state::WebState;
use super::wizard::sign_in_pages::onward;
use crate::rules::steps::Step;
use crate::server::account::factor::{By, SignInCompleted};
use crate::server::base::failure::{Failure, Fault};
use crate::server::context::Context;
use crate::server::factor::Refusal;
use crate::server::sessions::{self, SignedIn};
use crate::server::store::sessions::Stage;
use problem::Problem;

/// Posted by the form that has a field of its own for recovery codes.
const RECOVERY: &str = "recovery";

/// The routes.
pub fn routes() -> Router<WebState> {
    Router::new()
        .route(FACTOR, get(sign_in::page).post(sign_in::take))
        .route(SET_UP, get(set_up::page).post(set_up::take))
        .route(Step::Factor.path(), get(reset::page).post(reset::take))
        .route(ACCOUNT_FACTOR, get(account::page).post(account::take))
        .route(account::APP, get(account::app).post(account::take_app))
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

impl Posted {
    /// What is to be put right where the code was asked for on a page of its own.
    fn problem(&self, refusal: Refusal) -> Problem {
        if self.wish == RECOVERY {
            Problem::TypedForRecovery(refusal)
        } else {
            Problem::Typed(refusal)
        }
    }
}

/// Whose session a browser holds, if it stands at this stage; otherwise where the browser belongs.
async fn at_stage(
    ctx: &Context,
    visitor: &Visitor,
    stage: Stage,
) -> Result<Result<SignedIn, Response>, Fault> {
    let person = match visitor.session() {
        Some(session) => sessions::of_token(ctx, session).await?,
        None => None,
    };
    Ok(match person {
        Some(person) if person.stage == stage => Ok(person),
        None if visitor.session().is_some() => Err(session_over(ctx)),
        None => Err(see_other(SIGN_IN)),
        Some(person) => Err(see_other(comes_first(person.stage).unwrap_or(ACCOUNT))),
    })
}

/// Sends somebody who is signed in now where they wanted to go, or else to `place`.
fn goes_on(ctx: &Context, visitor: &Visitor, place: &str) -> Response {
    let onward = onward(visitor);
    let mut response = see_other(onward.map_or(place, |(place, _)| place));
    for name in onward.map_or(&[][..], |(_, over)| over) {
        append(&mut response, cookies::remove(ctx, *name));
    }
    response
}

/// The browser has come all the way with its sign-in.
fn came_in(ctx: &Context, response: &mut Response, came: &SignInCompleted) {
    append(response, cookies::set(ctx, Name::Session, &came.session));
    append(response, cookies::set(ctx, Name::Device, &came.known));
}

fn by<'a>(visitor: &'a Visitor, person: &'a SignedIn) -> By<'a> {
    By {
        person,
        session: visitor.session().unwrap_or_default(),
        client: visitor.client,
        browser: visitor.browser,
        known: visitor.known(),
    }
}

/// Our own key or codes, to be copied as they are: letters, digits and what groups them.
fn record(text: &str) -> String {
    format!("<pre class=\"record\" translate=\"no\">{text}</pre>")
}

/// The answer with a page in the frame of the account's pages.
fn draw(web: &WebState, visitor: &Visitor, person: Option<&SignedIn>, screen: Screen) -> Response {
    let response = screen::draw(web, visitor, person, "", screen);
    clear_flash(web, visitor, response)
}

/// Removes the message once it is on the page.
fn clear_flash(web: &WebState, visitor: &Visitor, response: Response) -> Response {
    crate::server::http::drawn::flash::clear(&web.ctx, visitor.flash().is_some(), response)
}

/// A page, or what has kept it from being made.
fn answer(made: Result<Response, Failure>) -> Response {
    made.unwrap_or_else(|failure| EarlyResponse::from(failure).into_response())
}
