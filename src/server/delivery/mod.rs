//! Messages to people: their content (what they say), the mailer (how they leave), text messages and their gateway, and the mailbox that stands
//! in for both ways out in development.
//!
//! Nothing here decides who gets a message or when: that is `outbox` and the use-cases. Codes, addresses, numbers and passwords pass through this
//! module, so none of its types shows them in `Debug`, in an error text or in a log line.

pub mod alert;
pub mod dev_mailbox;
pub mod mail;
pub mod messages;
mod plain;
pub mod sms;
mod verdict;

pub use alert::{AlertSetupError, Alerts};
pub use dev_mailbox::{DevMail, DevMailbox, DevSms};
pub use mail::{Accepted, Mailer, MailerError, Outgoing, PassedOver, SendError};
pub use messages::{
    Addressing, ContactNotification, FactorChange, FactorNotification, Look, MessageContent, Other,
    Picture, Provider, Recourse, RenderError, Rendered, contact_facts, render,
};
pub use sms::{E164, OutgoingSms, SmsError, SmsGateway, SmsSetupError};
pub use verdict::Verdict;
