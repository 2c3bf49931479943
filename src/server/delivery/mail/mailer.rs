//! The mailer: which relay gets a mail, and what its answer means for the next one.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;

use super::answer::RelayFailure;
use super::message::{Composed, Sender, Unusable};
use super::relay::Relay;
use super::{Accepted, PassedOver, Probed, SendError, cure, probe};
use crate::server::config;
use crate::server::delivery::dev_mailbox::{DevMail, DevMailbox};
use crate::server::delivery::messages::Rendered;
use crate::server::delivery::verdict::Verdict;

/// A message with its address and what is known of its job.
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
    /// The Date field: when the mail was enqueued, in microseconds since the Unix epoch, UTC. The same at each attempt.
    pub date_us: i64,
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
    #[error("mail relay {relay}: cannot set up TLS: {source}")]
    Tls {
        /// The relay as `host:port`.
        relay: String,
        /// What the TLS library says.
        #[source]
        source: rustls::Error,
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
            .map(|relay| {
                let hello = mail.hello_name.as_deref();
                let relay_of = Relay::from_config(relay, hello)?;
                Ok((sender(mail.sender_of(relay))?, relay_of))
            })
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
    /// Only a relay that says in so many words that this recipient cannot be reached ends it; where each relay there is at least sounds so, that
    /// ends it too. A mailbox that is full is full for every relay. Whatever else a relay says, the next one is asked.
    /// A relay that hangs after the whole message was sent may have taken it: the next one then gets it too, under the same Message-ID.
    ///
    /// # Errors
    ///
    /// [`SendError::Refused`] and [`SendError::NoAddress`] when trying again is useless, [`SendError::Full`], else [`SendError::Retry`].
    pub async fn send(&self, mail: &Outgoing) -> Result<Accepted, SendError> {
        match &self.route {
            Route::Mailbox(sender, mailbox) => {
                let composed = sender.compose(mail).map_err(unusable)?;
                mailbox.push(kept(mail, composed));
                Ok(Accepted {
                    relay: MAILBOX.to_owned(),
                    answer: "250".to_owned(),
                    passed_over: Vec::new(),
                })
            }
            Route::Relays(relays) => send_through(relays, mail).await,
        }
    }

    /// Speaks to each relay as far as a mail would go before its text, and sends nothing. For `rekey check`.
    pub async fn probe(&self) -> Vec<(String, Result<Probed, PassedOver>)> {
        let mut results = Vec::new();
        match &self.route {
            Route::Relays(relays) => {
                for (sender, relay) in relays {
                    let result = probe::of(sender, relay).await;
                    let result = result.map_err(|failure| passed_over(relay, sender, &failure));
                    results.push((relay.name().to_owned(), result));
                }
            }
            Route::Mailbox(..) => results.push((MAILBOX.to_owned(), Ok(Probed::default()))),
        }
        results
    }
}

/// Development's mailbox, where a relay's name would stand.
const MAILBOX: &str = "mailbox";

const fn unusable(Unusable: Unusable) -> SendError {
    SendError::NoAddress
}

fn passed_over(relay: &Relay, sender: &Sender, failure: &RelayFailure) -> PassedOver {
    PassedOver {
        relay: relay.name().to_owned(),
        verdict: failure.verdict,
        why: failure.to_string(),
        cure: cure::of(failure, relay, sender),
    }
}

async fn send_through(relays: &[(Sender, Relay)], mail: &Outgoing) -> Result<Accepted, SendError> {
    // A relay that has just failed goes last for a while, so that one that hangs does not cost every mail its time-out.
    let (resting, ready): (Vec<_>, Vec<_>) =
        relays.iter().partition(|(_, relay)| relay.is_resting());
    let mut asked = Vec::new();
    for (sender, relay) in ready.into_iter().chain(resting) {
        let composed = sender.compose(mail).map_err(unusable)?;
        let failure = match relay.deliver(&composed).await {
            Ok(answer) => {
                return Ok(Accepted {
                    relay: relay.name().to_owned(),
                    answer,
                    passed_over: asked,
                });
            }
            Err(failure) => passed_over(relay, sender, &failure),
        };
        tracing::warn!(
            relay = failure.relay,
            why = failure.why,
            about = failure.verdict.as_str(),
            "a mail relay did not take a mail"
        );
        let verdict = failure.verdict;
        asked.push(failure);
        match verdict {
            Verdict::Recipient => return Err(SendError::Refused(asked)),
            Verdict::Full => return Err(SendError::Full(asked)),
            _ => {}
        }
    }
    let sounds_so = |relay: &PassedOver| relay.verdict == Verdict::PerhapsRecipient;
    if !asked.is_empty() && asked.iter().all(sounds_so) {
        return Err(SendError::Refused(asked));
    }
    Err(SendError::Retry(asked))
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
