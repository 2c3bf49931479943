//! The page that asks for the second factor: at sign-in and in the reset.

use askama::Template;
use axum::response::Response;

use super::form::RECOVERY;
use super::problem::Problem;
use crate::rules::steps::{Step, VISIBLE_STEPS};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::PageRequest;
use crate::server::http::places::SIGN_IN;
use crate::server::reset::factor::View;
use crate::texts::{ServerText, Text};

#[derive(Template)]
#[template(path = "factor/ask.html")]
struct AskPage<'a> {
    frame: Frame<'a>,
    action: &'a str,
    /// Whether it is asked in a reset.
    is_step: bool,
    /// Which of the steps it is, where they are counted.
    step: Option<String>,
    account: String,
    view: &'a View,
    has_feedback: bool,
}

/// Asks for the second factor at `action`, which is also the page's own path; as a step of the reset where it is that.
pub(super) fn ask(request: &PageRequest, action: &str, view: &View) -> Response {
    let sentences = request.sentences();
    let is_step = action == Step::Factor.path();
    let step = (is_step && !view.is_required_change).then(|| {
        let (step, steps) = (Step::Factor.number().to_string(), VISIBLE_STEPS.to_string());
        let values = [("step", step.as_str()), ("steps", steps.as_str())];
        sentences.fill(Text::CommonStepOf, &values)
    });
    let mut frame = request.frame(request.sentence(ServerText::FactorAskTitle));
    // Somebody who asked for a later step of the reset is sent here with that problem, which the pages of the app say in other words.
    let flash = request.flash.as_ref();
    if flash.is_some_and(|flash| !flash.problems.is_empty()) {
        frame.error = Some(Problem::First.error(sentences));
    }
    let account = if view.user_name.contains('\n') {
        let all = view.user_name.replace('\n', ", ");
        sentences.fill(Text::NewAccounts, &[("user_names", &all)])
    } else {
        sentences.fill(Text::NewAccount, &[("user_name", &view.user_name)])
    };
    request.draw(&AskPage {
        frame,
        action,
        is_step,
        step,
        account,
        view,
        has_feedback: request.ctx().config.help.feedback,
    })
}
