//! From a message to the bytes of RFC 5322, and the envelope of RFC 5321 that goes with them.
use std::time::{Duration, SystemTime};

use data_encoding::HEXLOWER;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use sha2::{Digest as _, Sha256};

use super::Outgoing;
use crate::server::delivery::messages::Rendered;
use crate::server::delivery::plain::{flat, one_line};
use crate::server::identifiers::display_names::fit_for_messages;

/// Marks the mail as sent by a program, so that well-behaved programs do not answer it (RFC 3834 §5; STANDARDS L02).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
/// The same for Exchange, whose out-of-office replies would tell that an account exists (MS-OXCMAIL 2.1.3.2.20). Not `All`, which silences the
/// reports that a mail could not be delivered.
const SUPPRESS: HeaderName = HeaderName::new_from_ascii_str("X-Auto-Response-Suppress");
/// Keeps mail programs from folding mails with the same subject into one, where the newest code would be hidden: another value in each.
const ENTITY: HeaderName = HeaderName::new_from_ascii_str("X-Entity-Ref-ID");
/// The language of the text (RFC 3282).
const LANGUAGE: HeaderName = HeaderName::new_from_ascii_str("Content-Language");

/// The end of the year 9999, after which the Date field has no form (lettre would panic).
const LAST_DATE_US: u64 = 253_402_300_799_000_000;

/// Whom all mails are from. Fixed by the configuration, never by a request (ATTACKS A07).
pub(super) struct Sender {
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

/// A message, ready for any relay.
pub(super) struct Composed {
    /// Who sends and the one who gets it, as the relay is told.
    pub(super) envelope: Envelope,
    /// Header and body.
    pub(super) bytes: Vec<u8>,
    /// The Message-ID with its angle brackets.
    pub(super) message_id: String,
}

impl Composed {
    /// Whether all of it is ASCII, so that the relay needs no SMTPUTF8 (RFC 6531). Only an address can make it otherwise.
    pub(super) fn is_ascii(&self) -> bool {
        let from = self.envelope.from().into_iter();
        from.chain(self.envelope.to())
            .all(|address| AsRef::<str>::as_ref(address).is_ascii())
            && self.bytes.is_ascii()
    }
}

/// The mail cannot be written, because the address is none.
#[derive(Debug)]
pub(super) struct Unusable;

impl Sender {
    pub(super) fn new(from: Mailbox, reply_to: Option<Mailbox>) -> Self {
        let to_ascii = |mailbox: Mailbox| Mailbox {
            name: mailbox.name,
            email: ascii_domain(mailbox.email),
        };
        Self {
            from: to_ascii(from),
            reply_to: reply_to.map(to_ascii),
        }
    }

    /// The sender's address, its domain in ASCII.
    pub(super) fn address(&self) -> &str {
        self.from.email.as_ref()
    }

    /// The part of the sender's address after the `@`, in ASCII.
    pub(super) fn domain(&self) -> &str {
        self.from.email.domain()
    }

    /// Writes the message: one From, one To, text part first (STANDARDS L02-L05). The same mail is the same bytes each time, so that what
    /// recognises duplicates by content recognises a second attempt.
    pub(super) fn compose(&self, mail: &Outgoing) -> Result<Composed, Unusable> {
        let to = recipient(&mail.to)?;
        let name = flat(&fit_for_messages(&mail.to_name));
        let message_id = format!("<{}>", message_id(&mail.message_id));
        let date = u64::try_from(mail.date_us)
            .unwrap_or_default()
            .min(LAST_DATE_US);
        let date = SystemTime::UNIX_EPOCH + Duration::from_micros(date);
        let envelope =
            Envelope::new(Some(self.from.email.clone()), vec![to.clone()]).map_err(|_| Unusable)?;

        let mut builder = Message::builder()
            .envelope(envelope.clone())
            .from(self.from.clone())
            .to(Mailbox::new((!name.is_empty()).then_some(name), to))
            .subject(one_line(&mail.rendered.subject))
            .date(date)
            .message_id(Some(message_id.clone()));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        let mut message = builder
            .multipart(body(&mail.rendered, &message_id)?)
            .map_err(|_| Unusable)?;
        // As public as the Message-ID, of which it is the first part.
        let entity = message_id.trim_start_matches('<').split('@').next();
        let entity = entity.unwrap_or_default();
        let headers = message.headers_mut();
        for (name, value) in [
            (AUTO_SUBMITTED, "auto-generated"),
            (SUPPRESS, "OOF, AutoReply"),
            (LANGUAGE, mail.rendered.language.tag()),
            (ENTITY, entity),
        ] {
            headers.insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        Ok(Composed {
            envelope,
            bytes: message.formatted(),
            message_id,
        })
    }
}

/// Text first, then what shows more (RFC 2046 §5.1.4): the HTML part, together with the picture that it shows (RFC 2387).
fn body(rendered: &Rendered, message_id: &str) -> Result<MultiPart, Unusable> {
    let both = MultiPart::alternative()
        .boundary(boundary(message_id))
        .singlepart(SinglePart::plain(rendered.text.clone()));
    let html = SinglePart::html(rendered.html.clone());
    let Some(picture) = &rendered.picture else {
        return Ok(both.singlepart(html));
    };
    let png = ContentType::parse("image/png").map_err(|_| Unusable)?;
    let logo = Attachment::new_inline_with_name(picture.content_id.clone(), "logo.png".to_owned())
        .body(picture.bytes.to_vec(), png);
    let shown = MultiPart::related()
        .boundary(boundary(&format!("related {message_id}")))
        .singlepart(html)
        .singlepart(logo);
    Ok(both.multipart(shown))
}

/// The one address, checked. Nothing that could end the line of an SMTP command or leave its angle brackets gets through, whatever the parser of
/// quoted local parts thinks of it (RFC 5321 §4.1.2; STANDARDS A13).
fn recipient(address: &str) -> Result<Address, Unusable> {
    let unsafe_character = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>');
    if address.contains(unsafe_character) {
        return Err(Unusable);
    }
    address.parse().map(ascii_domain).map_err(|_| Unusable)
}

/// Writes an international domain in its ASCII form, which every relay understands (RFC 5891); an address literal stays as it is.
fn ascii_domain(address: Address) -> Address {
    idna::domain_to_ascii(address.domain())
        .ok()
        .and_then(|domain| Address::new(address.user(), domain).ok())
        .unwrap_or(address)
}

/// The line between the parts (RFC 2046 §5.1.1): a hash of what is this mail's alone, so that no text holds it.
fn boundary(message_id: &str) -> String {
    let hash = HEXLOWER.encode(&Sha256::digest(message_id.as_bytes()));
    hash.chars().take(40).collect()
}

/// Keeps what may stand in a Message-ID without quoting (`dot-atom-text` and `@`, RFC 5322 §3.2.3).
fn message_id(wanted: &str) -> String {
    wanted
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+'))
        .collect()
}
