//! "This was not me": opening the link writes nothing, and takes the token out of the address; only the button does something.

use axum::extract::{Extension, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::super::cookies::{self, Name};
use super::super::error_pages::ErrorPages;
use super::super::pages::append;
use super::super::visitor::Visitor;
use super::here::Elsewhere;
use super::screen::{Block, Form, Link, Screen, draw};
use crate::rules::steps::Step;
use crate::server::account::stop::{Standing, Stopped, standing, stop};
use crate::server::context::Context;
use crate::server::failure::Failure;
use crate::server::keys::Purpose;
use crate::server::redirect::see_other;
use crate::server::reset::begin;
use crate::texts::MailText;

const HERE: &str = "/stop";
const PLACE: &str = "cookie stop";

/// `GET /stop/{token}`.
pub async fn open(State(pages): State<ErrorPages>, Path(token): Path<String>) -> Response {
    opened(&pages, &token)
}

/// `GET /stop/`: the link was cut off before its first character.
pub async fn open_nothing(State(pages): State<ErrorPages>) -> Response {
    opened(&pages, "")
}

fn opened(pages: &ErrorPages, token: &str) -> Response {
    let ctx = &pages.ctx;
    let mut response = see_other(HERE);
    match ctx.keys.seal(Purpose::Cookie, PLACE, token.as_bytes()) {
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

/// The token of the link that this browser has opened; empty when there is none.
fn token(pages: &ErrorPages, visitor: &Visitor) -> String {
    let opened = visitor.stop().and_then(|value| {
        pages
            .ctx
            .keys
            .open_sealed(Purpose::Cookie, PLACE, value)
            .ok()
    });
    opened
        .and_then(|token| String::from_utf8(token.to_vec()).ok())
        .unwrap_or_default()
}

/// `GET /stop`.
pub async fn show(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Elsewhere> {
    let ctx = &pages.ctx;
    let mut connection = ctx.store.read().await?;
    let standing = standing(ctx, &mut connection, &token(&pages, &visitor)).await?;
    Ok(page(&pages, &visitor, standing))
}

fn page(pages: &ErrorPages, visitor: &Visitor, standing: Standing) -> Response {
    let sentences = pages.ctx.sentences(visitor.language);
    let mail = |text| sentences.mail(text).to_owned();
    let (title, text) = match standing {
        Standing::Password => (
            MailText::AccountStopPasswordTitle,
            MailText::AccountStopPasswordText,
        ),
        Standing::Contacts => (
            MailText::AccountStopContactsTitle,
            MailText::AccountStopContactsText,
        ),
        Standing::Used => (
            MailText::AccountStopUsedTitle,
            MailText::AccountStopUsedText,
        ),
        Standing::Over => (
            MailText::AccountStopOverTitle,
            MailText::AccountStopOverText,
        ),
    };
    let mut blocks = vec![Block::Words(mail(text))];
    if matches!(standing, Standing::Password | Standing::Contacts) {
        blocks.push(Block::Form(Form {
            action: HERE.to_owned(),
            submit: mail(MailText::AccountStopSubmit),
            ..Form::default()
        }));
        blocks.push(Block::Words(mail(MailText::AccountStopNothing)));
    } else {
        let words = sentences.mail(MailText::HelpStart);
        blocks.push(Block::Button(Link::new(Step::Identify.path(), words)));
    }
    let screen = Screen {
        title: mail(title),
        blocks,
        ..Screen::default()
    };
    draw(pages, visitor, None, "", screen)
}

/// `POST /stop`.
pub async fn take(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Elsewhere> {
    let ctx = &pages.ctx;
    Ok(
        match stop(ctx, &token(&pages, &visitor), visitor.client).await? {
            Stopped::Done { account_id } => begin_reset(ctx, &visitor, &account_id).await,
            Stopped::Disputed => disputed(&pages, &visitor),
            Stopped::TooLate => see_other(HERE),
        },
    )
}

/// The password opens nothing any more, so another one is chosen at once.
async fn begin_reset(ctx: &Context, visitor: &Visitor, account_id: &str) -> Response {
    let begun = begin::begin_for(ctx, account_id, visitor.language, visitor.client).await;
    let mut response = match begun {
        Ok(begun) => {
            let mut response = see_other(Step::Code.path());
            append(&mut response, cookies::set(ctx, Name::Flow, &begun.cookie));
            response
        }
        // It is stopped all the same; a new password can be asked for by hand.
        Err(failure) => {
            if let Failure::Broken(error) = failure {
                tracing::error!(%error, "a reset cannot be begun");
            }
            see_other(Step::Identify.path())
        }
    };
    for name in [Name::Session, Name::Link, Name::Stop] {
        append(&mut response, cookies::remove(ctx, name));
    }
    response
}

/// It was stopped so often that a person has to look at it.
fn disputed(pages: &ErrorPages, visitor: &Visitor) -> Response {
    let ctx = &pages.ctx;
    let sentences = ctx.sentences(visitor.language);
    let mail = |text| sentences.mail(text).to_owned();
    let mut blocks = vec![Block::Words(mail(MailText::AccountStopDisputedText))];
    blocks.extend(ctx.config.support.contact.clone().map(Block::Words));
    let screen = Screen {
        title: mail(MailText::AccountStopDisputedTitle),
        blocks,
        ..Screen::default()
    };
    draw(pages, visitor, None, "", screen)
}
