//! `[sms]`: the gateway that takes text messages, and to which countries they may go.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::countries::CallingCode;
use super::error::{Finding, Place};
use super::loopback::is_loopback;
use super::mail::read_password;
use super::section::Section;
use super::site::web_address;
use super::text::one_line;

/// `[sms]`. Without a gateway no text message is ever sent.
#[derive(Clone)]
pub struct Sms {
    /// Which interface the gateway speaks.
    pub gateway: Option<Gateway>,
    /// Where it is, if not at the address that it has published. May hold a key, so `Debug` shows its host only.
    pub url: Option<Url>,
    /// Whom text messages come from: a name of letters and digits, or a number.
    pub sender: Option<String>,
    /// Twilio: the account, where `user` is an API key.
    pub account: Option<String>,
    /// The user name for Basic authentication (RFC 7617).
    pub user: Option<String>,
    /// Its password; without a user, a bearer token (RFC 6750).
    pub password: Option<SecretString>,
    /// `http`: how the message is written.
    pub format: Format,
    /// `http`: the name of the field with the number.
    pub field_to: String,
    /// `http`: the name of the field with the text.
    pub field_text: String,
    /// `http`: the name of the field with the sender.
    pub field_sender: String,
    /// `http`: the name of the field with the address to report to.
    pub field_report: String,
    /// Whether gateways are asked to report what became of a message.
    pub delivery_reports: bool,
    /// Where text messages may go, at least one.
    pub countries: Vec<CallingCode>,
    /// How long the gateway may take to answer.
    pub timeout: Duration,
    /// Text messages an hour, of the whole installation.
    pub budget_per_hour: u32,
}

/// Which interface a gateway speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gateway {
    /// 46elks.
    Elks,
    /// Twilio.
    Twilio,
    /// Any that takes a POST with number and text.
    Http,
}

impl Gateway {
    /// As the configuration writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Elks => "46elks",
            Self::Twilio => "twilio",
            Self::Http => "http",
        }
    }
}

/// How a message is written for a gateway of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `application/json`.
    Json,
}

impl Default for Sms {
    fn default() -> Self {
        Self {
            gateway: None,
            url: None,
            sender: None,
            account: None,
            user: None,
            password: None,
            format: Format::Form,
            field_to: "to".to_owned(),
            field_text: "text".to_owned(),
            field_sender: "from".to_owned(),
            field_report: "report_to".to_owned(),
            delivery_reports: false,
            countries: vec![CallingCode::SWEDEN, CallingCode::NORWAY],
            timeout: Duration::from_secs(10),
            budget_per_hour: 200,
        }
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms")
            .field("gateway", &self.gateway)
            .field("url", &self.url.as_ref().map(Url::host_str))
            .field("sender", &self.sender)
            .field("account", &self.account)
            .field("user", &self.user)
            .field("password", &self.password)
            .field("format", &self.format)
            .field("field_to", &self.field_to)
            .field("field_text", &self.field_text)
            .field("field_sender", &self.field_sender)
            .field("field_report", &self.field_report)
            .field("delivery_reports", &self.delivery_reports)
            .field("countries", &self.countries)
            .field("timeout", &self.timeout)
            .field("budget_per_hour", &self.budget_per_hour)
            .finish()
    }
}

impl Sms {
    /// The service's own country: the first of those that text messages may go to.
    #[must_use]
    pub fn home(&self) -> &CallingCode {
        self.countries.first().unwrap_or(&CallingCode::SWEDEN)
    }

    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        let gateways = "\"46elks\", \"twilio\" or \"http\"";
        part.optional("gateway", gateways, &mut self.gateway, |text| match text {
            "46elks" => Some(Gateway::Elks),
            "twilio" => Some(Gateway::Twilio),
            "http" => Some(Gateway::Http),
            _ => None,
        });
        part.optional(
            "url",
            "an https address without user and password (http only for this machine)",
            &mut self.url,
            |text| web_address(text).filter(is_safe),
        );
        part.optional(
            "sender",
            "3 to 11 letters and digits (A to Z, the first one a letter), or a number such as \"+46701740605\"",
            &mut self.sender,
            sender,
        );
        part.optional(
            "account",
            "\"AC\" and 32 hexadecimal digits",
            &mut self.account,
            |text| is_account(text.trim()).then(|| text.trim().to_owned()),
        );
        part.optional("user", "one line of text", &mut self.user, |text| {
            one_line(text, 320)
        });
        if let Some(password) = read_password(part) {
            self.password = Some(password);
        }
        part.parsed(
            "format",
            "\"form\" or \"json\"",
            &mut self.format,
            |text| match text {
                "form" => Some(Format::Form),
                "json" => Some(Format::Json),
                _ => None,
            },
        );
        for (key, slot) in [
            ("field_to", &mut self.field_to),
            ("field_text", &mut self.field_text),
            ("field_sender", &mut self.field_sender),
            ("field_report", &mut self.field_report),
        ] {
            part.parsed(key, "one line of 1 to 60 characters", slot, |text| {
                one_line(text, 60)
            });
        }
        part.flag("delivery_reports", &mut self.delivery_reports);
        part.list(
            "countries",
            "countries of Europe such as \"SE\", or calling codes such as \"46\"",
            1,
            &mut self.countries,
            CallingCode::parse,
        );
        let mut seconds = self.timeout.as_secs();
        part.number_of("timeout_seconds", "seconds", 1..=60, &mut seconds);
        self.timeout = Duration::from_secs(seconds);
        part.number("budget_per_hour", 1..=100_000, &mut self.budget_per_hour);
    }

    /// What can only be seen once every source has spoken.
    pub(super) fn check_together(&self, findings: &mut Vec<Finding>) {
        const PASSWORD: &str = "must be given (better as password_file or REKEY__SMS__PASSWORD_FILE): the gateway asks for it";
        let mut demand = |is_wrong: bool, key: &str, demand: &str| {
            if is_wrong {
                findings.push(Finding {
                    place: Place::Together,
                    key: format!("sms.{key}"),
                    demand: demand.to_owned(),
                });
            }
        };
        let Some(gateway) = self.gateway else {
            let rest = self.url.is_some() || self.user.is_some() || self.password.is_some();
            demand(
                rest,
                "gateway",
                "must be given beside the other keys of a gateway: \"46elks\", \"twilio\" or \"http\"",
            );
            return;
        };
        let public = gateway != Gateway::Http;
        demand(
            public && self.sender.is_none(),
            "sender",
            "must be given: whom text messages come from, such as \"Rekey\"",
        );
        demand(
            public && self.user.is_none(),
            "user",
            "must be given: the gateway asks for it",
        );
        let needs_password = public || self.user.is_some();
        demand(
            needs_password && self.password.is_none(),
            "password",
            PASSWORD,
        );
        demand(
            !public && self.url.is_none(),
            "url",
            "must be given: where the gateway takes messages",
        );
        let has_account = self.account.is_some() || self.user.as_deref().is_some_and(is_account);
        demand(
            gateway == Gateway::Twilio && !has_account,
            "account",
            "must be given where user is not the account itself: \"AC\" and 32 hexadecimal digits",
        );
    }
}

/// A password must not cross a network in clear.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || url.host_str().is_some_and(is_loopback)
}

/// An alphanumeric sender as 46elks and Twilio both take it (46elks, "Text sender ID": 3 to 11 characters, no digit first; handsets collapse
/// spaces), or a number.
fn sender(text: &str) -> Option<String> {
    let text = text.trim();
    let is_name = (3..=11).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_name || is_e164(text)).then(|| text.to_owned())
}

/// Whether a text is a number with its calling code, written `+46701740605` (ITU-T E.164 §6.1: 15 digits at most; no assigned number is
/// shorter than seven).
#[must_use]
pub fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// An account SID of Twilio.
fn is_account(text: &str) -> bool {
    text.strip_prefix("AC")
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
