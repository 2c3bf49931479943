//! The help: pages that the server alone draws, so that none of them weighs on the steps, and the question whether they helped.

mod content;
mod feedback;
mod topic;
mod writer;

use askama::Template;
use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use jiff::civil::Date;

use super::cookies::append;
use super::cookies::{self, Name};
use super::drawn::frame::Frame;
use super::layers::visitor::{Visitor, query_value};
use super::responses::status_of;
use super::web_state::WebState;
use super::wizard::pages::current_flow;
use crate::rules::steps::Step;
use crate::server::base::failure::Fault;
use crate::server::base::local_time::calendar;
use crate::server::context::Context;
use crate::texts::{Catalogue, Language, MailText};
use feedback::{Form, FormTexts};
use topic::{OVERVIEW_UPDATED, Topic};
use writer::{Block, Writer};

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage<'a> {
    frame: Frame<'a>,
    /// The words of the link to the overview, on every page but that.
    all: Option<&'a str>,
    title: &'a str,
    /// Whether the title is what the field of the form is called.
    labelled: bool,
    blocks: Vec<Block>,
    form: Option<Form<'a>>,
    texts: FormTexts<'a>,
    updated: Option<String>,
}

/// The routes.
pub fn routes() -> Router<WebState> {
    Router::new()
        .route("/help", get(overview))
        .route("/help/feedback", get(feedback::ask).post(feedback::take))
        .route("/help/{topic}", get(topic))
}

async fn overview(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Response {
    show(&web, &visitor, &uri, None).await
}

async fn topic(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
    Path(slug): Path<String>,
    uri: Uri,
) -> Response {
    match Topic::parse(&slug) {
        Some(topic) => show(&web, &visitor, &uri, Some(topic)).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn show(web: &WebState, visitor: &Visitor, uri: &Uri, topic: Option<Topic>) -> Response {
    let form = web.ctx.config.help.feedback.then(|| Form {
        page: page_name(topic),
        asks: true,
        thanks: query_value(uri, "thanks").is_some(),
        ..Form::default()
    });
    match draw(web, visitor, topic, form).await {
        Ok(response) => response,
        Err(error) => broken(&error),
    }
}

fn broken(error: &Fault) -> Response {
    error.log("a page of the help cannot be made");
    status_of(error).into_response()
}

/// The name of a page of the help among all pages: its path without the first slash.
fn page_name(topic: Option<Topic>) -> String {
    topic.map_or_else(
        || "help".to_owned(),
        |topic| format!("help/{}", topic.slug()),
    )
}

/// A page of the help, with the question whether it helped where that is asked.
async fn draw(
    web: &WebState,
    visitor: &Visitor,
    topic: Option<Topic>,
    form: Option<Form<'_>>,
) -> Result<Response, Fault> {
    let ctx = &web.ctx;
    let (flow, _) = current_flow(ctx, visitor).await?;
    let flow = flow
        .as_ref()
        .map(|flow| (&*flow.reference, step_of(&flow.step)));
    let mut writer = Writer::new(ctx, visitor.language);
    let (title, updated) = if let Some(topic) = topic {
        writer.topic(topic);
        (topic.title(writer.by_phone()), topic.updated())
    } else {
        writer.overview();
        (MailText::HelpTitle, OVERVIEW_UPDATED)
    };
    writer.end(topic, flow);
    let sentences = ctx.sentences(visitor.language);
    Ok(finish(
        web,
        visitor,
        &HelpPage {
            frame: frame(web, sentences, sentences.mail(title), form.as_ref()),
            all: topic.map(|_| sentences.mail(MailText::HelpAll)),
            title: sentences.mail(title),
            labelled: false,
            blocks: writer.finish(),
            form,
            texts: FormTexts::new(ctx, sentences),
            updated: Some(updated_on(ctx, updated, visitor.language)),
        },
    ))
}

/// Where a flow stands that this browser can go back to.
fn step_of(name: &str) -> Step {
    Step::parse(name).unwrap_or_default()
}

fn frame<'a>(
    web: &'a WebState,
    sentences: &'a Catalogue,
    title: &str,
    form: Option<&Form<'_>>,
) -> Frame<'a> {
    let is_wrong = form.is_some_and(|form| form.problem.is_some());
    Frame::new(web, sentences, title.to_owned()).with_error(is_wrong, sentences)
}

/// When a page was last changed: by us, or, if that was later, by the organisation.
fn updated_on(ctx: &Context, ours: Date, language: Language) -> String {
    let theirs = ctx.config.help.updated.unwrap_or(ours);
    let date = calendar(ours.max(theirs), language);
    ctx.sentences(language)
        .fill_mail(MailText::HelpUpdated, &[("date", &date)])
}

fn finish(web: &WebState, visitor: &Visitor, page: &HelpPage<'_>) -> Response {
    let mut response = match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the help cannot be drawn");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    if visitor.chose_language {
        let language = cookies::set(&web.ctx, Name::Language, visitor.language.tag());
        append(&mut response, language);
    }
    response
}
