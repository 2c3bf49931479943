//! The pages of somebody who is signed in: drawn by the server alone, so that none of them weighs on the steps of the reset.

mod activity;
mod codes;
mod confirm;
mod contacts;
mod name;
mod overview;
pub mod screen;
mod security;
mod sessions;
mod stay;
mod stop;
mod wrong;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::cookies::{self, Name};
use super::error_pages::ErrorPages;
use super::factor;
use super::pages::{SIGN_IN, append};
use super::said::{self, Said};
use super::visitor::Visitor;
use crate::rules::page::Notice;

use crate::server::account::confirm::is_confirmed;
use crate::server::account::wrong::{Undone, Wrong};
use crate::server::context::{Context, MINUTE};
use crate::server::failure::{Broken, Failure};
use crate::server::keys::{Purpose, same};
use crate::server::redirect::see_other;
use crate::server::sessions::{SignedIn, of_token};
use crate::server::store::sessions::Stage;
use crate::texts::{Catalogue, MailText};
use screen::Link;

/// The path of the security page.
pub const SECURITY: &str = "/account/security";
/// The path of the page on which the password is changed; it is one of the app's.
pub const PASSWORD: &str = "/account/security/password";
/// The path of the page that asks who it is.
pub const CONFIRM: &str = "/account/confirm";

/// The routes.
pub fn routes() -> Router<ErrorPages> {
    Router::new()
        .route("/account", get(overview::show))
        .route("/account/stay", post(stay::stay))
        .route(SECURITY, get(security::show))
        .route("/account/security/name", get(name::show).post(name::take))
        .route(
            "/account/security/mail",
            get(contacts::show_mail).post(contacts::take_mail),
        )
        .route(
            "/account/security/phone",
            get(contacts::show_phone).post(contacts::take_phone),
        )
        .route(
            "/account/security/code",
            get(contacts::show_code).post(contacts::take_code),
        )
        .route("/account/security/code/again", post(contacts::send_again))
        .route(
            "/account/security/remove",
            get(contacts::show_remove).post(contacts::take_remove),
        )
        .route(
            "/account/security/sessions",
            get(sessions::show).post(sessions::take),
        )
        .route("/account/security/activity", get(activity::show))
        .route(CONFIRM, get(confirm::show).post(confirm::take))
        .route("/account/confirm/send", post(confirm::send))
        .route(
            "/account/confirm/code",
            get(confirm::show_code).post(confirm::take_code),
        )
        .route("/account/confirm/code/again", post(confirm::send_again))
        .route("/stop", get(stop::show).post(stop::take))
        .route("/stop/{token}", get(stop::open))
        .route("/stop/", get(stop::open_nothing))
}

/// What keeps a page from being shown: another answer in its place.
#[derive(Debug)]
pub struct Elsewhere(Box<Response>);

impl Elsewhere {
    /// The answer.
    #[must_use]
    pub fn answer(self) -> Response {
        *self.0
    }
}

impl From<Response> for Elsewhere {
    fn from(answer: Response) -> Self {
        Self(Box::new(answer))
    }
}

fn broken(error: &Broken) -> Elsewhere {
    tracing::error!(%error, "a page of an account cannot be made");
    StatusCode::INTERNAL_SERVER_ERROR.into_response().into()
}

fn too_many(wait: i64) -> Response {
    let seconds = (wait / MINUTE + 1) * 60;
    let retry = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
    (StatusCode::TOO_MANY_REQUESTS, retry).into_response()
}

/// Sends a browser to another page, which says something.
fn to_page(ctx: &Context, place: &str, said: &Said) -> Response {
    let mut response = see_other(place);
    let value = said::seal(ctx, said);
    append(
        &mut response,
        value.and_then(|value| cookies::set(ctx, Name::Said, &value)),
    );
    response
}

/// Sends a browser to another page, which says that something has worked.
fn done(ctx: &Context, place: &str, notice: Notice) -> Response {
    let said = Said {
        at: place.split('?').next().unwrap_or_default().to_owned(),
        notice: Some(notice),
        ..Said::default()
    };
    to_page(ctx, place, &said)
}

/// Who is signed in here. Whoever is not is sent to sign in, and told why if they were before.
///
/// # Errors
/// The answer in place of the page.
pub async fn signed_in(pages: &ErrorPages, visitor: &Visitor) -> Result<SignedIn, Elsewhere> {
    let ctx = &pages.ctx;
    let Some(token) = visitor.session() else {
        return Err(see_other(SIGN_IN).into());
    };
    let found = of_token(ctx, token)
        .await
        .map_err(|error| broken(&error.into()))?;
    match found {
        Some(who) if who.stage == Stage::Full => Ok(who),
        Some(who) => {
            let first = if who.stage == Stage::Factor {
                factor::FACTOR
            } else {
                factor::SET_UP
            };
            Err(see_other(first).into())
        }
        None => {
            let said = Said {
                at: SIGN_IN.to_owned(),
                notice: Some(Notice::SessionOver),
                ..Said::default()
            };
            // Its cookie stays: a twin of this request may have brought the browser another one a moment ago.
            Err(to_page(ctx, SIGN_IN, &said).into())
        }
    }
}

/// Who is signed in here and has just shown that it is them; whoever has not is asked to, and comes back to `place` afterwards.
///
/// # Errors
/// The answer in place of the page.
pub async fn confirmed(
    pages: &ErrorPages,
    visitor: &Visitor,
    place: &str,
) -> Result<SignedIn, Elsewhere> {
    let who = signed_in(pages, visitor).await?;
    let asked = async {
        let mut connection = pages.ctx.store.read().await?;
        is_confirmed(&pages.ctx, &mut connection, &who).await
    };
    match asked.await {
        Ok(true) => Ok(who),
        Ok(false) => Err(see_other(&asks_first(place)).into()),
        Err(error) => Err(broken(&error.into())),
    }
}

/// The page that asks who it is, and then leads to `place`.
#[must_use]
pub fn asks_first(place: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", place)
        .finish();
    format!("{CONFIRM}?{query}")
}

/// A place that a page may lead to: one of our own about the account's security, whatever the address says.
fn next_place(asked: Option<&str>) -> &str {
    asked
        .filter(|place| {
            let rest = place.strip_prefix(SECURITY);
            rest.is_some_and(|rest| {
                rest.is_empty()
                    || (rest.starts_with(['/', '?'])
                        && rest.chars().all(|c| {
                            c.is_ascii_alphanumeric() || matches!(c, '/' | '?' | '=' | '-')
                        })
                        && !rest.contains("//"))
            })
        })
        .unwrap_or(SECURITY)
}

/// The token that forms of a session carry. It stays the same when the session's own token changes, so that two tabs go on.
#[must_use]
pub fn form_token(ctx: &Context, who: &SignedIn) -> String {
    let parts = [b"account form", who.session.id.as_bytes()];
    ctx.keys.mac_text(Purpose::Form, &parts)
}

/// Whether a form was made in this session.
///
/// # Errors
/// [`Wrong::FormStale`] when it was not.
pub fn check_form(ctx: &Context, who: &SignedIn, token: &str) -> Result<(), Undone> {
    if same(&form_token(ctx, who), token) {
        Ok(())
    } else {
        Err(Wrong::FormStale.into())
    }
}

/// What a refused post says on its page, or the answer that takes the page's place.
fn to_say(
    sentences: &Catalogue,
    place: &str,
    undone: Undone,
) -> Result<(&'static str, String), Elsewhere> {
    match undone {
        Undone::Wrong(Wrong::Unconfirmed) => Err(see_other(&asks_first(place)).into()),
        Undone::Wrong(wrong) => Ok(wrong::sentence(sentences, wrong)),
        Undone::Failed(Failure::Said(problems)) => Ok(wrong::of_problems(sentences, &problems)),
        Undone::Failed(Failure::TooMany { wait }) => Err(too_many(wait).into()),
        Undone::Failed(Failure::Busy | Failure::Unchecked) => {
            Err(StatusCode::SERVICE_UNAVAILABLE.into_response().into())
        }
        Undone::Failed(Failure::Broken(error)) => Err(broken(&error)),
    }
}

/// What the last post has left to be said on this page, and whether the cookie that said it is to be removed.
fn heard(ctx: &Context, visitor: &Visitor, at: &str) -> Option<Said> {
    visitor.said().and_then(|value| said::open(ctx, value, at))
}

/// Removes what was said once it is on the page.
fn forget_said(ctx: &Context, said: Option<&Said>, mut response: Response) -> Response {
    if said.is_some() {
        append(&mut response, cookies::remove(ctx, Name::Said));
    }
    response
}

/// The session goes on under another token.
fn with_session(ctx: &Context, token: &str, mut response: Response) -> Response {
    append(&mut response, cookies::set(ctx, Name::Session, token));
    response
}

/// The sentence for what has worked.
fn notice(sentences: &Catalogue, said: Option<&Said>) -> Option<String> {
    let text = match said?.notice? {
        Notice::NameChanged => MailText::AccountDoneName,
        Notice::ContactChanged => MailText::AccountDoneContact,
        Notice::SessionsEnded => MailText::AccountDoneSessions,
        Notice::Confirmed => MailText::AccountDoneConfirmed,
        Notice::PasswordChanged => MailText::AccountDonePassword,
        Notice::Resent => MailText::AccountDoneResent,
        Notice::SignedOut | Notice::SessionOver => return None,
    };
    Some(sentences.mail(text).to_owned())
}

/// What was wrong with the last post, where it was said on the way.
fn problem(sentences: &Catalogue, said: Option<&Said>) -> Option<(&'static str, String)> {
    let problems = &said?.problems;
    (!problems.is_empty()).then(|| wrong::of_problems(sentences, problems))
}

/// The way back to the security page.
pub(super) fn back(sentences: &Catalogue) -> Link {
    Link::new(SECURITY, sentences.mail(MailText::AccountBack))
}
