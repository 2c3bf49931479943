//! The page that takes the code of a new address or number.

use axum::response::Response;

use super::super::codes;
use super::{CODE, Posted, place_of};
use crate::rules::page::Notice;
use crate::server::account::contacts;
use crate::server::account::rejection::Rejection;
use crate::server::base::failure::Failure;
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::screen::Screen;
use crate::server::http::places::SECURITY;
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, back_to_security};
use crate::texts::MailText;

/// `GET /account/security/code`.
pub async fn show_code(here: SignedInRequest) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let problem = here.complaint(CODE);
    let mut connection = ctx.store.read().await?;
    let sent = contacts::sent(ctx, &mut connection, &here.who).await?;
    drop(connection);
    let Some(sent) = sent else {
        let Some((_, words)) = problem else {
            return Ok(see_other(SECURITY));
        };
        // The code was right, but there is no place for the contact any more.
        let screen = Screen {
            title: here.mail(MailText::AccountSecurityTitle),
            problem: Some((String::new(), words)),
            back: Some(back_to_security(sentences)),
            ..Screen::default()
        };
        return Ok(here.draw(CODE, "", screen));
    };
    let other = place_of(sent.channel.into(), sent.replaces.as_deref());
    let asked = codes::Asked {
        action: CODE,
        token: here.form_token(),
        next: None,
        has_factor: false,
        other: (other, MailText::AccountCodeOther),
    };
    let screen = Screen {
        back: Some(back_to_security(sentences)),
        ..codes::screen(sentences, &sent, asked, problem)
    };
    Ok(here.draw(CODE, "", screen))
}

/// `POST /account/security/code`.
pub async fn take_code(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let result = async {
        here.check_form(&posted.token)?;
        contacts::confirm(
            ctx,
            &here.who,
            &posted.code,
            here.visitor.browser,
            here.visitor.client,
        )
        .await
    }
    .await;
    match result {
        Ok(confirmed) => {
            let notice = if confirmed.is_told {
                Notice::ContactChanged
            } else {
                Notice::ContactAdded
            };
            Ok(done(ctx, SECURITY, notice))
        }
        // Confirmed in another tab, or pressed twice: the security page shows how things stand.
        Err(Failure::Rejected(Rejection::NoCode)) => Ok(see_other(SECURITY)),
        Err(undone) => here.refuse(CODE, undone, None),
    }
}

/// `POST /account/security/code/again`.
pub async fn send_again(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let result = async {
        here.check_form(&posted.token)?;
        contacts::send_again(ctx, &here.who, here.visitor.client).await
    }
    .await;
    match result {
        Ok(()) => Ok(done(ctx, CODE, Notice::Resent)),
        Err(Failure::Rejected(Rejection::NoCode)) => Ok(see_other(SECURITY)),
        Err(undone) => here.refuse(CODE, undone, None),
    }
}
