//! The privacy notice (GDPR art. 13 and 14): who answers, what for, on what ground, where it comes from, what is kept and for how
//! long, which cookies there are, who gets it, and what rights there are. Times come from the numbers that the code itself forgets by.

use super::writer::{Block, Writer};
use crate::server::base::clock::{DAY, MINUTE};
use crate::server::base::kept::{self, in_days};
use crate::server::base::passage::Passage;
use crate::server::config::{Country, LegalBasis};
use crate::server::http::cookies::Name;
use crate::server::http::drawn::parts::Link;
use crate::server::limits::sign_in_tries;
use crate::server::sessions::devices;
use crate::texts::ServerText;

const IMY: (&str, &str) = ("https://www.imy.se", "imy.se");
const DATATILSYNET: (&str, &str) = ("https://www.datatilsynet.no", "datatilsynet.no");

impl Writer<'_> {
    pub(super) fn privacy(&mut self) {
        self.who_answers();
        self.heading(ServerText::LawPrivacyPurposeHeading);
        self.lines(&[
            ServerText::LawPrivacyPurposeSignIn,
            ServerText::LawPrivacyPurposeReset,
            ServerText::LawPrivacyPurposeTell,
            ServerText::LawPrivacyPurposeProtect,
        ]);
        let basis = self.ctx.config.help.law.legal_basis;
        self.heading(ServerText::LawPrivacyBasisHeading);
        self.say(match basis {
            Some(LegalBasis::PublicTask) => ServerText::LawPrivacyBasisTask,
            Some(LegalBasis::Contract) => ServerText::LawPrivacyBasisContract,
            Some(LegalBasis::LegalObligation) => ServerText::LawPrivacyBasisObligation,
            Some(LegalBasis::LegitimateInterest) => ServerText::LawPrivacyBasisInterest,
            None => ServerText::LawPrivacyBasisUnknown,
        });
        self.say(ServerText::LawPrivacyVoluntary);
        self.heading(ServerText::LawPrivacySourceHeading);
        self.say(ServerText::LawPrivacySource);
        self.what_is_kept();
        self.cookies();
        self.recipients();
        self.heading(ServerText::LawPrivacyTransfersHeading);
        match &self.ctx.config.help.law.transfers {
            Some(transfers) => {
                let transfers = self.wording(transfers);
                self.say_of(ServerText::LawPrivacyTransfers, &[("transfers", transfers)]);
            }
            None => self.say(ServerText::LawPrivacyTransfersUnknown),
        }
        self.heading(ServerText::LawPrivacyRightsHeading);
        self.lines(&[
            ServerText::LawPrivacyRightsSee,
            ServerText::LawPrivacyRightsChange,
            ServerText::LawPrivacyRightsLimit,
        ]);
        // GDPR art. 20 and 21 depend on the ground.
        match basis {
            Some(LegalBasis::Contract) => self.say(ServerText::LawPrivacyRightsMove),
            Some(LegalBasis::PublicTask | LegalBasis::LegitimateInterest) => {
                self.say(ServerText::LawPrivacyRightsObject);
            }
            Some(LegalBasis::LegalObligation) | None => {}
        }
        self.say(ServerText::LawPrivacyNoDecisions);
        self.where_to_complain();
    }

    fn who_answers(&mut self) {
        let (help, law) = (&self.ctx.config.help, &self.ctx.config.help.law);
        match &help.controller {
            Some(controller) => {
                let controller = self.wording(controller);
                self.say_of(
                    ServerText::LawPrivacyController,
                    &[("controller", controller)],
                );
            }
            None => self.say(ServerText::LawPrivacyNoController),
        }
        let own = law.privacy_contact.as_ref();
        let contact = own.or_else(|| self.ctx.config.support.for_reason(None));
        self.say_contact(contact, ServerText::LawNobody);
        if let Some(officer) = &law.data_protection_officer {
            let words = self.get(ServerText::LawPrivacyOfficer);
            let values = [("officer", self.wording(officer))];
            self.put_contact(Passage::fill(&words, &values));
        }
        if let Some(url) = &help.privacy_url {
            let link = self.link(url.to_string(), ServerText::HelpFeedbackPrivacy);
            self.put(Block::Link(link));
        }
    }

    fn what_is_kept(&mut self) {
        let config = &self.ctx.config;
        self.heading(ServerText::LawPrivacyKeptHeading);
        let mut kept = vec![
            self.get(ServerText::LawPrivacyKeptAccount),
            self.for_days(ServerText::LawPrivacyKeptReset, kept::REQUESTS),
            self.for_days(ServerText::LawPrivacyKeptLinks, kept::LINKS),
            self.for_days(ServerText::LawPrivacyKeptTries, sign_in_tries::KEPT_FOR),
            self.for_days(ServerText::LawPrivacyKeptLimits, kept::LIMITS),
            self.for_days(ServerText::LawPrivacyKeptSessions, kept::SESSIONS),
            self.for_days(ServerText::LawPrivacyKeptDevices, devices::RECOGNISED_FOR),
            self.for_days(ServerText::LawPrivacyKeptFormer, kept::CONTACTS),
            self.for_days(ServerText::LawPrivacyKeptChanges, kept::CONTACT_CHANGES),
            self.for_days(ServerText::LawPrivacyKeptEvents, kept::AUDIT),
        ];
        if config.password.policy().history > 0 {
            let count = config.password.policy().history.to_string();
            kept.push(self.fill(ServerText::LawPrivacyKeptPasswords, &[("count", &count)]));
        }
        if config.help.feedback {
            kept.push(self.for_days(ServerText::LawPrivacyKeptFeedback, kept::FEEDBACK));
        }
        self.list(kept);
        self.say(ServerText::LawPrivacyKeptCopies);
        self.say(ServerText::LawPrivacyPassword);
    }

    /// What the browser keeps for us, by how long.
    fn cookies(&mut self) {
        self.heading(ServerText::LawPrivacyCookiesHeading);
        self.say(ServerText::LawPrivacyCookies);
        let mut cookies = vec![
            self.get(ServerText::LawPrivacyCookieFlow),
            self.get(ServerText::LawPrivacyCookieSession),
        ];
        for (text, name) in [
            (ServerText::LawPrivacyCookieDevice, Name::Device),
            (ServerText::LawPrivacyCookieReturn, Name::Return),
            (ServerText::LawPrivacyCookieWritten, Name::Written),
            (ServerText::LawPrivacyCookieCodes, Name::Codes),
            (ServerText::LawPrivacyCookieFlash, Name::Flash),
        ] {
            let minutes = name.lifetime().unwrap_or_default().as_secs() / 60;
            cookies.push(match i64::try_from(minutes).unwrap_or_default() {
                days if days >= DAY / MINUTE => self.for_days(text, days * MINUTE),
                minutes => {
                    let lifetime = self.lifetime(u32::try_from(minutes).unwrap_or_default());
                    self.fill(text, &[("lifetime", &lifetime)])
                }
            });
        }
        self.list(cookies);
        self.say(ServerText::LawPrivacyCookiesKiosk);
    }

    fn recipients(&mut self) {
        let recipients = &self.ctx.config.help.law.recipients;
        self.heading(ServerText::LawPrivacyRecipientsHeading);
        let mut all = vec![self.get(ServerText::LawPrivacyRecipientsMail).into()];
        if self.ctx.sms.is_some() {
            all.push(self.get(ServerText::LawPrivacyRecipientsTexts).into());
        }
        if let Some(host) = self.ctx.config.password.range_host() {
            let told = self.fill(ServerText::LawPrivacyRecipientsRange, &[("host", host)]);
            all.push(told.into());
        }
        all.extend(recipients.iter().map(|each| self.wording(each).into()));
        self.put(Block::List(all));
        self.say(ServerText::LawPrivacyRecipientsNobody);
    }

    fn where_to_complain(&mut self) {
        self.heading(ServerText::LawPrivacyComplainHeading);
        let (words, places) = match self.country() {
            Country::Sweden => (ServerText::LawPrivacyComplainSe, vec![IMY]),
            Country::Norway => (ServerText::LawPrivacyComplainNo, vec![DATATILSYNET]),
            Country::Other => (ServerText::LawPrivacyComplainOther, vec![IMY, DATATILSYNET]),
        };
        self.say(words);
        let links = places.into_iter().map(|(href, name)| Link::new(href, name));
        self.put(Block::Links(links.collect()));
    }

    fn lines(&mut self, texts: &[ServerText]) {
        let lines: Vec<String> = texts.iter().map(|text| self.get(*text)).collect();
        self.list(lines);
    }

    /// A sentence with how long something is kept.
    fn for_days(&self, text: ServerText, kept: i64) -> String {
        let days = in_days(kept);
        let lifetime = match days {
            1 => self.get(ServerText::LawDay),
            365 => self.get(ServerText::LawYear),
            _ => self.fill(ServerText::LawDays, &[("count", &days.to_string())]),
        };
        self.fill(text, &[("lifetime", &lifetime)])
    }
}
