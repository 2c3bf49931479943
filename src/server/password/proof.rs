//! What proves who changes a password, and what the change is told to have followed from.

use crate::rules::channel::Channel;
use crate::server::notifications::revert_links::Reverts;
use crate::server::store::password_changes::Through;
use crate::server::store::proposals::Under;

/// What proved who changes a password; it is used up by the change.
#[derive(Clone, Copy)]
pub enum ProvedBy<'a> {
    /// The code of the flow that asked for it.
    Code {
        /// When the flow's last page is forgotten, in microseconds since the epoch.
        keep_until: i64,
    },
    /// A mailed link.
    Link {
        /// SHA-256 of its token.
        token_hash: &'a str,
    },
    /// The present password, given by somebody who is signed in.
    Session {
        /// The session's id.
        id: &'a str,
        /// Whether that session goes on, under another token.
        is_kept: bool,
        /// When the password was set that was found right: another one since then is not replaced unseen.
        since: i64,
    },
}

/// The proof under which a password changes.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    /// What proved it.
    pub by: ProvedBy<'a>,
    /// Id of the flow that asked for it, where one did.
    pub flow: Option<&'a str>,
    /// That flow's public reference.
    pub reference: Option<&'a str>,
    /// By which channel the proof came; `None` where somebody signed in.
    pub channel: Option<Channel>,
    /// Whether the person is to be signed in at once.
    pub sign_in: bool,
    /// Whether the second factor was shown, where the account has one.
    pub is_factor_shown: bool,
    /// The session that this browser has had until now; signing in ends it, whoever's it is.
    pub session: Option<&'a str>,
    /// Family of browser and system.
    pub device: &'a str,
    /// The value of the cookie by which accounts have known this browser until now.
    pub device_cookie: Option<&'a str>,
}

impl Proof<'_> {
    /// Under what an attempt was counted.
    pub(super) const fn under(&self) -> Option<Under<'_>> {
        match (self.by, self.flow) {
            (ProvedBy::Link { token_hash }, _) => Some(Under::Link(token_hash)),
            (ProvedBy::Code { .. }, Some(flow)) => Some(Under::Flow(flow)),
            (ProvedBy::Code { .. }, None) | (ProvedBy::Session { .. }, _) => None,
        }
    }

    /// What led to the change, for the record.
    pub(super) const fn cause(self) -> &'static str {
        match self.by {
            ProvedBy::Code { .. } | ProvedBy::Link { .. } => "reset",
            ProvedBy::Session { .. } => "changed",
        }
    }

    /// What led to the change of a password that was set at `present`.
    pub(super) const fn through(&self, present: i64) -> Through<'_> {
        match (self.by, self.channel) {
            (ProvedBy::Session { id, .. }, _) => Through::Session(id),
            (_, Some(channel)) => Through::Reset(channel),
            (_, None) => Through::Password(present),
        }
    }

    /// What the link in the notifications is about.
    pub(super) const fn reverts(&self) -> Reverts<'_> {
        Reverts::Password {
            session: match self.by {
                ProvedBy::Session { id, .. } => Some(id),
                _ => None,
            },
        }
    }

    /// The id of the session that outlives the change, if one does.
    pub(super) const fn kept_session(&self) -> Option<&str> {
        match self.by {
            ProvedBy::Session {
                id, is_kept: true, ..
            } => Some(id),
            _ => None,
        }
    }
}
