//! `[support]` and `[help]`: whom to ask for which reason, and what the help asks and links.

use jiff::civil::Date;
use url::Url;

use super::error::{Finding, Place};
use super::law::Law;
use super::localised::Localised;
use super::section::Section;
use super::site::web_address;

/// `[support]`: sentences as people read them, such as a telephone number with opening hours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    /// Whom to ask about everything else; also in mails.
    pub contact: Option<Localised>,
    /// Whom to ask who does not know which address belongs to the account.
    pub unknown_address: Option<Localised>,
    /// Whom to ask whose account has no active password.
    pub no_password: Option<Localised>,
    /// Whom to ask who has no mobile number registered.
    pub no_phone: Option<Localised>,
    /// Whom to ask when mails do not come through.
    pub mail_blocked: Option<Localised>,
    /// Whom to ask who has lost both address and number.
    pub lost_everything: Option<Localised>,
}

/// Why somebody asks a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Does not know which address belongs to the account.
    UnknownAddress,
    /// The account has no active password.
    NoPassword,
    /// No mobile number is registered.
    NoPhone,
    /// Mails do not come through.
    MailBlocked,
    /// Both address and number are lost.
    LostEverything,
}

impl Reason {
    /// All of them, in the order in which help lists them.
    pub const ALL: [Self; 5] = [
        Self::UnknownAddress,
        Self::NoPassword,
        Self::NoPhone,
        Self::MailBlocked,
        Self::LostEverything,
    ];
}

impl Support {
    /// The contact of its own that a reason has.
    #[must_use]
    pub fn own(&self, reason: Reason) -> Option<&Localised> {
        match reason {
            Reason::UnknownAddress => &self.unknown_address,
            Reason::NoPassword => &self.no_password,
            Reason::NoPhone => &self.no_phone,
            Reason::MailBlocked => &self.mail_blocked,
            Reason::LostEverything => &self.lost_everything,
        }
        .as_ref()
    }

    /// Whom to ask for a reason; where it has no contact of its own, the general one.
    #[must_use]
    pub fn for_reason(&self, reason: Option<Reason>) -> Option<&Localised> {
        reason
            .and_then(|reason| self.own(reason))
            .or(self.contact.as_ref())
    }

    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        for (key, slot) in [
            ("contact", &mut self.contact),
            ("unknown_address", &mut self.unknown_address),
            ("no_password", &mut self.no_password),
            ("no_phone", &mut self.no_phone),
            ("mail_blocked", &mut self.mail_blocked),
            ("lost_everything", &mut self.lost_everything),
        ] {
            part.localised(key, 200, slot);
        }
    }
}

/// `[help]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Help {
    /// Whether pages ask what could be better, and keep the answers.
    pub feedback: bool,
    /// The page that says what happens with personal data.
    pub privacy_url: Option<Url>,
    /// Who answers for personal data (GDPR art. 4(7)).
    pub controller: Option<Localised>,
    /// The guide to registering a mobile number beforehand.
    pub phone_guide_url: Option<Url>,
    /// When the organisation last changed sentences of the help.
    pub updated: Option<Date>,
    /// What the statement and the notice that the law asks for are filled from.
    pub law: Law,
}

impl Help {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        const ADDRESS: &str = "an address that starts with https:// or http://";
        part.flag("feedback", &mut self.feedback);
        part.optional("privacy_url", ADDRESS, &mut self.privacy_url, web_address);
        part.localised("controller", 120, &mut self.controller);
        part.optional(
            "phone_guide_url",
            ADDRESS,
            &mut self.phone_guide_url,
            web_address,
        );
        part.optional(
            "updated",
            "a date in quotation marks, such as \"2026-11-24\"",
            &mut self.updated,
            |text| text.trim().parse().ok(),
        );
        self.law.read(part);
    }

    /// What can only be seen once every source has spoken.
    pub(super) fn check_together(&self, findings: &mut Vec<Finding>) {
        // Whoever is asked to write something is told who reads it (GDPR art. 13).
        if self.feedback && (self.privacy_url.is_none() || self.controller.is_none()) {
            findings.push(Finding {
                place: Place::Together,
                key: "help.feedback".to_owned(),
                demand: "is true: set help.privacy_url and help.controller too".to_owned(),
            });
        }
        self.law.check_together(findings);
    }
}
