//! What somebody has written on a page of their account: it waits for them in a sealed cookie, bound to the account, where the post was
//! refused or came after the session had run out. Passwords and codes are never kept, and whoever signs out is told that nothing was.

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;

use super::cookies::{self, Name, append};
use super::drawn::early::EarlyResponse;
use super::drawn::flash::{self, FlashMessage, kept};
use super::layers::visitor::Visitor;
use super::places::{SIGN_IN, path_of};
use super::signed_in::SignedInRequest;
use super::web_state::WebState;
use crate::rules::page::{Notice, Typed};
use crate::server::context::Context;
use crate::server::sessions::ran_out;

/// A form with something in it that a person has written.
pub trait Written {
    /// What was written; never a password or a code.
    fn written(&self) -> &str;
    /// The page on which it was.
    fn place(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// A post of somebody who is signed in. As an extractor it answers whoever is not any more, and says what becomes of what was written.
pub struct SignedInPost<F> {
    /// Who posts.
    pub request: SignedInRequest,
    /// What.
    pub form: F,
}

impl<F: Written + DeserializeOwned + Send> FromRequest<WebState> for SignedInPost<F> {
    type Rejection = EarlyResponse;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, EarlyResponse> {
        let (mut parts, body) = request.into_parts();
        let signed_in = SignedInRequest::from_request_parts(&mut parts, web).await;
        let path = parts.uri.path().to_owned();
        let visitor = parts.extensions.get::<Visitor>().cloned();
        let form = Form::<F>::from_request(Request::from_parts(parts, body), web).await;
        let early = match (signed_in, form) {
            (Ok(request), Ok(Form(form))) => return Ok(Self { request, form }),
            (Ok(_), Err(unreadable)) => return Err(unreadable.into_response().into()),
            (Err(early), Ok(Form(form))) if leads_to_sign_in(&early) => {
                (early, form.place(&path), form.written().to_owned())
            }
            (Err(early), _) => return Err(early),
        };
        let (early, place, written) = early;
        match visitor {
            Some(visitor) => Err(after_the_end(&web.ctx, &visitor, &place, &written).await?),
            None => Err(early),
        }
    }
}

fn leads_to_sign_in(early: &EarlyResponse) -> bool {
    let location = early.0.headers().get(header::LOCATION);
    location.is_some_and(|place| place == SIGN_IN)
}

/// To sign-in, which says whether what was written is still there. Only a session that has run out tells whose it was; one that was ended
/// was ended by somebody who wanted nothing to be left.
async fn after_the_end(
    ctx: &Context,
    visitor: &Visitor,
    place: &str,
    written: &str,
) -> Result<EarlyResponse, EarlyResponse> {
    let account = match visitor.session() {
        Some(token) => ran_out(ctx, token).await?,
        None => None,
    };
    let waits = account.and_then(|account| cookie(ctx, place, &account, written));
    let message = FlashMessage {
        at: SIGN_IN.to_owned(),
        notice: Some(if waits.is_some() {
            Notice::WrittenKept
        } else {
            Notice::WrittenLost
        }),
        ..FlashMessage::default()
    };
    let mut response = flash::to_page(ctx, SIGN_IN, &message);
    if waits.is_some() {
        append(&mut response, waits);
        append(&mut response, cookies::set(ctx, Name::Wanted, place));
    }
    Ok(response.into())
}

/// The cookie in which it waits for its page: others may say something in between. `None` where it is too long, or cannot be sealed.
pub(super) fn cookie(
    ctx: &Context,
    place: &str,
    account_id: &str,
    written: &str,
) -> Option<HeaderValue> {
    let typed = kept(Typed {
        identifier: Some(written.to_owned()),
        ..Typed::default()
    });
    typed.identifier.as_ref()?;
    let message = FlashMessage {
        at: path_of(place).to_owned(),
        typed,
        account: Some(account_id.to_owned()),
        ..FlashMessage::default()
    };
    let value = flash::seal(ctx, &message)?;
    cookies::set(ctx, Name::Written, &value)
}
