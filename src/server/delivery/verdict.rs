//! What the answer of a relay or gateway is about: one table for all of them, with real answers in `tests/vectors/answers.json`.
//!
//! Only an answer about the recipient ends a message, and a full mailbox only where there is another way. Whatever else is wrong can be set right while the message is still of use, or does not
//! hold at the next relay; so the table says "recipient" where an answer says so, and never because it says nothing else.

mod gateway;
mod quote;
mod smtp;
#[cfg(test)]
mod tests;
mod words;

pub(super) use gateway::{elks, http, twilio};
pub(super) use quote::{quotable, without_addresses};
pub(super) use smtp::{Enhanced, Phase, Reply, Trouble, of_reply};

/// What an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This recipient cannot be reached, and the other side says so in so many words.
    Recipient,
    /// It sounds as if the recipient could not be reached; another relay may know better.
    PerhapsRecipient,
    /// The recipient's mailbox is full now. It may be emptied, but until then no relay can help.
    Full,
    /// Us: the set-up, sender, name, sign-in, encryption, reputation, or the relay's own set-up. Somebody must do something.
    Us,
    /// This message: its size or its content.
    Message,
    /// Something that passes by itself.
    Passing,
}

impl Verdict {
    /// The verdict in the log, in a closed vocabulary.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::PerhapsRecipient => "perhaps_recipient",
            Self::Full => "full",
            Self::Us => "us",
            Self::Message => "message",
            Self::Passing => "passing",
        }
    }

    /// The verdict as the predicate of a sentence whose subject is the relay or gateway.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Recipient => "cannot reach the recipient",
            Self::PerhapsRecipient => "does not seem to know the recipient",
            Self::Full => "says that the mailbox is full",
            Self::Us => "is at fault, or refuses this server",
            Self::Message => "does not take this message",
            Self::Passing => "cannot take it now",
        }
    }
}
