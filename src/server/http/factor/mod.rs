//! The pages of the second factor. The server alone draws them, so that none of them weighs on the steps.

mod account;
mod ask;
mod codes;
mod enrolment;
mod form;
mod handed;
pub(super) mod problem;
mod reset;
mod set_up;
mod sign_in;
mod sign_in_completed;
mod waiting;

use axum::Router;
use axum::routing::get;

use super::places::{
    ACCOUNT_FACTOR, ACCOUNT_FACTOR_APP, FACTOR, RECOVERY_CODES, RECOVERY_CODES_FILE, SET_UP,
};
use super::web_state::WebState;
use crate::rules::steps::Step;

/// The routes.
pub fn routes() -> Router<WebState> {
    Router::new()
        .route(FACTOR, get(sign_in::get).post(sign_in::post))
        .route(SET_UP, get(set_up::get).post(set_up::post))
        .route(Step::Factor.path(), get(reset::get).post(reset::post))
        .route(ACCOUNT_FACTOR, get(account::get).post(account::post))
        .route(
            ACCOUNT_FACTOR_APP,
            get(account::get_app).post(account::post_app),
        )
        .route(RECOVERY_CODES, get(codes::get).post(codes::post))
        .route(RECOVERY_CODES_FILE, get(codes::get_file))
}
