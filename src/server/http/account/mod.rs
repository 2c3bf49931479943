//! The pages of somebody who is signed in: drawn by the server alone, so that none of them weighs on the steps of the reset.

mod activity;
mod codes;
mod confirm;
mod contacts;
mod name;
mod overview;
mod reverted;
mod security;
mod sessions;
pub(super) mod stay;
pub(super) mod stop;

use axum::Router;
use axum::routing::{get, post};

use super::places::{CONFIRM, REVERT_CODE, SECURITY};
use super::web_state::WebState;

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
