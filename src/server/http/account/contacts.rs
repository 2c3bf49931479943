//! The pages on which an address or a number is added, replaced, confirmed with its code, and removed.

use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use super::super::said::Said;
use super::super::visitor::query_value;
use super::here::{Complaint, Elsewhere, Here};
use super::screen::{Block, Field, Form, Link, Screen};
use super::{SECURITY, asks_first, back, done, to_page, wrong};
use crate::rules::page::{Notice, Typed};
use crate::server::account::confirm;
use crate::server::account::contacts;
use crate::server::account::wrong::{Undone, Wrong};
use crate::server::redirect::see_other;
use crate::server::store;
use crate::server::store::contacts::ContactKind;
use crate::texts::MailText;

mod code;

pub use code::{send_again, show_code, take_code};

/// The page of a new code.
const CODE: &str = "/account/security/code";

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
pub async fn show_mail(here: Here, uri: Uri) -> Result<Response, Elsewhere> {
    show(&here, &uri, ContactKind::Mail).await
}

/// `GET /account/security/phone`.
pub async fn show_phone(here: Here, uri: Uri) -> Result<Response, Elsewhere> {
    show(&here, &uri, ContactKind::Phone).await
}

/// `POST /account/security/mail`.
pub async fn take_mail(
    here: Here,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, Elsewhere> {
    take(&here, ContactKind::Mail, posted).await
}

/// `POST /account/security/phone`.
pub async fn take_phone(
    here: Here,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, Elsewhere> {
    take(&here, ContactKind::Phone, posted).await
}

/// The page, with what it replaces in its address.
fn place_of(kind: ContactKind, replaces: Option<&str>) -> String {
    match replaces {
        Some(id) => format!("{}?replace={id}", path(kind)),
        None => path(kind).to_owned(),
    }
}

async fn show(here: &Here, uri: &Uri, kind: ContactKind) -> Result<Response, Elsewhere> {
    let replaces = id_of(query_value(uri, "replace"));
    let place = place_of(kind, replaces.as_deref());
    here.confirmed(&place).await?;
    let said = here.heard(path(kind));
    let typed = said.as_ref().and_then(|said| said.typed.identifier.clone());
    let asked = Asked {
        kind,
        replaces,
        typed: typed.unwrap_or_default(),
    };
    let response = page(here, asked, None).await?;
    Ok(here.forget(said.as_ref(), response))
}

async fn take(here: &Here, kind: ContactKind, posted: Posted) -> Result<Response, Elsewhere> {
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
    let place = place_of(kind, replaces.as_deref());
    let asked = Asked {
        kind,
        replaces,
        typed,
    };
    match result {
        Ok(()) => Ok(see_other(CODE)),
        // What was typed waits on the page while the person shows that it is them.
        Err(Undone::Wrong(Wrong::Unconfirmed)) => {
            let said = Said {
                at: path(kind).to_owned(),
                typed: Typed {
                    identifier: Some(asked.typed).filter(|typed| typed.len() < 1000),
                    ..Typed::default()
                },
                ..Said::default()
            };
            Ok(to_page(ctx, &asks_first(&place), &said))
        }
        Err(undone) => {
            let problem = here.to_say(&place, undone)?;
            page(here, asked, Some(problem)).await
        }
    }
}

/// What a page asks for.
struct Asked {
    kind: ContactKind,
    replaces: Option<String>,
    typed: String,
}

async fn page(
    here: &Here,
    asked: Asked,
    problem: Option<Complaint>,
) -> Result<Response, Elsewhere> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let mail = |text| here.mail(text);
    let mut connection = ctx.store.read().await?;
    let all = store::contacts::of(&mut connection, &here.who.account.id, ctx.now()).await?;
    let has_ways = !confirm::ways(ctx, &mut connection, &here.who.account.id)
        .await?
        .is_empty();
    drop(connection);
    let replaced = asked
        .replaces
        .as_ref()
        .and_then(|id| all.iter().find(|contact| contact.id == *id));
    let is_mail = asked.kind == ContactKind::Mail;
    let (title, label, purpose) = match (asked.kind, replaced) {
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
    let mut blocks = Vec::new();
    if let Some(replaced) = replaced {
        let values = [("address", replaced.address.as_str())];
        blocks.push(Block::Words(
            sentences.fill_mail(MailText::AccountContactReplaces, &values),
        ));
    }
    blocks.push(Block::Words(mail(purpose)));
    blocks.push(Block::Words(mail(
        if contacts::speaks(ctx, &here.who) || !has_ways {
            MailText::AccountContactRuleNow
        } else {
            MailText::AccountContactRule
        },
    )));
    let field = Field {
        id: if is_mail { "mail" } else { "phone" },
        kind: if is_mail { "email" } else { "tel" },
        label: mail(label),
        value: asked.typed,
        autocomplete: if is_mail { "email" } else { "tel" },
        ..Field::default()
    };
    // What is wrong with it as a whole stands at the one field that there is.
    let problem = problem.map(|(field_id, words)| {
        let own = if is_mail { "mail" } else { "phone" };
        (if field_id == own { own } else { "" }, words)
    });
    blocks.push(Block::Form(Form {
        action: path(asked.kind).to_owned(),
        hidden: vec![
            ("token", here.form_token()),
            ("replace", asked.replaces.clone().unwrap_or_default()),
        ],
        fields: vec![field.with_error(problem.as_ref())],
        submit: mail(MailText::AccountSendCode),
        ..Form::default()
    }));
    let query = asked
        .replaces
        .map(|id| format!("replace={id}&"))
        .unwrap_or_default();
    let screen = Screen {
        title: mail(title),
        problem,
        back: Some(back(sentences)),
        blocks,
        ..Screen::default()
    };
    Ok(here.draw(&query, screen))
}

/// `GET /account/security/remove`.
pub async fn show_remove(here: Here, uri: Uri) -> Result<Response, Elsewhere> {
    let id = id_of(query_value(&uri, "contact")).unwrap_or_default();
    let place = format!("/account/security/remove?contact={id}");
    here.confirmed(&place).await?;
    ask_remove(&here, &id, None).await
}

/// `POST /account/security/remove`.
pub async fn take_remove(
    here: Here,
    axum::Form(posted): axum::Form<Posted>,
) -> Result<Response, Elsewhere> {
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
        Err(undone) => {
            let place = format!("/account/security/remove?contact={id}");
            let problem = here.to_say(&place, undone)?;
            ask_remove(&here, &id, Some(problem)).await
        }
    }
}

async fn ask_remove(
    here: &Here,
    id: &str,
    problem: Option<Complaint>,
) -> Result<Response, Elsewhere> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let mail = |text| here.mail(text);
    let mut connection = ctx.store.read().await?;
    let all = store::contacts::of(&mut connection, &here.who.account.id, ctx.now()).await?;
    drop(connection);
    let Some(contact) = all.iter().find(|contact| contact.id == id) else {
        // Removed in another tab, or on another device.
        let screen = Screen {
            title: mail(MailText::AccountSecurityTitle),
            problem: Some(wrong::sentence(sentences, Wrong::ContactGone)),
            back: Some(back(sentences)),
            ..Screen::default()
        };
        return Ok(here.draw("", screen));
    };
    let values = [("address", contact.address.as_str())];
    let form = Form {
        action: "/account/security/remove".to_owned(),
        hidden: vec![
            ("token", here.form_token()),
            ("contact", contact.id.clone()),
        ],
        submit: mail(MailText::AccountRemove),
        ..Form::default()
    };
    let screen = Screen {
        title: sentences.fill_mail(MailText::AccountRemoveTitle, &values),
        problem,
        back: Some(back(sentences)),
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
    Ok(here.draw(&query, screen))
}
