//! `/account/security/factor/codes`: recovery codes right after they were made.
use askama::Template;
use axum::Form;
use axum::response::Response;

use super::form::FactorForm;
use super::handed::handed;
use super::sign_in_completed::goes_on;
use crate::server::factor::Codes;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{ACCOUNT_FACTOR, RECOVERY_CODES};
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::texts::ServerText;

#[derive(Template)]
#[template(path = "factor/codes.html")]
struct CodesPage<'a> {
    frame: Frame<'a>,
    token: String,
    codes: Codes,
}

/// The page.
pub(super) async fn get(request: SignedInRequest) -> Response {
    let account = &request.who.account.id;
    let Some(codes) = handed(request.ctx(), &request.visitor, account) else {
        return see_other(ACCOUNT_FACTOR);
    };
    request.draw(&CodesPage {
        frame: request.frame(request.sentence(ServerText::FactorCodesTitle)),
        token: request.form_token(),
        codes,
    })
}

/// The codes have been saved.
pub(super) async fn post(request: SignedInRequest, Form(form): Form<FactorForm>) -> PageResult {
    let ctx = request.ctx();
    let nothing = async { Ok(()) };
    request
        .post(&form.token, nothing, WayBack::to(RECOVERY_CODES), |()| {
            // Those who had to set one up at sign-in were on their way somewhere.
            let mut response = goes_on(ctx, &request.visitor, ACCOUNT_FACTOR);
            append(&mut response, cookies::remove(ctx, Name::Codes));
            response
        })
        .await
}
