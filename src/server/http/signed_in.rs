//! Somebody who is signed in, at a page of their account: found out once for all these pages, before any of them begins; and the shape that
//! all their posts have.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;

use super::cookies::{self, Name};
use super::drawn::frame::Frame;
use super::drawn::request::{PageRequest, PageResult};
use super::{words, written};
use crate::rules::page::Notice;
use crate::server::account::confirm::is_confirmed;
use crate::server::account::rejection::Rejection;
use crate::server::base::failure::Failure;
use crate::server::http::cookies::append;
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::flash::{self, FlashMessage, FormError, to_page};
use crate::server::http::drawn::navigation::Navigation;
use crate::server::http::drawn::stay::region;
use crate::server::http::places::{asks_first, path_of};
use crate::server::http::responses::see_other;
use crate::server::http::session::{self, form_token, has_form};
use crate::server::http::wanted::want;
use crate::server::http::web_state::WebState;
use crate::server::sessions::SignedIn;
use crate::server::store::sessions::Stage;
use crate::texts::{Catalogue, ServerText};

/// The request of somebody who is fully authenticated. As an extractor it answers whoever is not in place of the page.
pub struct SignedInRequest {
    page: PageRequest,
    /// Who it is.
    pub who: SignedIn,
    /// What was written on this page before.
    written: Option<String>,
    /// Path of the page.
    path: String,
}

impl Deref for SignedInRequest {
    type Target = PageRequest;

    fn deref(&self) -> &PageRequest {
        &self.page
    }
}

impl FromRequestParts<WebState> for SignedInRequest {
    type Rejection = EarlyResponse;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, EarlyResponse> {
        Self::at_stage(parts, web, Stage::Full).await
    }
}

impl SignedInRequest {
    /// The request of somebody whose session stands at this stage.
    ///
    /// # Errors
    /// The answer in place of the page.
    pub async fn at_stage(
        parts: &mut Parts,
        web: &WebState,
        stage: Stage,
    ) -> Result<Self, EarlyResponse> {
        let mut page = PageRequest::from_request_parts(parts, web).await?;
        let who = match session::at_stage(&web.ctx, &page.visitor, stage).await? {
            Ok(who) => who,
            Err(redirect) => {
                let mut first = redirect.answer(&web.ctx);
                // Once they are signed in they come back.
                if parts.method == Method::GET {
                    want(&web.ctx, &parts.uri, &mut first);
                }
                return Err(first.into());
            }
        };
        let id = &who.account.id;
        page.flash = page
            .flash
            .filter(|flash| flash.account.as_ref().is_none_or(|account| account == id));
        let written = page
            .visitor
            .written()
            .and_then(|value| flash::open(&web.ctx, value, parts.uri.path()))
            .filter(|written| written.account.as_ref() == Some(id))
            .and_then(|written| written.typed.identifier);
        let path = parts.uri.path().to_owned();
        Ok(Self {
            page,
            who,
            written,
            path,
        })
    }

    /// The token that forms of this session carry.
    #[must_use]
    pub fn form_token(&self) -> String {
        form_token(self.ctx(), &self.who)
    }

    /// Whether the person has shown a moment ago that it is still them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_confirmed(&self) -> Result<bool, sqlx::Error> {
        let mut connection = self.ctx().store.read().await?;
        is_confirmed(self.ctx(), &mut connection, &self.who).await
    }

    /// Asks whoever has not to show that it is still them, and to come back to `place` afterwards.
    ///
    /// # Errors
    /// The answer in place of the page.
    pub async fn confirmed(&self, place: &str) -> Result<(), EarlyResponse> {
        if self.has_confirmed().await? {
            Ok(())
        } else {
            Err(see_other(&asks_first(place)).into())
        }
    }

    /// What was written on this page before.
    #[must_use]
    pub fn written(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// The frame of the page, with what the last post says.
    #[must_use]
    pub fn frame(&self, title: impl Into<String>) -> Frame<'_> {
        let frame = self.page.frame(title);
        // Somebody in the midst of sign-in has nothing to stay in.
        if self.who.stage != Stage::Full {
            return frame;
        }
        let notice = self.flash.as_ref().and_then(|flash| flash.notice);
        Frame {
            notice: notice.and_then(|notice| done_words(self.sentences(), notice)),
            is_signed_in: true,
            navigation: Navigation::at(&self.path),
            stay: region(self.ctx(), self.sentences(), &self.who)
                .filter(|_| !self.visitor.is_kiosk),
            ..frame
        }
    }

    /// The answer with the page.
    #[must_use]
    pub fn draw(&self, page: &impl askama::Template) -> Response {
        let mut response = self.page.draw(page);
        if self.written.is_some() {
            append(&mut response, cookies::remove(self.ctx(), Name::Written));
        }
        response
    }

    /// The shape of every post: checks that the form was made in this session, runs the use-case, and answers with `done`, or sends the
    /// browser back to a page that says what is to be put right.
    ///
    /// # Errors
    /// The answer where no page could say it.
    pub async fn post<T>(
        &self,
        token: &str,
        use_case: impl Future<Output = Result<T, Failure<Rejection>>>,
        back: WayBack<'_>,
        done: impl FnOnce(T) -> Response,
    ) -> PageResult {
        let outcome = if has_form(self.ctx(), &self.who, token) {
            use_case.await
        } else {
            Err(Rejection::FormStale.into())
        };
        match outcome {
            Ok(outcome) => Ok(done(outcome)),
            Err(failure) => self.refuse(&back, failure),
        }
    }

    /// Sends the browser back after a post that was refused. Whoever has to re-authenticate first comes there afterwards.
    fn refuse(&self, back: &WayBack<'_>, failure: Failure<Rejection>) -> PageResult {
        if let (Failure::Rejected(Rejection::NoCode), Some(place)) = (&failure, &back.without_code)
        {
            return Ok(see_other(place));
        }
        let error = match failure {
            Failure::Rejected(Rejection::Unconfirmed) => None,
            Failure::Rejected(rejection) => {
                Some(words::sentence(self.ctx(), self.sentences(), rejection))
            }
            failure => return Err(failure.map_rejection(|_| Vec::new()).into()),
        };
        let mut response = match error {
            None => see_other(&asks_first(&back.place)),
            Some(error) => self.back_with(&back.place, error),
        };
        if let Some(written) = back.written {
            let account = &self.who.account.id;
            let waits = written::cookie(self.ctx(), &back.place, account, written);
            append(&mut response, waits);
        }
        Ok(response)
    }

    /// Sends the browser back to a page that says what is to be put right.
    #[must_use]
    pub fn back_with(&self, place: &str, error: FormError) -> Response {
        let message = FlashMessage {
            at: path_of(place).to_owned(),
            error: Some(error),
            account: Some(self.who.account.id.clone()),
            ..FlashMessage::default()
        };
        to_page(self.ctx(), place, &message)
    }
}

/// Where a browser goes whose post was refused.
#[derive(Debug)]
pub struct WayBack<'a> {
    place: String,
    written: Option<&'a str>,
    without_code: Option<String>,
}

impl<'a> WayBack<'a> {
    /// Back to this page, which says what is to be put right.
    pub fn to(place: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            written: None,
            without_code: None,
        }
    }

    /// The same, and the page holds what was written.
    #[must_use]
    pub fn with_written(self, written: &'a str) -> Self {
        Self {
            written: Some(written),
            ..self
        }
    }

    /// The same, but to this page where no code is under way: it was given in another tab, or the button was pressed twice, and there is
    /// nothing to put right.
    #[must_use]
    pub fn without_code(self, place: impl Into<String>) -> Self {
        Self {
            without_code: Some(place.into()),
            ..self
        }
    }
}

/// The sentence for what has worked.
fn done_words(sentences: &Catalogue, notice: Notice) -> Option<&str> {
    let text = match notice {
        Notice::NameChanged => ServerText::AccountDoneName,
        Notice::ContactChanged => ServerText::AccountDoneContact,
        Notice::ContactAdded => ServerText::AccountDoneContactOnly,
        Notice::SessionsEnded => ServerText::AccountDoneSessions,
        Notice::Confirmed => ServerText::AccountDoneConfirmed,
        Notice::PasswordChanged => ServerText::AccountDonePassword,
        Notice::Resent => ServerText::AccountDoneResent,
        Notice::SignedOut
        | Notice::SessionOver
        | Notice::WrittenKept
        | Notice::WrittenLost
        | Notice::Forgotten => {
            return None;
        }
    };
    Some(sentences.server(text))
}
