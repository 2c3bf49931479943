//! Flash messages: what a post of a plain form was refused for, carried to the page in a sealed cookie: nobody can forge it, no URL holds it,
//! and what the person wrote is not lost.
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::rules::page::{Notice, Typed};
use crate::rules::problem::FieldProblem;
use crate::server::base::keys::Purpose;
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::{SIGN_IN, path_of};
use crate::server::http::responses::see_other;

/// What the cookie is sealed for: browsers hold some that were sealed before it was called a flash message.
const PLACE: &str = "cookie said";
/// Bytes of a field that are carried back to it: with them the sealed cookie stays well under the 4 KiB that browsers take.
const LONGEST_KEPT: usize = 1016;

/// The message. What is sealed keeps its spelling.
#[derive(Default, Serialize, Deserialize)]
pub struct FlashMessage {
    /// The page that it is for.
    pub at: String,
    /// What was wrong.
    pub problems: Vec<FieldProblem>,
    /// What was written.
    pub typed: Typed,
    /// Something good.
    pub notice: Option<Notice>,
    /// What was wrong on a page that the server alone draws.
    #[serde(default, rename = "complaint")]
    pub error: Option<FormError>,
    /// What was posted belonged to the flow, so that is what the page shows, whatever link was opened in this browser besides.
    #[serde(default)]
    pub by_flow: bool,
    /// Id of the account on whose page it was written: nobody else is shown it.
    #[serde(default)]
    pub account: Option<String>,
    /// Id of the answer that was given about the page: words may be put to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// What is to be put right on a page that the server draws by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(String, String)", into = "(String, String)")]
pub struct FormError {
    /// The field that it is at; empty for the page as a whole.
    pub field: String,
    /// The sentence.
    pub words: String,
}

impl FormError {
    /// At this field.
    pub fn new(field: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            words: words.into(),
        }
    }

    /// At the page as a whole.
    pub fn of_page(words: impl Into<String>) -> Self {
        Self::new("", words)
    }
}

impl From<(String, String)> for FormError {
    fn from((field, words): (String, String)) -> Self {
        Self { field, words }
    }
}

impl From<FormError> for (String, String) {
    fn from(error: FormError) -> Self {
        (error.field, error.words)
    }
}

/// The cookie's value; `None` when it cannot be made, and then the page comes without the message.
#[must_use]
pub fn seal(ctx: &Context, message: &FlashMessage) -> Option<String> {
    let plain = serde_json::to_vec(message).ok()?;
    ctx.keys.seal(Purpose::Cookie, PLACE, &plain).ok()
}

/// The message in a cookie, if it is ours and for this page.
#[must_use]
pub fn open(ctx: &Context, value: &str, at: &str) -> Option<FlashMessage> {
    let plain = ctx.keys.open_sealed(Purpose::Cookie, PLACE, value).ok()?;
    serde_json::from_slice::<FlashMessage>(&plain)
        .ok()
        .filter(|message| message.at == at)
}

/// What the last post has left for the page at this path.
#[must_use]
pub fn message_for(ctx: &Context, visitor: &Visitor, at: &str) -> Option<FlashMessage> {
    open(ctx, visitor.flash()?, at)
}

/// Removes the message once it is on the page.
#[must_use]
pub fn clear(ctx: &Context, was_shown: bool, mut response: Response) -> Response {
    if was_shown {
        append(&mut response, cookies::remove(ctx, Name::Flash));
    }
    response
}

/// What was written, to fill the form again; not what is so long that the cookie which carries it would be dropped.
#[must_use]
pub fn kept(typed: Typed) -> Typed {
    let fits = |text: &String| text.len() <= LONGEST_KEPT;
    Typed {
        identifier: typed.identifier.filter(fits),
        postal_code: typed.postal_code.filter(fits),
        account: typed.account.filter(fits),
        ..typed
    }
}

/// A redirection, with what the page that it leads to says.
pub struct Redirect {
    /// Where to.
    pub place: String,
    /// What the page says.
    pub message: Option<FlashMessage>,
}

impl Redirect {
    /// To this page, which says nothing.
    pub fn to(place: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: None,
        }
    }

    /// To the page that the message is for.
    #[must_use]
    pub fn saying(message: FlashMessage) -> Self {
        Self {
            place: message.at.clone(),
            message: Some(message),
        }
    }

    /// The answer.
    #[must_use]
    pub fn answer(&self, ctx: &Context) -> Response {
        match &self.message {
            Some(message) => to_page(ctx, &self.place, message),
            None => see_other(&self.place),
        }
    }
}

/// Sends a browser to another page, which says something.
pub fn to_page(ctx: &Context, place: &str, message: &FlashMessage) -> Response {
    let mut response = see_other(place);
    let value = seal(ctx, message);
    append(
        &mut response,
        value.and_then(|value| cookies::set(ctx, Name::Flash, &value)),
    );
    response
}

/// Sends a browser to another page, which says that something has worked.
pub fn done(ctx: &Context, place: &str, notice: Notice) -> Response {
    let message = FlashMessage {
        at: path_of(place).to_owned(),
        notice: Some(notice),
        ..FlashMessage::default()
    };
    to_page(ctx, place, &message)
}

/// To sign-in, which says that the session is over.
#[must_use]
pub fn session_over() -> Redirect {
    Redirect::saying(FlashMessage {
        at: SIGN_IN.to_owned(),
        notice: Some(Notice::SessionOver),
        ..FlashMessage::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_was_sealed_by_an_older_version_is_read() {
        let sealed = r#"{"at":"/account/security/name","problems":[],"typed":{"identifier":null,"postal_code":null,"channel":null,"account":null,"robot":false},"notice":null,"complaint":["name","Write a name."],"by_flow":false,"account":"a1"}"#;
        let message: FlashMessage = serde_json::from_str(sealed).unwrap();
        let error = FormError::new("name", "Write a name.");
        assert_eq!(message.error, Some(error));
        assert_eq!(message.account.as_deref(), Some("a1"));
        // And the other way round, for the nodes that are not renewed yet.
        assert_eq!(serde_json::to_string(&message).unwrap(), sealed);
    }
}
