//! The mailbox that takes the mails when development runs without a relay: in memory, newest first, for a person or a test to look into.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// How many mails are kept; the oldest goes first.
pub const KEPT: usize = 200;

/// One mail as it would have left.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct DevMail {
    /// The address it goes to.
    pub to: String,
    /// The subject, decoded.
    pub subject: String,
    /// The text part, decoded.
    pub text: String,
    /// The HTML part, decoded. Never shown as a page of this origin: `/dev/mailbox` shows the text part.
    pub html: String,
    /// The Message-ID, with its angle brackets.
    pub message_id: String,
    /// When it was written, in microseconds since the Unix epoch, UTC.
    #[serde(rename = "at")]
    pub at_us: i64,
    /// The whole message in the form of RFC 5322, as a relay would have got it.
    pub raw: String,
}

/// Development's mails. Exists only with `--dev`.
#[derive(Default)]
pub struct DevMailbox {
    mails: Mutex<VecDeque<DevMail>>,
}

impl DevMailbox {
    /// An empty mailbox.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a mail on top; the oldest is dropped when there are more than [`KEPT`].
    pub fn push(&self, mail: DevMail) {
        let mut mails = self.mails();
        mails.push_front(mail);
        mails.truncate(KEPT);
    }

    /// All mails, newest first.
    #[must_use]
    pub fn list(&self) -> Vec<DevMail> {
        self.mails().iter().cloned().collect()
    }

    /// A panic while the lock was held cannot leave the list half-changed in a way that matters here, so a poisoned lock is taken over.
    fn mails(&self) -> MutexGuard<'_, VecDeque<DevMail>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_first_and_at_most_200() {
        let mailbox = DevMailbox::new();
        for number in 0..250_i64 {
            mailbox.push(DevMail {
                to: "anna.berg@demo.example".into(),
                subject: number.to_string(),
                text: String::new(),
                html: String::new(),
                message_id: format!("<{number}@demo.example>"),
                at_us: number,
                raw: String::new(),
            });
        }
        let list = mailbox.list();
        assert_eq!(list.len(), KEPT);
        assert_eq!(list[0].at_us, 249);
        assert_eq!(list[199].at_us, 50);
    }
}
