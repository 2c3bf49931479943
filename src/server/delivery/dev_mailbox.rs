//! The mailbox that takes mails and text messages when development runs without a relay or a gateway: in memory, newest first, for a person or a test to look into.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// How many mails, and how many text messages, are kept; the oldest goes first.
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

/// One text message as it would have left.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct DevSms {
    /// The number it goes to.
    pub to: String,
    /// What it says.
    pub text: String,
    /// The id of its job.
    pub id: String,
    /// Where a gateway would report to.
    pub report_to: Option<String>,
}

/// Development's messages. Exists only with `--dev`.
#[derive(Default)]
pub struct DevMailbox {
    mails: Mutex<VecDeque<DevMail>>,
    sms: Mutex<VecDeque<DevSms>>,
}

impl DevMailbox {
    /// An empty mailbox.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a mail on top; the oldest is dropped when there are more than [`KEPT`].
    pub fn push(&self, mail: DevMail) {
        put(locked(&self.mails), mail);
    }

    /// All mails, newest first.
    #[must_use]
    pub fn list(&self) -> Vec<DevMail> {
        locked(&self.mails).iter().cloned().collect()
    }

    /// Puts a text message on top; the oldest is dropped when there are more than [`KEPT`].
    pub fn push_sms(&self, sms: DevSms) {
        put(locked(&self.sms), sms);
    }

    /// All text messages, newest first.
    #[must_use]
    pub fn list_sms(&self) -> Vec<DevSms> {
        locked(&self.sms).iter().cloned().collect()
    }
}

fn put<T>(mut list: MutexGuard<'_, VecDeque<T>>, message: T) {
    list.push_front(message);
    list.truncate(KEPT);
}

/// A panic while the lock was held cannot leave the list half-changed in a way that matters here, so a poisoned lock is taken over.
fn locked<T>(list: &Mutex<VecDeque<T>>) -> MutexGuard<'_, VecDeque<T>> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
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
