//! The end of a session: pages warn before it, and one press moves it (WCAG 2.2.1). The script of the pages is `public/stay.js`.

use askama::Template;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::super::error_pages::{ErrorPages, status_of};
use super::super::visitor::Visitor;
use crate::server::context::{Context, MINUTE, SECOND};
use crate::server::failure::Broken;
use crate::server::sessions::{self, SignedIn};
use crate::texts::{Catalogue, MailText};

/// Before the end of a session, people are warned for so long (WCAG 2.2.1; NIST SP 800-63B-4 section 8).
const WARNED_FOR: i64 = 2 * MINUTE;

/// When a session ends.
#[derive(Debug, Clone, Copy, serde::Serialize)]
struct Ends {
    /// Seconds until people are warned.
    warn_in: i64,
    /// Seconds until it ends.
    end_in: i64,
    /// Staying would not move the end: the session has lasted for as long as one may, or is that of a sign-in under way.
    is_last: bool,
}

impl Ends {
    fn of(ctx: &Context, who: &SignedIn) -> Self {
        let session = &who.session;
        let end = session.idle_until.min(session.absolute_until) - ctx.now();
        Self {
            warn_in: (end - WARNED_FOR).max(0) / SECOND,
            end_in: end.max(0) / SECOND,
            is_last: session.idle_until >= session.absolute_until,
        }
    }
}

#[derive(Template)]
#[template(path = "stay.html")]
struct Region<'a> {
    ends: Ends,
    text: &'a str,
    submit: &'a str,
    last: &'a str,
}

/// The region of a page in which people are warned, as markup.
pub fn region(ctx: &Context, sentences: &Catalogue, who: &SignedIn) -> Option<String> {
    let region = Region {
        ends: Ends::of(ctx, who),
        text: sentences.mail(MailText::AccountStayText),
        submit: sentences.mail(MailText::AccountStaySubmit),
        last: sentences.mail(MailText::AccountStayLast),
    };
    region
        .render()
        .inspect_err(|error| tracing::error!(%error, "nobody is warned before a session ends"))
        .ok()
}

/// `GET /account/stay`: how long the session still lasts, in seconds, or 401 when it is over. Asking does not prolong it: another tab may have.
pub async fn look(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let found = match visitor.session() {
        Some(token) => sessions::look(&pages.ctx, token).await,
        None => Ok(None),
    };
    answer(&pages.ctx, found)
}

/// `POST /account/stay`: the person is there, which moves the end; answers as [`look`] does.
pub async fn stay(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let found = match visitor.session() {
        Some(token) => sessions::of_token(&pages.ctx, token).await,
        None => Ok(None),
    };
    answer(&pages.ctx, found)
}

fn answer(ctx: &Context, found: Result<Option<SignedIn>, sqlx::Error>) -> Response {
    match found {
        Ok(Some(who)) => Json(Ends::of(ctx, &who)).into_response(),
        Ok(None) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => {
            let error = Broken::from(error);
            error.log("a session cannot be looked at");
            status_of(&error).into_response()
        }
    }
}
