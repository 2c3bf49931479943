//! `/account/security/factor/codes`: recovery codes right after they were made. They travel in a sealed cookie until the person has saved
//! them; the database holds only their MACs.
use askama::Template;
use axum::Form;
use axum::response::Response;
use zeroize::Zeroizing;

use super::form::FactorForm;
use super::sign_in_completed::goes_on;
use crate::server::base::keys::Purpose;
use crate::server::context::Context;
use crate::server::factor::Codes;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::ACCOUNT_FACTOR;
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::texts::ServerText;

/// The path of the page.
pub(super) const PATH: &str = "/account/security/factor/codes";

fn place(account_id: &str) -> String {
    format!("cookie recovery codes {account_id}")
}

/// Sends the browser to the page, with new codes.
pub(super) fn handed_out(ctx: &Context, account_id: &str, codes: &Codes) -> Response {
    let mut response = see_other(PATH);
    let plain = Zeroizing::new(codes.join(" "));
    let sealed = ctx
        .keys
        .seal(Purpose::Cookie, &place(account_id), plain.as_bytes());
    match sealed {
        Ok(value) => append(&mut response, cookies::set(ctx, Name::Codes, &value)),
        Err(error) => tracing::error!(%error, "recovery codes cannot be shown"),
    }
    response
}

/// The codes that a browser was handed.
fn handed(ctx: &Context, visitor: &Visitor, account_id: &str) -> Option<Codes> {
    let plain = ctx
        .keys
        .open_sealed(Purpose::Cookie, &place(account_id), visitor.codes()?)
        .ok()?;
    let codes = str::from_utf8(&plain).ok()?.split(' ').map(str::to_owned);
    Some(Zeroizing::new(codes.collect()))
}

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
        .post(&form.token, nothing, WayBack::to(PATH), |()| {
            // Those who had to set one up at sign-in were on their way somewhere.
            let mut response = goes_on(ctx, &request.visitor, ACCOUNT_FACTOR);
            append(&mut response, cookies::remove(ctx, Name::Codes));
            response
        })
        .await
}
