//! What the operator is told of an incident, by mail or to a webhook.
use std::time::Duration;

use reqwest::Client;
use serde::{Deserialize, Serialize};

use super::mail::{Mailer, MailerError, Outgoing};
use super::messages::Rendered;
use crate::server::base::outbound;
use crate::server::config::{self, Alert};
use crate::texts::Language;

/// How long a webhook may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An incident that begins or is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentNotice {
    /// Its id: the same when it begins and when it is over.
    pub incident: String,
    /// Whether it is over.
    pub is_over: bool,
    /// What was wrong when it began, and what to do.
    pub why: String,
    /// Since when, in UTC.
    pub since: String,
    /// The address of this installation.
    pub service: String,
}

impl IncidentNotice {
    fn subject(&self) -> String {
        if self.is_over {
            format!("Rekey: over: {}", self.incident)
        } else {
            format!("Rekey: {}", self.incident)
        }
    }

    fn text(&self) -> String {
        let Self {
            incident,
            why,
            since,
            service,
            ..
        } = self;
        if self.is_over {
            format!("Over: {incident}.\nIt began at {since}: {why}\n\n{service}\n")
        } else {
            format!(
                "{incident}, since {since}.\n\n{why}\n\nYou are told once when it begins and once when it is over.\n{service}\n"
            )
        }
    }
}

/// Why somebody could not be told. It names no address and no key.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotDelivered(String);

/// Tells the operator.
pub struct Alerts {
    /// Whom.
    pub to: Vec<Alert>,
    mailer: Option<Mailer>,
    client: Client,
}

impl std::fmt::Debug for Alerts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alerts")
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// An operator who cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum AlertSetupError {
    /// The relay for alerts.
    #[error("[operator] {0}")]
    Relay(#[from] MailerError),
    /// The client of the webhook.
    #[error("[operator] alert: cannot set up TLS")]
    Tls(#[from] reqwest::Error),
}

impl Alerts {
    /// Connects to nothing.
    ///
    /// # Errors
    /// [`AlertSetupError`].
    pub fn from_config(config: &config::Config) -> Result<Self, AlertSetupError> {
        let own = |relay: &config::Relay| {
            let mail = config::Mail {
                relays: vec![relay.clone()],
                ..config.mail.clone()
            };
            Mailer::from_config(&mail, None)
        };
        Ok(Self {
            to: config.operator.alert.clone(),
            mailer: config.operator.relay.as_ref().map(own).transpose()?,
            client: outbound::client(PATIENCE)?,
        })
    }

    /// The longest that telling one of them can take.
    #[must_use]
    pub fn longest(&self, mailer: &Mailer) -> Duration {
        let mailer = self.mailer.as_ref().unwrap_or(mailer);
        mailer.longest().max(PATIENCE)
    }

    /// Tells one of them. `mailer` takes the mail where alerts have no relay of their own; `id` is the same at each attempt, and `at` is when it
    /// was enqueued.
    ///
    /// # Errors
    /// [`NotDelivered`].
    pub async fn tell(
        &self,
        mailer: &Mailer,
        to: &Alert,
        told: &IncidentNotice,
        id: &str,
        at: i64,
    ) -> Result<(), NotDelivered> {
        match to {
            Alert::Mail(address) => {
                let mailer = self.mailer.as_ref().unwrap_or(mailer);
                let text = told.text();
                let outgoing = Outgoing {
                    message_id: mailer.message_id(id),
                    to: address.to_string(),
                    to_name: String::new(),
                    rendered: Rendered {
                        subject: told.subject(),
                        html: html(&text),
                        text,
                        picture: None,
                        language: Language::En,
                    },
                    date_us: at,
                };
                let sent = mailer.send(&outgoing).await;
                sent.map(drop)
                    .map_err(|error| NotDelivered(error.to_string()))
            }
            Alert::Webhook(url) => {
                let body = serde_json::json!({
                    "event": if told.is_over { "over" } else { "begun" },
                    "incident": told.incident,
                    "why": told.why,
                    "since": told.since,
                    "service": told.service,
                    // What Slack, Mattermost and their like show.
                    "text": format!("{}\n{}", told.subject(), told.text()),
                });
                let request = self.client.post(url.clone()).json(&body);
                let answer = outbound::ask(request, 1024).await;
                let answer = answer.map_err(|error| NotDelivered(error.to_string()))?;
                match answer.status {
                    200..=299 => Ok(()),
                    status => Err(NotDelivered(format!("the webhook answers {status}"))),
                }
            }
        }
    }
}

fn html(text: &str) -> String {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!DOCTYPE html><html lang=\"en\"><body><pre style=\"white-space:pre-wrap\">{safe}</pre></body></html>"
    )
}
