//! `/account/security/factor/codes`: recovery codes right after they were made. They travel in a sealed cookie until the person has saved
//! them; the database holds only their MACs.

use askama::Template;
use axum::Form;
use axum::extract::{Extension, State};
use axum::response::Response;
use zeroize::Zeroizing;

use super::super::cookies::{self, Name};
use super::super::error_pages::ErrorPages;
use super::super::frame::Frame;
use super::super::pages::append;
use super::super::visitor::Visitor;
use super::{ACCOUNT_FACTOR, Posted, answer, at_stage, draw, form_token, has_form};
use crate::server::context::Context;
use crate::server::factor::Codes;
use crate::server::keys::Purpose;
use crate::server::redirect::see_other;
use crate::server::store::sessions::Stage;
use crate::texts::MailText;

/// The path of the page.
pub(super) const PATH: &str = "/account/security/factor/codes";

#[derive(Template)]
#[template(path = "factor_codes.html")]
struct CodesPage<'a> {
    frame: Frame<'a>,
    token: String,
    title: &'a str,
    text: &'a str,
    place: &'a str,
    saved: &'a str,
    sign_out: &'a str,
    codes: Codes,
}

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

/// The page.
pub(super) async fn page(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let ctx = &pages.ctx;
    let made = async {
        let person = match at_stage(ctx, &visitor, Stage::Full).await? {
            Ok(person) => person,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let Some(codes) = handed(ctx, &visitor, &person.account.id) else {
            return Ok(see_other(ACCOUNT_FACTOR));
        };
        let sentences = ctx.sentences(visitor.language);
        let title = sentences.mail(MailText::FactorCodesTitle);
        let page = CodesPage {
            frame: Frame::new(&pages, sentences, title.to_owned()),
            token: form_token(ctx, &person),
            title,
            text: sentences.mail(MailText::FactorCodesText),
            place: sentences.mail(MailText::FactorCodesWhere),
            saved: sentences.mail(MailText::FactorCodesSaved),
            sign_out: sentences.mail(MailText::StartSignOut),
            codes,
        };
        Ok(draw(&pages, &visitor, &page))
    };
    answer(made.await)
}

/// The codes have been saved.
pub(super) async fn take(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    Form(posted): Form<Posted>,
) -> Response {
    let ctx = &pages.ctx;
    let made = async {
        let person = match at_stage(ctx, &visitor, Stage::Full).await? {
            Ok(person) => person,
            Err(elsewhere) => return Ok(elsewhere),
        };
        if !has_form(ctx, &person, &posted.token) {
            return Ok(see_other(PATH));
        }
        let mut response = see_other(ACCOUNT_FACTOR);
        append(&mut response, cookies::remove(ctx, Name::Codes));
        Ok(response)
    };
    answer(made.await)
}
