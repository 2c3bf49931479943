//! What every page is told of the organisation.

use serde::{Deserialize, Serialize};

use crate::rules::channel::{self, Channel, ProveBy};

/// Whose portal this is, from the configuration.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of the organisation by itself"
)]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The name of the organisation or service.
    pub name: String,
    /// The language of the name, where it is known to be another than the page's.
    pub lang: Option<String>,
    /// Its logo's address, if it has one.
    pub logo: Option<String>,
    /// The addresses that mails come from, as words.
    pub sender: String,
    /// By what people may say who they are.
    pub asked: Asked,
    /// What messages carry, in the organisation's order.
    pub prove_by: Vec<ProveBy>,
    /// People choose between them.
    pub choose_channel: bool,
    /// For how many minutes works what comes by mail, and what comes by text message.
    pub minutes: (u16, u16),
    /// For how many minutes a mailed link works.
    pub link_minutes: u16,
    /// A postal code is asked for beside the identifier.
    pub ask_postal_code: bool,
    /// Whoever has saved a password is signed in.
    pub signs_in: bool,
    /// What everybody is told before they begin, as markup: the server knows which of its words are in another language.
    pub notes: String,
    /// Sign-in asks for the password on a page of its own.
    pub password_apart: bool,
    /// Text messages are sent, also with news.
    pub texts: bool,
    /// Pages ask what could be better.
    pub feedback: bool,
    /// This is a shared machine: browsers fill in nothing, and bring nothing back into a field.
    pub forgets: bool,
    /// The name of the page to go to after signing in.
    pub portal_name: Option<Worded>,
    /// The address of that page.
    pub portal_url: Option<String>,
}

impl Site {
    /// Whether messages carry this.
    #[must_use]
    pub fn offers(&self, proof: ProveBy) -> bool {
        self.prove_by.contains(&proof)
    }

    /// Whether there is a code to type.
    #[must_use]
    pub fn by_code(&self) -> bool {
        self.offers(ProveBy::MailCode) || self.offers(ProveBy::SmsCode)
    }

    /// The channels by which a proof can go, in the organisation's order.
    #[must_use]
    pub fn channels(&self) -> Vec<Channel> {
        channel::of_proofs(&self.prove_by)
    }
}

/// By what people may say who they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// A user name or an address.
    #[default]
    UserNameOrMail,
    /// An address.
    Mail,
    /// A mobile number.
    Phone,
    /// A user name.
    UserName,
    /// An address or a number.
    MailOrPhone,
    /// A user name or a number.
    UserNameOrPhone,
    /// Any of the three.
    Any,
}

impl Asked {
    /// What is asked where these are accepted.
    #[must_use]
    pub const fn of(user_name: bool, mail: bool, phone: bool) -> Self {
        match (user_name, mail, phone) {
            (true, true, true) => Self::Any,
            (true, false, true) => Self::UserNameOrPhone,
            (false, true, true) => Self::MailOrPhone,
            (true, false, false) => Self::UserName,
            (false, false, true) => Self::Phone,
            (false, true, false) => Self::Mail,
            (true, true, false) | (false, false, false) => Self::UserNameOrMail,
        }
    }

    /// Whether an address may be given.
    #[must_use]
    pub const fn has_mail(self) -> bool {
        !matches!(self, Self::Phone | Self::UserName | Self::UserNameOrPhone)
    }

    /// Whether a number may be given.
    #[must_use]
    pub const fn has_phone(self) -> bool {
        !matches!(self, Self::UserNameOrMail | Self::Mail | Self::UserName)
    }
}

/// Words, and the tag of their language where that is known to be another than the page's.
pub type Worded = (String, Option<String>);
