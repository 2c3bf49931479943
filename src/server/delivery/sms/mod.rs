//! Text messages on their way out: to the configured gateway, or into development's mailbox.
//!
//! One file for each interface; `client` is the part that they share. What a gateway answers is read for its status, its own number of the
//! fault and the message's id, and never logged: answers repeat number and text.

mod client;
mod elks;
pub mod gsm;
mod http;
#[cfg(test)]
mod tests;
pub mod text;
mod twilio;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use self::client::Client;
use super::dev_mailbox::{DevMailbox, DevSms};
use super::verdict::Verdict;
use crate::server::config::{self, CallingCode, Gateway};

/// A telephone number with its calling code, such as `+46701740605` (ITU-T E.164).
#[derive(Clone, PartialEq, Eq)]
pub struct E164(String);

impl E164 {
    /// Reads a number. Spaces and hyphens between its digits are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.trim().replace([' ', '-'], "");
        config::is_e164(&number).then_some(Self(number))
    }

    /// The number, for the gateway.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(…)")
    }
}

/// A text message with its number and what is known of its job.
#[derive(Clone)]
pub struct OutgoingSms {
    /// Where to.
    pub to: E164,
    /// What it says.
    pub text: String,
    /// The job's id: the same at each attempt. Must hold no secret.
    pub id: String,
    /// For how many seconds it is still of use; a gateway that can is told to drop it after that.
    pub valid_for: u32,
    /// Where the gateway is to report what became of it.
    pub report_to: Option<String>,
}

impl fmt::Debug for OutgoingSms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text holds the code.
        f.debug_struct("OutgoingSms")
            .field("id", &self.id)
            .field("valid_for", &self.valid_for)
            .finish_non_exhaustive()
    }
}

/// The gateway has taken the message. That it has arrived is another matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The gateway, such as `46elks at api.46elks.com`, or `mailbox` for development's.
    pub gateway: String,
    /// Its id of the message, where it gave one, else its status.
    pub answer: String,
}

/// Why a text message did not leave. Its texts hold no number, no text and no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// This number cannot be reached: another try will not help.
    #[error("gateway {gateway} {} ({answer})", .verdict.in_words())]
    Refused {
        /// The gateway.
        gateway: String,
        /// What its answer is about.
        verdict: Verdict,
        /// Its status and its own number of the fault, such as `400, error 21211`.
        answer: String,
    },
    /// Not one of the allowed countries; the gateway was not asked.
    #[error("the number's country is not allowed")]
    Country,
    /// Not taken now: time-outs, overload, and whatever the operator can mend while the message is still of use (password, credit, sender).
    #[error("gateway {gateway} {} ({why})", .verdict.in_words())]
    Retry {
        /// The gateway.
        gateway: String,
        /// What its answer is about.
        verdict: Verdict,
        /// What happened, such as `503` or `timed out`.
        why: String,
    },
}

/// A gateway that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum SmsSetupError {
    /// A key that the gateway needs is missing.
    #[error("[sms] {0} is missing")]
    Missing(&'static str),
    /// The client could not be set up.
    #[error("the gateway for text messages: cannot set up TLS")]
    Tls(#[source] reqwest::Error),
}

/// What an interface makes of an answer that is not a yes.
#[derive(Debug, PartialEq, Eq)]
struct GatewayFailure {
    verdict: Verdict,
    said: String,
}

impl GatewayFailure {
    /// The gateway does not answer as it should.
    fn us(said: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Us,
            said: said.into(),
        }
    }
}

/// Sends text messages. One for the whole program: it keeps open connections.
pub struct SmsGateway {
    name: String,
    countries: Vec<CallingCode>,
    route: Route,
}

enum Route {
    Elks(elks::Elks, Client),
    Twilio(twilio::Twilio, Client),
    Http(http::Http, Client),
    Mailbox(Arc<DevMailbox>),
}

impl fmt::Debug for SmsGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsGateway")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl SmsGateway {
    /// Builds the configured gateway, else development's mailbox, else nothing: no text message is sent then. Connects to nothing.
    ///
    /// # Errors
    ///
    /// [`SmsSetupError`].
    pub fn from_config(
        sms: &config::Sms,
        dev: Option<Arc<DevMailbox>>,
    ) -> Result<Option<Self>, SmsSetupError> {
        let client = || Client::new(sms.timeout).map_err(SmsSetupError::Tls);
        let (name, route) = match (sms.gateway, dev) {
            (Some(kind), _) => {
                let (url, route) = match kind {
                    Gateway::Elks => {
                        let elks = elks::Elks::from_config(sms)?;
                        (elks.url().clone(), Route::Elks(elks, client()?))
                    }
                    Gateway::Twilio => {
                        let twilio = twilio::Twilio::from_config(sms)?;
                        (twilio.url().clone(), Route::Twilio(twilio, client()?))
                    }
                    Gateway::Http => {
                        let http = http::Http::from_config(sms)?;
                        (http.url().clone(), Route::Http(http, client()?))
                    }
                };
                let host = url.host_str().unwrap_or_default();
                let port = url.port().map(|port| format!(":{port}"));
                let port = port.unwrap_or_default();
                (format!("{} at {host}{port}", kind.name()), route)
            }
            (None, Some(mailbox)) => (MAILBOX.to_owned(), Route::Mailbox(mailbox)),
            (None, None) => return Ok(None),
        };
        Ok(Some(Self {
            name,
            countries: sms.countries.clone(),
            route,
        }))
    }

    /// The gateway, such as `46elks at api.46elks.com`, or `mailbox`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether text messages may go to this number.
    #[must_use]
    pub fn sends_to(&self, number: &str) -> bool {
        self.countries.iter().any(|code| code.is_of(number))
    }

    /// The longest that [`SmsGateway::send`] can take when the gateway hangs. A job's lease must be longer.
    #[must_use]
    pub fn longest(&self) -> Duration {
        match &self.route {
            Route::Elks(_, client) | Route::Twilio(_, client) | Route::Http(_, client) => {
                client.longest()
            }
            Route::Mailbox(_) => Duration::ZERO,
        }
    }

    /// Hands the message to the gateway. A number outside the allowed countries is refused here, and the gateway is not asked (ATTACKS A39).
    ///
    /// A gateway that hangs after it has got the message may have taken it: the next try can then make a second one.
    ///
    /// # Errors
    ///
    /// [`SmsError::Refused`] and [`SmsError::Country`] when trying again is useless, else [`SmsError::Retry`].
    pub async fn send(&self, sms: &OutgoingSms) -> Result<Accepted, SmsError> {
        if !self.sends_to(sms.to.as_str()) {
            return Err(SmsError::Country);
        }
        let answer = match &self.route {
            Route::Elks(elks, client) => client
                .post(elks.request(client, sms))
                .await
                .and_then(|answer| elks.read(&answer)),
            Route::Twilio(twilio, client) => client
                .post(twilio.request(client, sms))
                .await
                .and_then(|answer| twilio::read(&answer)),
            Route::Http(http, client) => client
                .post(http.request(client, sms))
                .await
                .and_then(|answer| http::read(&answer)),
            Route::Mailbox(mailbox) => {
                mailbox.push_sms(DevSms {
                    to: sms.to.as_str().to_owned(),
                    text: sms.text.clone(),
                    id: sms.id.clone(),
                    report_to: sms.report_to.clone(),
                });
                Ok(sms.id.clone())
            }
        };
        let gateway = self.name.clone();
        match answer {
            Ok(answer) => Ok(Accepted { gateway, answer }),
            Err(GatewayFailure { verdict, said }) => {
                tracing::warn!(
                    gateway,
                    why = said,
                    about = verdict.as_str(),
                    id = sms.id,
                    "the gateway did not take a text message"
                );
                Err(match verdict {
                    // There is no other gateway that could know better.
                    Verdict::Recipient | Verdict::PerhapsRecipient => SmsError::Refused {
                        gateway,
                        verdict,
                        answer: said,
                    },
                    _ => SmsError::Retry {
                        gateway,
                        verdict,
                        why: said,
                    },
                })
            }
        }
    }
}

/// Development's mailbox, where a gateway's name would stand.
const MAILBOX: &str = "mailbox";
