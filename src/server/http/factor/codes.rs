//! `/account/security/factor/codes`: recovery codes right after they were made.
use std::fmt::Write as _;

use askama::Template;
use axum::Form;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use zeroize::Zeroizing;

use super::form::FactorForm;
use super::handed::handed;
use super::sign_in_completed::goes_on;
use crate::server::base::local_time;
use crate::server::factor::Codes;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::flash::FormError;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{ACCOUNT_FACTOR, RECOVERY_CODES, RECOVERY_CODES_FILE};
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::texts::ServerText;

#[derive(Template)]
#[template(path = "factor/codes.html")]
struct CodesPage<'a> {
    frame: Frame<'a>,
    token: String,
    /// Whose they are, and since when, for whoever finds the paper.
    whose: String,
    codes: Codes,
}

/// Whose the codes are, and when they were made.
fn whose(request: &SignedInRequest) -> String {
    let ctx = request.ctx();
    let (zone, now) = (&ctx.config.site.time_zone, ctx.now());
    let date = local_time::calendar_day(zone, now, request.visitor.language);
    let user_name = &request.who.account.user_name;
    let values = [("user_name", &**user_name), ("date", &*date)];
    request
        .sentences()
        .fill_server(ServerText::FactorCodesWhose, &values)
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
        whose: whose(&request),
        codes,
    })
}

/// The codes as a file to keep, with whose they are.
pub(super) async fn get_file(request: SignedInRequest) -> Response {
    let ctx = request.ctx();
    let account = &request.who.account;
    // The disk of a shared machine is everybody's.
    if request.visitor.is_kiosk {
        return see_other(RECOVERY_CODES);
    }
    let Some(codes) = handed(ctx, &request.visitor, &account.id) else {
        return see_other(ACCOUNT_FACTOR);
    };
    let title = request.sentence(ServerText::FactorCodesTitle);
    let site = ctx.site_name(request.sentences()).words;
    let (address, whose) = (&ctx.public_url, whose(&request));
    let mut text = Zeroizing::new(format!("{site}, {address}\r\n{whose}\r\n{title}\r\n\r\n"));
    for (number, code) in (1..).zip(codes.iter()) {
        // Writing to a text does not fail.
        let _ = write!(*text, "{number}. {code}\r\n");
    }
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"codes.txt\"",
        ),
    ];
    (headers, text.to_string()).into_response()
}

/// The codes have been saved.
pub(super) async fn post(request: SignedInRequest, Form(form): Form<FactorForm>) -> PageResult {
    let ctx = request.ctx();
    if form.saved.is_empty() {
        let words = request.sentence(ServerText::FactorProblemNotSaved);
        return Ok(request.back_with(RECOVERY_CODES, FormError::new("saved", words)));
    }
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
