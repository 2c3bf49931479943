//! A text message, and the number that it goes to.

use std::fmt;

use crate::server::config;

/// A telephone number with its calling code, such as `+46701740605` (ITU-T E.164).
#[derive(Clone, PartialEq, Eq)]
pub struct E164(String);

impl E164 {
    /// Reads a number. Spaces and hyphens between its digits are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.trim().replace([' ', '-'], "");
        config::is_e164(&number).then_some(Self(number))
    }

    /// The number, for the gateway.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(…)")
    }
}

/// A text message with its number and what is known of its job.
#[derive(Clone)]
pub struct OutgoingSms {
    /// Where to.
    pub to: E164,
    /// What it says.
    pub text: String,
    /// The job's id: the same at each attempt. Must hold no secret.
    pub id: String,
    /// For how many seconds it is still of use; a gateway that can is told to drop it after that.
    pub valid_for: u32,
    /// Where the gateway is to report what became of it.
    pub report_to: Option<String>,
}

impl fmt::Debug for OutgoingSms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text holds the code.
        f.debug_struct("OutgoingSms")
            .field("id", &self.id)
            .field("valid_for", &self.valid_for)
            .finish_non_exhaustive()
    }
}
