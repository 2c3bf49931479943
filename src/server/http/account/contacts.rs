//! The pages on which an address or a number is added or replaced, confirmed with its code, and removed.

mod code;
mod remove;

use askama::Template;
use axum::http::Uri;
use serde::Deserialize;

pub use code::{get_code, post_code, post_code_again};
pub use remove::{get_remove, post_remove};

use crate::rules::channel::Channel;
use crate::server::account::{confirm, contacts};
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::{Breakable, Field};
use crate::server::http::drawn::pressable::Pressable;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::layers::visitor::query_value;
use crate::server::http::places::SECURITY;
use crate::server::http::responses::see_other;
use crate::server::http::signed_in::{SignedInRequest, WayBack};
use crate::server::http::words;
use crate::server::http::written::{SignedInPost, Written};
use crate::server::store::contacts::{Contact, ContactKind};
use crate::server::{identifiers, store};
use crate::texts::ServerText;

#[derive(Template)]
#[template(path = "account/contact.html")]
struct ContactPage<'a> {
    frame: Frame<'a>,
    path: &'static str,
    token: String,
    /// Which contact it takes the place of, what it is for, and from when on it counts.
    texts: Vec<Breakable>,
    replace: String,
    field: Field,
}

/// The page where contacts cannot be changed.
#[derive(Template)]
#[template(path = "account/closed.html")]
struct ClosedPage<'a> {
    frame: Frame<'a>,
    why: Pressable,
}

/// A page that only says why it is not the one that was asked for: the contact is gone, or there is no place for another.
#[derive(Template)]
#[template(path = "account/refused.html")]
struct RefusedPage<'a> {
    frame: Frame<'a>,
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

/// The page, with what it replaces in its address.
fn place_of(kind: ContactKind, replaces: Option<&str>) -> String {
    match replaces {
        Some(id) => format!("{}?replace={id}", path(kind)),
        None => path(kind).to_owned(),
    }
}

/// `GET /account/security/mail`.
pub async fn get_mail(request: SignedInRequest, uri: Uri) -> PageResult {
    get(&request, &uri, ContactKind::Mail).await
}

/// `GET /account/security/phone`.
pub async fn get_phone(request: SignedInRequest, uri: Uri) -> PageResult {
    get(&request, &uri, ContactKind::Phone).await
}

async fn get(request: &SignedInRequest, uri: &Uri, kind: ContactKind) -> PageResult {
    let replaces = id_of(query_value(uri, "replace"));
    let place = place_of(kind, replaces.as_deref());
    let ctx = request.ctx();
    if kind == ContactKind::Phone && ctx.sms.is_none() {
        // No code could get there. The security page offers no number then, and an old one can only be removed.
        return Ok(see_other(SECURITY));
    }
    request.confirmed(&place).await?;
    let account = &request.who.account.id;
    let mut connection = ctx.store.read().await?;
    let all = store::contacts::of(&mut connection, account, ctx.now()).await?;
    let channels = confirm::channels(ctx, &mut connection, account).await?;
    let are_closed = contacts::are_closed(ctx, &mut connection, account).await?;
    drop(connection);
    let former = replaces
        .as_ref()
        .and_then(|id| all.iter().find(|contact| contact.id == *id));
    let frame = request
        .frame(request.sentence(title(kind, former.is_some())))
        .back_to(SECURITY, ServerText::AccountBack);
    if are_closed {
        return Ok(request.draw(&ClosedPage {
            // What the page says by itself.
            frame: Frame {
                error: None,
                ..frame
            },
            why: Pressable::new(
                words::closed(ctx, request.sentences()),
                request.visitor.is_kiosk,
            ),
        }));
    }
    let field = field(request, kind);
    // What is wrong with it as a whole stands at the one field that there is.
    let frame = frame.with_fields(&[field.id]);
    let query = replaces.as_ref().map(|id| format!("replace={id}&"));
    Ok(request.draw(&ContactPage {
        path: path(kind),
        token: request.form_token(),
        texts: texts(request, kind, former, (all.is_empty(), channels.is_empty())),
        replace: replaces.unwrap_or_default(),
        field: field.on_page(&frame),
        frame: frame.with_query(query.unwrap_or_default()),
    }))
}

const fn title(kind: ContactKind, replaces: bool) -> ServerText {
    match (kind, replaces) {
        (ContactKind::Mail, false) => ServerText::AccountMailTitle,
        (ContactKind::Mail, true) => ServerText::AccountMailReplaceTitle,
        (ContactKind::Phone, false) => ServerText::AccountPhoneTitle,
        (ContactKind::Phone, true) => ServerText::AccountPhoneReplaceTitle,
    }
}

/// What the contact replaces, what it is for, and from when on it counts: in words that are true of where proofs go here.
fn texts(
    request: &SignedInRequest,
    kind: ContactKind,
    former: Option<&Contact>,
    (is_first, has_no_channel): (bool, bool),
) -> Vec<Breakable> {
    let reset = &request.ctx().config.reset;
    let (by_mail, by_phone) = (reset.uses(Channel::Mail), reset.uses(Channel::Sms));
    let (purpose, resets) = match kind {
        ContactKind::Mail if by_mail => (ServerText::AccountMailPurpose, true),
        ContactKind::Mail => (ServerText::AccountMailPurposeNotices, false),
        ContactKind::Phone if by_mail => (ServerText::AccountPhonePurpose, by_phone),
        ContactKind::Phone => (ServerText::AccountPhonePurposeNeeded, by_phone),
    };
    let rule = if is_first {
        ServerText::AccountContactRuleFirst
    } else if contacts::vouches(request.ctx(), &request.who) || has_no_channel {
        ServerText::AccountContactRuleNow
    } else if resets {
        ServerText::AccountContactRule
    } else {
        ServerText::AccountContactRuleConfirm
    };
    let replaces = former.map(|former| {
        let address = identifiers::shown_contact(request.ctx().config.sms.home(), former);
        let values = [("address", address.as_str())];
        let sentences = request.sentences();
        sentences.fill_server(ServerText::AccountContactReplaces, &values)
    });
    let texts = [request.sentence(purpose), request.sentence(rule)];
    let texts = replaces.into_iter().chain(texts);
    texts.map(Breakable::from).collect()
}

fn field(request: &SignedInRequest, kind: ContactKind) -> Field {
    let (id, input, label, autocomplete) = match kind {
        ContactKind::Mail => ("mail", "email", ServerText::AccountMailLabel, "email"),
        ContactKind::Phone => ("phone", "tel", ServerText::AccountPhoneLabel, "tel"),
    };
    Field {
        id,
        kind: input,
        label: request.sentence(label),
        value: request.written().unwrap_or_default().to_owned(),
        autocomplete,
        ..Field::default()
    }
}

/// What the forms carry.
#[derive(Default, Deserialize)]
pub struct ContactForm {
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

impl Written for ContactForm {
    fn written(&self) -> &str {
        // Each of the pages has one of the two fields.
        if self.mail.is_empty() {
            &self.phone
        } else {
            &self.mail
        }
    }

    fn place(&self, path: &str) -> String {
        match id_of(Some(self.replace.clone())) {
            Some(id) => format!("{path}?replace={id}"),
            None => path.to_owned(),
        }
    }
}

/// `POST /account/security/mail`.
pub async fn post_mail(SignedInPost { request, form }: SignedInPost<ContactForm>) -> PageResult {
    post(&request, ContactKind::Mail, form).await
}

/// `POST /account/security/phone`.
pub async fn post_phone(SignedInPost { request, form }: SignedInPost<ContactForm>) -> PageResult {
    post(&request, ContactKind::Phone, form).await
}

async fn post(request: &SignedInRequest, kind: ContactKind, form: ContactForm) -> PageResult {
    let (ctx, client) = (request.ctx(), request.visitor.client);
    let typed = match kind {
        ContactKind::Mail => form.mail,
        ContactKind::Phone => form.phone,
    };
    let replaces = id_of(Some(form.replace));
    let replaces = replaces.as_deref();
    let begin = contacts::begin(ctx, &request.who, kind, &typed, replaces, client);
    let back = WayBack::to(place_of(kind, replaces)).with_written(&typed);
    request
        .post(&form.token, begin, back, |()| see_other(code::PATH))
        .await
}
