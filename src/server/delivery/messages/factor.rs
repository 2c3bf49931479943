//! What is said about the second factor of an account.

use serde::{Deserialize, Serialize};

use super::{Paragraph, Writer};
use crate::texts::ServerText;

/// Something about the second factor of an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorChange {
    /// The account.
    pub user_name: String,
    /// When: local time, already written out in the message's language.
    pub at: String,
    /// The browser's family.
    pub browser: Option<String>,
    /// What has happened.
    pub news: FactorNotification,
}

/// What can happen to a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FactorNotification {
    /// It was set up.
    On,
    /// It was removed.
    Off,
    /// A recovery code was used in its place.
    CodeUsed {
        /// How many are left.
        left: i64,
    },
    /// New recovery codes were made.
    NewCodes,
    /// Somebody who had shown everything else could not show it, several times.
    Refused,
}

impl Writer<'_> {
    /// The subject and the paragraphs of such a message.
    pub(super) fn about_factor(&self, about: &FactorChange) -> (String, Vec<Paragraph>) {
        let FactorChange {
            user_name,
            at,
            browser,
            news,
        } = about;
        let (subject, intro) = match news {
            FactorNotification::On => (ServerText::MailFactorOnSubject, ServerText::MailFactorOn),
            FactorNotification::Off => {
                (ServerText::MailFactorOffSubject, ServerText::MailFactorOff)
            }
            FactorNotification::CodeUsed { .. } => (
                ServerText::MailFactorCodeUsedSubject,
                ServerText::MailFactorCodeUsed,
            ),
            FactorNotification::NewCodes => (
                ServerText::MailFactorNewCodesSubject,
                ServerText::MailFactorNewCodes,
            ),
            FactorNotification::Refused => (
                ServerText::MailFactorRefusedSubject,
                ServerText::MailFactorRefused,
            ),
        };
        let mut blocks = vec![self.words(intro, &[("user_name", user_name), ("time", at)])];
        if let FactorNotification::CodeUsed { left } = news {
            let left = left.to_string();
            blocks.push(self.words(ServerText::MailFactorCodesLeft, &[("count", &left)]));
        }
        if let Some(browser) = browser {
            blocks.push(self.words(ServerText::MailChangedBrowser, &[("browser", browser)]));
        }
        blocks.push(self.not_you());
        (self.fill(subject, &[]), blocks)
    }
}
