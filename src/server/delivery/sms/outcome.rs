//! What became of a text message that was handed to the gateway.

use crate::server::delivery::verdict::Verdict;

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

/// What an interface makes of an answer that is not a yes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GatewayFailure {
    pub(super) verdict: Verdict,
    pub(super) said: String,
}

impl GatewayFailure {
    /// The gateway does not answer as it should.
    pub(super) fn us(said: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Us,
            said: said.into(),
        }
    }
}
