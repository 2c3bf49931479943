//! What gateways report of text messages after they have taken them. The address to report to is made for one message and cannot be guessed, so
//! whoever posts there is the gateway, or somebody that it has told.
use serde::Deserialize;

use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::Fault;
use crate::server::base::keys::{Purpose, same};
use crate::server::context::Context;
use crate::server::store;

/// The path under which reports are taken, before the message's id and its seal.
pub const PATH: &str = "/sms/reports";

fn seal(ctx: &Context, job_id: &str) -> String {
    ctx.keys
        .mac_text(Purpose::Form, &[b"delivery report", job_id.as_bytes()])
}

/// Where the gateway is to report what became of a message; `None` where no reports are wanted.
pub(in crate::server) fn url(ctx: &Context, job_id: &str) -> Option<String> {
    let seal = || seal(ctx, job_id);
    ctx.config
        .sms
        .delivery_reports
        .then(|| format!("{}{PATH}/{job_id}/{}", ctx.public_url, seal()))
}

/// The fields of a report, under the names of 46elks (46elks.com/docs/sms-delivery-reports) and of Twilio
/// (twilio.com/docs/messaging/guides/track-outbound-message-status).
#[derive(Deserialize)]
pub struct Report {
    status: Option<String>,
    #[serde(rename = "MessageStatus")]
    message_status: Option<String>,
}

impl Report {
    /// What it says, in a closed vocabulary; `None` for what is only on its way.
    fn verdict(&self) -> Option<&'static str> {
        let status = self.status.as_deref().or(self.message_status.as_deref())?;
        match status.to_ascii_lowercase().as_str() {
            "delivered" | "read" => Some("delivered"),
            "failed" | "undelivered" => Some("failed"),
            "sent" => Some("sent"),
            _ => None,
        }
    }
}

/// Notes a report; false when the address was not made by us.
///
/// # Errors
/// [`Fault`] when the database does not answer.
pub async fn receive(
    ctx: &Context,
    job_id: &str,
    given_seal: &str,
    report: &Report,
) -> Result<bool, Fault> {
    if !same(&seal(ctx, job_id), given_seal) {
        return Ok(false);
    }
    let Some(verdict) = report.verdict() else {
        return Ok(true);
    };
    let mut tx = ctx.store.begin().await?;
    if let Some(reported) = store::jobs::report(&mut tx, job_id, verdict, ctx.now()).await? {
        let about = audit::Subject {
            flow: reported.flow_id.as_deref(),
            account: reported.account_id.as_deref(),
            detail: verdict,
        };
        audit::record(ctx, &mut tx, Actor::System, Event::SmsReported, about).await?;
    }
    tx.commit().await?;
    Ok(true)
}
