//! Setting a second factor up: what it is, the key for the app, and the first code. The pages of sign-in and of the account draw and post
//! the same under addresses of their own.

use askama::Template;
use axum::response::Response;
use zeroize::Zeroizing;

use super::form::FactorForm;
use super::handed::handed_out;
use super::problem::Problem;
use super::sign_in_completed::{by, signed_in};
use crate::server::account::factor::{Done, SetUp, begin, confirm};
use crate::server::account::rejection::Rejection;
use crate::server::base::failure::Failure;
use crate::server::base::passage::Passage;
use crate::server::factor::{self, Begun, Square};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::Field;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{ACCOUNT_FACTOR, ACCOUNT_FACTOR_APP, SECURITY, SET_UP};
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::SignedInRequest;
use crate::texts::ServerText;

/// The page before it is begun: what it is about.
#[derive(Template)]
#[template(path = "factor/set_up.html")]
struct SetUpPage<'a> {
    frame: Frame<'a>,
    action: &'a str,
    token: String,
    is_sign_in: bool,
    /// Why it has to be.
    demanded: Passage,
}

/// The page with the key: as a square for the phone, as a link for an app on this device, and to be typed.
#[derive(Template)]
#[template(path = "factor/key.html")]
struct KeyPage<'a> {
    frame: Frame<'a>,
    action: &'a str,
    token: String,
    is_sign_in: bool,
    square: Option<Square>,
    uri: Zeroizing<String>,
    key: Zeroizing<String>,
    code: Field,
}

/// The page at `action`: at first what it is about, and once it is begun the key.
pub(super) async fn page(request: &SignedInRequest, action: &'static str) -> PageResult {
    let ctx = request.ctx();
    let (account, session) = (&request.who.account.id, &request.who.session.id);
    let mut connection = ctx.store.read().await?;
    let begun = factor::begun(ctx, &mut connection, account, session).await?;
    drop(connection);
    Ok(match begun {
        Some(begun) => key(request, action, &begun),
        None => introduction(request, action),
    })
}

fn frame<'a>(request: &'a SignedInRequest, action: &str, title: ServerText) -> Frame<'a> {
    let frame = request.frame(request.sentence(title));
    match action {
        SET_UP => frame,
        ACCOUNT_FACTOR_APP => frame.back_to(ACCOUNT_FACTOR, ServerText::FactorAccountTitle),
        _ => frame.back_to(SECURITY, ServerText::AccountBack),
    }
}

fn introduction(request: &SignedInRequest, action: &str) -> Response {
    let sentences = request.sentences();
    let site = [("site", request.ctx().site_name(sentences))];
    request.draw(&SetUpPage {
        frame: frame(request, action, ServerText::FactorSetUpTitle).with_fields(&[]),
        action,
        token: request.form_token(),
        is_sign_in: action == SET_UP,
        demanded: Passage::fill(sentences.server(ServerText::FactorSetUpDemanded), &site),
    })
}

fn key(request: &SignedInRequest, action: &str, begun: &Begun) -> Response {
    let sentences = request.sentences();
    let site = request.ctx().site_name(sentences);
    let uri = factor::uri(site.words, &request.who.account.user_name, &begun.secret);
    let square = factor::square(&uri);
    // A name can be too long for one; the key can be typed all the same.
    let title = match square {
        Some(_) => ServerText::FactorScanTitle,
        None => ServerText::FactorSetUpTitle,
    };
    let frame = frame(request, action, title);
    let code = Field {
        id: "totp",
        kind: "text",
        label: request.sentence(ServerText::FactorAskLabel),
        hint: Some(Passage::fill(
            sentences.server(ServerText::FactorScanHint),
            &[("site", site)],
        )),
        autocomplete: "one-time-code",
        inputmode: "numeric",
        class: "code",
        ..Field::default()
    };
    request.draw(&KeyPage {
        action,
        token: request.form_token(),
        is_sign_in: action == SET_UP,
        square,
        uri,
        key: factor::key_in_groups(&begun.secret),
        code: code.on_page(&frame),
        frame,
    })
}

/// What became of a post.
pub(super) enum Progress {
    /// The key can be shown.
    Begun,
    /// A code was compared with it.
    Compared(Done<SetUp>),
}

/// Begins, or compares the first code, as the button says.
pub(super) async fn posted(
    request: &SignedInRequest,
    form: &FactorForm,
) -> Result<Progress, Failure<Rejection>> {
    let ctx = request.ctx();
    if form.button == "begin" {
        begin(ctx, by(request)).await?;
        return Ok(Progress::Begun);
    }
    let done = confirm(ctx, by(request), &form.totp).await?;
    Ok(Progress::Compared(done))
}

/// The answer to a post of the page at `action`.
pub(super) fn answer(request: &SignedInRequest, action: &str, progress: Progress) -> Response {
    let ctx = request.ctx();
    let back = |problem: Problem| request.back_with(action, problem.error(request.sentences()));
    match progress {
        Progress::Begun => see_other(action),
        Progress::Compared(Done::Yes(done)) => {
            let account = &request.who.account.id;
            let mut response = handed_out(ctx, account, &done.codes);
            if let Some(came) = &done.session {
                signed_in(ctx, &mut response, came);
            }
            response
        }
        Progress::Compared(Done::Refused(rejection)) => back(Problem::TypedToSetUp(rejection)),
        Progress::Compared(Done::Over) => back(Problem::Over),
    }
}
