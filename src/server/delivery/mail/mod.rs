//! Mails on their way out: through the configured relays in their order, or into development's mailbox.
//!
//! lettre builds the messages and speaks SMTP. Its `tracing` feature must stay off: it writes whole commands to the log, passwords, addresses
//! and codes included.

mod answer;
mod message;
pub mod records;
mod relay;
mod security;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;

use self::answer::Failure;
use self::message::{Composed, Sender, Unusable};
use self::relay::Relay;
use super::dev_mailbox::{DevMail, DevMailbox};
use super::letters::Rendered;
use crate::server::config;

/// A letter with its address and the facts of its job.
pub struct Outgoing {
    /// The Message-ID's content, `<job id>@<sender's domain>` without angle brackets, as [`Mailer::message_id`] makes it. The same at each
    /// attempt, so that a mail that arrives twice is recognised (RFC 5322 §3.6.4). Must hold no secret.
    pub message_id: String,
    /// The one address.
    pub to: String,
    /// The person's name, or empty.
    pub to_name: String,
    /// What it says.
    pub rendered: Rendered,
    /// The Date field: microseconds since the Unix epoch, UTC.
    pub date_us: i64,
}

/// A relay has taken responsibility for the mail (RFC 5321 §4.2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The relay as `host:port`, or `mailbox` for development's.
    pub relay: String,
    /// Its reply code, with the enhanced code where it gave one, such as `250 2.0.0`. Never its words: they can repeat the address.
    pub answer: String,
}

/// Why a mail did not leave. Its texts hold no address and no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// A relay refused this recipient or this message for good; another try or another relay will not help.
    #[error("{relay} refused the mail for good with {code}")]
    Refused {
        /// The relay as `host:port`, or `none` when the address itself is unusable and no relay was asked (the code is 553 then).
        relay: String,
        /// The reply code, 500 to 599 (RFC 5321 §4.2.1).
        code: u16,
    },
    /// No relay took it now; try again later.
    #[error("{relay} did not take the mail: {why}")]
    Retry {
        /// The relay tried last, as `host:port`.
        relay: String,
        /// What happened there and at which step, such as `RCPT: 451 4.7.1` or `connect: timed out`.
        why: String,
    },
}

/// A mail configuration that cannot work. Its texts are for the operator and hold no secret.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// No sender.
    #[error("[mail] sender is missing: set it to an address such as \"Rekey <rekey@example.org>\"")]
    NoSender,
    /// Nowhere to send to.
    #[error("[mail] relays is empty: name at least one relay")]
    NoRelay,
    /// The file with the relay's certificate authority cannot be read or holds no certificate in PEM form.
    #[error("mail relay {relay}: cannot read certificates from {}", file.display())]
    CaFile {
        /// The relay as `host:port`.
        relay: String,
        /// The configured file.
        file: PathBuf,
    },
    /// TLS could not be set up.
    #[error("mail relay {relay}: cannot set up TLS")]
    Tls {
        /// The relay as `host:port`.
        relay: String,
        /// What the TLS library says.
        #[source]
        source: lettre::transport::smtp::Error,
    },
}

/// Sends mails from the configured senders. One for the whole program: it keeps open connections.
pub struct Mailer {
    /// The domain in Message-IDs: one for all, so that a mail keeps its own whichever relay takes it.
    domain: String,
    route: Route,
}

enum Route {
    /// Each relay with whom its mails are from.
    Relays(Vec<(Sender, Relay)>),
    Mailbox(Sender, Arc<DevMailbox>),
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer")
            .field("relays", &self.relays())
            .finish_non_exhaustive()
    }
}

impl Mailer {
    /// Builds the mailer: relays when the configuration names any, else development's mailbox. Connects to nothing.
    ///
    /// # Errors
    ///
    /// [`MailerError`] says which key is wrong.
    pub fn from_config(
        mail: &config::Mail,
        dev: Option<Arc<DevMailbox>>,
    ) -> Result<Self, MailerError> {
        let sender = |from: Option<&Mailbox>| {
            let from = from.ok_or(MailerError::NoSender)?.clone();
            Ok(Sender::new(from, mail.reply_to.clone()))
        };
        let relays = mail
            .relays
            .iter()
            .map(|relay| Ok((sender(mail.sender_of(relay))?, Relay::from_config(relay)?)))
            .collect::<Result<Vec<_>, MailerError>>()?;
        if let Some((first, _)) = relays.first() {
            let domain = first.domain().to_owned();
            let route = Route::Relays(relays);
            return Ok(Self { domain, route });
        }
        let sender = sender(mail.sender.as_ref())?;
        let domain = sender.domain().to_owned();
        let mailbox = dev.ok_or(MailerError::NoRelay)?;
        let route = Route::Mailbox(sender, mailbox);
        Ok(Self { domain, route })
    }

    /// The Message-ID's content for a job: `<job>@<sender's domain>`.
    #[must_use]
    pub fn message_id(&self, job: &str) -> String {
        format!("{job}@{}", self.domain)
    }

    /// The routes in their order: each relay as `host:port`, or `mailbox`.
    #[must_use]
    pub fn relays(&self) -> Vec<&str> {
        match &self.route {
            Route::Relays(relays) => relays.iter().map(|(_, relay)| relay.name()).collect(),
            Route::Mailbox(..) => vec![MAILBOX],
        }
    }

    /// The longest that [`Mailer::send`] can take when every relay hangs. A job's lease must be longer.
    #[must_use]
    pub fn longest(&self) -> Duration {
        match &self.route {
            Route::Relays(relays) => relays.iter().map(|(_, relay)| relay.longest()).sum(),
            Route::Mailbox(..) => Duration::ZERO,
        }
    }

    /// Hands the mail to the first relay that takes it.
    ///
    /// A relay that cannot be used (no connection, TLS or password trouble, our sender or client refused, a temporary refusal, a time-out) is
    /// passed over and the next one is asked. A relay that says for good that this recipient or this message is refused ends it.
    /// A relay that hangs after the whole message was sent may have taken it: the next one then gets it too, under the same Message-ID.
    ///
    /// # Errors
    ///
    /// [`SendError::Refused`] when trying again is useless, else [`SendError::Retry`].
    pub async fn send(&self, mail: &Outgoing) -> Result<Accepted, SendError> {
        match &self.route {
            Route::Mailbox(sender, mailbox) => {
                let composed = sender.compose(mail).map_err(unusable)?;
                mailbox.push(kept(mail, composed));
                Ok(Accepted {
                    relay: MAILBOX.to_owned(),
                    answer: "250".to_owned(),
                })
            }
            Route::Relays(relays) => send_through(relays, mail).await,
        }
    }

    /// Connects to each relay, signs in where it has a user, and asks for a sign of life; sends nothing. For `rekey check` and
    /// `rekey mail test`. The text of a failure holds no address and no secret.
    pub async fn probe(&self) -> Vec<(String, Result<(), String>)> {
        let mut results = Vec::new();
        match &self.route {
            Route::Relays(relays) => {
                for (_, relay) in relays {
                    let result = relay.probe().await.map_err(|failure| failure.to_string());
                    results.push((relay.name().to_owned(), result));
                }
            }
            Route::Mailbox(..) => results.push((MAILBOX.to_owned(), Ok(()))),
        }
        results
    }
}

/// Development's mailbox, where a relay's name would stand.
const MAILBOX: &str = "mailbox";

/// "Mailbox name not allowed" (RFC 5321 §4.2.3): what a relay would have answered to an address that is none.
const UNUSABLE_ADDRESS: u16 = 553;

fn unusable(Unusable: Unusable) -> SendError {
    SendError::Refused {
        relay: "none".to_owned(),
        code: UNUSABLE_ADDRESS,
    }
}

async fn send_through(relays: &[(Sender, Relay)], mail: &Outgoing) -> Result<Accepted, SendError> {
    // A relay that has just failed goes last for a while, so that one that hangs does not cost every mail its time-out.
    let (resting, ready): (Vec<_>, Vec<_>) =
        relays.iter().partition(|(_, relay)| relay.is_resting());
    let mut last = SendError::Retry {
        relay: "none".to_owned(),
        why: "no relay".to_owned(),
    };
    for (sender, relay) in ready.into_iter().chain(resting) {
        let name = relay.name().to_owned();
        let composed = sender.compose(mail).map_err(unusable)?;
        match relay.deliver(&composed).await {
            Ok(answer) => {
                return Ok(Accepted {
                    relay: name,
                    answer,
                });
            }
            Err(Failure::Refused(code)) => return Err(SendError::Refused { relay: name, code }),
            Err(failure) => {
                let why = failure.to_string();
                tracing::warn!(relay = name, why, "a mail relay did not take a mail");
                last = SendError::Retry { relay: name, why };
            }
        }
    }
    Err(last)
}

fn kept(mail: &Outgoing, composed: Composed) -> DevMail {
    DevMail {
        to: mail.to.clone(),
        subject: mail.rendered.subject.clone(),
        text: mail.rendered.text.clone(),
        html: mail.rendered.html.clone(),
        message_id: composed.message_id,
        at_us: mail.date_us,
        raw: String::from_utf8_lossy(&composed.bytes).into_owned(),
    }
}
