//! What pages of the help are written with: blocks, links, and sentences around what the configuration really is.

use super::topic::Topic;
use crate::rules::channel::ProveBy;
use crate::server::base::passage::{Passage, Wording};
use crate::server::config::Localised;
use crate::server::context::Context;
use crate::server::delivery::mail::records::Record;
use crate::server::http::drawn::parts::Link;
use crate::server::http::drawn::pressable::Pressable;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::wizard::state::senders;
use crate::texts::{Catalogue, Language, ServerText, Text};

/// A piece of a page.
#[derive(Debug)]
pub enum Block {
    /// A paragraph.
    Words(Passage),
    /// A paragraph with somebody to ask in it.
    Contact(Pressable),
    /// A heading of the second rank.
    Heading(Heading),
    /// Things in no order.
    List(Vec<Passage>),
    /// Things in their order.
    Steps(Vec<String>),
    /// Links, each on a line of its own.
    Links(Vec<Link>),
    /// One link.
    Link(Link),
    /// The link that is the page's way on.
    Button(Link),
    /// The case number, with what it is called.
    Case(String, String),
    /// A record for the DNS.
    Record(Record),
    /// Requirements, each with its answer.
    Clauses(Clauses),
}

/// A table of requirements.
#[derive(Debug)]
pub struct Clauses {
    /// What its two columns are called.
    pub head: [String; 2],
    /// Each requirement, with its answer.
    pub rows: Vec<(Passage, String)>,
}

/// A heading, which the table of contents leads to.
#[derive(Debug, Clone)]
pub struct Heading {
    /// Its id on the page.
    pub id: String,
    /// Its words.
    pub words: String,
}

/// So many headings make a page long: it begins with a table of contents.
const LONG: usize = 4;

/// The table of contents of a page; empty where the page is short.
pub fn contents(blocks: &[Block]) -> Vec<Heading> {
    let headings: Vec<Heading> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Heading(heading) => Some(heading.clone()),
            _ => None,
        })
        .collect();
    if headings.len() < LONG {
        Vec::new()
    } else {
        headings
    }
}

/// What pages are made from: the configuration and the sentences of a language.
pub struct Writer<'a> {
    pub(super) ctx: &'a Context,
    sentences: &'a Catalogue,
    is_kiosk: bool,
    pub(super) blocks: Vec<Block>,
}

impl<'a> Writer<'a> {
    /// A page with nothing on it.
    #[must_use]
    pub fn new(ctx: &'a Context, visitor: &Visitor) -> Self {
        Self {
            ctx,
            sentences: ctx.sentences(visitor.language),
            is_kiosk: visitor.is_kiosk,
            blocks: Vec::new(),
        }
    }

    /// What has been written.
    #[must_use]
    pub fn finish(self) -> Vec<Block> {
        self.blocks
    }

    pub(super) fn language(&self) -> Language {
        self.sentences.language()
    }

    pub(super) fn get(&self, text: ServerText) -> String {
        self.sentences.server(text).to_owned()
    }

    pub(super) fn fill(&self, text: ServerText, values: &[(&str, &str)]) -> String {
        self.sentences.fill_server(text, values)
    }

    /// A sentence that a step shows too, as a quotation.
    pub(super) fn page(&self, text: Text) -> &'a str {
        self.sentences.get(text)
    }

    pub(super) fn put(&mut self, block: Block) {
        let within = |link: Link| link.within(self.is_kiosk);
        self.blocks.push(match block {
            Block::Links(links) => Block::Links(links.into_iter().map(within).collect()),
            Block::Link(link) => Block::Link(within(link)),
            block => block,
        });
    }

    pub(super) fn say(&mut self, text: ServerText) {
        let words = self.get(text);
        self.put(Block::Words(words.into()));
    }

    pub(super) fn say_with(&mut self, text: ServerText, values: &[(&str, &str)]) {
        let words = self.fill(text, values);
        self.put(Block::Words(words.into()));
    }

    /// Words of the configuration, as readers of this page are shown them.
    pub(super) fn wording(&self, words: &'a Localised) -> Wording<'a> {
        self.ctx.wording(words, self.sentences)
    }

    /// A sentence around words of the configuration.
    pub(super) fn say_of(&mut self, text: ServerText, values: &[(&str, Wording<'_>)]) {
        let words = Passage::fill(self.sentences.server(text), values);
        self.put(Block::Words(words));
    }

    /// Whom to ask, where anybody is named.
    pub(super) fn say_contact(&mut self, contact: Option<&'a Localised>, nobody: ServerText) {
        match contact {
            Some(contact) => {
                let values = [("contact", self.wording(contact))];
                self.put_contact(Passage::fill(
                    self.sentences.server(ServerText::HelpContact),
                    &values,
                ));
            }
            None => self.say(nobody),
        }
    }

    pub(super) fn put_contact(&mut self, words: Passage) {
        let words = Pressable::new(words, self.is_kiosk);
        self.put(Block::Contact(words));
    }

    /// Words of the configuration in no order.
    pub(super) fn wordings(&mut self, some: &'a [Localised]) {
        let some = some.iter().map(|each| self.wording(each).into());
        let some = Block::List(some.collect());
        self.put(some);
    }

    /// Things in no order.
    pub(super) fn list(&mut self, things: impl IntoIterator<Item = String>) {
        let things = things.into_iter().map(Passage::from).collect();
        self.put(Block::List(things));
    }

    pub(super) fn heading(&mut self, text: ServerText) {
        let words = self.get(text);
        self.heading_of(words);
    }

    pub(super) fn heading_of(&mut self, words: String) {
        let is_heading = |block: &&Block| matches!(block, Block::Heading(_));
        let place = self.blocks.iter().filter(is_heading).count() + 1;
        let id = format!("part-{place}");
        self.put(Block::Heading(Heading { id, words }));
    }

    /// Things of one kind in a sentence: `one, another or a third`.
    pub(super) fn any_of(&self, things: &[String]) -> String {
        match things.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!(
                    "{} {} {last}",
                    others.join(", "),
                    self.get(ServerText::HelpOr)
                )
            }
            Some((only, _)) => only.clone(),
            None => String::new(),
        }
    }

    pub(super) fn link(&self, href: impl Into<String>, words: ServerText) -> Link {
        Link::new(href, self.get(words))
    }

    pub(super) fn to(&self, topic: Topic) -> Link {
        self.link(topic.path(), self.title(topic))
    }

    /// What a page is called here.
    pub(super) fn title(&self, topic: Topic) -> ServerText {
        topic.title(self.by_mail(), self.by_phone())
    }

    /// Whether text messages are sent.
    pub(super) fn by_phone(&self) -> bool {
        self.offers(ProveBy::SmsCode)
    }

    pub(super) fn offers(&self, by: ProveBy) -> bool {
        self.ctx.config.reset.offers(by)
    }

    /// Whether mail carries a proof.
    pub(super) fn by_mail(&self) -> bool {
        self.offers(ProveBy::MailCode) || self.offers(ProveBy::MailLink)
    }

    pub(super) fn senders(&self) -> String {
        senders(self.ctx, self.sentences.language())
    }

    /// So many minutes, in hours where they are whole ones.
    pub(super) fn lifetime(&self, minutes: u32) -> String {
        let (text, count) = if minutes >= 120 && minutes.is_multiple_of(60) {
            (ServerText::HelpHours, minutes / 60)
        } else {
            (ServerText::HelpMinutes, minutes)
        };
        self.fill(text, &[("count", &count.to_string())])
    }

    pub(super) fn code_lifetime(&self) -> String {
        self.lifetime(self.ctx.config.reset.code_lifetime_mail)
    }

    pub(super) fn text_lifetime(&self) -> String {
        self.lifetime(self.ctx.config.reset.code_lifetime_sms)
    }

    pub(super) fn link_lifetime(&self) -> String {
        self.lifetime(self.ctx.config.reset.link_lifetime)
    }
}
