//! The pages that go step by step: the reset, with what it needs, the change, the registering of a phone, and how to help a member.

use super::topic::Topic;
use super::writer::{Block, Writer};
use crate::rules::channel::ProveBy;
use crate::rules::identifier::Kind;
use crate::rules::steps::Step;
use crate::server::config::{After, RequireFactor};
use crate::texts::{ServerText, Text};

impl Writer<'_> {
    pub(super) fn reset(&mut self) {
        self.needed();
        self.heading(ServerText::HelpStepsHeading);
        let by_code = self.offers(ProveBy::MailCode);
        let by_text = self.by_phone();
        let submit = self.page(if by_code || by_text {
            Text::IdentifySubmit
        } else {
            Text::IdentifyLinkSubmit
        });
        let forgot = self.page(Text::SignInForgot);
        let save = self.page(Text::NewSubmit);
        let last = match self.ctx.config.reset.after {
            After::SignIn => ServerText::HelpResetDone,
            After::SignedIn => ServerText::HelpResetDoneSignedIn,
        };
        let steps = vec![
            self.fill(ServerText::HelpResetBegin, &[("forgot", forgot)]),
            self.fill(ServerText::HelpResetIdentify, &[("submit", submit)]),
            self.prove(),
            self.fill(ServerText::HelpResetChoose, &[("save", save)]),
            self.get(last),
        ];
        self.put(Block::Steps(steps));
    }

    /// What whoever begins a reset must have.
    fn needed(&mut self) {
        self.heading(ServerText::HelpNeedHeading);
        let reset = &self.ctx.config.reset;
        let names: Vec<String> = [
            (Kind::UserName, ServerText::HelpNeedUserName),
            (Kind::Mail, ServerText::HelpNeedMail),
            (Kind::Phone, ServerText::HelpNeedPhone),
        ]
        .into_iter()
        .filter(|(kind, _)| reset.identifiers.contains(kind))
        .map(|(_, name)| self.get(name))
        .collect();
        let prove = match (self.by_mail(), self.by_phone()) {
            (true, true) => ServerText::HelpNeedEither,
            (false, true) => ServerText::HelpNeedTexts,
            _ => ServerText::HelpNeedMailbox,
        };
        let names = self.any_of(&names);
        let mut needed = vec![
            self.fill(ServerText::HelpNeedIdentifier, &[("names", &names)]),
            self.get(prove),
            self.get(ServerText::HelpNeedPassword),
        ];
        if self.ctx.config.accounts.require_factor != RequireFactor::Nobody {
            needed.push(self.get(ServerText::HelpNeedFactor));
        }
        self.list(needed);
        let mut links = vec![self.to(Topic::NoPassword)];
        if Topic::RegisterPhone.is_there(self.ctx) {
            links.push(self.to(Topic::RegisterPhone));
        }
        if let Some(guide) = &self.ctx.config.help.phone_guide_url {
            self.say(ServerText::HelpResetPhone);
            links.push(self.link(guide.to_string(), ServerText::HelpPhoneGuide));
        }
        self.put(Block::Links(links));
    }

    /// What to do with the message: a mail, a text message, or whichever comes.
    fn prove(&self) -> String {
        let (code, link) = (self.code_lifetime(), self.link_lifetime());
        let by_mail = match (
            self.offers(ProveBy::MailCode),
            self.offers(ProveBy::MailLink),
        ) {
            // One mail with two lifetimes says both.
            (true, true) => Some((ServerText::HelpResetCodeOrLink, "")),
            (true, false) => Some((ServerText::HelpResetCode, &*code)),
            (false, true) => Some((ServerText::HelpResetLink, &*link)),
            (false, false) => None,
        };
        let senders = self.senders();
        let by_mail = by_mail.map(|(text, lifetime)| {
            let values = [
                ("sender", &*senders),
                ("lifetime", lifetime),
                ("code_lifetime", &*code),
                ("link_lifetime", &*link),
            ];
            self.fill(text, &values)
        });
        let text_lifetime = self.text_lifetime();
        let values = [("lifetime", &*text_lifetime)];
        match (by_mail, self.by_phone()) {
            (Some(mail), true) => {
                format!("{mail} {}", self.fill(ServerText::HelpResetOrSms, &values))
            }
            (Some(mail), false) => mail,
            (None, _) => self.fill(ServerText::HelpResetSms, &values),
        }
    }

    pub(super) fn change(&mut self) {
        self.say(ServerText::HelpChangeText);
        let save = self.page(Text::NewSubmit);
        let steps = vec![
            self.to_security(),
            self.get(ServerText::HelpChangeProve),
            self.fill(ServerText::HelpResetChoose, &[("save", save)]),
        ];
        self.put(Block::Steps(steps));
        self.say(ServerText::HelpChangeAfter);
    }

    fn to_security(&self) -> String {
        let security = self.get(ServerText::AccountSecurityTitle);
        self.fill(ServerText::HelpChangeBegin, &[("security", &security)])
    }

    pub(super) fn register_phone(&mut self) {
        self.say(if self.by_phone() {
            ServerText::HelpRegisterPhoneText
        } else {
            ServerText::HelpRegisterPhoneNews
        });
        let add = self.get(ServerText::AccountPhoneAdd);
        let send = self.get(ServerText::AccountSendCode);
        let lifetime = self.text_lifetime();
        let steps = vec![
            self.to_security(),
            self.fill(ServerText::HelpRegisterPhoneAdd, &[("add", &add)]),
            self.fill(ServerText::HelpRegisterPhoneWrite, &[("send", &send)]),
            self.fill(
                ServerText::HelpRegisterPhoneCode,
                &[("lifetime", &lifetime)],
            ),
        ];
        self.put(Block::Steps(steps));
        if self.by_phone() {
            self.heading(ServerText::HelpRegisterPhoneAfterHeading);
            self.say(ServerText::HelpRegisterPhoneAfter);
        }
        if let Some(guide) = &self.ctx.config.help.phone_guide_url {
            let guide = self.link(guide.to_string(), ServerText::HelpPhoneGuide);
            self.put(Block::Link(guide));
        }
    }

    pub(super) fn for_administrators(&mut self) {
        self.say(ServerText::HelpForAdministratorsText);
        let address = format!("{}{}", self.ctx.public_url, Step::Identify.path());
        let steps = vec![
            self.fill(
                ServerText::HelpForAdministratorsSend,
                &[("address", &address)],
            ),
            self.get(ServerText::HelpForAdministratorsMember),
            self.get(ServerText::HelpForAdministratorsTold),
        ];
        self.put(Block::Steps(steps));
        let poster = self.link("/help/poster", ServerText::PosterTitle);
        let more = vec![self.to(Topic::Reset), poster];
        self.put(Block::Links(more));
        self.heading(ServerText::HelpForAdministratorsTakenHeading);
        self.say_with(
            ServerText::HelpForAdministratorsTaken,
            &[("command", "rekey account sign-out")],
        );
        self.heading(ServerText::HelpForAdministratorsStuckHeading);
        self.say(ServerText::HelpForAdministratorsStuck);
        let links = vec![self.to(Topic::ChangedContact), self.to(Topic::NoPassword)];
        self.put(Block::Links(links));
    }
}
