//! "This was not me": opening the link, or typing the code of a text message, writes nothing, and takes the token out of the address; only
//! the button does something.
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;
use serde::Deserialize;

use super::reverted::{self, What};
use crate::rules::link_token::Damaged;
use crate::rules::page::Typed;
use crate::rules::steps::Step;
use crate::server::account::revert::{Reverted, Standing, is_known, standing, stop};
use crate::server::base::keys::{Purpose, digest, same};
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::flash::{self, FlashMessage, kept, to_page};
use crate::server::http::drawn::screen::{Block, Complaint, Field, Form, Link, Screen, draw};
use crate::server::http::layers::final_slash;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::places::REVERT_CODE;
use crate::server::http::responses::see_other;
use crate::server::http::web_state::WebState;
use crate::server::http::wizard::link::behind;
use crate::server::http::words;
use crate::server::notifications::revert_links::{self, Held};
use crate::texts::MailText;

/// The path of the page that has the button.
pub(super) const HERE: &str = "/stop";
const PLACE: &str = "cookie stop";

/// `GET /stop/{token}`, whatever stands behind it. `GET /stop/`: the link was cut off before its first character.
pub async fn open(State(web): State<WebState>, uri: Uri) -> Response {
    let token = behind(&uri, revert_links::PATH);
    // The pages beside it, with a slash behind their address.
    match token.trim_end_matches('/') {
        "code" => return final_slash::to(REVERT_CODE, &uri),
        "done" => return final_slash::to(reverted::HERE, &uri),
        _ => {}
    }
    let held = Held::link(&token);
    opened(&web, held.as_ref().map_or("", Held::as_str))
}

fn opened(web: &WebState, held: &str) -> Response {
    let ctx = &web.ctx;
    let mut response = see_other(HERE);
    match ctx.keys.seal(Purpose::Cookie, PLACE, held.as_bytes()) {
        Ok(value) => append(&mut response, cookies::set(ctx, Name::Stop, &value)),
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
fn held(web: &WebState, visitor: &Visitor) -> Option<Result<Held, Damaged>> {
    let ctx = &web.ctx;
    let opened = ctx
        .keys
        .open_sealed(Purpose::Cookie, PLACE, visitor.stop()?);
    let text = String::from_utf8(opened.ok()?.to_vec()).ok()?;
    Some(Held::read(&text))
}

/// `GET /stop`.
pub async fn show(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, EarlyResponse> {
    let ctx = &web.ctx;
    let Some(held) = held(&web, &visitor) else {
        // After the revert its page is shown again, and without a link there is the code.
        let is_done = reverted::is_done(ctx, &visitor);
        return Ok(see_other(if is_done {
            reverted::HERE
        } else {
            REVERT_CODE
        }));
    };
    let mut connection = ctx.store.read().await?;
    let standing = standing(ctx, &mut connection, &held).await?;
    drop(connection);
    let message = flash::message_for(ctx, &visitor, HERE);
    let form = held.map_or_else(|_| String::new(), |held| form_token(ctx, &held));
    let was_shown = message.is_some();
    let problem = message.and_then(|message| message.complaint);
    let response = page(&web, &visitor, &standing, form, problem);
    Ok(flash::clear(ctx, was_shown, response))
}

/// Binds the button to what the page was about: another link may be opened in another tab meanwhile.
fn form_token(ctx: &Context, held: &Held) -> String {
    let hash = digest(held.as_str());
    let parts = [b"stop form".as_slice(), hash.as_bytes()];
    ctx.keys.mac_text(Purpose::Form, &parts)
}

fn page(
    web: &WebState,
    visitor: &Visitor,
    standing: &Standing,
    form: String,
    problem: Option<Complaint>,
) -> Response {
    let sentences = web.ctx.sentences(visitor.language);
    let mail = |text| sentences.mail(text).to_owned();
    let (title, text) = match standing {
        Standing::Password { .. } => (
            MailText::AccountStopPasswordTitle,
            MailText::AccountStopPasswordText,
        ),
        Standing::Contacts { .. } => (
            MailText::AccountStopContactsTitle,
            MailText::AccountStopContactsText,
        ),
        Standing::Used => (
            MailText::AccountStopUsedTitle,
            MailText::AccountStopUsedText,
        ),
        Standing::Disputed => (
            MailText::AccountStopDisputedTitle,
            MailText::AccountStopDisputedText,
        ),
        Standing::Over => (
            MailText::AccountStopOverTitle,
            MailText::AccountStopOverText,
        ),
        Standing::Damaged => (
            MailText::AccountStopDamagedTitle,
            MailText::AccountStopDamagedText,
        ),
    };
    let mut blocks = vec![Block::Words(mail(text))];
    match standing {
        Standing::Password { user_name } | Standing::Contacts { user_name } => {
            let values = [("user_name", user_name.as_str())];
            let form = Form {
                action: HERE.to_owned(),
                hidden: vec![("token", form)],
                submit: mail(MailText::AccountStopSubmit),
                ..Form::default()
            };
            blocks.extend([
                Block::Words(sentences.fill_mail(MailText::AccountStopAccount, &values)),
                Block::Form(form),
                Block::Words(mail(MailText::AccountStopNothing)),
            ]);
        }
        Standing::Disputed => {
            let helper = words::helper(&web.ctx, sentences);
            blocks.push(Block::Words(helper.to_owned()));
        }
        Standing::Damaged => {
            let words = sentences.mail(MailText::AccountStopToCode);
            blocks.push(Block::Button(Link::new(REVERT_CODE, words)));
        }
        Standing::Used | Standing::Over => {
            let words = sentences.mail(MailText::HelpStart);
            blocks.push(Block::Button(Link::new(Step::Identify.path(), words)));
        }
    }
    let screen = Screen {
        title: mail(title),
        problem,
        blocks,
        ..Screen::default()
    };
    draw(web, visitor, None, "", screen)
}

/// What the forms carry.
#[derive(Deserialize)]
pub struct Posted {
    #[serde(default)]
    token: String,
    #[serde(default)]
    stop_code: String,
}

/// `GET /stop/code`.
pub async fn ask_code(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let ctx = &web.ctx;
    let sentences = ctx.sentences(visitor.language);
    let mail = |text| sentences.mail(text).to_owned();
    let message = flash::message_for(ctx, &visitor, REVERT_CODE);
    let was_shown = message.is_some();
    let (problem, written) = message.map_or((None, None), |message| {
        (message.complaint, message.typed.identifier)
    });
    let field = Field {
        id: "stop_code",
        kind: "text",
        label: mail(MailText::AccountStopCodeLabel),
        hint: Some(mail(MailText::AccountStopCodeHint)),
        value: written.unwrap_or_default(),
        autocomplete: "off",
        ..Field::default()
    };
    let form = Form {
        action: REVERT_CODE.to_owned(),
        fields: vec![field.with_error(problem.as_ref())],
        submit: mail(MailText::AccountStopCodeSubmit),
        ..Form::default()
    };
    let screen = Screen {
        title: mail(MailText::AccountStopCodeTitle),
        problem,
        blocks: vec![
            Block::Words(mail(MailText::AccountStopCodeText)),
            Block::Form(form),
        ],
        ..Screen::default()
    };
    let response = draw(&web, &visitor, None, "", screen);
    flash::clear(ctx, was_shown, response)
}

/// `POST /stop/code`.
pub async fn take_code(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = &web.ctx;
    let typed = posted.stop_code;
    let wrong = match Held::typed(&typed) {
        None => MailText::AccountStopCodeUnusable,
        // A link is opened here as it is elsewhere: its page says how it stands, and nobody guesses one.
        Some(held @ Held::Link(_)) => return Ok(opened(&web, held.as_str())),
        Some(held @ Held::Code(_)) => {
            let text = held.as_str().to_owned();
            if is_known(ctx, held, visitor.client).await? {
                return Ok(opened(&web, &text));
            }
            MailText::AccountStopCodeUnknown
        }
    };
    let words = ctx.sentences(visitor.language).mail(wrong).to_owned();
    let message = FlashMessage {
        at: REVERT_CODE.to_owned(),
        complaint: Some(("stop_code".to_owned(), words)),
        typed: kept(Typed {
            identifier: Some(typed),
            ..Typed::default()
        }),
        ..FlashMessage::default()
    };
    Ok(to_page(ctx, REVERT_CODE, &message))
}

/// `POST /stop`.
pub async fn take(
    State(web): State<WebState>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = &web.ctx;
    let Some(Ok(held)) = held(&web, &visitor) else {
        // Its page knows.
        return Ok(see_other(HERE));
    };
    if !same(&form_token(ctx, &held), &posted.token) {
        // Another one was opened meanwhile: its page says what it is about.
        let sentences = ctx.sentences(visitor.language);
        let words = sentences.mail(MailText::AccountStopOther).to_owned();
        let message = FlashMessage {
            at: HERE.to_owned(),
            complaint: Some((String::new(), words)),
            ..FlashMessage::default()
        };
        return Ok(to_page(ctx, HERE, &message));
    }
    Ok(match stop(ctx, &held, visitor.client).await? {
        // Whoever was told by a text message is asked on the phone, where that proves anything.
        Reverted::Done {
            account_id,
            by,
            contacts,
            password,
        } => {
            let what = What::of(contacts, password);
            reverted::lead(ctx, &visitor, &account_id, by, what).await
        }
        // Its page knows.
        Reverted::Disputed | Reverted::TooLate => see_other(HERE),
    })
}
