//! What the letters say: from a fact and a catalogue to subject, text part and HTML part.
//!
//! All sentences come from the catalogue, the arrangement from the two templates. A letter is a list of blocks, the same for both parts, so that the
//! text part is always complete (STANDARDS L04).

use std::fmt;

use askama::Template;
use serde::{Deserialize, Serialize};

use super::plain::{flat, one_line, wrap};
use crate::texts::{Catalogue, Language, MailText};

mod account;
mod factor;
#[cfg(test)]
mod tests;

pub use account::ContactNews;
pub use factor::{AboutFactor, FactorNews};

/// Where a person begins to choose a new password, below the site's address.
const START_PATH: &str = "/forgot-password";

/// Stands for the one address in a sentence until the sentence is cut there. [`flat`] has taken all control characters out of the other values.
const LINK: &str = "\u{1}";

/// The space inside a time, where no line may be broken (STANDARDS Q03). A plain one in the finished text part.
const TOGETHER: &str = "\u{a0}";

/// One letter to one person. It lies in the outbox, sealed, until it is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Letter {
    /// The security code that somebody asked for.
    Code {
        /// Six digits.
        code: String,
        /// How long it works from when it was asked for, in minutes.
        minutes: i64,
        /// When it stops working: local time, already written out in the letter's language.
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
    },
    /// The link that somebody asked for, where no code is sent.
    Link {
        /// Its path below the site's address.
        link: String,
        /// How long it works from when it was asked for, in minutes.
        minutes: i64,
        /// When it stops working: local time, already written out in the letter's language.
        until: String,
        /// The account that it opens.
        user_name: String,
        /// The flow's public reference.
        reference: String,
        /// The other accounts with this address.
        #[serde(default)]
        others: Vec<Other>,
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
        /// When: local time, already written out in the letter's language.
        at: String,
        /// The browser's family; never an address or a place (STANDARDS L09).
        browser: Option<String>,
        /// The flow's public reference, where a flow did it.
        reference: Option<String>,
        /// A link that stops it, as its path below the site's address, and until when it works.
        #[serde(default)]
        stop: Option<(String, String)>,
        /// A code that stops it, where no link is sent.
        #[serde(default)]
        stop_code: Option<String>,
        /// The session in which it was changed goes on.
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
    /// A code by which somebody who is signed in shows that it is still them.
    ConfirmPerson {
        /// Six digits.
        code: String,
        /// How long it works, in minutes.
        minutes: i64,
        /// When it stops working: local time, already written out in the letter's language.
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
        /// When it stops working: local time, already written out in the letter's language.
        until: String,
    },
    /// A contact of the account was added, replaced or removed.
    ContactChanged {
        /// The account.
        user_name: String,
        /// What happened.
        news: ContactNews,
        /// Whether it is a mobile number, not an address.
        is_phone: bool,
        /// When: local time, already written out in the letter's language.
        at: String,
        /// The browser's family.
        browser: Option<String>,
        /// From when the new one can reset the password, where that is not now.
        works_from: Option<String>,
        /// A link that stops it, as its path below the site's address, and until when it works.
        stop: Option<(String, String)>,
        /// A code that stops it, where no link is sent.
        #[serde(default)]
        stop_code: Option<String>,
    },
    /// A change was undone by whoever reads an earlier contact.
    Stopped {
        /// The account.
        user_name: String,
        /// When: local time, already written out in the letter's language.
        at: String,
    },
    /// Something about the account's second factor. Holds no secret.
    Factor(AboutFactor),
    /// Shows that mail leaves.
    Test,
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
    /// Where a password is reset there.
    pub reset_url: String,
}

impl fmt::Debug for Letter {
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
            Self::Stopped { .. } => ("Stopped", None),
            Self::Factor(_) => ("Factor", None),
            Self::Test => ("Test", None),
        };
        f.debug_struct(kind)
            .field("reference", &reference)
            .finish_non_exhaustive()
    }
}

/// What every letter says of the service and of the person it goes to.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The service's name.
    pub site_name: &'a str,
    /// The service's configured origin without a slash at the end; links are made from nothing else (STANDARDS A11).
    pub site_url: &'a str,
    /// How to reach a person who helps, if the configuration says so.
    pub contact: Option<&'a str>,
    /// The person's name as the directory has it; empty when it has none.
    pub name: &'a str,
}

/// A letter, ready for a mailer.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line. Never holds a code (STANDARDS L07).
    pub subject: String,
    /// The text part: complete, lines of at most 76 code points unless a single word is longer, `\n` between lines.
    pub text: String,
    /// The HTML part: one column, nothing loaded from elsewhere.
    pub html: String,
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

/// A template could not be filled. It holds no part of the letter.
#[derive(Debug, thiserror::Error)]
#[error("a mail template could not be filled")]
pub struct RenderError(#[from] askama::Error);

/// One paragraph of a letter.
enum Block {
    /// A sentence or several.
    Words(String),
    /// Words around the one address, which is a link in the HTML part: before, after.
    Link(String, String),
    /// The code in its groups, large and alone on its line.
    Code(String),
    /// A button with its words and, under it, the bare address that it leads to.
    Button(String, String),
}

/// All that the templates see; every value is on one line and none is HTML.
struct Sheet {
    language: &'static str,
    subject: String,
    greeting: Option<String>,
    blocks: Vec<Block>,
    /// Where the link blocks lead.
    url: String,
    case_number: Option<String>,
    contact: String,
    sent_by: String,
    site_url: String,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct TextPart<'a> {
    sheet: &'a Sheet,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct HtmlPart<'a> {
    sheet: &'a Sheet,
}

/// Writes the letter in the catalogue's language.
///
/// Names, browsers and the like are other people's words: they are put on one line and escaped in HTML (STANDARDS L08, ATTACKS A04).
///
/// # Errors
///
/// [`RenderError`] when a template cannot be filled, which only a fault in the program can cause.
pub fn render(
    letter: &Letter,
    catalogue: &Catalogue,
    about: &About<'_>,
) -> Result<Rendered, RenderError> {
    let sheet = sheet(letter, catalogue, about);
    let text = wrap(&TextPart { sheet: &sheet }.render()?).replace(TOGETHER, " ");
    let html = HtmlPart { sheet: &sheet }.render()?;
    Ok(Rendered {
        text,
        html,
        language: catalogue.language(),
        subject: sheet.subject,
    })
}

fn sheet(letter: &Letter, catalogue: &Catalogue, about: &About<'_>) -> Sheet {
    let site = one_line(about.site_name);
    let writer = Writer {
        catalogue,
        site: &site,
        site_url: about.site_url,
    };
    let (subject, blocks) = writer.body(letter);
    let reference = match letter {
        Letter::Code { reference, .. }
        | Letter::Link { reference, .. }
        | Letter::Elsewhere { reference, .. }
        | Letter::AskAgain { reference, .. } => Some(reference),
        Letter::Changed { reference, .. } => reference.as_ref(),
        Letter::ConfirmPerson { .. }
        | Letter::ConfirmContact { .. }
        | Letter::ContactChanged { .. }
        | Letter::Stopped { .. }
        | Letter::Factor(_)
        | Letter::Test => None,
    };
    let name = flat(about.name);
    Sheet {
        language: catalogue.language().tag(),
        subject: one_line(&subject),
        greeting: (!name.is_empty())
            .then(|| writer.fill(MailText::MailGreeting, &[("name", &name)])),
        blocks,
        url: format!("{}{START_PATH}", about.site_url),
        case_number: reference
            .map(|reference| writer.fill(MailText::MailCaseNumber, &[("reference", reference)])),
        contact: about.contact.map_or_else(
            || writer.fill(MailText::MailContactNone, &[]),
            |contact| {
                catalogue.fill_mail(MailText::MailContact, &[("contact", &one_line(contact))])
            },
        ),
        sent_by: writer.fill(MailText::MailNoReply, &[]),
        site_url: about.site_url.to_owned(),
    }
}

/// Fills sentences of one catalogue for one site.
struct Writer<'a> {
    catalogue: &'a Catalogue,
    site: &'a str,
    site_url: &'a str,
}

impl Writer<'_> {
    /// The subject and the paragraphs of a letter.
    fn body(&self, letter: &Letter) -> (String, Vec<Block>) {
        match letter {
            Letter::Code {
                code,
                minutes,
                until,
                user_name,
                link,
                link_until,
                others,
                ..
            } => {
                let mut blocks = vec![
                    self.intro(user_name, others),
                    self.words(MailText::MailCodeLine, &[]),
                    Block::Code(grouped(code)),
                    self.words(
                        MailText::MailCodeLifetime,
                        &[("time", until), ("minutes", &minutes.to_string())],
                    ),
                ];
                if let Some(link) = link {
                    blocks.push(self.words(MailText::MailLinkInstead, &[]));
                    blocks.extend(self.buttons(link, user_name, others));
                    if let Some(until) = link_until {
                        blocks.push(self.words(MailText::MailLinkUntil, &[("time", until)]));
                    }
                }
                blocks.push(self.words(MailText::MailCodeNotYou, &[]));
                (self.fill(MailText::MailCodeSubject, &[]), blocks)
            }
            Letter::Link {
                link,
                minutes,
                until,
                user_name,
                others,
                ..
            } => {
                let mut blocks = vec![self.intro(user_name, others)];
                blocks.extend(self.buttons(link, user_name, others));
                blocks.push(self.words(
                    MailText::MailLinkLifetime,
                    &[("time", until), ("minutes", &minutes.to_string())],
                ));
                blocks.push(self.words(MailText::MailLinkNotYou, &[]));
                (self.fill(MailText::MailLinkSubject, &[]), blocks)
            }
            Letter::Elsewhere {
                user_name,
                provider,
                ..
            } => {
                let intro = self.words(MailText::MailElsewhereIntro, &[("user_name", user_name)]);
                let rest = match provider {
                    Some(Provider { name, reset_url }) => {
                        let words = self.fill(MailText::MailElsewhereButton, &[("provider", name)]);
                        vec![
                            self.words(MailText::MailElsewhereProvider, &[("provider", name)]),
                            Block::Button(words, reset_url.clone()),
                        ]
                    }
                    None => vec![self.words(MailText::MailElsewhereNobody, &[])],
                };
                let blocks = std::iter::once(intro).chain(rest).collect();
                (self.fill(MailText::MailElsewhereSubject, &[]), blocks)
            }
            Letter::AskAgain { user_name, .. } => (
                self.fill(MailText::MailAskAgainSubject, &[]),
                vec![
                    self.words(MailText::MailAskAgainIntro, &[("user_name", user_name)]),
                    self.link(MailText::MailAskAgainAction),
                ],
            ),
            Letter::Changed { .. }
            | Letter::ConfirmPerson { .. }
            | Letter::ConfirmContact { .. }
            | Letter::ContactChanged { .. }
            | Letter::Stopped { .. } => self.about_account(letter),
            Letter::Factor(about) => self.about_factor(about),
            Letter::Test => (
                self.fill(MailText::MailTestSubject, &[]),
                vec![self.words(MailText::MailTestIntro, &[])],
            ),
        }
    }

    /// A sentence with its values, which are made flat here and nowhere else; `{site}` is always known.
    fn fill(&self, text: MailText, values: &[(&str, &str)]) -> String {
        let made_flat = |(key, value): &(_, &str)| match (*key, flat(value)) {
            ("time", time) => ("time", time.replace(' ', TOGETHER)),
            other => other,
        };
        let flat: Vec<(&str, String)> = values.iter().map(made_flat).collect();
        let mut all: Vec<(&str, &str)> = vec![("site", self.site)];
        all.extend(flat.iter().map(|(key, value)| (*key, value.as_str())));
        self.catalogue.fill_mail(text, &all)
    }

    fn words(&self, text: MailText, values: &[(&str, &str)]) -> Block {
        Block::Words(self.fill(text, values))
    }

    /// Which account, or which accounts, somebody wants a new password for.
    fn intro(&self, user_name: &str, others: &[Other]) -> Block {
        if others.is_empty() {
            return self.words(MailText::MailCodeIntro, &[("user_name", user_name)]);
        }
        let names: Vec<&str> = std::iter::once(user_name)
            .chain(others.iter().map(|other| other.user_name.as_str()))
            .collect();
        let names = names.join(", ");
        self.words(MailText::MailCodeIntroSeveral, &[("user_names", &names)])
    }

    /// The button, or one for each account that has its own link, under its name.
    fn buttons(&self, link: &str, user_name: &str, others: &[Other]) -> Vec<Block> {
        let own: Vec<(&str, &str)> = others
            .iter()
            .filter_map(|other| Some((other.user_name.as_str(), other.link.as_deref()?)))
            .collect();
        if own.is_empty() {
            return vec![self.button(link)];
        }
        std::iter::once((user_name, link))
            .chain(own)
            .flat_map(|(user_name, link)| {
                let whose = self.words(MailText::MailLinkWhose, &[("user_name", user_name)]);
                [whose, self.button(link)]
            })
            .collect()
    }

    /// The button that opens a link; its words stand before the address in the text part.
    fn button(&self, path: &str) -> Block {
        let words = self.fill(MailText::MailLinkButton, &[]);
        Block::Button(words, format!("{}{path}", self.site_url))
    }

    /// A sentence cut at its `{url}`. An operator's own sentence may have left the address out: it then follows the sentence.
    fn link(&self, text: MailText) -> Block {
        let sentence = self
            .catalogue
            .fill_mail(text, &[("site", self.site), ("url", LINK)]);
        match sentence.split_once(LINK) {
            Some((before, after)) => Block::Link(before.to_owned(), after.to_owned()),
            None => Block::Link(format!("{sentence} "), String::new()),
        }
    }
}

/// "123456" as "123 456": easier to read over to another screen, and the code field drops the space.
fn grouped(code: &str) -> String {
    match code.split_at_checked(3) {
        Some((first, second)) if !second.is_empty() => format!("{first} {second}"),
        _ => code.to_owned(),
    }
}
