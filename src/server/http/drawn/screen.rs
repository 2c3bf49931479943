//! How pages of an account look: a title, and blocks under it, drawn by the server alone.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::stay::region;
use crate::server::http::layers::headers::allow_own_scripts;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::web_state::WebState;
use crate::server::sessions::SignedIn;
use crate::texts::{MailText, Text};

/// What is to be put right: the field that it is at, empty for the page as a whole, and the sentence.
pub type Complaint = (String, String);

/// A link.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub words: String,
    /// Its name, where the words are not enough by themselves.
    pub name: Option<String>,
}

impl Link {
    /// A link whose words say enough.
    pub fn new(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            words: words.into(),
            name: None,
        }
    }

    /// The same, with a name of its own for those who hear it by itself.
    #[must_use]
    pub fn named(self, name: String) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }
}

/// A field of a form.
#[derive(Debug, Default)]
pub struct Field {
    /// Its name and id.
    pub id: &'static str,
    /// The type of the input.
    pub kind: &'static str,
    /// Its label.
    pub label: String,
    /// More about it.
    pub hint: Option<String>,
    /// What is to be put right.
    pub error: Option<String>,
    /// What it holds.
    pub value: String,
    /// What the browser may fill in (HTML autofill).
    pub autocomplete: &'static str,
    /// The keyboard of a phone.
    pub inputmode: &'static str,
    /// Class of the input.
    pub class: &'static str,
}

impl Field {
    /// The same, with what is to be put right if that is at this field.
    #[must_use]
    pub fn with_error(self, problem: Option<&Complaint>) -> Self {
        let own = problem.filter(|(field, _)| field == self.id);
        Self {
            error: own.map(|(_, words)| words.clone()),
            ..self
        }
    }

    /// The ids of what describes it.
    #[must_use]
    pub fn described_by(&self) -> Option<String> {
        let parts = [
            (self.hint.is_some(), "hint"),
            (self.error.is_some(), "error"),
        ];
        let ids: Vec<String> = parts
            .into_iter()
            .filter(|(is_there, _)| *is_there)
            .map(|(_, part)| format!("{}-{part}", self.id))
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// A form with one button.
#[derive(Debug, Default)]
pub struct Form {
    /// Where it is posted to.
    pub action: String,
    /// What it carries along.
    pub hidden: Vec<(&'static str, String)>,
    /// The account's user name, for password managers.
    pub user_name: Option<String>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The words of its button.
    pub submit: String,
    /// The name of its button, where the words are not enough by themselves.
    pub name: Option<String>,
    /// Whether it is beside the point of the page.
    pub is_quiet: bool,
}

/// A fact with what can be done about it.
#[derive(Debug, Default)]
pub struct Fact {
    /// The fact.
    pub words: String,
    /// More about it.
    pub notes: Vec<String>,
    /// What can be done.
    pub links: Vec<Link>,
    /// What can be done at once.
    pub form: Option<Form>,
}

/// A part of a page.
#[derive(Debug)]
pub enum Block {
    /// A paragraph.
    Words(String),
    /// A heading.
    Heading(String),
    /// A link by itself.
    Link(Link),
    /// The main way on.
    Button(Link),
    /// A fact.
    Fact(Fact),
    /// A list.
    List(Vec<String>),
    /// Our own markup, such as a drawing; never anybody's words.
    Html(String),
    /// A form.
    Form(Form),
}

/// A page.
#[derive(Debug, Default)]
pub struct Screen {
    /// The title.
    pub title: String,
    /// What is to be put right, and the field that it is at; empty for the page as a whole.
    pub problem: Option<Complaint>,
    /// What has just worked.
    pub notice: Option<String>,
    /// The way back.
    pub back: Option<Link>,
    /// What is on it.
    pub blocks: Vec<Block>,
}

#[derive(Template)]
#[template(path = "account.html")]
struct Page<'a> {
    frame: Frame<'a>,
    problem_heading: &'a str,
    screen: Screen,
    stay: Option<String>,
    sign_out: Option<&'a str>,
    way_out_question: &'a str,
    way_out_link: &'a str,
}

/// Draws a page for somebody who is signed in, or for anybody.
pub fn draw(
    web: &WebState,
    visitor: &Visitor,
    who: Option<&SignedIn>,
    query: &str,
    screen: Screen,
) -> Response {
    let ctx = &web.ctx;
    let sentences = ctx.sentences(visitor.language);
    let is_wrong = screen.problem.is_some();
    let frame = Frame {
        query: query.to_owned(),
        ..Frame::new(web, sentences, screen.title.clone()).with_error(is_wrong, sentences)
    };
    let stay = who.and_then(|who| region(ctx, sentences, who));
    let page = Page {
        frame,
        problem_heading: sentences.get(Text::CommonProblemHeading),
        screen,
        stay,
        sign_out: who.map(|_| sentences.mail(MailText::StartSignOut)),
        way_out_question: sentences.get(Text::CommonWayOutQuestion),
        way_out_link: sentences.get(Text::CommonWayOutLink),
    };
    let mut response = match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of an account cannot be drawn");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    allow_own_scripts(ctx, &mut response);
    if visitor.chose_language {
        let language = cookies::set(ctx, Name::Language, visitor.language.tag());
        append(&mut response, language);
    }
    response
}
