//! The configuration as a whole: its sections.

use std::collections::BTreeMap;

use super::section::Section;
use super::words::read_texts;
use super::{
    Accounts, Database, Hashing, Help, Keys, Languages, Limits, Mail, Operator, Password, Reset,
    Sessions, Site, Sms, Support, Texts,
};

/// How the server runs. Development is a command line flag and never a key, so that no file or variable can switch it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Real people: https, a relay and a sender are demanded.
    Production,
    /// `--dev`: loopback only, a database of its own, mails may go to the mailbox page.
    Dev,
}

/// Everything that can be configured, with every value in range.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[site]`: where the server listens and what it is called.
    pub site: Site,
    /// `[keys]`: where the key file lies.
    pub keys: Keys,
    /// `[database]`: which database.
    pub database: Database,
    /// `[mail]`: sender and relays.
    pub mail: Mail,
    /// `[sms]`: the gateway for text messages.
    pub sms: Sms,
    /// `[reset]`: the journey from "I forgot" to a new password.
    pub reset: Reset,
    /// `[password]`: what a password must be.
    pub password: Password,
    /// `[limits]`: how much of everything.
    pub limits: Limits,
    /// `[sessions]`: how long a sign-in lasts.
    pub sessions: Sessions,
    /// `[hashing]`: how much of the machine password hashing may take.
    pub hashing: Hashing,
    /// `[operator]`: who is told of troubles on our side.
    pub operator: Operator,
    /// `[support]`: whom to ask.
    pub support: Support,
    /// `[help]`: what the help asks and links.
    pub help: Help,
    /// `[accounts]`: where people go afterwards.
    pub accounts: Accounts,
    /// `[languages]`: which languages are offered.
    pub languages: Languages,
    /// `[texts.sv]` and so on: sentences of the catalogue, rewritten. Keys are like `code.title`.
    pub texts: Texts,
}

impl Config {
    /// The built-in values: what holds when no file and no variable says anything.
    #[must_use]
    pub fn built_in(mode: Mode) -> Self {
        Self {
            site: Site::default(),
            keys: Keys::default(),
            database: Database::built_in(mode),
            mail: Mail::default(),
            sms: Sms::default(),
            reset: Reset::default(),
            password: Password::default(),
            limits: Limits::default(),
            sessions: Sessions::default(),
            hashing: Hashing::default(),
            operator: Operator::default(),
            support: Support::default(),
            help: Help::default(),
            accounts: Accounts::default(),
            languages: Languages::default(),
            texts: BTreeMap::new(),
        }
    }

    /// Lays one source over what earlier sources said.
    pub(super) fn overlay(&mut self, root: &mut Section<'_>) {
        root.section("site", |part| self.site.read(part));
        root.section("keys", |part| self.keys.read(part));
        root.section("database", |part| self.database.read(part));
        root.section("mail", |part| self.mail.read(part));
        root.section("sms", |part| self.sms.read(part));
        root.section("reset", |part| self.reset.read(part));
        root.section("password", |part| self.password.read(part));
        root.section("limits", |part| self.limits.read(part));
        root.section("sessions", |part| self.sessions.read(part));
        root.section("hashing", |part| self.hashing.read(part));
        root.section("operator", |part| self.operator.read(part));
        root.section("support", |part| self.support.read(part));
        root.section("help", |part| self.help.read(part));
        root.section("accounts", |part| self.accounts.read(part));
        root.section("languages", |part| self.languages.read(part));
        root.section("texts", |part| read_texts(part, &mut self.texts));
        root.leptos_section();
    }
}
