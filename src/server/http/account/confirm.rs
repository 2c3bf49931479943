//! The pages that ask somebody who is signed in to show that it is them: with the password, or with a code.

mod code;

use askama::Template;
use axum::Form;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use zeroize::Zeroizing;

pub use code::{get_code, post_code, post_code_again};

use super::codes;
use crate::rules::page::Notice;
use crate::rules::password::nfc;
use crate::rules::steps::Step;
use crate::server::account::confirm;
use crate::server::context::Context;
use crate::server::directory::Password;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::{Breakable, Field};
use crate::server::http::drawn::request::PageResult;
use crate::server::http::layers::visitor::query_value;
use crate::server::http::places::{CONFIRM, SECURITY, asks_first, is_below};
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::server::store::contacts::{Contact, ContactKind};
use crate::server::{factor, identifiers};
use crate::texts::{ServerText, Text};

#[derive(Template)]
#[template(path = "account/confirm.html")]
struct ConfirmPage<'a> {
    frame: Frame<'a>,
    /// Nothing that could be asked for here would show who it is: only a reset does.
    is_held: bool,
    token: String,
    next: &'a str,
    user_name: &'a str,
    /// The password, and the second factor where there is one; nothing where only a code is asked for.
    fields: Vec<Field>,
    /// Contacts that a code can go to: their ids, and what the buttons say.
    codes: Vec<(String, Breakable)>,
}

/// `GET /account/confirm`.
pub async fn get(request: SignedInRequest, uri: Uri) -> PageResult {
    let ctx = request.ctx();
    let account = &request.who.account;
    let asked = query_value(&uri, "next");
    let next = next_place(asked.as_deref());
    let only_code = query_value(&uri, "by").as_deref() == Some("code");
    let mut connection = ctx.store.read().await?;
    let channels = confirm::channels(ctx, &mut connection, &account.id).await?;
    let has_factor = factor::is_set_up(&mut connection, &account.id).await?;
    let standing = ctx
        .directory
        .standing(&mut connection, &account.id, ctx.now());
    let is_held = standing.await?.is_held;
    drop(connection);
    let by_password =
        (channels.is_empty() || !only_code) && confirm::takes_password(ctx, &channels);
    let frame = request
        .frame(request.sentence(ServerText::AccountConfirmTitle))
        .back_to(SECURITY, ServerText::AccountBack)
        .with_query(query(next));
    let fields = if by_password {
        fields(&request, &frame, has_factor)
    } else {
        Vec::new()
    };
    let codes: Result<_, sqlx::Error> = channels
        .iter()
        .map(|contact| button(&request, contact))
        .collect();
    Ok(request.draw(&ConfirmPage {
        is_held,
        token: request.form_token(),
        next,
        user_name: &account.user_name,
        fields,
        codes: codes?,
        frame,
    }))
}

fn fields(request: &SignedInRequest, frame: &Frame<'_>, has_factor: bool) -> Vec<Field> {
    let password = Field {
        id: "password",
        kind: "password",
        label: request.sentence(ServerText::AccountConfirmPassword),
        autocomplete: "current-password",
        ..Field::default()
    };
    let factor = has_factor.then(|| codes::factor_field(request.sentences()));
    let fields = [password].into_iter().chain(factor);
    fields.map(|field| field.on_page(frame)).collect()
}

/// The id of a contact, and what the button says that sends a code to it.
fn button(
    request: &SignedInRequest,
    contact: &Contact,
) -> Result<(String, Breakable), sqlx::Error> {
    let text = match contact.kind()? {
        ContactKind::Mail => ServerText::AccountConfirmMail,
        ContactKind::Phone => ServerText::AccountConfirmPhone,
    };
    let address = identifiers::shown_contact(request.ctx().config.sms.home(), contact);
    let words = request
        .sentences()
        .fill_server(text, &[("address", &address)]);
    Ok((contact.id.clone(), words.into()))
}

/// What the forms carry.
#[derive(Deserialize)]
pub struct ConfirmForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    totp: String,
}

/// `POST /account/confirm`: the password.
pub async fn post(request: SignedInRequest, Form(form): Form<ConfirmForm>) -> PageResult {
    let ctx = request.ctx();
    let next = next_place(Some(&form.next));
    let typed = Zeroizing::new(form.password);
    let password = Password::new(nfc(&typed));
    let (totp, client) = (&form.totp, request.visitor.client);
    let confirm = confirm::by_password(ctx, &request.who, password, totp, client);
    let back = WayBack::to(asks_first(next));
    request
        .post(&form.token, confirm, back, |session| {
            go_on(ctx, &session, next)
        })
        .await
}

/// `POST /account/confirm/send`: a code is asked for.
pub async fn post_send(request: SignedInRequest, Form(form): Form<ConfirmForm>) -> PageResult {
    let ctx = request.ctx();
    let next = next_place(Some(&form.next));
    let send = confirm::send_code(ctx, &request.who, &form.contact, request.visitor.client);
    let back = WayBack::to(asks_first(next));
    request
        .post(&form.token, send, back, |()| see_other(&code::place(next)))
        .await
}

/// The session goes on under another token. Whoever came from the security page itself is told there that it worked; any other page speaks for
/// itself.
fn go_on(ctx: &Context, session: &str, next: &str) -> Response {
    let mut response = if next == SECURITY {
        done(ctx, SECURITY, Notice::Confirmed)
    } else {
        see_other(next)
    };
    append(&mut response, cookies::set(ctx, Name::Session, session));
    response
}

/// What the addresses of these pages say besides the language.
fn query(next: &str) -> String {
    let page = asks_first(next);
    page.split_once('?')
        .map(|(_, query)| format!("{query}&"))
        .unwrap_or_default()
}

/// A place that a page may lead to: one of our own about the account's security, whatever the address says.
fn next_place(asked: Option<&str>) -> &str {
    asked
        .filter(|place| is_below(place, SECURITY))
        .unwrap_or(SECURITY)
}
