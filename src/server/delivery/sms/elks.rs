//! 46elks: `POST /a1/sms` (46elks.com/docs/send-sms), a form with Basic authentication.

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::client::{Answer, Client, below, is_id};
use super::{GatewayFailure, OutgoingSms, SmsSetupError};
use crate::server::config;
use crate::server::delivery::verdict;

/// The base that 46elks has published.
const BASE: &str = "https://api.46elks.com/a1";

/// The longest sentence of 46elks that is passed on.
const LONGEST_SENTENCE: usize = 80;

/// The interface.
pub(super) struct Elks {
    url: Url,
    user: String,
    password: SecretString,
    sender: String,
}

impl Elks {
    pub(super) fn from_config(sms: &config::Sms) -> Result<Self, SmsSetupError> {
        let missing = SmsSetupError::Missing;
        let url = below(sms.url.as_ref(), BASE, &["sms"]);
        Ok(Self {
            url: url.ok_or(missing("url"))?,
            user: sms.user.clone().ok_or(missing("user"))?,
            password: sms.password.clone().ok_or(missing("password"))?,
            sender: sms.sender.clone().ok_or(missing("sender"))?,
        })
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// `dontlog=message` keeps the text, and so the code, out of the history at 46elks. Not `flashsms`: what is only shown cannot be filled in.
    pub(super) fn request(&self, client: &Client, sms: &OutgoingSms) -> RequestBuilder {
        let mut fields = vec![
            ("from", self.sender.as_str()),
            ("to", sms.to.as_str()),
            ("message", sms.text.as_str()),
            ("dontlog", "message"),
        ];
        fields.extend(sms.report_to.as_deref().map(|url| ("whendelivered", url)));
        client
            .request(&self.url)
            .basic_auth(&self.user, Some(self.password.expose_secret()))
            .form(&fields)
    }

    /// Reads the answer: 200 and JSON with an id is a yes. Everything else is one sentence of plain text.
    pub(super) fn read(&self, answer: &Answer) -> Result<String, GatewayFailure> {
        #[derive(Deserialize)]
        struct Taken {
            id: String,
        }
        if answer.status == 200 {
            return serde_json::from_str::<Taken>(&answer.body)
                .ok()
                .filter(|taken| is_id(&taken.id))
                .map(|taken| taken.id)
                .ok_or_else(|| GatewayFailure::us("200 without an id"));
        }
        let said = match self.sentence(&answer.body) {
            Some(sentence) => format!("{}: {sentence}", answer.status),
            None => answer.status.to_string(),
        };
        Err(GatewayFailure {
            verdict: verdict::elks(answer.status, &answer.body),
            said,
        })
    }

    /// The sentence, for the operator, if it is one: letters and a few signs, so that it cannot repeat a number or a code.
    fn sentence<'a>(&self, body: &'a str) -> Option<&'a str> {
        let sentence = body.trim();
        let is_plain = |c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | '.' | ',' | '\'');
        let is_sentence = !sentence.is_empty()
            && sentence.len() <= LONGEST_SENTENCE
            && sentence.chars().all(is_plain)
            && !sentence.contains(self.password.expose_secret());
        is_sentence.then_some(sentence)
    }
}
