//! `[reset]`: the journey from "I forgot" to a new password.

use super::section::Section;
use crate::rules::channel::{self, Channel, ProveBy};
use crate::rules::identifier::Kind;

/// `[reset]`.
#[derive(Debug, Clone)]
pub struct Reset {
    /// By what people may say who they are, at least one kind.
    pub identifiers: Vec<Kind>,
    /// What a person may prove it with, at least one.
    pub prove_by: Vec<ProveBy>,
    /// Minutes that a mailed link works (NIST SP 800-63B-4 section 4.2.1.2: a day at most; OWASP WSTG-ATHN-09: rarely over an hour).
    pub link_lifetime: u32,
    /// Minutes that a mailed code works (NIST SP 800-63B-4 section 4.2.1.2: a day at most).
    pub code_lifetime_mail: u32,
    /// Minutes that a code in a text message works (NIST SP 800-63B-4 section 4.2.1.2: ten at most).
    pub code_lifetime_sms: u32,
    /// Whether people choose between e-mail and text message, where both are offered.
    pub choose_channel: bool,
    /// What happens where several accounts share the contact that was given.
    pub linked_accounts: LinkedAccounts,
    /// Whether the page says that there is no such account.
    pub reveal_unknown: bool,
    /// Whether a postal code is asked for beside the identifier.
    pub ask_postal_code: bool,
    /// Who ticks "I am not a robot".
    pub robot_check: RobotCheck,
    /// Wrong codes after which a code is dead.
    pub tries: u8,
    /// New codes that one flow may ask for after the first.
    pub resends: u8,
    /// Seconds after a code until the next one may be asked for.
    pub first_resend_after: u32,
    /// What follows a saved password.
    pub after: After,
    /// Passwords that one proof may offer before the flow ends.
    pub choose_attempts: u16,
    /// Minutes that a proved flow may take to choose a password (OWASP Forgot Password Cheat Sheet: a limited session).
    pub proof_lifetime: u32,
}

/// Who ticks "I am not a robot".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RobotCheck {
    /// Nobody.
    Off,
    /// Whoever's network has asked for much lately.
    Suspicious,
    /// Everybody.
    Always,
}

/// What a reset is for, where several accounts share the contact that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkedAccounts {
    /// For one of them: each has its own link, and after a code the person picks.
    Each,
    /// For all of them at once.
    All,
}

impl Reset {
    /// Whether this proof is offered.
    #[must_use]
    pub fn offers(&self, proof: ProveBy) -> bool {
        self.prove_by.contains(&proof)
    }

    /// The channels by which a proof can go, in the order in which they are configured.
    #[must_use]
    pub fn channels(&self) -> Vec<Channel> {
        channel::of_proofs(&self.prove_by)
    }

    /// Whether a proof can go on this channel.
    #[must_use]
    pub fn uses(&self, channel: Channel) -> bool {
        self.channels().contains(&channel)
    }

    /// Whether people may say who they are by this. A number may be a user name, where people are numbered.
    #[must_use]
    pub fn accepts(&self, kind: Kind) -> bool {
        let as_name = kind == Kind::Phone && self.identifiers.contains(&Kind::UserName);
        as_name || self.identifiers.contains(&kind)
    }

    /// The way on which a new request's proof goes: the one that was chosen, where people choose; else the one that fits what they wrote;
    /// else the first.
    #[must_use]
    pub fn channel_for(&self, kind: Kind, chosen: Option<Channel>) -> Channel {
        let fitting = match kind {
            Kind::Mail => Some(Channel::Mail),
            Kind::Phone => Some(Channel::Sms),
            Kind::UserName => None,
        };
        let channels = self.channels();
        chosen
            .filter(|_| self.choose_channel)
            .or(fitting)
            .filter(|channel| channels.contains(channel))
            .or(channels.first().copied())
            .unwrap_or_default()
    }

    /// Minutes that the page states for a way: those of the code, or of the link where no code goes there.
    #[must_use]
    pub fn stated_lifetime(&self, channel: Channel) -> u32 {
        match channel {
            Channel::Sms => self.code_lifetime_sms,
            Channel::Mail if self.offers(ProveBy::MailCode) => self.code_lifetime_mail,
            Channel::Mail => self.link_lifetime,
        }
    }
}

/// What follows a saved password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The person signs in with it.
    SignIn,
    /// The person is signed in at once, in a new session.
    SignedIn,
}

impl Default for Reset {
    fn default() -> Self {
        Self {
            identifiers: vec![Kind::Mail, Kind::UserName],
            prove_by: vec![ProveBy::MailCode],
            link_lifetime: 60,
            code_lifetime_mail: 30,
            code_lifetime_sms: 10,
            choose_channel: false,
            linked_accounts: LinkedAccounts::Each,
            reveal_unknown: false,
            ask_postal_code: false,
            robot_check: RobotCheck::Off,
            tries: 5,
            resends: 3,
            first_resend_after: 30,
            after: After::SignIn,
            choose_attempts: 10,
            proof_lifetime: 15,
        }
    }
}

impl Reset {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        part.list(
            "identifiers",
            "\"mail\", \"phone\" and \"user_name\"",
            1,
            &mut self.identifiers,
            |text| match text {
                "mail" => Some(Kind::Mail),
                "phone" => Some(Kind::Phone),
                "user_name" => Some(Kind::UserName),
                _ => None,
            },
        );
        part.list(
            "prove_by",
            "\"mail_code\", \"mail_link\" and \"sms_code\"",
            1,
            &mut self.prove_by,
            |text| match text {
                "mail_code" => Some(ProveBy::MailCode),
                "mail_link" => Some(ProveBy::MailLink),
                "sms_code" => Some(ProveBy::SmsCode),
                _ => None,
            },
        );
        part.number_of(
            "link_lifetime",
            "minutes",
            5..=1440,
            &mut self.link_lifetime,
        );
        // A code lives for a day at most: NIST SP 800-63B-4 section 4.2.1.2.
        part.number_of(
            "code_lifetime_mail",
            "minutes",
            1..=1440,
            &mut self.code_lifetime_mail,
        );
        part.number_of(
            "code_lifetime_sms",
            "minutes",
            1..=10,
            &mut self.code_lifetime_sms,
        );
        part.flag("choose_channel", &mut self.choose_channel);
        part.parsed(
            "linked_accounts",
            "\"each\" or \"all\"",
            &mut self.linked_accounts,
            |text| match text {
                "each" => Some(LinkedAccounts::Each),
                "all" => Some(LinkedAccounts::All),
                _ => None,
            },
        );
        part.flag("reveal_unknown", &mut self.reveal_unknown);
        part.flag("ask_postal_code", &mut self.ask_postal_code);
        part.parsed(
            "robot_check",
            "\"off\", \"suspicious\" or \"always\"",
            &mut self.robot_check,
            |text| match text {
                "off" => Some(RobotCheck::Off),
                "suspicious" => Some(RobotCheck::Suspicious),
                "always" => Some(RobotCheck::Always),
                _ => None,
            },
        );
        part.number("tries", 1..=10, &mut self.tries);
        part.number("resends", 0..=10, &mut self.resends);
        part.number_of(
            "first_resend_after",
            "seconds",
            1..=600,
            &mut self.first_resend_after,
        );
        part.parsed(
            "after",
            "\"sign_in\" or \"signed_in\"",
            &mut self.after,
            |text| match text {
                "sign_in" => Some(After::SignIn),
                "signed_in" => Some(After::SignedIn),
                _ => None,
            },
        );
        part.number("choose_attempts", 1..=100, &mut self.choose_attempts);
        part.number_of(
            "proof_lifetime",
            "minutes",
            1..=60,
            &mut self.proof_lifetime,
        );
    }
}
