//! What became of a mail that was handed to the mailer.

use std::fmt;

use crate::server::delivery::verdict::Verdict;

/// A relay has taken responsibility for the mail (RFC 5321 §4.2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The relay as `host:port`, or `mailbox` for development's.
    pub relay: String,
    /// Its reply code, with the enhanced code where it gave one, such as `250 2.0.0`. Never its words: they can repeat the address.
    pub answer: String,
    /// The relays that were asked before it and did not take the mail.
    pub passed_over: Vec<PassedOver>,
}

/// A relay that did not take a mail, and why. Its texts hold no address and no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// The relay as `host:port`.
    pub relay: String,
    /// What its answer is about.
    pub verdict: Verdict,
    /// What happened there and at which step, such as `RCPT: 451 4.7.1 later` or `connect: timed out`.
    pub why: String,
    /// What to do about it, where somebody has to do something.
    pub cure: Option<String>,
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = self.verdict.in_words();
        write!(f, "relay {} {verdict} ({})", self.relay, self.why)
    }
}

/// Why a mail did not leave. Its texts hold no address and no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// This recipient cannot be reached; another try or another relay will not help.
    #[error("{}", last(.0))]
    Refused(Vec<PassedOver>),
    /// The address is none, and no relay was asked.
    #[error("the address cannot be mailed")]
    NoAddress,
    /// The recipient's mailbox is full now. Another relay will not help, and waiting may.
    #[error("{}", last(.0))]
    Full(Vec<PassedOver>),
    /// No relay took it now; try again later.
    #[error("{}", each(.0))]
    Retry(Vec<PassedOver>),
}

impl SendError {
    /// What each relay said.
    #[must_use]
    pub fn passed_over(&self) -> &[PassedOver] {
        match self {
            Self::Refused(relays) | Self::Full(relays) | Self::Retry(relays) => relays,
            Self::NoAddress => &[],
        }
    }
}

fn last(relays: &[PassedOver]) -> String {
    relays.last().map(ToString::to_string).unwrap_or_default()
}

fn each(relays: &[PassedOver]) -> String {
    let each: Vec<_> = relays.iter().map(ToString::to_string).collect();
    each.join("; ")
}
