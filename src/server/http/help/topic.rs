//! The pages of the help: their addresses, their titles, and when each was last changed.

use jiff::civil::{Date, date};

use crate::server::config::Reason;
use crate::server::context::Context;
use crate::texts::ServerText;

/// A page of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// No message came.
    NoMessage,
    /// The link does not work.
    Link,
    /// A new number or address.
    ChangedContact,
    /// Signs in through somebody else.
    OtherSignIn,
    /// Wants to see the old password.
    ForgottenPassword,
    /// The account has no password.
    NoPassword,
    /// The reset, step by step.
    Reset,
    /// A change, step by step.
    Change,
    /// The registering of a mobile number, step by step.
    RegisterPhone,
    /// Whom to ask.
    Contact,
    /// For those who look after members.
    ForAdministrators,
    /// For those who run mail.
    ForMailAdministrators,
    /// The accessibility statement.
    Accessibility,
    /// The privacy notice.
    Privacy,
}

/// When the overview was last changed. Whoever changes what a page says changes its date.
pub const OVERVIEW_UPDATED: Date = date(2026, 11, 28);

impl Topic {
    /// All of them, in the order of the overview.
    pub const ALL: [Self; 14] = [
        Self::NoMessage,
        Self::Link,
        Self::ChangedContact,
        Self::OtherSignIn,
        Self::ForgottenPassword,
        Self::NoPassword,
        Self::Reset,
        Self::Change,
        Self::RegisterPhone,
        Self::Contact,
        Self::ForAdministrators,
        Self::ForMailAdministrators,
        Self::Accessibility,
        Self::Privacy,
    ];

    /// Whether there is anything to say about it here: nobody reads of what cannot be.
    #[must_use]
    pub fn is_there(self, ctx: &Context) -> bool {
        match self {
            Self::OtherSignIn => !ctx.config.accounts.federated.is_empty(),
            Self::RegisterPhone => ctx.sms.is_some(),
            _ => true,
        }
    }

    /// Its name in the address. It stays, since people and other pages link to it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::NoMessage => "no-message",
            Self::Link => "link",
            Self::ChangedContact => "changed-contact",
            Self::OtherSignIn => "other-sign-in",
            Self::ForgottenPassword => "forgotten-password",
            Self::NoPassword => "no-password",
            Self::Reset => "reset",
            Self::Change => "change",
            Self::RegisterPhone => "register-phone",
            Self::Contact => "contact",
            Self::ForAdministrators => "for-administrators",
            Self::Accessibility => "accessibility",
            Self::Privacy => "privacy",
            Self::ForMailAdministrators => "for-mail-administrators",
        }
    }

    /// The page with that name.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.slug() == slug)
    }

    /// Its address.
    #[must_use]
    pub fn path(self) -> String {
        format!("/help/{}", self.slug())
    }

    /// Its title, where proofs go by mail and by text message or only on one of the two.
    #[must_use]
    pub const fn title(self, by_mail: bool, by_phone: bool) -> ServerText {
        match self {
            Self::NoMessage => match (by_mail, by_phone) {
                (true, true) => ServerText::HelpNoMessageTitle,
                (false, true) => ServerText::HelpNoTextTitle,
                (_, false) => ServerText::HelpNoMailTitle,
            },
            Self::Link => ServerText::HelpLinkTitle,
            Self::ChangedContact => ServerText::HelpChangedContactTitle,
            Self::OtherSignIn => ServerText::HelpOtherSignInTitle,
            Self::ForgottenPassword => ServerText::HelpForgottenPasswordTitle,
            Self::NoPassword => ServerText::HelpNoPasswordTitle,
            Self::Reset => ServerText::HelpResetTitle,
            Self::Change => ServerText::HelpChangeTitle,
            Self::RegisterPhone => ServerText::HelpRegisterPhoneTitle,
            Self::Contact => ServerText::HelpContactTitle,
            Self::ForAdministrators => ServerText::HelpForAdministratorsTitle,
            Self::Accessibility => ServerText::LawStatementHeading,
            Self::Privacy => ServerText::LawPrivacyTitle,
            Self::ForMailAdministrators => ServerText::HelpForMailAdministratorsTitle,
        }
    }

    /// When its words were last changed.
    #[must_use]
    pub const fn updated(self) -> Date {
        match self {
            Self::NoMessage
            | Self::Link
            | Self::ChangedContact
            | Self::OtherSignIn
            | Self::ForgottenPassword
            | Self::NoPassword
            | Self::Reset
            | Self::Change
            | Self::RegisterPhone
            | Self::Contact
            | Self::ForAdministrators
            | Self::Accessibility
            | Self::Privacy
            | Self::ForMailAdministrators => date(2026, 11, 28),
        }
    }

    /// For which reason somebody who is not helped by it asks a person.
    #[must_use]
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::NoMessage | Self::ForMailAdministrators => Some(Reason::MailBlocked),
            Self::ChangedContact => Some(Reason::LostEverything),
            Self::NoPassword => Some(Reason::NoPassword),
            Self::RegisterPhone => Some(Reason::NoPhone),
            _ => None,
        }
    }
}
