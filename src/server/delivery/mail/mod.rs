//! Mails on their way out: through the configured relays in their order, or into development's mailbox.

mod answer;
mod cure;
mod dialogue;
mod mailer;
mod message;
mod outcome;
mod probe;
pub mod records;
mod relay;
mod security;
#[cfg(test)]
mod tests;

pub use mailer::{Mailer, MailerError, Outgoing};
pub use outcome::{Accepted, PassedOver, SendError};
pub use probe::Probed;
