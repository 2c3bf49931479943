//! The page on which people change their name.

use axum::response::Response;
use serde::Deserialize;

use super::here::{Complaint, Elsewhere, Here};
use super::screen::{Block, Field, Form, Screen};
use super::{SECURITY, back, done};
use crate::rules::page::Notice;
use crate::server::account::name;
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
pub async fn show(here: Here) -> Response {
    page(&here, here.who.account.name.clone(), None)
}

/// `POST /account/security/name`.
pub async fn take(
    here: Here,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, Elsewhere> {
    let ctx = here.ctx();
    let result = async {
        here.check_form(&posted.token)?;
        name::change(ctx, &here.who, &posted.name, here.visitor.client).await
    }
    .await;
    match result {
        Ok(()) => Ok(done(ctx, SECURITY, Notice::NameChanged)),
        Err(undone) => {
            let problem = here.to_say(HERE, undone)?;
            Ok(page(&here, posted.name, Some(problem)))
        }
    }
}

fn page(here: &Here, value: String, problem: Option<Complaint>) -> Response {
    let mail = |text| here.mail(text);
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
        hidden: vec![("token", here.form_token())],
        fields: vec![field.with_error(problem.as_ref())],
        submit: mail(MailText::AccountSave),
        ..Form::default()
    };
    let screen = Screen {
        title: mail(MailText::AccountNameTitle),
        problem,
        back: Some(back(here.sentences())),
        blocks: vec![Block::Form(form)],
        ..Screen::default()
    };
    here.draw("", screen)
}
