//! The page that takes the code of a new address or number.

use axum::extract::{Extension, State};
use axum::response::Response;

use super::super::super::error_pages::ErrorPages;
use super::super::super::visitor::Visitor;
use super::super::screen::{Screen, draw};
use super::super::{
    SECURITY, back, broken, check_form, codes, done, forget_said, form_token, heard, notice,
    signed_in, to_say,
};
use super::{CODE, Posted, place_of};
use crate::rules::page::Notice;
use crate::server::account::contacts;
use crate::server::account::wrong::{Undone, Wrong};
use crate::server::redirect::see_other;
use crate::server::sessions::SignedIn;
use crate::texts::MailText;

/// `GET /account/security/code`.
pub async fn show_code(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    match signed_in(&pages, &visitor).await {
        Ok(who) => page(&pages, &visitor, &who, None).await,
        Err(elsewhere) => elsewhere.answer(),
    }
}

/// `POST /account/security/code`.
pub async fn take_code(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    let who = match signed_in(&pages, &visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => contacts::confirm(ctx, &who, &posted.code, visitor.browser, visitor.client).await,
        Err(undone) => Err(undone),
    };
    match result {
        Ok(_) => done(ctx, SECURITY, Notice::ContactChanged),
        // Confirmed in another tab, or pressed twice: the security page shows how things stand.
        Err(Undone::Wrong(Wrong::NoCode)) => see_other(SECURITY),
        Err(undone) => match to_say(ctx.sentences(visitor.language), CODE, undone) {
            Ok(problem) => page(&pages, &visitor, &who, Some(problem)).await,
            Err(elsewhere) => elsewhere.answer(),
        },
    }
}

/// `POST /account/security/code/again`.
pub async fn send_again(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    let who = match signed_in(&pages, &visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => contacts::send_again(ctx, &who, visitor.client).await,
        Err(undone) => Err(undone),
    };
    match result {
        Ok(()) => done(ctx, CODE, Notice::Resent),
        Err(Undone::Wrong(Wrong::NoCode)) => see_other(SECURITY),
        Err(undone) => match to_say(ctx.sentences(visitor.language), CODE, undone) {
            Ok(problem) => page(&pages, &visitor, &who, Some(problem)).await,
            Err(elsewhere) => elsewhere.answer(),
        },
    }
}

async fn page(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    problem: Option<(&'static str, String)>,
) -> Response {
    let ctx = &pages.ctx;
    let sentences = ctx.sentences(visitor.language);
    let found = async {
        let mut connection = ctx.store.read().await?;
        contacts::sent(ctx, &mut connection, who).await
    };
    let sent = match found.await {
        Ok(Some(sent)) => sent,
        Ok(None) => match problem {
            // The code was right, but there is no place for the contact any more.
            Some(problem) => {
                let screen = Screen {
                    title: sentences.mail(MailText::AccountSecurityTitle).to_owned(),
                    problem: Some(("", problem.1)),
                    back: Some(back(sentences)),
                    ..Screen::default()
                };
                return draw(pages, visitor, Some(who), "", screen);
            }
            None => return see_other(SECURITY),
        },
        Err(error) => return broken(&error.into()).answer(),
    };
    let said = heard(ctx, visitor, CODE);
    let other = place_of(sent.channel.into(), sent.replaces.as_deref());
    let asked = codes::Asked {
        action: CODE,
        token: form_token(ctx, who),
        next: None,
        has_factor: false,
        other: (other, MailText::AccountCodeOther),
    };
    let screen = Screen {
        notice: notice(sentences, said.as_ref()),
        back: Some(back(sentences)),
        ..codes::screen(sentences, &sent, asked, problem)
    };
    forget_said(
        ctx,
        said.as_ref(),
        draw(pages, visitor, Some(who), "", screen),
    )
}
