//! "Did this answer your question?" and "what can we do better on this page?": asked, checked, kept, thanked for.
use axum::extract::{Extension, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::topic::Topic;
use super::{HelpPage, broken, draw, finish, page_name};
use crate::rules::steps::Step;
use crate::server::base::failure::{Failure, Fault};
use crate::server::context::Context;
use crate::server::help::feedback::{self, Answer, Said, Unsaid, WORDS_AT_MOST};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::layers::visitor::{Visitor, query_value};
use crate::server::http::places::{ACCOUNT, SIGN_IN, SIGN_IN_PASSWORD};
use crate::server::http::responses::{HasOwnPage, see_other, too_many};
use crate::server::http::web_state::WebState;
use crate::texts::{Catalogue, MailText};

/// The form as a page shows it.
#[derive(Debug, Default)]
pub struct Form<'a> {
    /// The page that it is about.
    pub page: String,
    /// Whether it asks if the page answered the question.
    pub asks: bool,
    /// What was answered.
    pub answer: Option<&'a str>,
    /// What was written.
    pub words: String,
    /// What is to be put right.
    pub problem: Option<String>,
    /// It was sent: nothing is asked, thanks are said.
    pub thanks: bool,
    /// Where to go back to, if the form stands on a page of its own.
    pub back: Option<String>,
}

/// The sentences of the form.
#[derive(Debug)]
pub struct FormTexts<'a> {
    pub asked: &'a str,
    pub yes: &'a str,
    pub no: &'a str,
    pub better: &'a str,
    pub hint: String,
    pub answered: &'a str,
    pub contact: &'a str,
    pub kept: String,
    pub privacy: &'a str,
    pub privacy_at: String,
    pub send: &'a str,
    pub thanks: &'a str,
    pub back: &'a str,
    pub problem: &'a str,
}

impl<'a> FormTexts<'a> {
    /// The sentences of a language, with what the configuration says.
    #[must_use]
    pub fn new(ctx: &Context, sentences: &'a Catalogue) -> Self {
        let help = &ctx.config.help;
        let most = WORDS_AT_MOST.to_string();
        let controller = help.controller.as_deref().unwrap_or_default();
        Self {
            asked: sentences.mail(MailText::HelpFeedbackHeading),
            yes: sentences.mail(MailText::HelpFeedbackYes),
            no: sentences.mail(MailText::HelpFeedbackNo),
            better: sentences.mail(MailText::HelpFeedbackTitle),
            hint: sentences.fill_mail(MailText::HelpFeedbackHint, &[("max", &most)]),
            answered: sentences.mail(MailText::HelpFeedbackAnswered),
            contact: sentences.mail(MailText::HelpContactTitle),
            kept: sentences.fill_mail(MailText::HelpFeedbackKept, &[("controller", controller)]),
            privacy: sentences.mail(MailText::HelpFeedbackPrivacy),
            privacy_at: help
                .privacy_url
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            send: sentences.mail(MailText::HelpFeedbackSend),
            thanks: sentences.mail(MailText::HelpFeedbackThanks),
            back: sentences.mail(MailText::HelpFeedbackBack),
            problem: sentences.get(crate::texts::Text::CommonProblemHeading),
        }
    }
}

/// A page that something can be said of. A closed list, so that nothing else gets into the table.
enum About {
    Help(Option<Topic>),
    Other(&'static str),
}

impl About {
    fn parse(name: &str) -> Option<Self> {
        if let Some(rest) = name.strip_prefix("help") {
            return match rest.strip_prefix('/') {
                Some(slug) => Topic::parse(slug).map(|topic| Self::Help(Some(topic))),
                None => rest.is_empty().then_some(Self::Help(None)),
            };
        }
        let steps = Step::ALL.into_iter().map(Step::path);
        steps
            .chain([SIGN_IN, SIGN_IN_PASSWORD, ACCOUNT])
            .map(|path| path.trim_start_matches('/'))
            .find(|known| *known == name)
            .map(Self::Other)
    }

    fn name(&self) -> String {
        match self {
            Self::Help(topic) => page_name(*topic),
            Self::Other(name) => (*name).to_owned(),
        }
    }

    /// Where its form stands: on the page itself, or on one of its own.
    fn asked_at(&self) -> String {
        match self {
            Self::Help(_) => format!("/{}?", self.name()),
            Self::Other(name) => format!("/help/feedback?page={name}&"),
        }
    }
}

/// The form of a page that has none on itself.
pub async fn ask(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Response {
    let about = query_value(&uri, "page").as_deref().and_then(About::parse);
    match about.filter(|_| web.ctx.config.help.feedback) {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(About::Other(name)) => {
            let thanks = query_value(&uri, "thanks").is_some();
            let form = Form {
                page: name.to_owned(),
                thanks,
                ..Form::default()
            };
            alone(&web, &visitor, form)
        }
        Some(about) => see_other(&format!(
            "{}lang={}#feedback",
            about.asked_at(),
            visitor.language.tag()
        )),
    }
}

fn alone(web: &WebState, visitor: &Visitor, mut form: Form<'_>) -> Response {
    form.back = Some(format!("/{}", form.page));
    let sentences = web.ctx.sentences(visitor.language);
    let title = sentences.mail(MailText::HelpFeedbackTitle);
    let frame = Frame {
        query: format!("page={}&", form.page),
        ..super::frame(web, sentences, title, Some(&form))
    };
    let page = HelpPage {
        frame,
        all: None,
        title,
        labelled: !form.thanks,
        blocks: Vec::new(),
        form: Some(form),
        texts: FormTexts::new(&web.ctx, sentences),
        updated: None,
    };
    finish(web, visitor, &page)
}

#[derive(Deserialize)]
pub(super) struct Posted {
    page: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    words: String,
}

/// Takes the form.
pub async fn take(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    if !web.ctx.config.help.feedback {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(about) = About::parse(&posted.page) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let answer = Answer::parse(&posted.answer).filter(|_| matches!(about, About::Help(_)));
    let words = feedback::tidy(&posted.words);
    if let Err(unsaid) = feedback::check(answer, &words) {
        return match again(&web, &visitor, &about, answer, words, unsaid).await {
            Ok(response) => response,
            Err(error) => broken(&error),
        };
    }
    let said = Said {
        page: &about.name(),
        language: visitor.language,
        answer,
        words: &words,
    };
    match feedback::keep(&web.ctx, visitor.client, said).await {
        Ok(()) => see_other(&format!("{}thanks=1#feedback", about.asked_at())),
        Err(Failure::TooMany { wait }) => too_many(wait),
        Err(Failure::Fault(error)) => broken(&error),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// The page again, with what was written and what is to be put right.
async fn again(
    web: &WebState,
    visitor: &Visitor,
    about: &About,
    answer: Option<Answer>,
    words: String,
    unsaid: Unsaid,
) -> Result<Response, Fault> {
    let sentences = web.ctx.sentences(visitor.language);
    let asks = matches!(about, About::Help(_));
    let most = WORDS_AT_MOST.to_string();
    let problem = match unsaid {
        Unsaid::Nothing if asks => sentences.mail(MailText::HelpFeedbackNothing).to_owned(),
        Unsaid::Nothing => sentences.mail(MailText::HelpFeedbackNoWords).to_owned(),
        Unsaid::TooLong { count } => sentences.fill_mail(
            MailText::HelpFeedbackTooLong,
            &[("max", &most), ("count", &count.to_string())],
        ),
    };
    let form = Form {
        page: about.name(),
        asks,
        answer: answer.map(Answer::as_str),
        words,
        problem: Some(problem),
        ..Form::default()
    };
    let mut response = match about {
        About::Help(topic) => draw(web, visitor, *topic, Some(form)).await?,
        About::Other(_) => alone(web, visitor, form),
    };
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response.extensions_mut().insert(HasOwnPage);
    Ok(response)
}
