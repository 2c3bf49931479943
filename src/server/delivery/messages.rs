//! What messages say: from an event and a catalogue to subject, text part and HTML part.
//!
//! All sentences come from the catalogue, the arrangement from the two templates. A message is a list of blocks, the same for both parts, so that the
//! text part is always complete (STANDARDS L04).

use std::fmt;

use askama::Template;
use serde::{Deserialize, Serialize};

use super::plain::wrap;
use crate::server::base::passage::Wording;
use crate::texts::{Catalogue, Language};

mod account;
mod factor;
mod facts;
mod look;
mod template;
#[cfg(test)]
mod tests;
mod title;

pub use account::ContactNotification;
pub use factor::{FactorChange, FactorNotification};
use facts::Fact;
pub use facts::contact_facts;
pub use look::{Look, Picture};
use template::{HtmlPart, Paragraph, TOGETHER, TextPart, Writer, grouped, template};

/// One message to one person. It lies in the outbox, sealed, until it is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageContent {
    /// The security code that somebody asked for.
    Code {
        /// Six digits.
        code: String,
        /// How long it works from when it was asked for, in minutes.
        minutes: i64,
        /// When it stops working: local time, already written out in the message's language.
        until: String,
        /// The account that it opens.
        user_name: String,
        /// The flow's public reference, such as `K7Q-M2D`.
        reference: String,
        /// A link that may be opened instead, as its path below the site's address.
        #[serde(default)]
        link: Option<String>,
        /// When the link stops working, where that is another time than the code's.
        #[serde(default)]
        link_until: Option<String>,
        /// The other accounts with this address, each with its own link where links are sent.
        #[serde(default)]
        others: Vec<Other>,
        /// One password is chosen for all of them.
        #[serde(default)]
        together: bool,
    },
    /// The link that somebody asked for, where no code is sent.
    Link {
        /// Its path below the site's address.
        link: String,
        /// How long it works from when it was asked for, in minutes.
        minutes: i64,
        /// When it stops working: local time, already written out in the message's language.
        until: String,
        /// The account that it opens.
        user_name: String,
        /// The flow's public reference.
        reference: String,
        /// The other accounts with this address.
        #[serde(default)]
        others: Vec<Other>,
        /// One password is chosen for all of them.
        #[serde(default)]
        together: bool,
    },
    /// The account has no password here. Holds no secret.
    Elsewhere {
        /// The account.
        user_name: String,
        /// The flow's public reference.
        reference: String,
        /// Where the person signs in; `None` where there is no password at all.
        provider: Option<Provider>,
    },
    /// The password was changed.
    Changed {
        /// The account.
        user_name: String,
        /// When: local time, already written out in the message's language.
        at: String,
        /// The browser's family; never an address or a place (STANDARDS L09).
        browser: Option<String>,
        /// The flow's public reference, where a flow did it.
        reference: Option<String>,
        /// A link that stops it, as its path below the site's address, and until when it works.
        #[serde(default)]
        stop: Option<(String, String)>,
        /// A code that stops it: in a mail beside the link, in a text message in its place.
        #[serde(default)]
        stop_code: Option<String>,
        /// Whoever has changed it is signed in, in the session from before or in a new one.
        #[serde(default)]
        is_kept: bool,
    },
    /// A code could not be delivered while it still worked. Holds no secret (STANDARDS L10).
    AskAgain {
        /// The account.
        user_name: String,
        /// The flow's public reference.
        reference: String,
    },
    /// A code by which somebody who is signed in re-authenticates.
    ConfirmPerson {
        /// Six digits.
        code: String,
        /// How long it works, in minutes.
        minutes: i64,
        /// When it stops working: local time, already written out in the message's language.
        until: String,
        /// The account.
        user_name: String,
    },
    /// A code by which a new contact is confirmed. It may reach a stranger, so it names nobody.
    ConfirmContact {
        /// Six digits.
        code: String,
        /// How long it works, in minutes.
        minutes: i64,
        /// When it stops working: local time, already written out in the message's language.
        until: String,
    },
    /// A contact of the account was added, replaced or removed.
    ContactChanged {
        /// The account.
        user_name: String,
        /// What happened.
        news: ContactNotification,
        /// Whether it is a mobile number, not an address.
        is_phone: bool,
        /// When: local time, already written out in the message's language.
        at: String,
        /// The browser's family.
        browser: Option<String>,
        /// From when the new one can reset the password, where that is not now.
        works_from: Option<String>,
        /// A link that stops it, as its path below the site's address, and until when it works.
        stop: Option<(String, String)>,
        /// A code that stops it: in a mail beside the link, in a text message in its place.
        #[serde(default)]
        stop_code: Option<String>,
        /// The contact that was added, masked; messages of earlier versions name none.
        #[serde(default)]
        added: Option<String>,
        /// The contact that was replaced or removed, masked.
        #[serde(default)]
        ended: Option<String>,
    },
    /// A change was reverted by whoever reads an earlier contact.
    #[serde(rename = "Stopped")]
    Reverted {
        /// The account.
        user_name: String,
        /// When: local time, already written out in the message's language.
        at: String,
    },
    /// Something about the account's second factor. Holds no secret.
    Factor(FactorChange),
    /// Shows that mail leaves.
    Test,
}

/// What the reader of a notification can do who says "this was not me", where the notification itself has no button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recourse {
    /// Choose a new password: a reset reaches this reader.
    #[default]
    Reset,
    /// Use the button or the code in the notification that this contact was replaced or removed, until this time: local, already written out in
    /// the message's language.
    Earlier(String),
    /// Talk to somebody.
    Talk,
}

/// Another account with the same address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// Its user name.
    pub user_name: String,
    /// The path of its own link; `None` where the code or the first link is for all of them.
    pub link: Option<String>,
}

/// Where somebody signs in who has no password here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// What people call it.
    pub name: String,
    /// The language of that, where it is known to be another than the message's; messages of earlier versions do not say.
    #[serde(default)]
    pub language: Option<Language>,
    /// Where a password is reset there.
    pub reset_url: String,
}

impl Provider {
    /// What people call it, in a message to somebody.
    pub(super) fn wording(&self) -> Wording<'_> {
        match self.language {
            Some(language) => Wording::foreign(&self.name, language),
            None => self.name.as_str().into(),
        }
    }
}

impl fmt::Debug for MessageContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the code nor whose account it is belongs into a log.
        let (kind, reference) = match self {
            Self::Code { reference, .. } => ("Code", Some(reference)),
            Self::Link { reference, .. } => ("Link", Some(reference)),
            Self::Changed { reference, .. } => ("Changed", reference.as_ref()),
            Self::AskAgain { reference, .. } => ("AskAgain", Some(reference)),
            Self::Elsewhere { reference, .. } => ("Elsewhere", Some(reference)),
            Self::ConfirmPerson { .. } => ("ConfirmPerson", None),
            Self::ConfirmContact { .. } => ("ConfirmContact", None),
            Self::ContactChanged { .. } => ("ContactChanged", None),
            Self::Reverted { .. } => ("Stopped", None),
            Self::Factor(_) => ("Factor", None),
            Self::Test => ("Test", None),
        };
        f.debug_struct(kind)
            .field("reference", &reference)
            .finish_non_exhaustive()
    }
}

/// What every message says of the service and of the person it goes to.
#[derive(Clone, Copy)]
pub struct Addressing<'a> {
    /// The service's name.
    pub site_name: Wording<'a>,
    /// The service's configured origin without a slash at the end; links are made from nothing else (STANDARDS A11).
    pub site_url: &'a str,
    /// How to reach a person who helps, if the configuration says so.
    pub contact: Option<Wording<'a>>,
    /// The person's name as the directory has it; empty when it has none.
    pub name: &'a str,
    /// What the reader can do about what was somebody else's.
    pub recourse: &'a Recourse,
    /// How the organisation's mails look.
    pub look: &'a Look,
}

/// A message, ready for a mailer.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line. Never holds a code (STANDARDS L07).
    pub subject: String,
    /// The text part: complete, lines of at most 76 code points unless a single word is longer, `\n` between lines.
    pub text: String,
    /// The HTML part: one column, nothing loaded from elsewhere.
    pub html: String,
    /// The logo, which the HTML part shows beside the organisation's name.
    pub picture: Option<Picture>,
    /// The language of all three.
    pub language: Language,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The parts hold the code.
        f.debug_struct("Rendered")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// A template could not be filled. It holds no part of the message.
#[derive(Debug, thiserror::Error)]
#[error("a mail template could not be filled")]
pub struct RenderError(#[from] askama::Error);

/// Writes the message in the catalogue's language.
///
/// Names, browsers and the like are other people's words: they are put on one line and escaped in HTML (STANDARDS L08, ATTACKS A04).
///
/// # Errors
///
/// [`RenderError`] when a template cannot be filled, which only a fault in the program can cause.
pub fn render(
    content: &MessageContent,
    catalogue: &Catalogue,
    about: &Addressing<'_>,
) -> Result<Rendered, RenderError> {
    let filled = template(content, catalogue, about);
    let text = wrap(&TextPart { filled: &filled }.render()?).replace(TOGETHER, " ");
    let html = HtmlPart { filled: &filled }.render()?;
    Ok(Rendered {
        text,
        html,
        picture: about.look.logo.as_ref().map(|logo| logo.picture.clone()),
        language: catalogue.language(),
        subject: filled.subject,
    })
}
