//! What the pages of the help say.

use super::topic::Topic;
use super::writer::{Block, Writer};
use crate::rules::channel::ProveBy;
use crate::rules::identifier::Kind;
use crate::rules::steps::Step;
use crate::server::base::passage::Passage;
use crate::server::config::Reason;
use crate::server::delivery::mail::records::{ADDRESS, KEY, SELECTOR, records};
use crate::server::http::drawn::parts::Link;
use crate::server::http::places::REVERT_CODE;
use crate::texts::{ServerText, Text};

impl Writer<'_> {
    /// The overview.
    pub fn overview(&mut self) {
        self.say(ServerText::HelpIntro);
        let links = Topic::ALL
            .into_iter()
            .filter(|topic| topic.is_there(self.ctx))
            .map(|topic| self.to(topic))
            .collect();
        self.put(Block::Links(links));
        // Text messages carry no links: here their readers find the page.
        if self.ctx.sms.is_some() {
            let words = self.page(Text::SignInToldOfChange);
            self.put(Block::Link(Link::new(REVERT_CODE, words)));
        }
    }

    /// One page.
    pub fn topic(&mut self, topic: Topic) {
        match topic {
            Topic::NoMessage => self.no_message(),
            Topic::Link => self.about_links(),
            Topic::ChangedContact => self.changed_contact(),
            Topic::OtherSignIn => self.other_sign_in(),
            Topic::ForgottenPassword => self.forgotten_password(),
            Topic::NoPassword => self.say(ServerText::HelpNoPasswordText),
            Topic::Reset => self.reset(),
            Topic::Change => self.change(),
            Topic::RegisterPhone => self.register_phone(),
            Topic::Contact => self.reasons(),
            Topic::ForAdministrators => self.for_administrators(),
            Topic::Accessibility => self.statement(),
            Topic::Privacy => self.privacy(),
            Topic::ForMailAdministrators => self.for_mail_administrators(),
        }
    }

    fn no_message(&mut self) {
        let senders = self.senders();
        let sender = [("sender", &*senders)];
        let limits = &self.ctx.config.limits;
        let (burst, hourly) = (
            limits.messages_burst.to_string(),
            limits.messages_per_hour.to_string(),
        );
        let limit = match limits.messages_per_hour {
            1 => ServerText::HelpNoMessageLimitOne,
            _ => ServerText::HelpNoMessageLimit,
        };
        self.heading(ServerText::HelpNoMessageWaitHeading);
        if self.by_mail() {
            self.say(ServerText::HelpNoMessageWait);
        }
        self.lifetimes();
        self.say_with(limit, &[("burst", &burst), ("hourly", &hourly)]);
        if self.by_mail() {
            self.where_mail_is(&sender);
        }
        if self.by_phone() {
            self.heading(ServerText::HelpNoMessagePhoneHeading);
            self.say(ServerText::HelpNoMessagePhone);
            self.ask_for(Reason::NoPhone);
        }
        self.heading(ServerText::HelpNoMessageNoneHeading);
        let others = if Topic::OtherSignIn.is_there(self.ctx) {
            self.say(ServerText::HelpNoMessageNone);
            vec![self.to(Topic::OtherSignIn), self.to(Topic::NoPassword)]
        } else {
            self.say(ServerText::HelpNoMessageNoAccount);
            vec![self.to(Topic::NoPassword)]
        };
        self.put(Block::Links(others));
    }

    fn where_mail_is(&mut self, sender: &[(&str, &str)]) {
        self.heading(ServerText::HelpNoMessageLookHeading);
        let places = vec![
            self.get(ServerText::HelpNoMessageLookSpam),
            self.get(ServerText::HelpNoMessageLookBin),
            self.fill(ServerText::HelpNoMessageLookSender, sender),
            self.get(ServerText::HelpNoMessageLookSettings),
        ];
        self.list(places);
        self.heading(ServerText::HelpNoMessageAddressHeading);
        self.say(ServerText::HelpNoMessageDomain);
        // Where people may write a user name, the mail goes where they have not said.
        self.say(if self.ctx.config.reset.accepts(Kind::UserName) {
            ServerText::HelpNoMessageAddress
        } else {
            ServerText::HelpNoMessageOwnAddress
        });
        self.ask_for(Reason::UnknownAddress);
        self.heading(ServerText::HelpNoMessageBlockedHeading);
        self.say_with(ServerText::HelpNoMessageBlocked, sender);
        let more = self.to(Topic::ForMailAdministrators);
        self.put(Block::Link(more));
    }

    /// For how long what is sent works: of a mail that carries both, the code is what people wait for on the page.
    fn lifetimes(&mut self) {
        let mailed = if self.offers(ProveBy::MailCode) {
            Some((ServerText::HelpNoMessageCodeLifetime, self.code_lifetime()))
        } else if self.offers(ProveBy::MailLink) {
            Some((ServerText::HelpNoMessageLinkLifetime, self.link_lifetime()))
        } else {
            None
        };
        if let Some((text, lifetime)) = mailed {
            self.say_with(text, &[("lifetime", &lifetime)]);
        }
        if self.by_phone() {
            let lifetime = self.text_lifetime();
            self.say_with(
                ServerText::HelpNoMessageSmsLifetime,
                &[("lifetime", &lifetime)],
            );
        }
    }

    fn about_links(&mut self) {
        if !self.offers(ProveBy::MailLink) {
            self.say(ServerText::HelpLinkNone);
            return;
        }
        let lifetime = self.link_lifetime();
        self.heading(ServerText::HelpLinkDamagedHeading);
        self.say(ServerText::HelpLinkDamaged);
        self.heading(ServerText::HelpLinkOldHeading);
        self.say_with(ServerText::HelpLinkOld, &[("lifetime", &lifetime)]);
        self.heading(ServerText::HelpLinkUsedHeading);
        self.say(ServerText::HelpLinkUsed);
        self.heading(ServerText::HelpLinkReplacedHeading);
        self.say(ServerText::HelpLinkReplaced);
    }

    fn changed_contact(&mut self) {
        let codes = self.offers(ProveBy::MailCode) || self.offers(ProveBy::SmsCode);
        self.say(match (codes, self.offers(ProveBy::MailLink)) {
            (true, true) => ServerText::HelpChangedContactText,
            (true, false) => ServerText::HelpChangedContactCode,
            (false, _) => ServerText::HelpChangedContactLink,
        });
        self.heading(ServerText::HelpChangedContactOldHeading);
        let security = self.get(ServerText::AccountSecurityTitle);
        let words = self.fill(
            ServerText::HelpChangedContactOld,
            &[("security", &security)],
        );
        self.put(Block::Words(words.into()));
        self.heading(ServerText::HelpChangedContactNewHeading);
        self.say(ServerText::HelpChangedContactNew);
    }

    fn other_sign_in(&mut self) {
        self.say(ServerText::HelpOtherSignInText);
        let links: Vec<Link> = self
            .ctx
            .config
            .accounts
            .federated
            .iter()
            .map(|service| Link::worded(service.reset_url.as_str(), self.wording(&service.name)))
            .collect();
        if !links.is_empty() {
            self.say(ServerText::HelpOtherSignInList);
            self.put(Block::Links(links));
        }
        self.heading(ServerText::HelpOtherSignInUnknownHeading);
        self.say(ServerText::HelpOtherSignInUnknown);
        let more = self.to(Topic::NoMessage);
        self.put(Block::Link(more));
    }

    fn forgotten_password(&mut self) {
        self.say(ServerText::HelpForgottenPasswordText);
        self.heading(ServerText::HelpForgottenPasswordSavedHeading);
        self.say(ServerText::HelpForgottenPasswordSaved);
        let more = self.to(Topic::Reset);
        self.put(Block::Link(more));
    }

    /// Whom to ask for a reason, in one line, where it has a contact of its own.
    fn ask_for(&mut self, reason: Reason) {
        if let Some(contact) = self.ctx.config.support.own(reason) {
            let words = Passage::from(format!("{}: ", self.get(named(reason))));
            self.put_contact(words.and(self.wording(contact)));
        }
    }

    /// Each reason that has a contact of its own.
    fn reasons(&mut self) {
        let mut has_own = false;
        for reason in Reason::ALL {
            if let Some(contact) = self.ctx.config.support.own(reason) {
                has_own = true;
                self.heading(named(reason));
                self.put_contact(self.wording(contact).into());
            }
        }
        if has_own {
            self.heading(ServerText::HelpContactOther);
        }
    }

    fn for_mail_administrators(&mut self) {
        self.say(ServerText::HelpForMailAdministratorsText);
        self.heading(ServerText::HelpForMailAdministratorsSenders);
        let mail = &self.ctx.config.mail;
        self.list(mail.senders().iter().map(ToString::to_string));
        if self.offers(ProveBy::MailLink) {
            self.say(ServerText::HelpForMailAdministratorsScan);
        }
        for domain in records(mail) {
            let words = self.fill(
                ServerText::HelpForMailAdministratorsRecords,
                &[("domain", &domain.name)],
            );
            self.heading_of(words);
            self.say(ServerText::HelpForMailAdministratorsPublish);
            self.say(ServerText::HelpForMailAdministratorsSpf);
            let asks = domain.spf.value.contains(ADDRESS);
            self.put(Block::Record(domain.spf));
            if asks {
                self.say_with(
                    ServerText::HelpForMailAdministratorsAddress,
                    &[("address", ADDRESS)],
                );
            }
            self.say(ServerText::HelpForMailAdministratorsDkim);
            let asks = domain
                .dkim
                .iter()
                .any(|record| record.name.starts_with(SELECTOR) || record.value.ends_with(KEY));
            for record in domain.dkim {
                self.put(Block::Record(record));
            }
            if asks {
                self.say_with(
                    ServerText::HelpForMailAdministratorsDkimAsk,
                    &[("selector", SELECTOR), ("key", KEY)],
                );
            }
            self.say(ServerText::HelpForMailAdministratorsDmarc);
            self.put(Block::Record(domain.dmarc));
        }
    }

    /// The end of every page: the way on, and a way to a person.
    pub fn end(&mut self, topic: Option<Topic>, flow: Option<(&str, Step)>) {
        let is_contact = topic == Some(Topic::Contact);
        let has_reasons = Reason::ALL
            .into_iter()
            .any(|reason| self.ctx.config.support.own(reason).is_some());
        if !is_contact {
            self.heading(ServerText::HelpContactHeading);
        }
        let reason = topic.and_then(Topic::reason);
        let contact = self.ctx.config.support.for_reason(reason);
        self.say_contact(contact, ServerText::HelpContactNone);
        if has_reasons && !is_contact {
            let more = self.to(Topic::Contact);
            self.put(Block::Link(more));
        }
        // A number to tell is there only while a reset is under way.
        if let Some((reference, _)) = flow {
            self.say(ServerText::HelpContactText);
            let label = self.page(Text::CommonCaseNumber).to_owned();
            self.put(Block::Case(label, reference.to_owned()));
        }
        if matches!(
            topic,
            Some(Topic::ForMailAdministrators | Topic::ForAdministrators)
        ) {
            return;
        }
        self.say(if self.offers(ProveBy::MailLink) {
            ServerText::HelpContactNever
        } else {
            ServerText::HelpContactNeverCode
        });
        let on = match flow {
            Some((_, step)) => Link::new(step.path(), self.page(Text::ErrorPageBack)),
            None => self.link(Step::Identify.path(), ServerText::HelpStart),
        };
        self.put(Block::Button(on));
    }
}

/// What a reason is called.
const fn named(reason: Reason) -> ServerText {
    match reason {
        Reason::UnknownAddress => ServerText::HelpReasonUnknownAddress,
        Reason::NoPassword => ServerText::HelpReasonNoPassword,
        Reason::NoPhone => ServerText::HelpReasonNoPhone,
        Reason::MailBlocked => ServerText::HelpReasonMailBlocked,
        Reason::LostEverything => ServerText::HelpReasonLostEverything,
    }
}
