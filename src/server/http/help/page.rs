//! The overview and the topics.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;

use super::feedback::{self, Question};
use super::topic::{OVERVIEW_UPDATED, Topic};
use super::writer::{Block, Heading, Writer, contents};
use crate::rules::steps::Step;
use crate::server::base::local_time::{calendar, together};
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::flash;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::{PageRequest, PageResult};
use crate::server::http::layers::visitor::query_value;
use crate::server::http::wizard::pages::current_flow;
use crate::texts::ServerText;

/// The overview or a topic: what they say is data of one kind.
#[derive(Template)]
#[template(path = "help/topic.html")]
struct HelpPage<'a> {
    frame: Frame<'a>,
    is_overview: bool,
    contents: Vec<Heading>,
    blocks: Vec<Block>,
    question: Option<Question>,
    has_field: bool,
    updated: String,
}

pub(super) async fn get_overview(request: PageRequest, uri: Uri) -> PageResult {
    draw_asking(&request, &uri, None).await
}

pub(super) async fn get_topic(
    request: PageRequest,
    Path(slug): Path<String>,
    uri: Uri,
) -> PageResult {
    let topic = Topic::parse(&slug).filter(|topic| topic.is_there(request.ctx()));
    match topic {
        Some(topic) => draw_asking(&request, &uri, Some(topic)).await,
        None => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}

/// A page of the help, with the question whether it helped where that is asked.
async fn draw_asking(request: &PageRequest, uri: &Uri, topic: Option<Topic>) -> PageResult {
    let thanks = query_value(uri, "thanks").is_some();
    let answer = request
        .flash
        .as_ref()
        .and_then(|flash| flash.answer.clone());
    let was_asked = answer.is_some();
    let question = request.ctx().config.help.feedback.then(|| Question {
        thanks,
        asks: answer.is_none(),
        answer,
        ..Question::about(request, page_name(topic))
    });
    let response = draw(request, topic, question, None).await?;
    Ok(flash::clear(request.ctx(), thanks && was_asked, response))
}

/// The name of a page of the help among all pages: its path without the first slash.
pub(super) fn page_name(topic: Option<Topic>) -> String {
    topic.map_or_else(
        || "help".to_owned(),
        |topic| format!("help/{}", topic.slug()),
    )
}

/// A page of the help, with this question and what is to be put right about its answer.
pub(super) async fn draw(
    request: &PageRequest,
    topic: Option<Topic>,
    question: Option<Question>,
    problem: Option<String>,
) -> Result<Response, EarlyResponse> {
    let (flow, _) = current_flow(&request.web.ctx, &request.visitor).await?;
    let flow = flow
        .as_ref()
        .map(|flow| (&*flow.reference, step_of(&flow.step)));
    let mut writer = Writer::new(request.ctx(), &request.visitor);
    let (title, updated) = if let Some(topic) = topic {
        writer.topic(topic);
        (writer.title(topic), topic.updated())
    } else {
        writer.overview();
        (ServerText::HelpTitle, OVERVIEW_UPDATED)
    };
    writer.end(topic, flow);
    let blocks = writer.finish();
    let frame = request.frame(request.sentence(title));
    // An answer that was refused is drawn at the address that it was posted to, where another language leads back to the page.
    let query = problem
        .as_ref()
        .map(|_| format!("page={}&", page_name(topic)));
    let has_field = question.as_ref().is_some_and(Question::has_field);
    let page = HelpPage {
        frame: Frame {
            error: problem.map(feedback::error),
            ..frame.with_query(query.unwrap_or_default())
        },
        is_overview: topic.is_none(),
        contents: contents(&blocks),
        blocks,
        question,
        has_field,
        updated: updated_on(request, updated),
    };
    Ok(feedback::answer(request, &page, has_field))
}

/// Where a flow stands that this browser can go back to.
fn step_of(name: &str) -> Step {
    Step::parse(name).unwrap_or_default()
}

/// When a page was last changed: by us, or, if that was later, by the organisation.
fn updated_on(request: &PageRequest, ours: Date) -> String {
    let theirs = request.ctx().config.help.updated.unwrap_or(ours);
    let date = together(&calendar(ours.max(theirs), request.visitor.language));
    let sentences = request.sentences();
    sentences.fill_server(ServerText::HelpUpdated, &[("date", &date)])
}
