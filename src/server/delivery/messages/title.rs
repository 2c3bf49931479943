//! What stands largest in a message: what it is about, in a few words.

use super::{ContactNotification, FactorNotification, MessageContent, Writer};
use crate::texts::ServerText;

impl Writer<'_> {
    /// The title of a message.
    pub(super) fn title(&self, content: &MessageContent) -> String {
        let text = match content {
            MessageContent::Code { .. } | MessageContent::Link { .. } => ServerText::MailResetTitle,
            MessageContent::Elsewhere { .. } => ServerText::MailElsewhereTitle,
            MessageContent::Changed { .. } => ServerText::MailChangedTitle,
            MessageContent::AskAgain { .. } => ServerText::MailAskAgainTitle,
            MessageContent::ConfirmPerson { .. } => ServerText::MailConfirmTitle,
            MessageContent::ConfirmContact { .. } => ServerText::MailContactTitle,
            MessageContent::ContactChanged { news, is_phone, .. } => match (news, is_phone) {
                (ContactNotification::Added, false) => ServerText::MailNewsMailAddedTitle,
                (ContactNotification::Added, true) => ServerText::MailNewsPhoneAddedTitle,
                (ContactNotification::Replaced, false) => ServerText::MailNewsMailReplacedTitle,
                (ContactNotification::Replaced, true) => ServerText::MailNewsPhoneReplacedTitle,
                (ContactNotification::Removed, false) => ServerText::MailNewsMailRemovedTitle,
                (ContactNotification::Removed, true) => ServerText::MailNewsPhoneRemovedTitle,
            },
            MessageContent::Reverted { .. } => ServerText::MailStoppedTitle,
            MessageContent::Factor(about) => match about.news {
                FactorNotification::On => ServerText::MailFactorOnTitle,
                FactorNotification::Off => ServerText::MailFactorOffTitle,
                FactorNotification::CodeUsed { .. } => ServerText::MailFactorCodeUsedTitle,
                FactorNotification::NewCodes => ServerText::MailFactorNewCodesTitle,
                FactorNotification::Refused => ServerText::MailFactorRefusedTitle,
            },
            MessageContent::Test => ServerText::MailTestTitle,
        };
        self.fill(text, &[])
    }
}
