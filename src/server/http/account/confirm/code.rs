//! The page that takes the code with which somebody re-authenticates.

use axum::Form;
use axum::http::Uri;

use super::super::codes;
use super::{ConfirmForm, go_on, next_place, query};
use crate::rules::page::Notice;
use crate::server::account::confirm;
use crate::server::factor;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::layers::visitor::query_value;
use crate::server::http::places::{CONFIRM, asks_first};
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::texts::ServerText;

const PATH: &str = "/account/confirm/code";

/// The page, with where it leads in its address.
pub(super) fn place(next: &str) -> String {
    asks_first(next).replacen(CONFIRM, PATH, 1)
}

/// `GET /account/confirm/code`.
pub async fn get_code(request: SignedInRequest, uri: Uri) -> PageResult {
    let asked = query_value(&uri, "next");
    let next = next_place(asked.as_deref());
    let ctx = request.ctx();
    let mut connection = ctx.store.read().await?;
    let sent = confirm::sent(ctx, &mut connection, &request.who).await?;
    let has_factor = factor::is_set_up(&mut connection, &request.who.account.id).await?;
    drop(connection);
    let Some(sent) = sent else {
        return Ok(see_other(&asks_first(next)));
    };
    let asked = codes::Asked {
        action: PATH,
        next: Some(next.to_owned()),
        query: query(next),
        has_factor,
        other: (asks_first(next), ServerText::AccountCodeOtherWay),
    };
    Ok(request.draw(&codes::page(&request, &sent, asked)))
}

/// `POST /account/confirm/code`.
pub async fn post_code(request: SignedInRequest, Form(form): Form<ConfirmForm>) -> PageResult {
    let ctx = request.ctx();
    let next = next_place(Some(&form.next));
    let (code, totp, client) = (&form.code, &form.totp, request.visitor.client);
    let confirm = confirm::by_code(ctx, &request.who, code, totp, client);
    // Given before: the page that was wanted knows.
    let back = WayBack::to(place(next)).without_code(next);
    request
        .post(&form.token, confirm, back, |session| {
            go_on(ctx, &session, next)
        })
        .await
}

/// `POST /account/confirm/code/again`.
pub async fn post_code_again(
    request: SignedInRequest,
    Form(form): Form<ConfirmForm>,
) -> PageResult {
    let ctx = request.ctx();
    let next = next_place(Some(&form.next));
    let send = confirm::send_again(ctx, &request.who, request.visitor.client);
    let back = WayBack::to(place(next)).without_code(asks_first(next));
    request
        .post(&form.token, send, back, |()| {
            done(ctx, &place(next), Notice::Resent)
        })
        .await
}
