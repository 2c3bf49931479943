//! What is said about the second factor of an account.

use serde::{Deserialize, Serialize};

use super::{Fact, Paragraph, Writer};
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
    pub(super) fn about_factor(
        &self,
        about: &FactorChange,
        facts: Vec<Fact>,
    ) -> (String, Vec<Paragraph>) {
        let (subject, means) = match about.news {
            FactorNotification::On => (
                ServerText::MailFactorOnSubject,
                ServerText::MailChangedSignedOutOthers,
            ),
            FactorNotification::Off => (
                ServerText::MailFactorOffSubject,
                ServerText::MailFactorOffMeans,
            ),
            FactorNotification::CodeUsed { .. } => (
                ServerText::MailFactorCodeUsedSubject,
                ServerText::MailFactorCodeUsedMeans,
            ),
            FactorNotification::NewCodes => (
                ServerText::MailFactorNewCodesSubject,
                ServerText::MailFactorNewCodesMeans,
            ),
            FactorNotification::Refused => (
                ServerText::MailFactorRefusedSubject,
                ServerText::MailFactorRefusedMeans,
            ),
        };
        let blocks = vec![
            self.words(means, &[]),
            Paragraph::Facts(facts),
            self.not_you(),
        ];
        (self.fill(subject, &[]), blocks)
    }
}
