//! Text messages on their way out: to the configured gateway, or into development's mailbox.
//!
//! One file for each interface; `client` is the part that they share. What a gateway answers is read for its status, its own number of the
//! fault and the message's id, and never logged: answers repeat number and text.

mod client;
mod elks;
mod gateway;
pub mod gsm;
mod http;
mod outcome;
mod outgoing;
#[cfg(test)]
mod tests;
pub mod text;
mod twilio;

pub use gateway::{SmsGateway, SmsSetupError};
use outcome::GatewayFailure;
pub use outcome::{Accepted, SmsError};
pub use outgoing::{E164, OutgoingSms};
