//! "Did this answer your question?" and "what can we do better on this page?": asked, checked, kept, thanked for. A "no" is kept when it is
//! pressed; what could be better is asked for after it, and put to the same answer.

use askama::Template;
use axum::Form;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::page::{draw, page_name};
use super::topic::Topic;
use crate::rules::steps::Step;
use crate::server::base::failure::Failure;
use crate::server::base::passage::Passage;
use crate::server::help::feedback::{self, Answer, FeedbackRejection, NewFeedback, WORDS_AT_MOST};
use crate::server::http::drawn::flash::{self, FlashMessage, FormError};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::Link;
use crate::server::http::drawn::request::{PageRequest, PageResult};
use crate::server::http::layers::visitor::query_value;
use crate::server::http::places::{ACCOUNT, SIGN_IN, SIGN_IN_PASSWORD};
use crate::server::http::responses::{HasOwnPage, see_other};
use crate::texts::ServerText;

/// The question as a page asks it.
pub(super) struct Question {
    /// The page that it is about.
    pub page: String,
    /// Whether it asks if the page answered the question, and nothing else yet.
    pub asks: bool,
    /// Id of the answer that the words are put to.
    pub answer: Option<String>,
    /// What was written.
    pub words: String,
    /// It was sent: nothing is asked, thanks are said.
    pub thanks: bool,
    /// Where to go back to, if the question stands on a page of its own.
    pub back: Option<String>,
    /// How long the words may be.
    pub hint: String,
    /// Who keeps them.
    pub kept: Passage,
    /// Where it is said what is done with them.
    pub privacy: Link,
}

impl Question {
    /// The question about a page, not answered yet.
    pub fn about(request: &PageRequest, page: String) -> Self {
        let (help, sentences) = (&request.ctx().config.help, request.sentences());
        let most = WORDS_AT_MOST.to_string();
        let controller = help.controller.as_ref();
        let controller = controller.map(|words| request.ctx().wording(words, sentences));
        let controller = [("controller", controller.unwrap_or_default())];
        let privacy = help.privacy_url.as_ref().map(ToString::to_string);
        let privacy = Link::new(
            privacy.unwrap_or_default(),
            sentences.server(ServerText::HelpFeedbackPrivacy),
        );
        Self {
            page,
            asks: false,
            answer: None,
            words: String::new(),
            thanks: false,
            back: None,
            hint: sentences.fill_server(ServerText::HelpFeedbackHint, &[("max", &most)]),
            kept: Passage::fill(sentences.server(ServerText::HelpFeedbackKept), &controller),
            privacy: privacy.within(request.visitor.is_kiosk),
        }
    }

    /// Whether there is something to write.
    pub fn has_field(&self) -> bool {
        !self.asks && !self.thanks
    }
}

/// The question on a page of its own, for a page that has no room for it.
#[derive(Template)]
#[template(path = "help/feedback.html")]
struct FeedbackPage<'a> {
    frame: Frame<'a>,
    question: Question,
}

/// The page that feedback is about. A closed list, so that nothing else gets into the table.
enum Subject {
    Help(Option<Topic>),
    Other(&'static str),
}

impl Subject {
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

    /// Where its question stands: on the page itself, or on one of its own.
    fn asked_at(&self) -> String {
        match self {
            Self::Help(_) => format!("/{}?", self.name()),
            Self::Other(name) => format!("/help/feedback?page={name}&"),
        }
    }
}

/// What is to be put right about the answer.
pub(super) fn error(words: String) -> FormError {
    FormError::new("words", words)
}

/// `GET /help/feedback`: the question about a page that has none on itself.
pub(super) async fn get(request: PageRequest, uri: Uri) -> Response {
    let subject = query_value(&uri, "page");
    let subject = subject.as_deref().and_then(Subject::parse);
    match subject.filter(|_| request.ctx().config.help.feedback) {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Subject::Other(name)) => {
            let question = Question {
                thanks: query_value(&uri, "thanks").is_some(),
                ..Question::about(&request, name.to_owned())
            };
            alone(&request, question, None)
        }
        Some(subject) => see_other(&format!(
            "{}lang={}#feedback",
            subject.asked_at(),
            request.visitor.language.tag()
        )),
    }
}

fn alone(request: &PageRequest, question: Question, problem: Option<String>) -> Response {
    let frame = request
        .frame(request.sentence(ServerText::HelpFeedbackTitle))
        .with_query(format!("page={}&", question.page));
    let page = FeedbackPage {
        frame: Frame {
            error: problem.map(error),
            ..frame
        },
        question: Question {
            back: Some(format!("/{}", question.page)),
            ..question
        },
    };
    answer(request, &page, page.question.has_field())
}

/// The answer with a page. Where something can be written, scripts give focus to what is to be put right, and keep it through a change of
/// the language; no other page of the help runs any.
pub(super) fn answer(request: &PageRequest, page: &impl Template, has_field: bool) -> Response {
    if has_field {
        request.draw(page)
    } else {
        request.draw_without_scripts(page)
    }
}

#[derive(Deserialize)]
pub(super) struct FeedbackForm {
    page: String,
    /// Yes or no.
    #[serde(default)]
    answer: String,
    /// Id of the answer that was given before.
    #[serde(default)]
    to: String,
    #[serde(default)]
    words: String,
}

/// `POST /help/feedback`.
pub(super) async fn post(request: PageRequest, Form(form): Form<FeedbackForm>) -> PageResult {
    let ctx = request.ctx();
    if !ctx.config.help.feedback {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let Some(subject) = Subject::parse(&form.page) else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let on_page = matches!(subject, Subject::Help(_));
    let answer = Answer::parse(&form.answer).filter(|_| on_page);
    let to = Some(form.to).filter(|to| on_page && !to.is_empty());
    if on_page && answer.is_none() && to.is_none() {
        // Its buttons are the answers.
        return Ok(StatusCode::BAD_REQUEST.into_response());
    }
    let words = feedback::tidy(&form.words);
    if let Err(unsaid) = feedback::check(answer.is_some() || to.is_some(), &words) {
        return again(&request, &subject, to, words, unsaid).await;
    }
    let client = request.visitor.client;
    let kept = if let Some(id) = to {
        feedback::add_words(ctx, client, &id, &words)
            .await
            .map(|()| id)
    } else {
        let said = NewFeedback {
            page: &subject.name(),
            language: request.visitor.language,
            answer,
            words: &words,
        };
        feedback::keep(ctx, client, said).await
    };
    match kept {
        Ok(id) if answer == Some(Answer::No) && words.is_empty() => {
            Ok(ask_for_words(&request, &subject, id))
        }
        Ok(_) => Ok(see_other(&format!(
            "{}thanks=1#feedback",
            subject.asked_at()
        ))),
        Err(failure @ (Failure::TooMany { .. } | Failure::Fault(_))) => Err(failure.into()),
        Err(_) => Ok(StatusCode::SERVICE_UNAVAILABLE.into_response()),
    }
}

/// Back to the page, which asks what could be better.
fn ask_for_words(request: &PageRequest, subject: &Subject, id: String) -> Response {
    let page = format!("/{}", subject.name());
    let message = FlashMessage {
        at: page.clone(),
        answer: Some(id),
        ..FlashMessage::default()
    };
    flash::to_page(request.ctx(), &format!("{page}#feedback"), &message)
}

/// The page again, with what was written and what is to be put right.
async fn again(
    request: &PageRequest,
    subject: &Subject,
    answer: Option<String>,
    words: String,
    unsaid: FeedbackRejection,
) -> PageResult {
    let sentences = request.sentences();
    let most = WORDS_AT_MOST.to_string();
    let problem = match unsaid {
        FeedbackRejection::Nothing => sentences.server(ServerText::HelpFeedbackNoWords).to_owned(),
        FeedbackRejection::TooLong { count } => sentences.fill_server(
            ServerText::HelpFeedbackTooLong,
            &[("max", &most), ("count", &count.to_string())],
        ),
    };
    let question = Question {
        answer,
        words,
        ..Question::about(request, subject.name())
    };
    let mut response = match subject {
        Subject::Help(topic) => draw(request, *topic, Some(question), Some(problem)).await?,
        Subject::Other(_) => alone(request, question, Some(problem)),
    };
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response.extensions_mut().insert(HasOwnPage);
    Ok(response)
}
