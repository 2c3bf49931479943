//! The gateway: the one interface that is configured, and what its answers mean.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::client::Client;
use super::{Accepted, GatewayFailure, OutgoingSms, SmsError, elks, http, twilio};
use crate::server::config::{self, CallingCode, Gateway};
use crate::server::delivery::dev_mailbox::{DevMailbox, DevSms};
use crate::server::delivery::verdict::Verdict;

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
