//! After "this was not me": the change is stopped and everybody is signed out. The page says so, and leads on to another password, for which a
//! reset has begun.
use askama::Template;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::revert;
use crate::rules::channel::Channel;
use crate::rules::steps::Step;
use crate::server::base::failure::Failure;
use crate::server::base::keys::Purpose;
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::PageRequest;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::responses::see_other;
use crate::server::reset::begin;
use crate::texts::ServerText;

/// The path of the page.
pub const PATH: &str = "/stop/done";
const PLACE: &str = "cookie reverted";

/// What was reverted, as the page says it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum What {
    /// Contacts were changed back.
    Contacts,
    /// The password opens nothing any more.
    Password,
    /// A password that came later is held.
    RevertToken,
}

impl What {
    /// Of these two the contacts say the most.
    pub(super) fn of(contacts: bool, password: bool) -> Self {
        match (contacts, password) {
            (true, _) => Self::Contacts,
            (false, true) => Self::Password,
            (false, false) => Self::RevertToken,
        }
    }
}

/// What the cookie of the link holds from then on, sealed.
#[derive(Serialize, Deserialize)]
struct Reverted {
    what: What,
    /// A reset has begun.
    begun: bool,
}

/// Only another password gives the account back to its owner, so a reset is begun at once.
pub(super) async fn begin_reset(
    ctx: &Context,
    visitor: &Visitor,
    account_id: &str,
    by: Channel,
    what: What,
) -> Response {
    let mut response = see_other(PATH);
    let reset = begin::begin_for(ctx, account_id, by, visitor.language, visitor.client).await;
    let begun = reset.is_ok();
    match reset {
        Ok(reset) => append(
            &mut response,
            cookies::set_flow(ctx, &reset.cookie, reset.flow.expires_at),
        ),
        // It is stopped all the same; a new password can be asked for by hand.
        Err(Failure::Fault(error)) => error.log("a reset cannot be begun"),
        Err(_) => {}
    }
    let cookie = match seal(ctx, &Reverted { what, begun }) {
        Some(value) => cookies::set(ctx, Name::RevertLink, &value),
        None => cookies::remove(ctx, Name::RevertLink),
    };
    append(&mut response, cookie);
    response
}

fn seal(ctx: &Context, reverted: &Reverted) -> Option<String> {
    let plain = serde_json::to_vec(reverted).ok()?;
    ctx.keys.seal(Purpose::Cookie, PLACE, &plain).ok()
}

fn open(ctx: &Context, visitor: &Visitor) -> Option<Reverted> {
    let sealed = visitor.revert_link()?;
    let plain = ctx.keys.open_sealed(Purpose::Cookie, PLACE, sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// Whether this browser has just reverted a change.
pub(super) fn is_done(ctx: &Context, visitor: &Visitor) -> bool {
    open(ctx, visitor).is_some()
}

#[derive(Template)]
#[template(path = "revert/done.html")]
struct RevertedPage<'a> {
    frame: Frame<'a>,
    text: ServerText,
    next: Step,
}

/// `GET /stop/done`.
pub async fn get(request: PageRequest) -> Response {
    let Some(reverted) = open(request.ctx(), &request.visitor) else {
        return see_other(revert::PATH);
    };
    request.draw(&RevertedPage {
        frame: request.frame(request.sentence(ServerText::AccountStopDoneTitle)),
        text: match reverted.what {
            What::Contacts => ServerText::AccountStopDoneContacts,
            What::Password => ServerText::AccountStopDonePassword,
            What::RevertToken => ServerText::AccountStopDoneHeld,
        },
        next: if reverted.begun {
            Step::Code
        } else {
            Step::Identify
        },
    })
}
