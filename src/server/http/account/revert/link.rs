//! `/stop`: opening the link writes nothing, and takes the token out of the address; only the button reverts the change.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use super::held::{What, held, is_done, opened};
use super::reverted::begin_reset;
use crate::rules::page::Typed;
use crate::rules::steps::Step;
use crate::server::account::revert::{RevertLinkState, Reverted, revert, standing};
use crate::server::base::keys::{Purpose, digest, same};
use crate::server::context::Context;
use crate::server::delivery::contact_facts;
use crate::server::http::drawn::flash::FormError;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::Breakable;
use crate::server::http::drawn::pressable::Pressable;
use crate::server::http::drawn::request::{PageRequest, PageResult};
use crate::server::http::layers::final_slash;
use crate::server::http::places::{REVERT, REVERT_CODE, REVERTED};
use crate::server::http::responses::see_other;
use crate::server::http::web_state::WebState;
use crate::server::http::wizard::link::behind;
use crate::server::http::words;
use crate::server::notifications::revert_links::{self, RevertToken};
use crate::texts::ServerText;

/// `GET /stop/{token}`, whatever stands behind it. `GET /stop/`: the link was cut off before its first character.
pub async fn open(State(web): State<WebState>, uri: Uri) -> Response {
    let token = behind(&uri, revert_links::PATH);
    // The pages beside it, with a slash behind their address.
    match token.trim_end_matches('/') {
        "code" => return final_slash::to(REVERT_CODE, &uri),
        "done" => return final_slash::to(REVERTED, &uri),
        _ => {}
    }
    let held = RevertToken::link(&token);
    opened(&web.ctx, held.as_ref().map_or("", RevertToken::as_str))
}

#[derive(Template)]
#[template(path = "revert/link.html")]
struct RevertLinkPage<'a> {
    frame: Frame<'a>,
    text: ServerText,
    standing: &'a RevertLinkState,
    /// Which account it is about, where something can be reverted.
    account: Option<Breakable>,
    /// What came and what went, masked.
    changed: Vec<String>,
    token: String,
    helper: Pressable,
}

/// `GET /stop`: of a link that was opened here, or on to the page of the code.
pub async fn get(request: PageRequest) -> PageResult {
    let ctx = request.ctx();
    let Some(held) = held(ctx, &request.visitor) else {
        // After the revert its page is shown again, and without a link there is the code.
        let is_done = is_done(ctx, &request.visitor);
        return Ok(see_other(if is_done { REVERTED } else { REVERT_CODE }));
    };
    let mut connection = ctx.store.read().await?;
    let standing = standing(ctx, &mut connection, &held).await?;
    drop(connection);
    let sentences = request.sentences();
    let (title, text) = words_of(&standing);
    let account = match &standing {
        RevertLinkState::Password { user_name } | RevertLinkState::Contacts { user_name, .. } => {
            let values = [("user_name", user_name.as_str())];
            let words = sentences.fill_server(ServerText::AccountStopAccount, &values);
            Some(Breakable::from(words))
        }
        _ => None,
    };
    let changed = match &standing {
        RevertLinkState::Contacts { change, .. } => {
            let (new, old) = contact_facts(change.is_phone);
            let line = |text, contact: &Option<String>| {
                let contact = contact.as_deref()?;
                Some(sentences.fill_server(text, &[("contact", contact)]))
            };
            let both = [line(new, &change.added), line(old, &change.ended)];
            both.into_iter().flatten().collect()
        }
        _ => Vec::new(),
    };
    Ok(request.draw(&RevertLinkPage {
        frame: request.frame(sentences.server(title)),
        text,
        standing: &standing,
        account,
        changed,
        token: held.map_or_else(|_| String::new(), |held| form_token(ctx, &held)),
        helper: Pressable::new(
            words::helper(ctx, sentences).into(),
            request.visitor.is_kiosk,
        ),
    }))
}

/// Binds the button to what the page was about: another link may be opened in another tab meanwhile.
fn form_token(ctx: &Context, held: &RevertToken) -> String {
    let hash = digest(held.as_str());
    let parts = [b"stop form".as_slice(), hash.as_bytes()];
    ctx.keys.mac_text(Purpose::Form, &parts)
}

/// The title, and what it means.
const fn words_of(standing: &RevertLinkState) -> (ServerText, ServerText) {
    match standing {
        RevertLinkState::Password { .. } => (
            ServerText::AccountStopPasswordTitle,
            ServerText::AccountStopPasswordText,
        ),
        RevertLinkState::Contacts { .. } => (
            ServerText::AccountStopContactsTitle,
            ServerText::AccountStopContactsText,
        ),
        RevertLinkState::Used => (
            ServerText::AccountStopUsedTitle,
            ServerText::AccountStopUsedText,
        ),
        RevertLinkState::Disputed => (
            ServerText::AccountStopDisputedTitle,
            ServerText::AccountStopDisputedText,
        ),
        RevertLinkState::Over => (
            ServerText::AccountStopOverTitle,
            ServerText::AccountStopOverText,
        ),
        RevertLinkState::Damaged => (
            ServerText::AccountStopDamagedTitle,
            ServerText::AccountStopDamagedText,
        ),
    }
}

/// What the form carries.
#[derive(Deserialize)]
pub struct RevertForm {
    #[serde(default)]
    token: String,
}

/// `POST /stop`.
pub async fn post(request: PageRequest, Form(form): Form<RevertForm>) -> PageResult {
    let (ctx, visitor) = (request.ctx(), &request.visitor);
    let Some(Ok(held)) = held(ctx, visitor) else {
        // Its page knows.
        return Ok(see_other(REVERT));
    };
    if !same(&form_token(ctx, &held), &form.token) {
        // Another one was opened meanwhile: its page says what it is about.
        let error = FormError::of_page(request.sentence(ServerText::AccountStopOther));
        return Ok(request.back_with(REVERT, error, Typed::default()));
    }
    Ok(match revert(ctx, &held, visitor.client).await? {
        // Whoever was told by a text message is asked on the phone, where that proves anything.
        Reverted::Done {
            account_id,
            by,
            contacts,
            password,
        } => {
            let what = What::of(contacts, password);
            begin_reset(ctx, visitor, &account_id, by, what).await
        }
        // Its page knows.
        Reverted::Disputed | Reverted::TooLate => see_other(REVERT),
    })
}
