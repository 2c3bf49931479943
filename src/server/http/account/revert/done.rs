//! `/stop/done`: the change is stopped and everybody is signed out. The page says so, and leads on to another password, for which a reset
//! has begun.

use askama::Template;
use axum::response::Response;

use super::held::{What, open};
use crate::rules::steps::Step;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::PageRequest;
use crate::server::http::places::{REVERT, REVERT_CODE};
use crate::server::http::responses::see_other;
use crate::texts::ServerText;

#[derive(Template)]
#[template(path = "revert/done.html")]
struct RevertedPage<'a> {
    frame: Frame<'a>,
    text: ServerText,
    next: Step,
}

/// `GET /stop/done`.
pub async fn get(request: PageRequest) -> Response {
    let Some(reverted) = open(request.ctx(), &request.visitor) else {
        return see_other(REVERT);
    };
    request.draw(&RevertedPage {
        frame: request.frame(request.sentence(ServerText::AccountStopDoneTitle)),
        text: match reverted.what {
            What::Contacts => ServerText::AccountStopDoneContacts,
            What::Password => ServerText::AccountStopDonePassword,
            What::Held => ServerText::AccountStopDoneHeld,
        },
        next: if reverted.begun {
            Step::Code
        } else {
            Step::Identify
        },
    })
}
