//! The page on which people change their name.

use askama::Template;
use serde::Deserialize;

use crate::rules::page::Notice;
use crate::server::account::name;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::Field;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{NAME, SECURITY};
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::server::http::written::{SignedInPost, Written};
use crate::texts::ServerText;

#[derive(Template)]
#[template(path = "account/name.html")]
struct NamePage<'a> {
    frame: Frame<'a>,
    token: String,
    name: Field,
}

/// `GET /account/security/name`.
pub async fn get(request: SignedInRequest) -> PageResult {
    request.confirmed(NAME).await?;
    let frame = request
        .frame(request.sentence(ServerText::AccountNameTitle))
        .back_to(SECURITY, ServerText::AccountBack);
    let written = request.written();
    let name = Field {
        id: "name",
        kind: "text",
        label: request.sentence(ServerText::AccountNameLabel),
        hint: Some(request.sentence(ServerText::AccountNameHint).into()),
        value: written.unwrap_or(&request.who.account.name).to_owned(),
        autocomplete: "name",
        ..Field::default()
    };
    Ok(request.draw(&NamePage {
        name: name.on_page(&frame),
        token: request.form_token(),
        frame,
    }))
}

/// What the form carries.
#[derive(Deserialize)]
pub struct NameForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    name: String,
}

impl Written for NameForm {
    fn written(&self) -> &str {
        &self.name
    }
}

/// `POST /account/security/name`.
pub async fn post(SignedInPost { request, form }: SignedInPost<NameForm>) -> PageResult {
    let ctx = request.ctx();
    let change = name::change(ctx, &request.who, &form.name, request.visitor.client);
    let back = WayBack::to(NAME).with_written(&form.name);
    request
        .post(&form.token, change, back, |()| {
            done(ctx, SECURITY, Notice::NameChanged)
        })
        .await
}
