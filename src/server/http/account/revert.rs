//! "This was not me": opening the link, or typing the code of a text message, writes nothing, and takes the token out of the address; only
//! the button does something.
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;
use serde::Deserialize;

use super::reverted::{self, What};
use crate::rules::link_token::Damaged;
use crate::rules::page::Typed;
use crate::rules::steps::Step;
use crate::server::account::revert::{RevertLinkState, Reverted, is_known, revert, standing};
use crate::server::base::keys::{Purpose, digest, same};
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::flash::{FlashMessage, FormError, kept, to_page};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::Field;
use crate::server::http::drawn::request::{PageRequest, PageResult};
use crate::server::http::layers::final_slash;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::REVERT_CODE;
use crate::server::http::responses::see_other;
use crate::server::http::web_state::WebState;
use crate::server::http::wizard::link::behind;
use crate::server::http::words;
use crate::server::notifications::revert_links::{self, RevertToken};
use crate::texts::ServerText;

/// The path of the page that has the button.
pub(super) const PATH: &str = "/stop";
const PLACE: &str = "cookie stop";

/// `GET /stop/{token}`, whatever stands behind it. `GET /stop/`: the link was cut off before its first character.
pub async fn open(State(web): State<WebState>, uri: Uri) -> Response {
    let token = behind(&uri, revert_links::PATH);
    // The pages beside it, with a slash behind their address.
    match token.trim_end_matches('/') {
        "code" => return final_slash::to(REVERT_CODE, &uri),
        "done" => return final_slash::to(reverted::PATH, &uri),
        _ => {}
    }
    let held = RevertToken::link(&token);
    opened(&web.ctx, held.as_ref().map_or("", RevertToken::as_str))
}

fn opened(ctx: &Context, held: &str) -> Response {
    let mut response = see_other(PATH);
    match ctx.keys.seal(Purpose::Cookie, PLACE, held.as_bytes()) {
        Ok(value) => append(&mut response, cookies::set(ctx, Name::RevertLink, &value)),
        Err(error) => tracing::error!(%error, "a link cannot be opened"),
    }
    // Nobody after this answer may learn the address that led here.
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// The link that this browser has opened, or the code that was typed in it; `None` when there is none.
fn held(ctx: &Context, visitor: &Visitor) -> Option<Result<RevertToken, Damaged>> {
    let opened = ctx
        .keys
        .open_sealed(Purpose::Cookie, PLACE, visitor.revert_link()?);
    let text = String::from_utf8(opened.ok()?.to_vec()).ok()?;
    Some(RevertToken::read(&text))
}

#[derive(Template)]
#[template(path = "revert/link.html")]
struct RevertLinkPage<'a> {
    frame: Frame<'a>,
    text: ServerText,
    standing: &'a RevertLinkState,
    /// Which account it is about, where something can be reverted.
    account: Option<String>,
    token: String,
    helper: &'a str,
}

/// `GET /stop`.
pub async fn get(request: PageRequest) -> PageResult {
    let ctx = request.ctx();
    let Some(held) = held(ctx, &request.visitor) else {
        // After the revert its page is shown again, and without a link there is the code.
        let is_done = reverted::is_done(ctx, &request.visitor);
        return Ok(see_other(if is_done {
            reverted::PATH
        } else {
            REVERT_CODE
        }));
    };
    let mut connection = ctx.store.read().await?;
    let standing = standing(ctx, &mut connection, &held).await?;
    drop(connection);
    let sentences = request.sentences();
    let (title, text) = words_of(&standing);
    let account = match &standing {
        RevertLinkState::Password { user_name } | RevertLinkState::Contacts { user_name } => {
            let values = [("user_name", user_name.as_str())];
            Some(sentences.fill_server(ServerText::AccountStopAccount, &values))
        }
        _ => None,
    };
    Ok(request.draw(&RevertLinkPage {
        frame: request.frame(sentences.server(title)),
        text,
        standing: &standing,
        account,
        token: held.map_or_else(|_| String::new(), |held| form_token(ctx, &held)),
        helper: words::helper(ctx, sentences),
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

/// What the forms carry.
#[derive(Deserialize)]
pub struct RevertForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    stop_code: String,
}

/// `POST /stop`.
pub async fn post(request: PageRequest, Form(form): Form<RevertForm>) -> PageResult {
    let (ctx, visitor) = (request.ctx(), &request.visitor);
    let Some(Ok(held)) = held(ctx, visitor) else {
        // Its page knows.
        return Ok(see_other(PATH));
    };
    if !same(&form_token(ctx, &held), &form.token) {
        // Another one was opened meanwhile: its page says what it is about.
        let error = FormError::of_page(request.sentence(ServerText::AccountStopOther));
        return Ok(back_with(ctx, PATH, error, Typed::default()));
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
            reverted::begin_reset(ctx, visitor, &account_id, by, what).await
        }
        // Its page knows.
        Reverted::Disputed | Reverted::TooLate => see_other(PATH),
    })
}

#[derive(Template)]
#[template(path = "revert/code.html")]
struct RevertCodePage<'a> {
    frame: Frame<'a>,
    code: Field,
}

/// `GET /stop/code`.
pub async fn get_code(request: PageRequest) -> Response {
    let frame = request.frame(request.sentence(ServerText::AccountStopCodeTitle));
    let flash = request.flash.as_ref();
    let written = flash.and_then(|flash| flash.typed.identifier.clone());
    let code = Field {
        id: "stop_code",
        kind: "text",
        label: request.sentence(ServerText::AccountStopCodeLabel),
        hint: Some(request.sentence(ServerText::AccountStopCodeHint)),
        value: written.unwrap_or_default(),
        autocomplete: "off",
        ..Field::default()
    };
    request.draw(&RevertCodePage {
        code: code.with_error(&frame),
        frame,
    })
}

/// `POST /stop/code`.
pub async fn post_code(request: PageRequest, Form(form): Form<RevertForm>) -> PageResult {
    let ctx = request.ctx();
    let typed = form.stop_code;
    let wrong = match RevertToken::typed(&typed) {
        None => ServerText::AccountStopCodeUnusable,
        // A link is opened here as it is elsewhere: its page says how it stands, and nobody guesses one.
        Some(held @ RevertToken::Link(_)) => return Ok(opened(ctx, held.as_str())),
        Some(held @ RevertToken::Code(_)) => {
            let text = held.as_str().to_owned();
            if is_known(ctx, held, request.visitor.client).await? {
                return Ok(opened(ctx, &text));
            }
            ServerText::AccountStopCodeUnknown
        }
    };
    let error = FormError::new("stop_code", request.sentence(wrong));
    let typed = Typed {
        identifier: Some(typed),
        ..Typed::default()
    };
    Ok(back_with(ctx, REVERT_CODE, error, typed))
}

/// Sends the browser back to a page that says what is to be put right, and holds what was typed.
fn back_with(ctx: &Context, path: &str, error: FormError, typed: Typed) -> Response {
    let message = FlashMessage {
        at: path.to_owned(),
        error: Some(error),
        typed: kept(typed),
        ..FlashMessage::default()
    };
    to_page(ctx, path, &message)
}
