//! The page that asks whether an address or a number is to go.

use askama::Template;
use axum::Form;
use axum::http::Uri;

use super::{ContactForm, RefusedPage, id_of};
use crate::rules::page::Notice;
use crate::server::account::contacts;
use crate::server::account::rejection::Rejection;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::layers::visitor::query_value;
use crate::server::http::places::SECURITY;
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::server::http::words;
use crate::server::store::contacts::ContactKind;
use crate::server::{identifiers, store};
use crate::texts::ServerText;

const PATH: &str = "/account/security/remove";

#[derive(Template)]
#[template(path = "account/remove.html")]
struct RemovePage<'a> {
    frame: Frame<'a>,
    token: String,
    contact: &'a str,
    text: ServerText,
}

fn place(id: &str) -> String {
    format!("{PATH}?contact={id}")
}

/// `GET /account/security/remove`.
pub async fn get_remove(request: SignedInRequest, uri: Uri) -> PageResult {
    let id = id_of(query_value(&uri, "contact")).unwrap_or_default();
    request.confirmed(&place(&id)).await?;
    let (ctx, sentences) = (request.ctx(), request.sentences());
    let mut connection = ctx.store.read().await?;
    let all = store::contacts::of(&mut connection, &request.who.account.id, ctx.now()).await?;
    drop(connection);
    let Some(contact) = all.iter().find(|contact| contact.id == id) else {
        // Removed in another tab, or on another device.
        let gone = words::sentence(ctx, sentences, Rejection::ContactGone);
        let frame = request
            .frame(request.sentence(ServerText::AccountSecurityTitle))
            .back_to(SECURITY, ServerText::AccountBack);
        return Ok(request.draw(&RefusedPage {
            frame: Frame {
                error: Some(gone),
                ..frame
            },
        }));
    };
    let address = identifiers::shown_contact(ctx.config.sms.home(), contact);
    let values = [("address", address.as_str())];
    let title = sentences.fill_server(ServerText::AccountRemoveTitle, &values);
    Ok(request.draw(&RemovePage {
        frame: request
            .frame(title)
            .back_to(SECURITY, ServerText::AccountBack)
            .with_query(format!("contact={id}&")),
        token: request.form_token(),
        contact: &contact.id,
        text: match contact.kind() {
            Ok(ContactKind::Phone) => ServerText::AccountRemoveTextPhone,
            _ => ServerText::AccountRemoveText,
        },
    }))
}

/// `POST /account/security/remove`.
pub async fn post_remove(request: SignedInRequest, Form(form): Form<ContactForm>) -> PageResult {
    let (ctx, visitor) = (request.ctx(), &request.visitor);
    let id = id_of(Some(form.contact)).unwrap_or_default();
    let (browser, client) = (visitor.browser(), visitor.client);
    let remove = contacts::remove(ctx, &request.who, &id, browser, client);
    request
        .post(&form.token, remove, WayBack::to(place(&id)), |()| {
            done(ctx, SECURITY, Notice::ContactChanged)
        })
        .await
}
