//! The page that takes the code of a new address or number.

use axum::Form;

use super::super::codes;
use super::{ContactForm, RefusedPage, place_of};
use crate::rules::page::Notice;
use crate::server::account::contacts;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::SECURITY;
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::texts::ServerText;

/// The path of the page.
pub(super) const PATH: &str = "/account/security/code";

/// `GET /account/security/code`.
pub async fn get_code(request: SignedInRequest) -> PageResult {
    let ctx = request.ctx();
    let mut connection = ctx.store.read().await?;
    let sent = contacts::sent(ctx, &mut connection, &request.who).await?;
    drop(connection);
    let Some(sent) = sent else {
        let frame = request
            .frame(request.sentence(ServerText::AccountSecurityTitle))
            .back_to(SECURITY, ServerText::AccountBack)
            .with_fields(&[]);
        return Ok(if frame.error.is_some() {
            // The code was right, but there is no place for the contact any more.
            request.draw(&RefusedPage { frame })
        } else {
            see_other(SECURITY)
        });
    };
    let other = place_of(sent.channel.into(), sent.replaces.as_deref());
    let asked = codes::Asked {
        action: PATH,
        next: None,
        query: String::new(),
        has_factor: false,
        other: (other, ServerText::AccountCodeOther),
    };
    Ok(request.draw(&codes::page(&request, &sent, asked)))
}

/// `POST /account/security/code`.
pub async fn post_code(request: SignedInRequest, Form(form): Form<ContactForm>) -> PageResult {
    let (ctx, visitor) = (request.ctx(), &request.visitor);
    let (browser, client) = (visitor.browser(), visitor.client);
    let confirm = contacts::confirm(ctx, &request.who, &form.code, browser, client);
    // Confirmed before: the security page shows how things stand.
    let back = WayBack::to(PATH).without_code(SECURITY);
    request
        .post(&form.token, confirm, back, |confirmed| {
            let notice = if confirmed.is_told {
                Notice::ContactChanged
            } else {
                Notice::ContactAdded
            };
            done(ctx, SECURITY, notice)
        })
        .await
}

/// `POST /account/security/code/again`.
pub async fn post_code_again(
    request: SignedInRequest,
    Form(form): Form<ContactForm>,
) -> PageResult {
    let ctx = request.ctx();
    let send = contacts::send_again(ctx, &request.who, request.visitor.client);
    let back = WayBack::to(PATH).without_code(SECURITY);
    request
        .post(&form.token, send, back, |()| {
            done(ctx, PATH, Notice::Resent)
        })
        .await
}
