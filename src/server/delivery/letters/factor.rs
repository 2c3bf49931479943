//! What is said about the second factor of an account.

use serde::{Deserialize, Serialize};

use super::{Block, Writer};
use crate::texts::MailText;

/// Something about the second factor of an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutFactor {
    /// The account.
    pub user_name: String,
    /// When: local time, already written out in the letter's language.
    pub at: String,
    /// The browser's family.
    pub browser: Option<String>,
    /// What has happened.
    pub news: FactorNews,
}

/// What can happen to a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FactorNews {
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
    /// The subject and the paragraphs of such a letter.
    pub(super) fn about_factor(&self, about: &AboutFactor) -> (String, Vec<Block>) {
        let AboutFactor {
            user_name,
            at,
            browser,
            news,
        } = about;
        let (subject, intro) = match news {
            FactorNews::On => (MailText::MailFactorOnSubject, MailText::MailFactorOn),
            FactorNews::Off => (MailText::MailFactorOffSubject, MailText::MailFactorOff),
            FactorNews::CodeUsed { .. } => (
                MailText::MailFactorCodeUsedSubject,
                MailText::MailFactorCodeUsed,
            ),
            FactorNews::NewCodes => (
                MailText::MailFactorNewCodesSubject,
                MailText::MailFactorNewCodes,
            ),
            FactorNews::Refused => (
                MailText::MailFactorRefusedSubject,
                MailText::MailFactorRefused,
            ),
        };
        let mut blocks = vec![self.words(intro, &[("user_name", user_name), ("time", at)])];
        if let FactorNews::CodeUsed { left } = news {
            let left = left.to_string();
            blocks.push(self.words(MailText::MailFactorCodesLeft, &[("count", &left)]));
        }
        if let Some(browser) = browser {
            blocks.push(self.words(MailText::MailChangedBrowser, &[("browser", browser)]));
        }
        blocks.push(self.not_you());
        (self.fill(subject, &[]), blocks)
    }
}
