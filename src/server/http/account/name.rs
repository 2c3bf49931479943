//! The page on which people change their name.

use axum::extract::{Extension, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::error_pages::ErrorPages;
use super::super::visitor::Visitor;
use super::screen::{Block, Field, Form, Screen, draw};
use super::{SECURITY, back, check_form, done, form_token, signed_in, to_say};
use crate::rules::page::Notice;
use crate::server::account::name;
use crate::server::sessions::SignedIn;
use crate::texts::MailText;

const HERE: &str = "/account/security/name";

/// What the form carries.
#[derive(Deserialize)]
pub struct Posted {
    #[serde(default)]
    token: String,
    #[serde(default)]
    name: String,
}

/// `GET /account/security/name`.
pub async fn show(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    match signed_in(&pages, &visitor).await {
        Ok(who) => {
            let name = who.account.name.clone();
            page(&pages, &visitor, &who, name, None)
        }
        Err(elsewhere) => elsewhere.answer(),
    }
}

/// `POST /account/security/name`.
pub async fn take(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    let who = match signed_in(&pages, &visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => name::change(ctx, &who, &posted.name, visitor.client).await,
        Err(undone) => Err(undone),
    };
    match result {
        Ok(()) => done(ctx, SECURITY, Notice::NameChanged),
        Err(undone) => match to_say(ctx.sentences(visitor.language), HERE, undone) {
            Ok(problem) => page(&pages, &visitor, &who, posted.name, Some(problem)),
            Err(elsewhere) => elsewhere.answer(),
        },
    }
}

fn page(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    value: String,
    problem: Option<(&'static str, String)>,
) -> Response {
    let ctx = &pages.ctx;
    let sentences = ctx.sentences(visitor.language);
    let mail = |text| sentences.mail(text).to_owned();
    let field = Field {
        id: "name",
        kind: "text",
        label: mail(MailText::AccountNameLabel),
        hint: Some(mail(MailText::AccountNameHint)),
        value,
        autocomplete: "name",
        ..Field::default()
    };
    let form = Form {
        action: HERE.to_owned(),
        hidden: vec![("token", form_token(ctx, who))],
        fields: vec![field.with_error(problem.as_ref())],
        submit: mail(MailText::AccountSave),
        ..Form::default()
    };
    let screen = Screen {
        title: mail(MailText::AccountNameTitle),
        problem,
        back: Some(back(sentences)),
        blocks: vec![Block::Form(form)],
        ..Screen::default()
    };
    draw(pages, visitor, Some(who), "", screen)
}
