//! A gateway of one's own: a POST with number, text and sender, as a form or as JSON, under names that the configuration gives.

use std::collections::BTreeMap;

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::client::{Answer, Client};
use super::{GatewayFailure, OutgoingSms, SmsSetupError};
use crate::server::config::{self, Format};
use crate::server::delivery::verdict;

/// The interface.
pub(super) struct Http {
    url: Url,
    user: Option<String>,
    password: Option<SecretString>,
    sender: Option<String>,
    format: Format,
    field_to: String,
    field_text: String,
    field_sender: String,
    field_report: String,
}

impl Http {
    pub(super) fn from_config(sms: &config::Sms) -> Result<Self, SmsSetupError> {
        Ok(Self {
            url: sms.url.clone().ok_or(SmsSetupError::Missing("url"))?,
            user: sms.user.clone(),
            password: sms.password.clone(),
            sender: sms.sender.clone(),
            format: sms.format,
            field_to: sms.field_to.clone(),
            field_text: sms.field_text.clone(),
            field_sender: sms.field_sender.clone(),
            field_report: sms.field_report.clone(),
        })
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header: a string in quotation marks) lets the gateway drop a second try of what
    /// it has already taken.
    pub(super) fn request(&self, client: &Client, sms: &OutgoingSms) -> RequestBuilder {
        let request = client
            .request(&self.url)
            .header("Idempotency-Key", format!("\"{}\"", sms.id));
        let request = match (&self.user, &self.password) {
            (Some(user), Some(password)) => {
                request.basic_auth(user, Some(password.expose_secret()))
            }
            (None, Some(token)) => request.bearer_auth(token.expose_secret()),
            (_, None) => request,
        };
        let mut fields = BTreeMap::from([
            (self.field_to.as_str(), sms.to.as_str()),
            (self.field_text.as_str(), sms.text.as_str()),
        ]);
        if let Some(sender) = &self.sender {
            fields.insert(&self.field_sender, sender);
        }
        if let Some(report_to) = &sms.report_to {
            fields.insert(&self.field_report, report_to);
        }
        match self.format {
            Format::Form => request.form(&fields),
            Format::Json => request.json(&fields),
        }
    }
}

/// Reads the answer: 2xx is a yes. A body has no form that is known, so nothing of it is kept.
pub(super) fn read(answer: &Answer) -> Result<String, GatewayFailure> {
    let status = answer.status;
    match status {
        200..=299 => Ok(status.to_string()),
        _ => Err(GatewayFailure {
            verdict: verdict::http(status),
            said: status.to_string(),
        }),
    }
}
