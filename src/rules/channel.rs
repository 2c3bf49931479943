//! The channels by which a message reaches a person, and what it carries to prove who has it.

use serde::{Deserialize, Serialize};

/// By what a person is reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    #[default]
    Mail,
    /// Text message.
    Sms,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Sms];

    /// Its name in forms and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
        }
    }

    /// The channel of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == name)
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Mail => Self::Sms,
            Self::Sms => Self::Mail,
        }
    }
}

/// What a message carries to prove who opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProveBy {
    /// A code by mail.
    MailCode,
    /// A link by mail.
    MailLink,
    /// A code by text message.
    SmsCode,
}

impl ProveBy {
    /// The way on which it goes.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Self::MailCode | Self::MailLink => Channel::Mail,
            Self::SmsCode => Channel::Sms,
        }
    }
}

/// The channels by which these go, in their order.
#[must_use]
pub fn of_proofs(proofs: &[ProveBy]) -> Vec<Channel> {
    let mut channels = Vec::new();
    for proof in proofs {
        if !channels.contains(&proof.channel()) {
            channels.push(proof.channel());
        }
    }
    channels
}
