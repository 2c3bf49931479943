//! Twilio: `POST /2010-04-01/Accounts/{AccountSid}/Messages.json` (twilio.com/docs/messaging/api/message-resource), a form with Basic
//! authentication. `.json` matters: this interface answers in XML without it.

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::client::{Answer, Client, below, is_id};
use super::{GatewayFailure, OutgoingSms, SmsSetupError};
use crate::server::config;
use crate::server::delivery::verdict;

/// The base that Twilio has published; other regions have their own.
const BASE: &str = "https://api.twilio.com";

/// The range of `ValidityPeriod`, in seconds: 1 to 36 000, and more than 5 is advised.
const VALIDITY: (u32, u32) = (6, 36_000);

/// The interface.
pub(super) struct Twilio {
    url: Url,
    user: String,
    password: SecretString,
    sender: String,
}

impl Twilio {
    /// The path has the account also where an API key signs in.
    pub(super) fn from_config(sms: &config::Sms) -> Result<Self, SmsSetupError> {
        let missing = SmsSetupError::Missing;
        let user = sms.user.clone().ok_or(missing("user"))?;
        let account = sms.account.as_deref().unwrap_or(&user);
        let path = ["2010-04-01", "Accounts", account, "Messages.json"];
        let url = below(sms.url.as_ref(), BASE, &path);
        Ok(Self {
            url: url.ok_or(missing("url"))?,
            user,
            password: sms.password.clone().ok_or(missing("password"))?,
            sender: sms.sender.clone().ok_or(missing("sender"))?,
        })
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// `ValidityPeriod` is how long the message may wait in Twilio's queue: after that its code is dead.
    pub(super) fn request(&self, client: &Client, sms: &OutgoingSms) -> RequestBuilder {
        let validity = sms.valid_for.clamp(VALIDITY.0, VALIDITY.1).to_string();
        let mut fields = vec![
            ("To", sms.to.as_str()),
            ("From", self.sender.as_str()),
            ("Body", sms.text.as_str()),
            ("ValidityPeriod", validity.as_str()),
        ];
        fields.extend(sms.report_to.as_deref().map(|url| ("StatusCallback", url)));
        client
            .request(&self.url)
            .basic_auth(&self.user, Some(self.password.expose_secret()))
            .form(&fields)
    }
}

/// Reads the answer: 201 and JSON with a sid is a yes. An error is JSON with a code; its message repeats the number and is not kept.
pub(super) fn read(answer: &Answer) -> Result<String, GatewayFailure> {
    #[derive(Deserialize)]
    struct Taken {
        sid: String,
    }
    #[derive(Deserialize)]
    struct ErrorBody {
        code: u32,
    }
    if matches!(answer.status, 200 | 201) {
        return serde_json::from_str::<Taken>(&answer.body)
            .ok()
            .filter(|taken| is_id(&taken.sid))
            .map(|taken| taken.sid)
            .ok_or_else(|| GatewayFailure::us(format!("{} without a sid", answer.status)));
    }
    let code = serde_json::from_str::<ErrorBody>(&answer.body)
        .ok()
        .map(|fault| fault.code);
    let said = match code {
        Some(code) => format!("{}, error {code}", answer.status),
        None => answer.status.to_string(),
    };
    Err(GatewayFailure {
        verdict: verdict::twilio(answer.status, code),
        said,
    })
}
