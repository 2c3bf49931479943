//! Why a relay did not take a mail: what it answered, or what was wrong before it could.

use std::fmt;
use std::io;

use super::dialogue::{Answer, Lost};
use crate::server::delivery::verdict::{
    Enhanced, Phase, Reply, Trouble, Verdict, of_reply, quotable, without_addresses,
};

/// Why a relay did not take a mail. Its texts hold no address and no secret.
#[derive(Debug)]
pub(super) struct RelayFailure {
    /// Where in the dialogue.
    pub(super) phase: Phase,
    /// What it is about.
    pub(super) verdict: Verdict,
    /// What is known of the cause.
    pub(super) cause: Cause,
    /// What happened, in short, such as `550 5.1.1 no such user` or `timed out`.
    why: String,
}

/// The causes that have a cure of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The relay has answered.
    Answered(Trouble),
    /// No answer in time.
    Silent,
    /// The connection was taken, and not a word came: no greeting, and no TLS where that comes first.
    Mute,
    /// Its name cannot be looked up.
    NoSuchHost,
    /// Nobody listens there, or the connection broke off.
    Unreachable,
    /// Not SMTP.
    NotSmtp,
    /// Its address lies outside the network that nothing may be said in clear beyond.
    OutsideOwnNetwork,
    /// STARTTLS is demanded and not offered.
    NoStartTls,
    /// Its certificate.
    Certificate(Certificate),
    /// Another trouble with TLS.
    Tls,
    /// It offers no way to sign in that we know.
    NoMechanism,
    /// It cannot take an address outside ASCII (RFC 6531).
    NoUtf8,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certificate {
    /// Nobody that is trusted has signed it.
    Untrusted,
    /// It is for another name.
    OtherName,
    /// It has expired, or is not valid yet.
    Date,
    /// It is an authority's own, and not the one that the file holds.
    Authority,
}

impl fmt::Display for RelayFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.phase, self.why)
    }
}

impl RelayFailure {
    /// Something that is wrong before or besides what the relay answers.
    pub(super) fn new(phase: Phase, cause: Cause, why: impl Into<String>) -> Self {
        let verdict = match cause {
            Cause::Silent | Cause::Mute | Cause::NoSuchHost | Cause::Unreachable => {
                Verdict::Passing
            }
            _ => Verdict::Us,
        };
        Self {
            phase,
            verdict,
            cause,
            why: why.into(),
        }
    }

    /// No answer in time.
    pub(super) fn silent(phase: Phase) -> Self {
        Self::new(phase, Cause::Silent, "timed out")
    }

    /// The same, where it is the first word that did not come.
    pub(super) fn or_mute(self) -> Self {
        match self.cause {
            Cause::Silent => Self::new(self.phase, Cause::Mute, self.why),
            _ => self,
        }
    }

    /// An answer that is no yes. Its words are kept only from the phases before the message: what is said of the message can repeat it, and what
    /// is said of a password can repeat that.
    pub(super) fn answered(phase: Phase, answer: &Answer, recipient: &str) -> Self {
        let code = answer.code;
        if !(400..=599).contains(&code) {
            return Self::new(phase, Cause::NotSmtp, format!("{code} out of order"));
        }
        let text = without_addresses(&answer.text());
        let reply = Reply {
            phase,
            code,
            text: &text,
        };
        let enhanced = reply.enhanced();
        let (verdict, trouble) = of_reply(&reply);
        let why = match (phase, enhanced) {
            (Phase::Auth | Phase::End, Some(enhanced)) => format!("{code} {enhanced}"),
            (Phase::Auth | Phase::End, None) => code.to_string(),
            _ => format!("{code} {}", quotable(&text, recipient)),
        };
        Self {
            phase,
            verdict,
            cause: Cause::Answered(trouble),
            why: why.trim_end().to_owned(),
        }
    }

    /// Whether the relay closes the connection with this answer (RFC 5321 §3.8).
    pub(super) fn closes(&self) -> bool {
        self.why.starts_with("421")
    }

    /// The dialogue broke off.
    pub(super) fn lost(phase: Phase, lost: &Lost) -> Self {
        match lost {
            Lost::NotSmtp => Self::new(phase, Cause::NotSmtp, "an answer that is not SMTP"),
            Lost::Io(error) => Self::io(phase, error),
        }
    }

    /// The words of the operating system or of the TLS library, which know host names at most.
    pub(super) fn io(phase: Phase, error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
        let cause = match tls {
            Some(rustls::Error::InvalidCertificate(wrong)) => {
                Cause::Certificate(certificate(wrong))
            }
            Some(_) => Cause::Tls,
            None if error.kind() == io::ErrorKind::TimedOut => Cause::Silent,
            None => Cause::Unreachable,
        };
        Self::new(phase, cause, error.to_string())
    }
}

fn certificate(error: &rustls::CertificateError) -> Certificate {
    use rustls::CertificateError as Wrong;
    match error {
        Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => Certificate::OtherName,
        Wrong::Expired
        | Wrong::ExpiredContext { .. }
        | Wrong::NotValidYet
        | Wrong::NotValidYetContext { .. } => Certificate::Date,
        other if super::security::is_authority(other) => Certificate::Authority,
        _ => Certificate::Untrusted,
    }
}

/// The reply code of a yes, with the enhanced one if there is one.
pub(super) fn code(answer: &Answer) -> String {
    match enhanced(&answer.text()) {
        Some(enhanced) => format!("{} {enhanced}", answer.code),
        None => answer.code.to_string(),
    }
}

fn enhanced(text: &str) -> Option<Enhanced> {
    text.split_whitespace().find_map(Enhanced::parse)
}
