//! The pages on which an address or a number is added, replaced, confirmed with its code, and removed.

use axum::extract::{Extension, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use super::super::error_pages::ErrorPages;
use super::super::said::Said;
use super::super::visitor::{Visitor, query_value};
use super::screen::{Block, Field, Form, Link, Screen, draw};
use super::{
    SECURITY, back, broken, check_form, confirmed, done, forget_said, form_token, heard, signed_in,
    to_page, to_say, wrong,
};
use crate::rules::page::{Notice, Typed};
use crate::server::account::confirm;
use crate::server::account::contacts;
use crate::server::account::wrong::{Undone, Wrong};
use crate::server::failure::Broken;
use crate::server::redirect::see_other;
use crate::server::sessions::SignedIn;
use crate::server::store;
use crate::server::store::contacts::{Contact, ContactKind};
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
pub async fn show_mail(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Response {
    show(&pages, &visitor, &uri, ContactKind::Mail).await
}

/// `GET /account/security/phone`.
pub async fn show_phone(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Response {
    show(&pages, &visitor, &uri, ContactKind::Phone).await
}

/// `POST /account/security/mail`.
pub async fn take_mail(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    take(&pages, &visitor, ContactKind::Mail, posted).await
}

/// `POST /account/security/phone`.
pub async fn take_phone(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    take(&pages, &visitor, ContactKind::Phone, posted).await
}

/// The page, with what it replaces in its address.
fn place_of(kind: ContactKind, replaces: Option<&str>) -> String {
    match replaces {
        Some(id) => format!("{}?replace={id}", path(kind)),
        None => path(kind).to_owned(),
    }
}

async fn show(pages: &ErrorPages, visitor: &Visitor, uri: &Uri, kind: ContactKind) -> Response {
    let replaces = id_of(query_value(uri, "replace"));
    let place = place_of(kind, replaces.as_deref());
    let who = match confirmed(pages, visitor, &place).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let said = heard(&pages.ctx, visitor, path(kind));
    let typed = said.as_ref().and_then(|said| said.typed.identifier.clone());
    let asked = Asked {
        kind,
        replaces,
        typed: typed.unwrap_or_default(),
    };
    let response = page(pages, visitor, &who, asked, None).await;
    forget_said(&pages.ctx, said.as_ref(), response)
}

async fn take(
    pages: &ErrorPages,
    visitor: &Visitor,
    kind: ContactKind,
    posted: Posted,
) -> Response {
    let who = match signed_in(pages, visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let typed = match kind {
        ContactKind::Mail => posted.mail,
        ContactKind::Phone => posted.phone,
    };
    let replaces = id_of(Some(posted.replace));
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => {
            let replaces = replaces.as_deref();
            contacts::begin(ctx, &who, kind, &typed, replaces, visitor.client).await
        }
        Err(undone) => Err(undone),
    };
    let place = place_of(kind, replaces.as_deref());
    let asked = Asked {
        kind,
        replaces,
        typed,
    };
    match result {
        Ok(()) => see_other(CODE),
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
            to_page(ctx, &super::asks_first(&place), &said)
        }
        Err(undone) => match to_say(ctx.sentences(visitor.language), &place, undone) {
            Ok(problem) => page(pages, visitor, &who, asked, Some(problem)).await,
            Err(elsewhere) => elsewhere.answer(),
        },
    }
}

/// What a page asks for.
struct Asked {
    kind: ContactKind,
    replaces: Option<String>,
    typed: String,
}

async fn page(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    asked: Asked,
    problem: Option<(&'static str, String)>,
) -> Response {
    match compose(pages, visitor, who, asked, problem).await {
        Ok(response) => response,
        Err(error) => broken(&error).answer(),
    }
}

async fn compose(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    asked: Asked,
    problem: Option<(&'static str, String)>,
) -> Result<Response, Broken> {
    let ctx = &pages.ctx;
    let sentences = ctx.sentences(visitor.language);
    let mail = |text| sentences.mail(text).to_owned();
    let mut connection = ctx.store.read().await?;
    let all = store::contacts::of(&mut connection, &who.account.id, ctx.now()).await?;
    let has_ways = !confirm::ways(ctx, &mut connection, &who.account.id)
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
        if contacts::speaks(ctx, who) || !has_ways {
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
            ("token", form_token(ctx, who)),
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
    Ok(draw(pages, visitor, Some(who), &query, screen))
}

/// `GET /account/security/remove`.
pub async fn show_remove(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Response {
    let id = id_of(query_value(&uri, "contact")).unwrap_or_default();
    let place = format!("/account/security/remove?contact={id}");
    match confirmed(&pages, &visitor, &place).await {
        Ok(who) => ask_remove(&pages, &visitor, &who, &id, None).await,
        Err(elsewhere) => elsewhere.answer(),
    }
}

/// `POST /account/security/remove`.
pub async fn take_remove(
    State(pages): State<ErrorPages>,
    Extension(visitor): Extension<Visitor>,
    axum::Form(posted): axum::Form<Posted>,
) -> Response {
    let who = match signed_in(&pages, &visitor).await {
        Ok(who) => who,
        Err(elsewhere) => return elsewhere.answer(),
    };
    let ctx = &pages.ctx;
    let id = id_of(Some(posted.contact)).unwrap_or_default();
    let result = match check_form(ctx, &who, &posted.token) {
        Ok(()) => contacts::remove(ctx, &who, &id, visitor.browser, visitor.client).await,
        Err(undone) => Err(undone),
    };
    match result {
        Ok(()) => done(ctx, SECURITY, Notice::ContactChanged),
        Err(undone) => {
            let place = format!("/account/security/remove?contact={id}");
            match to_say(ctx.sentences(visitor.language), &place, undone) {
                Ok(problem) => ask_remove(&pages, &visitor, &who, &id, Some(problem)).await,
                Err(elsewhere) => elsewhere.answer(),
            }
        }
    }
}

async fn ask_remove(
    pages: &ErrorPages,
    visitor: &Visitor,
    who: &SignedIn,
    id: &str,
    problem: Option<(&'static str, String)>,
) -> Response {
    let ctx = &pages.ctx;
    let sentences = ctx.sentences(visitor.language);
    let mail = |text| sentences.mail(text).to_owned();
    let found = async {
        let mut connection = ctx.store.read().await?;
        store::contacts::of(&mut connection, &who.account.id, ctx.now()).await
    };
    let all: Vec<Contact> = match found.await {
        Ok(all) => all,
        Err(error) => return broken(&error.into()).answer(),
    };
    let Some(contact) = all.iter().find(|contact| contact.id == id) else {
        // Removed in another tab, or on another device.
        let screen = Screen {
            title: mail(MailText::AccountSecurityTitle),
            problem: Some(wrong::sentence(sentences, Wrong::ContactGone)),
            back: Some(back(sentences)),
            ..Screen::default()
        };
        return draw(pages, visitor, Some(who), "", screen);
    };
    let values = [("address", contact.address.as_str())];
    let form = Form {
        action: "/account/security/remove".to_owned(),
        hidden: vec![
            ("token", form_token(ctx, who)),
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
    draw(pages, visitor, Some(who), &query, screen)
}
