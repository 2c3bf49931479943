//! The security page: name, addresses, numbers, password, devices and what has happened, each with the way to change it.
use axum::response::Response;

use crate::server::account::{contacts, facts};
use crate::server::base::local_time;
use crate::server::http::drawn::early::EarlyResponse;
use crate::server::http::drawn::screen::{Block, Fact, Link, Screen};
use crate::server::http::places::{ACCOUNT, ACCOUNT_FACTOR, PASSWORD, SECURITY, asks_first};
use crate::server::http::signed_in::SignedInRequest;
use crate::server::http::words;
use crate::server::store::contact_changes::RevertibleContact;
use crate::server::store::contacts::{Contact, ContactKind};
use crate::server::{identifiers, store};
use crate::texts::{Catalogue, MailText};

/// `GET /account/security`.
pub async fn show(here: SignedInRequest) -> Result<Response, EarlyResponse> {
    let screen = Screen {
        title: here.mail(MailText::AccountSecurityTitle),
        back: Some(Link::new(ACCOUNT, here.mail(MailText::AccountStart))),
        blocks: blocks(&here).await?,
        ..Screen::default()
    };
    Ok(here.draw(SECURITY, "", screen))
}

async fn blocks(here: &SignedInRequest) -> Result<Vec<Block>, sqlx::Error> {
    let ctx = here.ctx();
    let sentences = here.sentences();
    let account = &here.who.account;
    let mut connection = ctx.store.read().await?;
    let all = store::contacts::of(&mut connection, &account.id, ctx.now()).await?;
    let added = contacts::added_here(ctx, &mut connection, &here.who).await?;
    let are_closed = contacts::are_closed(ctx, &mut connection, &account.id).await?;
    let sessions = store::sessions::of_account(&mut connection, &account.id, ctx.now()).await?;
    let factors = store::factors::confirmed(&mut connection, &account.id).await?;
    let revertible =
        store::contact_changes::revertible(&mut connection, &account.id, ctx.now()).await?;
    let is_held = store::passwords::is_held(&mut connection, &account.id).await?;
    let on_since = factors.first().and_then(|factor| factor.confirmed_at);
    drop(connection);
    let mail = |text| here.mail(text);
    let change = |href: &str, what: &str| {
        let name = sentences.fill_mail(MailText::AccountChangeWhat, &[("what", what)]);
        Link::new(href, mail(MailText::AccountChange)).named(name)
    };
    let mut blocks = Vec::new();
    if is_held {
        blocks.push(Block::Words(mail(MailText::AccountHeld)));
    }
    blocks.extend([
        Block::Heading(mail(MailText::AccountNameHeading)),
        Block::Fact(Fact {
            words: account.name.clone(),
            links: vec![change(
                "/account/security/name",
                sentences.mail(MailText::AccountNameHeading),
            )],
            ..Fact::default()
        }),
        Block::Heading(mail(MailText::AccountUserNameHeading)),
        Block::Fact(Fact {
            words: account.user_name.clone(),
            ..Fact::default()
        }),
    ]);
    let contacts = Contacts {
        here,
        all: &all,
        added: &added,
        are_closed,
    };
    for kind in [ContactKind::Mail, ContactKind::Phone] {
        contacts.write(kind, &mut blocks)?;
    }
    who_can_revert(here, &revertible, &mut blocks)?;
    let language = here.visitor.language;
    let changed = facts::password_changed(ctx, &account.id, language).await?;
    if let Some(date) = changed {
        let words = sentences.fill_mail(MailText::AccountPasswordChanged, &[("date", &date)]);
        let heading = sentences.mail(MailText::AccountPasswordHeading);
        blocks.push(Block::Heading(heading.to_owned()));
        blocks.push(Block::Fact(Fact {
            words,
            links: vec![change(PASSWORD, heading)],
            ..Fact::default()
        }));
    }
    let title = sentences.mail(MailText::FactorAccountTitle);
    let words = match on_since {
        Some(at) => {
            let date = local_time::date(&ctx.config.site.time_zone, at, language);
            sentences.fill_mail(MailText::FactorAccountOn, &[("date", &date)])
        }
        None => mail(MailText::AccountFactorOff),
    };
    blocks.push(Block::Heading(title.to_owned()));
    blocks.push(Block::Fact(Fact {
        words,
        links: vec![change(ACCOUNT_FACTOR, title)],
        ..Fact::default()
    }));
    blocks.push(Block::Heading(mail(MailText::AccountSessionsHeading)));
    let devices = sessions
        .iter()
        .map(|session| device(sentences, &session.device));
    blocks.push(Block::List(devices.collect()));
    blocks.push(Block::Link(Link::new(
        "/account/security/sessions",
        mail(MailText::AccountSessionsMore),
    )));
    blocks.push(Block::Heading(mail(MailText::AccountActivityHeading)));
    blocks.push(Block::Link(Link::new(
        "/account/security/activity",
        mail(MailText::AccountActivityMore),
    )));
    Ok(blocks)
}

/// The former contacts that can still undo something.
fn who_can_revert(
    here: &SignedInRequest,
    former: &[RevertibleContact],
    blocks: &mut Vec<Block>,
) -> Result<(), sqlx::Error> {
    if former.is_empty() {
        return Ok(());
    }
    let (zone, language) = (&here.ctx().config.site.time_zone, here.visitor.language);
    let mut who = Vec::new();
    for each in former {
        let until = local_time::date_and_time(zone, each.until, language);
        let address = identifiers::shown(each.channel()?, &each.address);
        let values = [("address", &*address), ("time", &*until)];
        let sentences = here.sentences();
        who.push(sentences.fill_mail(MailText::AccountUndoWho, &values));
    }
    blocks.push(Block::Heading(here.mail(MailText::AccountUndoHeading)));
    blocks.push(Block::List(who));
    Ok(())
}

/// What a device is called.
pub(super) fn device(sentences: &Catalogue, device: &str) -> String {
    if device.is_empty() {
        sentences.mail(MailText::AccountDeviceUnknown).to_owned()
    } else {
        device.to_owned()
    }
}

/// The contacts, as the page shows them.
struct Contacts<'a> {
    here: &'a SignedInRequest,
    all: &'a [Contact],
    /// Ids of those that this session has added lately.
    added: &'a [String],
    are_closed: bool,
}

impl Contacts<'_> {
    fn write(&self, kind: ContactKind, blocks: &mut Vec<Block>) -> Result<(), sqlx::Error> {
        let mail = |text| self.here.mail(text);
        let (heading, none, add, path) = match kind {
            ContactKind::Mail => (
                MailText::AccountMailHeading,
                MailText::AccountMailNone,
                MailText::AccountMailAdd,
                "/account/security/mail",
            ),
            ContactKind::Phone => (
                MailText::AccountPhoneHeading,
                MailText::AccountPhoneNone,
                MailText::AccountPhoneAdd,
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
        if kind == ContactKind::Phone && own.is_empty() && self.here.ctx().sms.is_none() {
            return Ok(());
        }
        blocks.push(Block::Heading(mail(heading)));
        if own.is_empty() {
            blocks.push(Block::Words(mail(none)));
        }
        // An earlier contact speaks only for what this session has added.
        let waits = own.iter().any(|contact| {
            contact.resets_from > self.here.ctx().now() && self.added.contains(&contact.id)
        });
        for contact in &own {
            blocks.push(Block::Fact(self.fact(contact, path)));
        }
        if waits && !self.are_closed {
            let words = mail(MailText::AccountContactSooner);
            blocks.push(Block::Link(Link::new(
                format!("{}&by=code", asks_first(SECURITY)),
                words,
            )));
        }
        if self.are_closed {
            let words = words::closed(self.here.ctx(), self.here.sentences());
            blocks.push(Block::Words(words));
        } else if own.len() < contacts::AT_MOST {
            blocks.push(Block::Link(Link::new(path, mail(add))));
        }
        Ok(())
    }

    fn fact(&self, contact: &Contact, path: &str) -> Fact {
        let sentences = self.here.sentences();
        let zone = &self.here.ctx().config.site.time_zone;
        let written = |at| local_time::date_and_time(zone, at, self.here.visitor.language);
        let mut notes = Vec::new();
        if contact.resets_from > self.here.ctx().now() {
            let values = [("time", &*written(contact.resets_from))];
            notes.push(sentences.fill_mail(MailText::AccountContactWaits, &values));
        }
        if let Some(end) = contact.ends_at {
            let values = [("time", &*written(end))];
            notes.push(sentences.fill_mail(MailText::AccountContactEnds, &values));
        }
        let address = identifiers::shown_contact(contact);
        let what = [("what", address.as_str())];
        let named = |href: String, words, name| {
            Link::new(href, sentences.mail(words)).named(sentences.fill_mail(name, &what))
        };
        let mut links = Vec::new();
        if contact.ends_at.is_none() && !self.are_closed {
            links.push(named(
                format!("{path}?replace={}", contact.id),
                MailText::AccountChange,
                MailText::AccountChangeWhat,
            ));
            if contacts::can_be_removed(self.here.ctx(), self.all, contact) {
                links.push(named(
                    format!("/account/security/remove?contact={}", contact.id),
                    MailText::AccountRemove,
                    MailText::AccountRemoveWhat,
                ));
            }
        }
        Fact {
            words: address,
            notes,
            links,
            form: None,
        }
    }
}
