//! What a relay's answer means: is this mail refused for good, or is this relay of no use now?
//!
//! lettre's error carries the reply code but not the command that it answers, and its transport hides the dialogue. Both matter: 550 to RCPT is
//! about the recipient, 550 to MAIL is about us. So `relay` speaks each command itself and tells the step to this module.

use std::error::Error as _;
use std::fmt;

use lettre::transport::smtp;

/// A step of the dialogue (RFC 5321 §4.1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Name look-up, connection, TLS from the start, greeting, EHLO.
    Connect,
    /// The change to TLS (RFC 3207).
    StartTls,
    /// The password (RFC 4954).
    Auth,
    /// A sign of life on an open connection.
    Noop,
    /// The sender.
    Mail,
    /// The recipient.
    Rcpt,
    /// The message: the command and the answer after its last line.
    Data,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connect",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Noop => "NOOP",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
        })
    }
}

/// Why a relay did not take a mail.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// For good, with this reply code, because of the recipient or the message.
    Refused(u16),
    /// This relay cannot be used now: what happened there. The text holds no address and no secret.
    Relay(Step, String),
    /// No answer in time.
    Silent(Step),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(code) => write!(f, "refused for good with {code}"),
            Self::Relay(step, why) => write!(f, "{step}: {why}"),
            Self::Silent(step) => write!(f, "{step}: timed out"),
        }
    }
}

impl Failure {
    /// Reads an error of the dialogue.
    pub(super) fn from_error(step: Step, error: &smtp::Error) -> Self {
        let Some(code) = error.status().map(u16::from) else {
            return if error.is_timeout() {
                Self::Silent(step)
            } else {
                Self::Relay(step, without_reply(error))
            };
        };
        let enhanced = error
            .source()
            .and_then(|words| Enhanced::parse(&words.to_string()));
        if is_final(step, code, enhanced) {
            return Self::Refused(code);
        }
        Self::Relay(
            step,
            match enhanced {
                Some(enhanced) => format!("{code} {enhanced}"),
                None => code.to_string(),
            },
        )
    }
}

/// Whether a reply is the last word on this mail.
///
/// Only RCPT and DATA are about the mail; before them everything is about the relay and us. Of their 5yz replies these are final: 501, 550-554
/// and 556 (address unusable, mailbox unknown, full or not allowed, message refused, domain takes no mail: RFC 5321 §4.2.3, RFC 7504).
/// Not final, although permanent: 530, 534, 535, 538 (sign in first, RFC 4954), 500, 502, 503, 555 (the relay does not know the command), and
/// whatever the enhanced code calls a matter of the mail system (x.3.y) or of policy (x.7.y, "relaying denied"; RFC 3463 §3.4, §3.8): another
/// relay, or this one once it is set right, can still take the mail while its code works.
fn is_final(step: Step, code: u16, enhanced: Option<Enhanced>) -> bool {
    matches!(step, Step::Rcpt | Step::Data)
        && matches!(code, 501 | 550..=554 | 556)
        && !matches!(enhanced.map(|e| e.subject), Some(3 | 7))
}

/// An enhanced status code, `class.subject.detail` (RFC 3463 §2): the only part of a relay's words that is kept, for the rest can repeat addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Enhanced {
    class: u16,
    subject: u16,
    detail: u16,
}

impl Enhanced {
    /// Reads the code that a reply's words begin with.
    pub(super) fn parse(words: &str) -> Option<Self> {
        let mut parts = words.split_whitespace().next()?.split('.');
        let mut number = || {
            let part = parts.next()?;
            (part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())
                .flatten()
        };
        let code = Self {
            class: number()?,
            subject: number()?,
            detail: number()?,
        };
        (matches!(code.class, 2 | 4 | 5) && parts.next().is_none()).then_some(code)
    }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// Describes an error that is no reply. An unreadable reply is not quoted; the rest are the words of lettre, the operating system or the TLS
/// library, which know host names at most.
fn without_reply(error: &smtp::Error) -> String {
    if error.is_response() {
        return "an answer that is not SMTP".to_owned();
    }
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| "failed".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_recipient_and_the_message_can_be_refused_for_good() {
        let unknown = Enhanced::parse("5.1.1 <anna@demo.example>: no such user");
        for step in [Step::Connect, Step::StartTls, Step::Auth, Step::Mail] {
            assert!(!is_final(step, 550, unknown));
        }
        for code in [501, 550, 551, 552, 553, 554, 556] {
            assert!(is_final(Step::Rcpt, code, unknown));
            assert!(is_final(Step::Data, code, None));
        }
        for code in [450, 451, 452, 421, 500, 502, 503, 530, 534, 535, 538, 555] {
            assert!(!is_final(Step::Rcpt, code, None));
        }
    }

    #[test]
    fn a_matter_of_policy_is_the_relays() {
        let denied = Enhanced::parse("5.7.1 Relay access denied");
        assert!(!is_final(Step::Rcpt, 554, denied));
        assert!(!is_final(Step::Data, 550, Enhanced::parse("5.3.2 off")));
        // Exchange Online's answer to an address that it does not have.
        assert!(is_final(
            Step::Rcpt,
            550,
            Enhanced::parse("5.4.1 Recipient address rejected")
        ));
    }

    #[test]
    fn an_enhanced_code_is_read_strictly() {
        assert_eq!(
            Enhanced::parse("5.1.10 x").map(|e| e.to_string()),
            Some("5.1.10".to_owned())
        );
        for words in [
            "",
            "anna@demo.example",
            "5.1",
            "5.1.1.1",
            "3.1.1",
            "5.+1.1",
            "5.1.1000",
        ] {
            assert_eq!(Enhanced::parse(words), None, "{words}");
        }
    }
}
