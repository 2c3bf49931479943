//! `/sign-in/set-up`: where a second factor is demanded, the only page that is reached until one is set up.

use axum::Form;

use super::enrolment;
use super::form::FactorForm;
use super::waiting::AwaitsSetUp;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::SET_UP;
use crate::server::http::signed_in::WayBack;

/// The page at sign-in.
pub(super) async fn get(AwaitsSetUp(request): AwaitsSetUp) -> PageResult {
    enrolment::page(&request, SET_UP).await
}

/// What the page at sign-in posts.
pub(super) async fn post(
    AwaitsSetUp(request): AwaitsSetUp,
    Form(form): Form<FactorForm>,
) -> PageResult {
    let posted = enrolment::posted(&request, &form);
    request
        .post(&form.token, posted, WayBack::to(SET_UP), |progress| {
            enrolment::answer(&request, SET_UP, progress)
        })
        .await
}
