//! Why a command was not done.

use crate::server::account::add::AddError;
use crate::server::base::failure::Fault;
use crate::server::delivery::{RenderError, SendError, SmsError};
use crate::server::start::StartError;

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The program cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The account was not added.
    #[error(transparent)]
    Add(#[from] AddError),
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Standard input or output failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The test mail cannot be written.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// No relay took the test mail.
    #[error("the mail was not taken: {0}")]
    Send(#[from] SendError),
    /// The gateway did not take the test message.
    #[error("the text message was not taken: {0}")]
    Sms(#[from] SmsError),
    /// Something named is not there.
    #[error("{0}")]
    Rejected(String),
}

impl From<sqlx::Error> for CommandError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}
