//! The pages of the second factor. The server alone draws them, so that none of them weighs on the steps.

mod account;
mod ask;
mod codes;
pub(super) mod problem;
mod reset;
mod set_up;
mod sign_in;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::cookies::append;
use super::cookies::{self, Name};
use super::drawn::early::EarlyResponse;
use super::layers::visitor::Visitor;
use super::places::{ACCOUNT_FACTOR, FACTOR, SET_UP};
use super::responses::see_other;
use super::signed_in::SignedInRequest;
use super::web_state::WebState;
use super::wizard::sign_in_pages::onward;
use crate::rules::steps::Step;
use crate::server::account::factor::{By, SignInCompleted};
use crate::server::context::Context;
use crate::server::factor::FactorRejection;
use crate::server::store::sessions::Stage;
use problem::Problem;

/// Posted by the form that has a field of its own for recovery codes.
const RECOVERY: &str = "recovery";

/// The routes.
pub fn routes() -> Router<WebState> {
    Router::new()
        .route(FACTOR, get(sign_in::get).post(sign_in::post))
        .route(SET_UP, get(set_up::get).post(set_up::post))
        .route(Step::Factor.path(), get(reset::get).post(reset::post))
        .route(ACCOUNT_FACTOR, get(account::get).post(account::post))
        .route(account::APP, get(account::get_app).post(account::post_app))
        .route(codes::PATH, get(codes::get).post(codes::post))
}

/// What the forms post.
#[derive(Deserialize)]
pub(super) struct FactorForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    totp: String,
    /// The user name that was picked, where several accounts share an address.
    #[serde(default)]
    account: String,
    /// Which of a page's buttons was pressed.
    #[serde(default, rename = "do")]
    button: String,
}

impl FactorForm {
    /// What is to be put right where the code was asked for on a page of its own.
    fn problem(&self, rejection: FactorRejection) -> Problem {
        if self.button == RECOVERY {
            Problem::TypedForRecovery(rejection)
        } else {
            Problem::Typed(rejection)
        }
    }
}

/// The request of somebody whose sign-in waits for the second factor.
pub(super) struct AwaitsFactor(pub(super) SignedInRequest);

impl FromRequestParts<WebState> for AwaitsFactor {
    type Rejection = EarlyResponse;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, EarlyResponse> {
        let request = SignedInRequest::at_stage(parts, web, Stage::Factor).await?;
        Ok(Self(request))
    }
}

/// The request of somebody whose sign-in waits for a second factor to be set up.
pub(super) struct AwaitsSetUp(pub(super) SignedInRequest);

impl FromRequestParts<WebState> for AwaitsSetUp {
    type Rejection = EarlyResponse;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, EarlyResponse> {
        let request = SignedInRequest::at_stage(parts, web, Stage::Enrol).await?;
        Ok(Self(request))
    }
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

/// The browser is fully authenticated now.
fn signed_in(ctx: &Context, response: &mut Response, came: &SignInCompleted) {
    append(response, cookies::set(ctx, Name::Session, &came.session));
    append(
        response,
        cookies::set(ctx, Name::Device, &came.device_cookie),
    );
}

fn by(request: &SignedInRequest) -> By<'_> {
    let visitor = &request.visitor;
    By {
        person: &request.who,
        session: visitor.session().unwrap_or_default(),
        client: visitor.client,
        browser: visitor.browser,
        device_cookie: visitor.device_cookie(),
    }
}
