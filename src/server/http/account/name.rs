//! The page on which people change their name.

use axum::response::Response;
use serde::Deserialize;

use crate::rules::page::Notice;
use crate::server::account::name;
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::screen::{Block, Field, Form, Screen};
use crate::server::http::places::SECURITY;
use crate::server::http::signed_in::{SignedInRequest, back_to_security};
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
pub async fn show(here: SignedInRequest) -> Result<Response, EarlyResponse> {
    here.confirmed(HERE).await?;
    let problem = here.complaint(HERE);
    let written = here.written(HERE);
    let field = Field {
        id: "name",
        kind: "text",
        label: here.mail(MailText::AccountNameLabel),
        hint: Some(here.mail(MailText::AccountNameHint)),
        value: written.unwrap_or_else(|| here.who.account.name.clone()),
        autocomplete: "name",
        ..Field::default()
    };
    let form = Form {
        action: HERE.to_owned(),
        hidden: vec![("token", here.form_token())],
        fields: vec![field.with_error(problem.as_ref())],
        submit: here.mail(MailText::AccountSave),
        ..Form::default()
    };
    let screen = Screen {
        title: here.mail(MailText::AccountNameTitle),
        problem,
        back: Some(back_to_security(here.sentences())),
        blocks: vec![Block::Form(form)],
        ..Screen::default()
    };
    Ok(here.draw(HERE, "", screen))
}

/// `POST /account/security/name`.
pub async fn take(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let result = async {
        here.check_form(&posted.token)?;
        name::change(ctx, &here.who, &posted.name, here.visitor.client).await
    }
    .await;
    match result {
        Ok(()) => Ok(done(ctx, SECURITY, Notice::NameChanged)),
        Err(undone) => here.refuse(HERE, undone, Some(posted.name)),
    }
}
