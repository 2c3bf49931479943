//! `/account/security/factor/codes`: recovery codes right after they were made. They travel in a sealed cookie until the person has saved
//! them; the database holds only their MACs.
use axum::Form;
use axum::response::Response;
use zeroize::Zeroizing;

use super::problem::{self, Problem, back};
use super::{Posted, draw, goes_on, has_form};
use crate::server::base::keys::Purpose;
use crate::server::context::Context;
use crate::server::factor::Codes;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::screen::{self, Block, Screen};
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::ACCOUNT_FACTOR;
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::SignedInRequest;
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
pub(super) async fn page(here: SignedInRequest) -> Response {
    let ctx = here.ctx();
    let Some(codes) = handed(ctx, &here.visitor, &here.who.account.id) else {
        return see_other(ACCOUNT_FACTOR);
    };
    let mail = |text| here.mail(text);
    let list = Zeroizing::new(codes.join("\n"));
    let screen = Screen {
        title: mail(MailText::FactorCodesTitle),
        problem: problem::error_of(ctx, &here.visitor, PATH),
        blocks: vec![
            Block::Words(mail(MailText::FactorCodesText)),
            Block::Html(super::record(&list)),
            Block::Words(mail(MailText::FactorCodesWhere)),
            Block::Form(screen::Form {
                action: PATH.to_owned(),
                hidden: vec![("token", here.form_token())],
                submit: mail(MailText::FactorCodesSaved),
                ..screen::Form::default()
            }),
        ],
        ..Screen::default()
    };
    draw(&here.web, &here.visitor, Some(&here.who), screen)
}

/// The codes have been saved.
pub(super) async fn take(here: SignedInRequest, Form(posted): Form<Posted>) -> Response {
    let ctx = here.ctx();
    if !has_form(ctx, &here.who, &posted.token) {
        return back(ctx, &here.visitor, PATH, Problem::Stale);
    }
    // Those who had to set one up at sign-in were on their way somewhere.
    let mut response = goes_on(ctx, &here.visitor, ACCOUNT_FACTOR);
    append(&mut response, cookies::remove(ctx, Name::Codes));
    response
}
