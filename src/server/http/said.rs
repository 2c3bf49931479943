//! What a post of a plain form was refused for, carried to the page in a sealed cookie: nobody can forge it, no URL holds it,
//! and what the person wrote is not lost.

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::cookies::{self, Name};
use super::pages::append;
use super::visitor::Visitor;
use crate::rules::page::{Notice, Typed};
use crate::rules::problem::FieldProblem;
use crate::server::context::Context;
use crate::server::keys::Purpose;

const PLACE: &str = "cookie said";

/// The message.
#[derive(Default, Serialize, Deserialize)]
pub struct Said {
    /// The page that it is for.
    pub at: String,
    /// What was wrong.
    pub problems: Vec<FieldProblem>,
    /// What was written.
    pub typed: Typed,
    /// Something good.
    pub notice: Option<Notice>,
    /// What was wrong on a page that the server alone draws: the field, empty for the page as a whole, and the sentence.
    #[serde(default)]
    pub complaint: Option<(String, String)>,
    /// What was posted belonged to the flow, so that is what the page shows, whatever link was opened in this browser besides.
    #[serde(default)]
    pub by_flow: bool,
    /// Id of the account on whose page it was written: nobody else is shown it.
    #[serde(default)]
    pub account: Option<String>,
}

/// The cookie's value; `None` when it cannot be made, and then the page comes without the message.
#[must_use]
pub fn seal(ctx: &Context, said: &Said) -> Option<String> {
    let plain = serde_json::to_vec(said).ok()?;
    ctx.keys.seal(Purpose::Cookie, PLACE, &plain).ok()
}

/// The message in a cookie, if it is ours and for this page.
#[must_use]
pub fn open(ctx: &Context, value: &str, at: &str) -> Option<Said> {
    let plain = ctx.keys.open_sealed(Purpose::Cookie, PLACE, value).ok()?;
    serde_json::from_slice::<Said>(&plain)
        .ok()
        .filter(|said| said.at == at)
}

/// What the last post has left to be said on the page at this path.
#[must_use]
pub fn heard(ctx: &Context, visitor: &Visitor, at: &str) -> Option<Said> {
    open(ctx, visitor.said()?, at)
}

/// Removes what was said once it is on the page.
#[must_use]
pub fn forget(ctx: &Context, is_said: bool, mut response: Response) -> Response {
    if is_said {
        append(&mut response, cookies::remove(ctx, Name::Said));
    }
    response
}
