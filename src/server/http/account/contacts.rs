//! The pages on which an address or a number is added, replaced, confirmed with its code, and removed.

use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use crate::rules::page::Notice;
use crate::server::account::rejection::Rejection;
use crate::server::account::{confirm, contacts};
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::flash::done;
use crate::server::http::drawn::screen::{Block, Field, Form, Link, Screen};
use crate::server::http::layers::visitor::query_value;
use crate::server::http::places::SECURITY;
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, back_to_security};
use crate::server::http::words;
use crate::server::store::contacts::ContactKind;
use crate::server::{identifiers, store};
use crate::texts::MailText;

mod code;

pub use code::{send_again, show_code, take_code};

/// The page of a new code.
const CODE: &str = "/account/security/code";
/// The page that asks whether a contact is to go.
const REMOVE: &str = "/account/security/remove";

/// What the forms carry.
#[derive(Default, Deserialize)]
pub struct Posted {
    #[serde(default)]
    token: String,
    #[serde(default)]
    mail: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    replace: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    code: String,
}

const fn path(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Mail => "/account/security/mail",
        ContactKind::Phone => "/account/security/phone",
    }
}

/// An id as it may stand in an address; anything else is as good as none.
fn id_of(value: Option<String>) -> Option<String> {
    value.filter(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// `GET /account/security/mail`.
pub async fn show_mail(here: SignedInRequest, uri: Uri) -> Result<Response, EarlyResponse> {
    show(&here, &uri, ContactKind::Mail).await
}

/// `GET /account/security/phone`.
pub async fn show_phone(here: SignedInRequest, uri: Uri) -> Result<Response, EarlyResponse> {
    show(&here, &uri, ContactKind::Phone).await
}

/// `POST /account/security/mail`.
pub async fn take_mail(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    take(&here, ContactKind::Mail, posted).await
}

/// `POST /account/security/phone`.
pub async fn take_phone(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    take(&here, ContactKind::Phone, posted).await
}

/// The page, with what it replaces in its address.
fn place_of(kind: ContactKind, replaces: Option<&str>) -> String {
    match replaces {
        Some(id) => format!("{}?replace={id}", path(kind)),
        None => path(kind).to_owned(),
    }
}

async fn show(
    here: &SignedInRequest,
    uri: &Uri,
    kind: ContactKind,
) -> Result<Response, EarlyResponse> {
    let replaces = id_of(query_value(uri, "replace"));
    let place = place_of(kind, replaces.as_deref());
    here.confirmed(&place).await?;
    page(here, kind, replaces).await
}

async fn take(
    here: &SignedInRequest,
    kind: ContactKind,
    posted: Posted,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let typed = match kind {
        ContactKind::Mail => posted.mail,
        ContactKind::Phone => posted.phone,
    };
    let replaces = id_of(Some(posted.replace));
    let result = async {
        here.check_form(&posted.token)?;
        let replaces = replaces.as_deref();
        contacts::begin(ctx, &here.who, kind, &typed, replaces, here.visitor.client).await
    }
    .await;
    match result {
        Ok(()) => Ok(see_other(CODE)),
        Err(undone) => {
            let place = place_of(kind, replaces.as_deref());
            here.refuse(&place, undone, Some(typed))
        }
    }
}

async fn page(
    here: &SignedInRequest,
    kind: ContactKind,
    replaces: Option<String>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let mail = |text| here.mail(text);
    let mut connection = ctx.store.read().await?;
    let all = store::contacts::of(&mut connection, &here.who.account.id, ctx.now()).await?;
    let has_ways = !confirm::channels(ctx, &mut connection, &here.who.account.id)
        .await?
        .is_empty();
    let former = replaces
        .as_ref()
        .and_then(|id| all.iter().find(|contact| contact.id == *id));
    let is_mail = kind == ContactKind::Mail;
    let (title, label, purpose) = match (kind, former) {
        (ContactKind::Mail, None) => (
            MailText::AccountMailTitle,
            MailText::AccountMailLabel,
            MailText::AccountMailPurpose,
        ),
        (ContactKind::Mail, Some(_)) => (
            MailText::AccountMailReplaceTitle,
            MailText::AccountMailLabel,
            MailText::AccountMailPurpose,
        ),
        (ContactKind::Phone, None) => (
            MailText::AccountPhoneTitle,
            MailText::AccountPhoneLabel,
            MailText::AccountPhonePurpose,
        ),
        (ContactKind::Phone, Some(_)) => (
            MailText::AccountPhoneReplaceTitle,
            MailText::AccountPhoneLabel,
            MailText::AccountPhonePurpose,
        ),
    };
    if contacts::are_closed(ctx, &mut connection, &here.who.account.id).await? {
        let screen = Screen {
            title: mail(title),
            back: Some(back_to_security(sentences)),
            blocks: vec![Block::Words(words::closed(ctx, sentences))],
            ..Screen::default()
        };
        return Ok(here.draw(path(kind), "", screen));
    }
    drop(connection);
    let mut blocks = Vec::new();
    if let Some(former) = former {
        let address = identifiers::shown_contact(former);
        let values = [("address", address.as_str())];
        blocks.push(Block::Words(
            sentences.fill_mail(MailText::AccountContactReplaces, &values),
        ));
    }
    blocks.push(Block::Words(mail(purpose)));
    blocks.push(Block::Words(mail(if all.is_empty() {
        MailText::AccountContactRuleFirst
    } else if contacts::vouches(ctx, &here.who) || !has_ways {
        MailText::AccountContactRuleNow
    } else {
        MailText::AccountContactRule
    })));
    let field = Field {
        id: if is_mail { "mail" } else { "phone" },
        kind: if is_mail { "email" } else { "tel" },
        label: mail(label),
        value: here.written(path(kind)).unwrap_or_default(),
        autocomplete: if is_mail { "email" } else { "tel" },
        ..Field::default()
    };
    // What is wrong with it as a whole stands at the one field that there is.
    let problem = here.complaint(path(kind)).map(|(at, words)| {
        let at = if at == field.id { at } else { String::new() };
        (at, words)
    });
    blocks.push(Block::Form(Form {
        action: path(kind).to_owned(),
        hidden: vec![
            ("token", here.form_token()),
            ("replace", replaces.clone().unwrap_or_default()),
        ],
        fields: vec![field.with_error(problem.as_ref())],
        submit: mail(MailText::AccountSendCode),
        ..Form::default()
    }));
    let query = replaces
        .map(|id| format!("replace={id}&"))
        .unwrap_or_default();
    let screen = Screen {
        title: mail(title),
        problem,
        back: Some(back_to_security(sentences)),
        blocks,
        ..Screen::default()
    };
    Ok(here.draw(path(kind), &query, screen))
}

/// `GET /account/security/remove`.
pub async fn show_remove(here: SignedInRequest, uri: Uri) -> Result<Response, EarlyResponse> {
    let id = id_of(query_value(&uri, "contact")).unwrap_or_default();
    here.confirmed(&remove_place(&id)).await?;
    ask_remove(&here, &id).await
}

fn remove_place(id: &str) -> String {
    format!("{REMOVE}?contact={id}")
}

/// `POST /account/security/remove`.
pub async fn take_remove(
    here: SignedInRequest,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let id = id_of(Some(posted.contact)).unwrap_or_default();
    let result = async {
        here.check_form(&posted.token)?;
        contacts::remove(
            ctx,
            &here.who,
            &id,
            here.visitor.browser,
            here.visitor.client,
        )
        .await
    }
    .await;
    match result {
        Ok(()) => Ok(done(ctx, SECURITY, Notice::ContactChanged)),
        Err(undone) => here.refuse(&remove_place(&id), undone, None),
    }
}

async fn ask_remove(here: &SignedInRequest, id: &str) -> Result<Response, EarlyResponse> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let mail = |text| here.mail(text);
    let mut connection = ctx.store.read().await?;
    let all = store::contacts::of(&mut connection, &here.who.account.id, ctx.now()).await?;
    drop(connection);
    let Some(contact) = all.iter().find(|contact| contact.id == id) else {
        // Removed in another tab, or on another device.
        let (_, words) = words::sentence(ctx, sentences, Rejection::ContactGone);
        let screen = Screen {
            title: mail(MailText::AccountSecurityTitle),
            problem: Some((String::new(), words)),
            back: Some(back_to_security(sentences)),
            ..Screen::default()
        };
        return Ok(here.draw(REMOVE, "", screen));
    };
    let address = identifiers::shown_contact(contact);
    let values = [("address", address.as_str())];
    let form = Form {
        action: REMOVE.to_owned(),
        hidden: vec![
            ("token", here.form_token()),
            ("contact", contact.id.clone()),
        ],
        submit: mail(MailText::AccountRemove),
        ..Form::default()
    };
    let screen = Screen {
        title: sentences.fill_mail(MailText::AccountRemoveTitle, &values),
        problem: here.complaint(REMOVE),
        back: Some(back_to_security(sentences)),
        blocks: vec![
            Block::Words(mail(match contact.kind() {
                Ok(ContactKind::Phone) => MailText::AccountRemoveTextPhone,
                _ => MailText::AccountRemoveText,
            })),
            Block::Form(form),
            Block::Link(Link::new(SECURITY, mail(MailText::AccountRemoveKeep))),
        ],
        ..Screen::default()
    };
    let query = format!("contact={id}&");
    Ok(here.draw(REMOVE, &query, screen))
}
