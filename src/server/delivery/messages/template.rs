//! From a message to what the two templates see: its subject and its paragraphs.
use askama::Template;

use super::super::plain::{flat, one_line};
use super::look::Look;
use super::{Addressing, Fact, MessageContent, Other, Recourse};
use crate::server::base::passage::{Passage, Wording};
use crate::server::identifiers::display_names::fit_for_messages;
use crate::texts::{Catalogue, ServerText};

/// Where a person begins to choose a new password, below the site's address.
const START_PATH: &str = "/forgot-password";

/// Stands for the one address in a sentence until the sentence is cut there. [`flat`] has taken all control characters out of the other values.
pub(super) const LINK: &str = "\u{1}";

/// The space inside a time, where no line may be broken (STANDARDS Q03). A plain one in the finished text part.
pub(super) const TOGETHER: &str = "\u{a0}";

/// One paragraph of a message.
pub(super) enum Paragraph {
    /// A sentence or several.
    Words(Passage),
    /// Words around the one address, which is a link in the HTML part: before, after.
    Link(String, String),
    /// The code in its groups, large and alone on its line.
    Code(String),
    /// A button with its words and, under it, the bare address that it leads to.
    Button(String, String),
    /// What there is to know, as a table.
    Facts(Vec<Fact>),
}

/// All that the templates see; every value is on one line and none is HTML.
pub(super) struct MessageTemplate {
    language: &'static str,
    pub(super) subject: String,
    /// The organisation's name.
    site: Passage,
    look: Look,
    title: String,
    greeting: Option<String>,
    blocks: Vec<Paragraph>,
    /// Where the link blocks lead.
    url: String,
    contact: Passage,
    sent_by: Passage,
    site_url: String,
}

#[derive(Template)]
#[template(path = "message.txt")]
pub(super) struct TextPart<'a> {
    pub(super) filled: &'a MessageTemplate,
}

#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct HtmlPart<'a> {
    pub(super) filled: &'a MessageTemplate,
}

pub(super) fn template(
    content: &MessageContent,
    catalogue: &Catalogue,
    about: &Addressing<'_>,
) -> MessageTemplate {
    let name = one_line(about.site_name.words);
    let site = about.site_name.with(&name);
    let writer = Writer {
        catalogue,
        site,
        site_url: about.site_url,
        recourse: about.recourse,
    };
    let (subject, blocks) = writer.body(content);
    let name = flat(&fit_for_messages(about.name));
    MessageTemplate {
        language: catalogue.language().tag(),
        subject: one_line(&subject),
        title: writer.title(content),
        look: about.look.clone(),
        greeting: (!name.is_empty())
            .then(|| writer.fill(ServerText::MailGreeting, &[("name", &name)])),
        blocks,
        url: format!("{}{START_PATH}", about.site_url),
        contact: about.contact.map_or_else(
            || writer.passage(ServerText::MailContactNone, &[]),
            |contact| {
                let line = one_line(contact.words);
                let values = [("contact", contact.with(&line))];
                Passage::fill(catalogue.server(ServerText::MailContact), &values)
            },
        ),
        sent_by: writer.passage(ServerText::MailNoReply, &[]),
        site_url: about.site_url.to_owned(),
        site: site.into(),
    }
}

/// Fills sentences of one catalogue for one site.
pub(super) struct Writer<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) site: Wording<'a>,
    pub(super) site_url: &'a str,
    pub(super) recourse: &'a Recourse,
}

impl Writer<'_> {
    /// The subject and the paragraphs of a message.
    fn body(&self, content: &MessageContent) -> (String, Vec<Paragraph>) {
        match content {
            MessageContent::Code {
                code,
                minutes,
                until,
                user_name,
                link,
                link_until,
                others,
                together,
                ..
            } => {
                let mut blocks = vec![
                    self.intro(user_name, others, *together),
                    self.words(ServerText::MailCodeLine, &[]),
                    Paragraph::Code(grouped(code)),
                    self.words(
                        ServerText::MailCodeLifetime,
                        &[("time", until), ("minutes", &minutes.to_string())],
                    ),
                ];
                if let Some(link) = link {
                    blocks.push(self.words(ServerText::MailLinkInstead, &[]));
                    blocks.extend(self.buttons(link, user_name, others));
                    if let Some(until) = link_until {
                        blocks.push(self.words(ServerText::MailLinkUntil, &[("time", until)]));
                    }
                }
                blocks.push(Paragraph::Facts(self.facts(content)));
                let not_you = match link {
                    Some(_) => ServerText::MailCodeOrLinkNotYou,
                    None => ServerText::MailCodeNotYou,
                };
                blocks.push(self.words(not_you, &[]));
                (self.fill(ServerText::MailCodeSubject, &[]), blocks)
            }
            MessageContent::Link {
                link,
                minutes,
                until,
                user_name,
                others,
                together,
                ..
            } => {
                let mut blocks = vec![self.intro(user_name, others, *together)];
                blocks.extend(self.buttons(link, user_name, others));
                blocks.push(self.words(
                    ServerText::MailLinkLifetime,
                    &[("time", until), ("minutes", &minutes.to_string())],
                ));
                blocks.push(Paragraph::Facts(self.facts(content)));
                blocks.push(self.words(ServerText::MailLinkNotYou, &[]));
                (self.fill(ServerText::MailLinkSubject, &[]), blocks)
            }
            MessageContent::Elsewhere { provider, .. } => {
                let intro = self.words(ServerText::MailResetIntro, &[]);
                let rest = match provider {
                    Some(provider) => {
                        let name = [("provider", &*provider.name)];
                        let words = self.fill(ServerText::MailElsewhereButton, &name);
                        let name = [("provider", provider.wording())];
                        let where_to = self.passage(ServerText::MailElsewhereProvider, &name);
                        vec![
                            Paragraph::Words(where_to),
                            Paragraph::Button(words, provider.reset_url.clone()),
                        ]
                    }
                    None => vec![self.words(ServerText::MailElsewhereNobody, &[])],
                };
                let facts = Paragraph::Facts(self.facts(content));
                let blocks = std::iter::once(intro).chain(rest).chain([facts]).collect();
                (self.fill(ServerText::MailElsewhereSubject, &[]), blocks)
            }
            MessageContent::AskAgain { user_name, .. } => (
                self.fill(ServerText::MailAskAgainSubject, &[]),
                vec![
                    self.words(ServerText::MailAskAgainIntro, &[("user_name", user_name)]),
                    self.link(ServerText::MailAskAgainAction),
                    Paragraph::Facts(self.facts(content)),
                ],
            ),
            MessageContent::Changed { .. }
            | MessageContent::ConfirmPerson { .. }
            | MessageContent::ConfirmContact { .. }
            | MessageContent::ContactChanged { .. }
            | MessageContent::Reverted { .. } => self.about_account(content),
            MessageContent::Factor(about) => self.about_factor(about, self.facts(content)),
            MessageContent::Test => (
                self.fill(ServerText::MailTestSubject, &[]),
                vec![self.words(ServerText::MailTestIntro, &[])],
            ),
        }
    }

    /// A sentence with its values, which are made flat here and nowhere else; `{site}` is always known.
    pub(super) fn fill(&self, text: ServerText, values: &[(&str, &str)]) -> String {
        self.passage(text, &worded(values)).plain()
    }

    /// The same, which knows what in it is in another language.
    pub(super) fn passage(&self, text: ServerText, values: &[(&str, Wording<'_>)]) -> Passage {
        let made_flat = |(key, value): &(_, Wording<'_>)| match (*key, flat(value.words)) {
            ("time", time) => ("time", time.replace(' ', TOGETHER)),
            other => other,
        };
        let flat: Vec<(&str, String)> = values.iter().map(made_flat).collect();
        let mut all = vec![("site", self.site)];
        let given = values.iter().zip(&flat);
        all.extend(given.map(|((_, value), (key, flat))| (*key, value.with(flat))));
        Passage::fill(self.catalogue.server(text), &all)
    }

    pub(super) fn words(&self, text: ServerText, values: &[(&str, &str)]) -> Paragraph {
        Paragraph::Words(self.passage(text, &worded(values)))
    }

    /// Which account, or which accounts, somebody wants a new password for.
    fn intro(&self, user_name: &str, others: &[Other], together: bool) -> Paragraph {
        if others.is_empty() {
            return self.words(ServerText::MailResetIntro, &[]);
        }
        let names: Vec<&str> = std::iter::once(user_name)
            .chain(others.iter().map(|other| other.user_name.as_str()))
            .collect();
        let names = names.join(", ");
        let text = if together {
            ServerText::MailCodeIntroTogether
        } else {
            ServerText::MailCodeIntroSeveral
        };
        self.words(text, &[("user_names", &names)])
    }

    /// The button, or one for each account that has its own link, under its name.
    fn buttons(&self, link: &str, user_name: &str, others: &[Other]) -> Vec<Paragraph> {
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
                let whose = self.words(ServerText::MailLinkWhose, &[("user_name", user_name)]);
                [whose, self.button(link)]
            })
            .collect()
    }

    /// The button that opens a link; its words stand before the address in the text part.
    fn button(&self, path: &str) -> Paragraph {
        let words = self.fill(ServerText::MailLinkButton, &[]);
        Paragraph::Button(words, format!("{}{path}", self.site_url))
    }

    /// A sentence cut at its `{url}`. An operator's own sentence may have left the address out: it then follows the sentence.
    pub(super) fn link(&self, text: ServerText) -> Paragraph {
        let sentence = self
            .catalogue
            .fill_server(text, &[("site", self.site.words), ("url", LINK)]);
        match sentence.split_once(LINK) {
            Some((before, after)) => Paragraph::Link(before.to_owned(), after.to_owned()),
            None => Paragraph::Link(format!("{sentence} "), String::new()),
        }
    }
}

/// Values that say nothing of their language.
fn worded<'a>(values: &[(&'a str, &'a str)]) -> Vec<(&'a str, Wording<'a>)> {
    let worded = |(key, value): &(&'a str, &'a str)| (*key, Wording::from(*value));
    values.iter().map(worded).collect()
}

/// "123456" as "123 456": easier to read over to another screen, and the code field drops the space.
pub(super) fn grouped(code: &str) -> String {
    match code.split_at_checked(3) {
        Some((first, second)) if !second.is_empty() => format!("{first} {second}"),
        _ => code.to_owned(),
    }
}
