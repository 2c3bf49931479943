//! Somebody who is signed in, at a page of their account: found out once for all these pages, before any of them begins.
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::cookies::{self, Name};
use super::words;
use crate::rules::page::{Notice, Typed};
use crate::server::account::confirm::is_confirmed;
use crate::server::account::rejection::Rejection;
use crate::server::base::failure::Failure;
use crate::server::context::Context;
use crate::server::http::cookies::append;
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::flash::{self, FlashMessage, kept, session_over, to_page};
use crate::server::http::drawn::screen::{self, Complaint, Link, Screen};
use crate::server::http::forms::{form_token, has_form};
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::{SECURITY, SIGN_IN, asks_first, comes_first, path_of};
use crate::server::http::responses::see_other;
use crate::server::http::wanted::want;
use crate::server::http::web_state::WebState;
use crate::server::sessions::{SignedIn, of_token};
use crate::texts::{Catalogue, MailText};

/// Somebody who is signed in all the way, and their browser. As an extractor it answers whoever is not in place of the page.
pub struct SignedInRequest {
    /// The context and the style.
    pub web: WebState,
    /// The browser.
    pub visitor: Visitor,
    /// Who it is.
    pub who: SignedIn,
}

impl FromRequestParts<WebState> for SignedInRequest {
    type Rejection = EarlyResponse;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, EarlyResponse> {
        let Some(visitor) = parts.extensions.get::<Visitor>().cloned() else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response().into());
        };
        let who = match found(web, &visitor).await {
            Ok(who) => who,
            Err(EarlyResponse(mut first)) => {
                // Once they are signed in they come back.
                if parts.method == Method::GET {
                    want(&web.ctx, &parts.uri, &mut first);
                }
                return Err(EarlyResponse(first));
            }
        };
        Ok(Self {
            web: web.clone(),
            visitor,
            who,
        })
    }
}

impl SignedInRequest {
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
    pub fn mail(&self, text: MailText) -> String {
        self.sentences().mail(text).to_owned()
    }

    /// The token that forms of this session carry.
    #[must_use]
    pub fn form_token(&self) -> String {
        form_token(self.ctx(), &self.who)
    }

    /// Whether a form was made in this session.
    ///
    /// # Errors
    /// [`Rejection::FormStale`] when it was not.
    pub fn check_form(&self, token: &str) -> Result<(), Rejection> {
        if has_form(self.ctx(), &self.who, token) {
            Ok(())
        } else {
            Err(Rejection::FormStale)
        }
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

    /// Sends the browser back to the page at `place` after a post that was refused: it says what is to be put right, and holds what was
    /// written. Whoever has to show first that it is them comes there afterwards.
    ///
    /// # Errors
    /// The answer that takes the page's place.
    pub fn refuse(
        &self,
        place: &str,
        failure: Failure<Rejection>,
        written: Option<String>,
    ) -> Result<Response, EarlyResponse> {
        let complaint = match failure {
            Failure::Rejected(Rejection::Unconfirmed) => None,
            Failure::Rejected(rejection) => {
                Some(words::sentence(self.ctx(), self.sentences(), rejection))
            }
            failure => return Err(failure.map_rejection(|_| Vec::new()).into()),
        };
        let mut response = match complaint {
            None => see_other(&asks_first(place)),
            Some((field, words)) => {
                let message = FlashMessage {
                    at: path_of(place).to_owned(),
                    complaint: Some((field.to_owned(), words)),
                    account: Some(self.who.account.id.clone()),
                    ..FlashMessage::default()
                };
                to_page(self.ctx(), place, &message)
            }
        };
        if let Some(written) = written {
            self.keep(path_of(place), written, &mut response);
        }
        Ok(response)
    }

    /// What the last post has left for the page at this path.
    fn message_for(&self, at: &str) -> Option<FlashMessage> {
        let message = flash::message_for(self.ctx(), &self.visitor, at)?;
        let is_own = |account: &String| *account == self.who.account.id;
        message
            .account
            .as_ref()
            .is_none_or(is_own)
            .then_some(message)
    }

    /// What the page at this path says is to be put right.
    #[must_use]
    pub fn complaint(&self, at: &str) -> Option<Complaint> {
        self.message_for(at)?.complaint
    }

    /// What was written on the page at this path before.
    #[must_use]
    pub fn written(&self, at: &str) -> Option<String> {
        let message = flash::open(self.ctx(), self.visitor.written()?, at)?;
        let is_own = message.account.as_ref() == Some(&self.who.account.id);
        message.typed.identifier.filter(|_| is_own)
    }

    /// What was written on the page at this path waits for the page, in a cookie of its own: others may say something in between. Only this
    /// account is shown it again.
    fn keep(&self, at: &str, written: String, response: &mut Response) {
        let message = FlashMessage {
            at: at.to_owned(),
            typed: kept(Typed {
                identifier: Some(written),
                ..Typed::default()
            }),
            account: Some(self.who.account.id.clone()),
            ..FlashMessage::default()
        };
        let value = flash::seal(self.ctx(), &message);
        append(
            response,
            value.and_then(|value| cookies::set(self.ctx(), Name::Written, &value)),
        );
    }

    /// The answer with the page at the path `at`, on which stands what has just worked; `query` is what its address says besides the
    /// language.
    #[must_use]
    pub fn draw(&self, at: &str, query: &str, screen: Screen) -> Response {
        let message = self.message_for(at);
        let notice = message.as_ref().and_then(|message| message.notice);
        let screen = Screen {
            notice: notice.and_then(|notice| words(self.sentences(), notice)),
            ..screen
        };
        let drawn = screen::draw(&self.web, &self.visitor, Some(&self.who), query, screen);
        let mut response = flash::clear(self.ctx(), message.is_some(), drawn);
        if self.written(at).is_some() {
            append(&mut response, cookies::remove(self.ctx(), Name::Written));
        }
        response
    }
}

/// Who is signed in here. Whoever is not is sent to sign in, and told why if they were before.
///
/// # Errors
/// The answer in place of the page.
async fn found(web: &WebState, visitor: &Visitor) -> Result<SignedIn, EarlyResponse> {
    let ctx = &web.ctx;
    let Some(token) = visitor.session() else {
        return Err(see_other(SIGN_IN).into());
    };
    match of_token(ctx, token).await? {
        Some(who) => match comes_first(who.stage) {
            None => Ok(who),
            Some(first) => Err(see_other(first).into()),
        },
        // Its cookie stays: a twin of this request may have brought the browser another one a moment ago.
        None => Err(session_over(ctx).into()),
    }
}

/// The way back to the security page.
pub fn back_to_security(sentences: &Catalogue) -> Link {
    Link::new(SECURITY, sentences.mail(MailText::AccountBack))
}

/// The sentence for what has worked.
fn words(sentences: &Catalogue, notice: Notice) -> Option<String> {
    let text = match notice {
        Notice::NameChanged => MailText::AccountDoneName,
        Notice::ContactChanged => MailText::AccountDoneContact,
        Notice::ContactAdded => MailText::AccountDoneContactOnly,
        Notice::SessionsEnded => MailText::AccountDoneSessions,
        Notice::Confirmed => MailText::AccountDoneConfirmed,
        Notice::PasswordChanged => MailText::AccountDonePassword,
        Notice::Resent => MailText::AccountDoneResent,
        Notice::SignedOut | Notice::SessionOver => return None,
    };
    Some(sentences.mail(text).to_owned())
}
