//! The page that asks for the second factor: at sign-in and in the reset.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::{clear_flash, problem};
use crate::rules::steps::{Step, VISIBLE_STEPS};
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::screen::Complaint;
use crate::server::http::layers::headers::allow_own_scripts;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::web_state::WebState;
use crate::server::reset::factor::View;
use crate::texts::{Catalogue, MailText, Text};

/// What is to be put right, and where.
struct Wrong<'a> {
    heading: &'a str,
    words: String,
    field: String,
}

impl<'a> Wrong<'a> {
    fn new(sentences: &'a Catalogue, (field, words): Complaint) -> Self {
        Self {
            heading: sentences.get(Text::CommonProblemHeading),
            words,
            field,
        }
    }

    /// What stands at this field.
    fn at(&self, field: &str) -> Option<&str> {
        (self.field == field).then_some(self.words.as_str())
    }
}

#[derive(Template)]
#[template(path = "factor_ask.html")]
struct AskPage<'a> {
    frame: Frame<'a>,
    action: &'a str,
    step: Option<String>,
    view: &'a View,
    wrong: Option<Wrong<'a>>,
    better: Option<&'a str>,
    texts: Texts<'a>,
    back: Option<&'a str>,
}

impl AskPage<'_> {
    /// What is to be put right at this field.
    fn at(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref()?.at(field)
    }
}

struct Texts<'a> {
    title: &'a str,
    account: String,
    which: &'a str,
    several: &'a str,
    label: &'a str,
    hint: &'a str,
    submit: &'a str,
    lost: &'a str,
    lost_codes: &'a str,
    recovery: &'a str,
    recovery_submit: &'a str,
    lost_contact: &'a str,
    contact: &'a str,
    way_out_question: &'a str,
    way_out_link: &'a str,
    case_number: &'a str,
}

impl<'a> Texts<'a> {
    fn new(sentences: &'a Catalogue, user_name: &str) -> Self {
        Self {
            title: sentences.mail(MailText::FactorAskTitle),
            account: sentences.fill(Text::NewAccount, &[("user_name", user_name)]),
            which: sentences.get(Text::NewWhichAccount),
            several: sentences.mail(MailText::FactorAskSeveral),
            label: sentences.mail(MailText::FactorAskLabel),
            hint: sentences.mail(MailText::FactorAskHint),
            submit: sentences.mail(MailText::FactorAskSubmit),
            lost: sentences.mail(MailText::FactorLostHeading),
            lost_codes: sentences.mail(MailText::FactorLostCodes),
            recovery: sentences.mail(MailText::FactorLostLabel),
            recovery_submit: sentences.mail(MailText::FactorLostSubmit),
            lost_contact: sentences.mail(MailText::FactorLostContact),
            contact: sentences.mail(MailText::HelpContactTitle),
            way_out_question: sentences.get(Text::CommonWayOutQuestion),
            way_out_link: sentences.get(Text::CommonWayOutLink),
            case_number: sentences.get(Text::CommonCaseNumber),
        }
    }
}

/// Asks for the second factor at `action`, which is also the page's own path; as a step of the reset where it is that.
pub(super) fn ask(web: &WebState, visitor: &Visitor, action: &str, view: &View) -> Response {
    let sentences = web.ctx.sentences(visitor.language);
    let problem = problem::error_of(&web.ctx, visitor, action);
    let is_step = action == Step::Factor.path();
    let step = (is_step && !view.is_forced).then(|| {
        let (step, steps) = (Step::Factor.number().to_string(), VISIBLE_STEPS.to_string());
        sentences.fill(
            Text::CommonStepOf,
            &[("step", step.as_str()), ("steps", steps.as_str())],
        )
    });
    let texts = Texts::new(sentences, &view.user_name);
    let page = AskPage {
        frame: Frame::new(web, sentences, texts.title.to_owned())
            .with_error(problem.is_some(), sentences),
        action,
        step,
        view,
        wrong: problem.map(|problem| Wrong::new(sentences, problem)),
        better: (is_step && web.ctx.config.help.feedback)
            .then(|| sentences.get(Text::CommonBetter)),
        texts,
        back: (!is_step).then(|| sentences.get(Text::CommonBackToSignIn)),
    };
    let mut response = match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of the second factor cannot be drawn");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    allow_own_scripts(&web.ctx, &mut response);
    if visitor.chose_language {
        let language = cookies::set(&web.ctx, Name::Language, visitor.language.tag());
        append(&mut response, language);
    }
    clear_flash(web, visitor, response)
}
