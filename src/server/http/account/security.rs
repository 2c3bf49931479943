//! The security page: name, addresses, numbers, password, devices and what has happened, each with the way to change it.

use askama::Template;

use crate::server::account::{contacts, last_changed};
use crate::server::base::local_time;
use crate::server::http::drawn::frame::Frame;
use crate::server::http::drawn::parts::{Breakable, Card, Link};
use crate::server::http::drawn::pressable::Pressable;
use crate::server::http::drawn::request::PageResult;
use crate::server::http::places::{
    ACCOUNT, ACCOUNT_FACTOR, ACTIVITY, NAME, PASSWORD, SECURITY, SESSIONS, asks_first,
};
use crate::server::http::signed_in::SignedInRequest;
use crate::server::http::words;
use crate::server::store::contact_changes::RevertibleContact;
use crate::server::store::contacts::{Contact, ContactKind};
use crate::server::{identifiers, store};
use crate::texts::{Catalogue, ServerText};

#[derive(Template)]
#[template(path = "account/security.html")]
struct SecurityPage<'a> {
    frame: Frame<'a>,
    /// The password outlived a revert.
    is_held: bool,
    name: Card,
    user_name: Card,
    /// Addresses, and numbers where there can be any.
    contacts: Vec<ContactsOfKind>,
    /// Former contacts that can still revert something, and until when.
    revertible: Vec<Breakable>,
    password: Option<Card>,
    factor: Card,
    devices: Vec<Breakable>,
}

/// Addresses, or numbers.
struct ContactsOfKind {
    heading: ServerText,
    /// What is said where there are none.
    none: ServerText,
    cards: Vec<Card>,
    /// Why they cannot be changed.
    closed: Option<Pressable>,
    /// Where another is added.
    add: Option<Link>,
}

/// `GET /account/security`.
pub async fn get(request: SignedInRequest) -> PageResult {
    let (ctx, sentences) = (request.ctx(), request.sentences());
    let (account, language) = (&request.who.account, request.visitor.language);
    let mut connection = ctx.store.read().await?;
    let all = store::contacts::of(&mut connection, &account.id, ctx.now()).await?;
    let added = contacts::added_here(ctx, &mut connection, &request.who).await?;
    let are_closed = contacts::are_closed(ctx, &mut connection, &account.id).await?;
    let sessions = store::sessions::of_account(&mut connection, &account.id, ctx.now()).await?;
    let factors = store::factors::confirmed(&mut connection, &account.id).await?;
    let revertible =
        store::contact_changes::revertible(&mut connection, &account.id, ctx.now()).await?;
    let standing = ctx
        .directory
        .standing(&mut connection, &account.id, ctx.now());
    let is_held = standing.await?.is_held;
    drop(connection);
    let changed = last_changed::password_changed(ctx, &account.id, language).await?;
    let own = Contacts {
        request: &request,
        all: &all,
        added: &added,
        are_closed,
    };
    let mut contacts = Vec::new();
    for kind in [ContactKind::Mail, ContactKind::Phone] {
        contacts.extend(own.of_kind(kind)?);
    }
    let on_since = factors.first().and_then(|factor| factor.confirmed_at);
    let factor = match on_since {
        Some(at) => {
            let zone = &ctx.config.site.time_zone;
            let date = local_time::day_on_page(zone, ctx.now(), at, language);
            sentences.fill_server(ServerText::FactorAccountOn, &[("date", &date)])
        }
        None => request.sentence(ServerText::AccountFactorOff),
    };
    let password = changed.map(|date| {
        let words = sentences.fill_server(ServerText::AccountPasswordChanged, &[("date", &date)]);
        let what = ServerText::AccountPasswordHeading;
        changeable(sentences, words, PASSWORD, what)
    });
    let devices = sessions
        .iter()
        .map(|session| words::device(sentences, &session.device).into());
    Ok(request.draw(&SecurityPage {
        frame: request
            .frame(request.sentence(ServerText::AccountSecurityTitle))
            .back_to(ACCOUNT, ServerText::AccountStart),
        is_held,
        name: changeable(
            sentences,
            account.name.clone(),
            NAME,
            ServerText::AccountNameHeading,
        ),
        user_name: Card {
            words: account.user_name.as_str().into(),
            ..Card::default()
        },
        contacts,
        revertible: who_can_revert(&request, &revertible)?,
        password,
        factor: changeable(
            sentences,
            factor,
            ACCOUNT_FACTOR,
            ServerText::FactorAccountTitle,
        ),
        devices: devices.collect(),
    }))
}

/// A thing with the link that leads to where it is changed.
fn changeable(sentences: &Catalogue, words: String, href: &str, what: ServerText) -> Card {
    let what = [("what", sentences.server(what))];
    let name = sentences.fill_server(ServerText::AccountChangeWhat, &what);
    Card {
        words: words.into(),
        links: vec![Link::new(href, sentences.server(ServerText::AccountChange)).named(name)],
        ..Card::default()
    }
}

/// The former contacts that can still revert something.
fn who_can_revert(
    request: &SignedInRequest,
    former: &[RevertibleContact],
) -> Result<Vec<Breakable>, sqlx::Error> {
    let zone = &request.ctx().config.site.time_zone;
    let sentences = request.sentences();
    let each = former.iter().map(|each| {
        let now = request.ctx().now();
        let until = local_time::on_page(zone, now, each.until, request.visitor.language);
        let home = request.ctx().config.sms.home();
        let address = identifiers::shown(home, each.channel()?, &each.address);
        let values = [("address", &*address), ("time", &*until)];
        Ok(sentences
            .fill_server(ServerText::AccountUndoWho, &values)
            .into())
    });
    each.collect()
}

/// The contacts of the account.
struct Contacts<'a> {
    request: &'a SignedInRequest,
    all: &'a [Contact],
    /// Ids of those that this session has added lately.
    added: &'a [String],
    are_closed: bool,
}

impl Contacts<'_> {
    /// Those of a kind as the page shows them; nothing where there can be none.
    fn of_kind(&self, kind: ContactKind) -> Result<Option<ContactsOfKind>, sqlx::Error> {
        let (ctx, sentences) = (self.request.ctx(), self.request.sentences());
        let (heading, none, add, path) = match kind {
            ContactKind::Mail => (
                ServerText::AccountMailHeading,
                ServerText::AccountMailNone,
                ServerText::AccountMailAdd,
                "/account/security/mail",
            ),
            ContactKind::Phone => (
                ServerText::AccountPhoneHeading,
                ServerText::AccountPhoneNone,
                ServerText::AccountPhoneAdd,
                "/account/security/phone",
            ),
        };
        let mut own = Vec::new();
        for contact in self.all {
            if contact.kind()? == kind {
                own.push(contact);
            }
        }
        // Without a gateway no number can be proved.
        if kind == ContactKind::Phone && own.is_empty() && ctx.sms.is_none() {
            return Ok(None);
        }
        let has_room = own.len() < contacts::AT_MOST;
        Ok(Some(ContactsOfKind {
            heading,
            none,
            closed: self.are_closed.then(|| {
                Pressable::new(words::closed(ctx, sentences), self.request.visitor.is_kiosk)
            }),
            add: (has_room && !self.are_closed).then(|| Link::new(path, sentences.server(add))),
            cards: own
                .iter()
                .map(|contact| self.card(contact, kind, path))
                .collect(),
        }))
    }

    fn card(&self, contact: &Contact, kind: ContactKind, path: &str) -> Card {
        let sentences = self.request.sentences();
        let ctx = self.request.ctx();
        let zone = &ctx.config.site.time_zone;
        let noted = |text, at| {
            let (now, language) = (self.request.ctx().now(), self.request.visitor.language);
            let time = local_time::on_page(zone, now, at, language);
            sentences.fill_server(text, &[("time", &time)]).into()
        };
        let waits = if ctx.config.reset.uses(kind.into()) {
            ServerText::AccountContactWaits
        } else {
            ServerText::AccountContactWaitsConfirm
        };
        let waits = (contact.resets_from > ctx.now()).then(|| noted(waits, contact.resets_from));
        let ends = contact.ends_at;
        let ends = ends.map(|end| noted(ServerText::AccountContactEnds, end));
        let home = self.request.ctx().config.sms.home();
        let address = identifiers::shown_contact(home, contact);
        let links = self.links(contact, &address, path);
        Card {
            words: address.into(),
            notes: waits.into_iter().chain(ends).collect(),
            links,
        }
    }

    /// What can be done about a contact.
    fn links(&self, contact: &Contact, address: &str, path: &str) -> Vec<Link> {
        if contact.ends_at.is_some() || self.are_closed {
            return Vec::new();
        }
        let sentences = self.request.sentences();
        let named = |href: String, words, name| {
            let name = sentences.fill_server(name, &[("what", address)]);
            Link::new(href, sentences.server(words)).named(name)
        };
        let change = named(
            format!("{path}?replace={}", contact.id),
            ServerText::AccountChange,
            ServerText::AccountChangeWhat,
        );
        let remove = contacts::can_be_removed(self.request.ctx(), self.all, contact).then(|| {
            named(
                format!("/account/security/remove?contact={}", contact.id),
                ServerText::AccountRemove,
                ServerText::AccountRemoveWhat,
            )
        });
        // An earlier contact vouches only for what this session has added.
        let waits = contact.resets_from > self.request.ctx().now();
        let confirm = (waits && self.added.contains(&contact.id)).then(|| {
            named(
                format!("{}&by=code", asks_first(SECURITY)),
                ServerText::AccountConfirmNow,
                ServerText::AccountConfirmNowWhat,
            )
        });
        let links = confirm.into_iter().chain([change]);
        links.chain(remove).collect()
    }
}
