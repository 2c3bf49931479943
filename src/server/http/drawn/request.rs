//! A request for a page that the server draws by itself, from what the last post has left for it to the answer with the page.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse as _, Response};

use super::early::EarlyResponse;
use super::flash::{self, FlashMessage, FormError};
use super::frame::Frame;
use crate::rules::page::Typed;
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::layers::headers::allow_own_scripts;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::path_of;
use crate::server::http::web_state::WebState;
use crate::texts::{Catalogue, ServerText};

/// What a handler of a drawn page answers.
pub type PageResult = Result<Response, EarlyResponse>;

/// The request, as an extractor.
pub struct PageRequest {
    /// The context and the style.
    pub web: WebState,
    /// The browser.
    pub visitor: Visitor,
    /// What the last post has left for the page at this address.
    pub flash: Option<FlashMessage>,
}

impl FromRequestParts<WebState> for PageRequest {
    type Rejection = EarlyResponse;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, EarlyResponse> {
        let Some(visitor) = parts.extensions.get::<Visitor>().cloned() else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response().into());
        };
        let flash = flash::message_for(&web.ctx, &visitor, parts.uri.path());
        Ok(Self {
            web: web.clone(),
            visitor,
            flash,
        })
    }
}

impl PageRequest {
    /// The context.
    #[must_use]
    pub fn ctx(&self) -> &Context {
        &self.web.ctx
    }

    /// The sentences in the person's language.
    #[must_use]
    pub fn sentences(&self) -> &'static Catalogue {
        self.ctx().sentences(self.visitor.language)
    }

    /// A sentence.
    #[must_use]
    pub fn sentence(&self, text: ServerText) -> String {
        self.sentences().server(text).to_owned()
    }

    /// The frame of the page, with what the last post says is to be put right.
    #[must_use]
    pub fn frame(&self, title: impl Into<String>) -> Frame<'_> {
        Frame {
            error: self.flash.as_ref().and_then(|flash| flash.error.clone()),
            is_kiosk: self.visitor.is_kiosk,
            ..Frame::new(&self.web, self.sentences(), title)
        }
    }

    /// Sends the browser back to a page that says what is to be put right, and holds what was typed.
    #[must_use]
    pub fn back_with(&self, place: &str, error: FormError, typed: Typed) -> Response {
        let message = FlashMessage {
            at: path_of(place).to_owned(),
            error: Some(error),
            typed: flash::kept(typed),
            ..FlashMessage::default()
        };
        flash::to_page(self.ctx(), place, &message)
    }

    /// The answer with the page. It runs our own scripts.
    #[must_use]
    pub fn draw(&self, page: &impl Template) -> Response {
        let mut response = self.draw_without_scripts(page);
        allow_own_scripts(self.ctx(), &mut response);
        response
    }

    /// The answer with a page that runs none.
    #[must_use]
    pub fn draw_without_scripts(&self, page: &impl Template) -> Response {
        let (ctx, visitor) = (self.ctx(), &self.visitor);
        let mut response = render(page);
        if visitor.is_kiosk {
            allow_own_scripts(ctx, &mut response);
        }
        if visitor.chose_language {
            let language = cookies::set(ctx, Name::Language, visitor.language.tag());
            append(&mut response, language);
        }
        // What may be put to an answer is asked for until it is sent: also in another language, and on the page loaded again.
        let is_over = self
            .flash
            .as_ref()
            .is_some_and(|flash| flash.answer.is_none());
        flash::clear(ctx, is_over, response)
    }
}

/// The one way in which a template becomes an answer.
#[must_use]
pub fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
