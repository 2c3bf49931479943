//! The pages of somebody who is signed in: drawn by the server alone, so that none of them weighs on the steps of the reset.

mod activity;
mod codes;
mod confirm;
mod contacts;
mod name;
mod others;
mod overview;
pub(super) mod revert;
mod security;
mod sessions;
pub(super) mod stay;

use axum::Router;
use axum::routing::{get, post};

use super::places::{ACTIVITY, CONFIRM, NAME, SECURITY, SESSIONS};
use super::web_state::WebState;

/// The routes.
pub fn routes() -> Router<WebState> {
    Router::new()
        .route("/account", get(overview::get))
        .route("/account/other", post(others::post))
        .route("/account/stay", get(stay::get).post(stay::post))
        .route(SECURITY, get(security::get))
        .route(NAME, get(name::get).post(name::post))
        .route(
            "/account/security/mail",
            get(contacts::get_mail).post(contacts::post_mail),
        )
        .route(
            "/account/security/phone",
            get(contacts::get_phone).post(contacts::post_phone),
        )
        .route(
            "/account/security/code",
            get(contacts::get_code).post(contacts::post_code),
        )
        .route(
            "/account/security/code/again",
            post(contacts::post_code_again),
        )
        .route(
            "/account/security/remove",
            get(contacts::get_remove).post(contacts::post_remove),
        )
        .route(SESSIONS, get(sessions::get).post(sessions::post))
        .route(ACTIVITY, get(activity::get))
        .route(CONFIRM, get(confirm::get).post(confirm::post))
        .route("/account/confirm/send", post(confirm::post_send))
        .route(
            "/account/confirm/code",
            get(confirm::get_code).post(confirm::post_code),
        )
        .route(
            "/account/confirm/code/again",
            post(confirm::post_code_again),
        )
        .merge(revert::routes())
}
