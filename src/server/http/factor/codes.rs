//! `/account/security/factor/codes`: recovery codes right after they were made. They travel in a sealed cookie until the person has saved
//! them; the database holds only their MACs.

use axum::Form;
use axum::extract::{Extension, State};
use axum::response::Response;
use zeroize::Zeroizing;

use super::super::account::screen::{self, Block, Screen};
use super::super::account::{form_token, signed_in};
use super::super::cookies::{self, Name};
use super::super::error_pages::ErrorPages;
use super::super::pages::append;
use super::super::visitor::Visitor;
use super::{ACCOUNT_FACTOR, Posted, draw, has_form};
use crate::server::context::Context;
use crate::server::factor::Codes;
use crate::server::keys::Purpose;
use crate::server::redirect::see_other;
use crate::texts::MailText;

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

/// The page.
pub(super) async fn page(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let person = match signed_in(&pages, &visitor).await {
        Ok(person) => person,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let Some(codes) = handed(ctx, &visitor, &person.account.id) else {
        return see_other(ACCOUNT_FACTOR);
    };
    let sentences = ctx.sentences(visitor.language);
    let mail = |text| sentences.mail(text).to_owned();
    let list = Zeroizing::new(codes.join("\n"));
    let screen = Screen {
        title: mail(MailText::FactorCodesTitle),
        blocks: vec![
            Block::Words(mail(MailText::FactorCodesText)),
            Block::Html(super::record(&list)),
            Block::Words(mail(MailText::FactorCodesWhere)),
            Block::Form(screen::Form {
                action: PATH.to_owned(),
                hidden: vec![("token", form_token(ctx, &person))],
                submit: mail(MailText::FactorCodesSaved),
                ..screen::Form::default()
            }),
        ],
        ..Screen::default()
    };
    draw(&pages, &visitor, Some(&person), screen)
}

/// The codes have been saved.
pub(super) async fn take(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    Form(posted): Form<Posted>,
) -> Response {
    let person = match signed_in(&pages, &visitor).await {
        Ok(person) => person,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    if !has_form(ctx, &person, &posted.token) {
        return see_other(PATH);
    }
    let mut response = see_other(ACCOUNT_FACTOR);
    append(&mut response, cookies::remove(ctx, Name::Codes));
    response
}
