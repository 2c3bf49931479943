//! `[operator]`: who is told of troubles on our side.

use std::fmt;

use lettre::Address;
use url::Url;

use super::loopback::is_loopback;
use super::mail::Relay;
use super::relay_url;
use super::section::Section;

/// `[operator]`.
#[derive(Debug, Clone, Default)]
pub struct Operator {
    /// Whom an incident is told to.
    pub alert: Vec<Alert>,
    /// The relay that takes those mails; without it, those of `[mail]`.
    pub relay: Option<Relay>,
}

/// Where an incident is told.
#[derive(Clone, PartialEq, Eq)]
pub enum Alert {
    /// By mail.
    Mail(Address),
    /// By a POST of JSON. The address may hold a key, so `Debug` shows its host only.
    Webhook(Url),
}

impl fmt::Debug for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl Alert {
    /// What it may be called in the log and by `rekey check`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Mail(address) => format!("mail to {address}"),
            Self::Webhook(url) => format!("webhook at {}", url.host_str().unwrap_or_default()),
        }
    }

    /// As it is written in the configuration. It may hold a key.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Mail(address) => format!("mailto:{address}"),
            Self::Webhook(url) => url.to_string(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(address) = text.strip_prefix("mailto:") {
            return address.parse().ok().map(Self::Mail);
        }
        let url = Url::parse(text).ok()?;
        let host = url.host_str()?;
        let safe = url.scheme() == "https" || url.scheme() == "http" && is_loopback(host);
        safe.then_some(Self::Webhook(url))
    }
}

impl Operator {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        part.list(
            "alert",
            "\"mailto:ADDRESS\" or \"https://ADDRESS\"",
            0,
            &mut self.alert,
            Alert::parse,
        );
        let place = part.place_of("relay_url");
        let mut url = None;
        part.optional("relay_url", "one line of text", &mut url, |text| {
            Some(text.to_owned())
        });
        if let (Some(place), Some(url)) = (place, url) {
            match relay_url::parse(&url) {
                Ok(relay) => self.relay = Some(relay),
                Err(demand) => part.refuse(place, "relay_url", demand),
            }
        }
    }
}
