//! `/stop/code`: the code of a text message, typed.

use askama::Template;
use axum::Form;
use axum::response::Response;
use serde::Deserialize;

use super::held::opened;
use crate::rules::page::Typed;
use crate::server::account::revert::is_known;
use crate::server::http::drawn::flash::FormError;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::Field;
use crate::server::http::drawn::request::{PageRequest, PageResult};
use crate::server::http::places::REVERT_CODE;
use crate::server::notifications::revert_links::RevertToken;
use crate::texts::ServerText;

#[derive(Template)]
#[template(path = "revert/code.html")]
struct RevertCodePage<'a> {
    frame: Frame<'a>,
    code: Field,
}

/// `GET /stop/code`.
pub async fn get(request: PageRequest) -> Response {
    let frame = request.frame(request.sentence(ServerText::AccountStopCodeTitle));
    let flash = request.flash.as_ref();
    let written = flash.and_then(|flash| flash.typed.identifier.clone());
    let code = Field {
        id: "stop_code",
        kind: "text",
        label: request.sentence(ServerText::AccountStopCodeLabel),
        hint: Some(request.sentence(ServerText::AccountStopCodeHint).into()),
        value: written.unwrap_or_default(),
        autocomplete: "off",
        ..Field::default()
    };
    request.draw(&RevertCodePage {
        code: code.on_page(&frame),
        frame,
    })
}

/// What the form carries.
#[derive(Deserialize)]
pub struct RevertCodeForm {
    #[serde(default)]
    stop_code: String,
}

/// `POST /stop/code`.
pub async fn post(request: PageRequest, Form(form): Form<RevertCodeForm>) -> PageResult {
    let ctx = request.ctx();
    let typed = form.stop_code;
    let wrong = match RevertToken::typed(&typed) {
        None => ServerText::AccountStopCodeUnusable,
        // A link is opened here as it is elsewhere: its page says how it stands, and nobody guesses one.
        Some(held @ RevertToken::Link(_)) => return Ok(opened(ctx, held.as_str())),
        Some(held @ RevertToken::Code(_)) => {
            let text = held.as_str().to_owned();
            if is_known(ctx, held, request.visitor.client).await? {
                return Ok(opened(ctx, &text));
            }
            ServerText::AccountStopCodeUnknown
        }
    };
    let error = FormError::new("stop_code", request.sentence(wrong));
    let typed = Typed {
        identifier: Some(typed),
        ..Typed::default()
    };
    Ok(request.back_with(REVERT_CODE, error, typed))
}
