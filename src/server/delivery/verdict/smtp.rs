//! The table for relays: by enhanced code (RFC 3463, RFC 5248), then by reply code and phase (RFC 5321), then by the words that are in use.

use std::fmt;

use super::Verdict;
use super::words::{
    DOMAIN_AUTH, FULL, HELLO, LATER, MESSAGE, QUOTA, RECIPIENT, RELAYING, SENDER, US,
};

/// A phase of the dialogue (RFC 5321 §4.1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Phase {
    /// Name look-up, connection, TLS from the start, greeting.
    Connect,
    /// Our name.
    Hello,
    /// The change to TLS (RFC 3207).
    StartTls,
    /// The password (RFC 4954).
    Auth,
    /// The sender.
    Mail,
    /// The recipient.
    Rcpt,
    /// The command before the message.
    Data,
    /// The answer to the whole message.
    End,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connect",
            Self::Hello => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::End => "end of DATA",
        })
    }
}

/// An enhanced status code, `class.subject.detail` (RFC 3463 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Enhanced {
    class: u16,
    subject: u16,
    detail: u16,
}

/// The subject and detail of a full mailbox (RFC 3463 §3.3), as a passing and as a lasting answer: some relays say the one, some the other.
const MAILBOX_FULL: (u16, u16) = (2, 2);

impl Enhanced {
    /// Reads a word that is one, perhaps in brackets or behind the sign of qmail, `(#5.1.1)`, or behind a reply code, `550-5.1.1`.
    pub(in super::super) fn parse(word: &str) -> Option<Self> {
        let bare = word.trim_matches(|c: char| {
            matches!(
                c,
                '(' | ')' | '[' | ']' | '<' | '>' | '#' | '"' | '\'' | ':' | ';' | ',' | '.'
            )
        });
        let bare = match bare.split_once(['-', '#']) {
            Some((code, rest)) if code.len() == 3 && is_number(code) => rest,
            _ => bare,
        };
        let mut parts = bare.split('.');
        let mut number = || parts.next().filter(|part| is_number(part))?.parse().ok();
        let code = Self {
            class: number()?,
            subject: number()?,
            detail: number()?,
        };
        (matches!(code.class, 2 | 4 | 5) && code.subject <= 7 && parts.next().is_none())
            .then_some(code)
    }

    /// Every one in a text, wherever it stands. Addresses hold none.
    fn all(text: &str) -> impl Iterator<Item = Self> {
        text.split_whitespace()
            .filter(|word| !word.contains('@'))
            .filter_map(Self::parse)
    }
}

fn is_number(part: &str) -> bool {
    (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// A reply that is no yes.
pub(in super::super) struct Reply<'a> {
    /// What it answers.
    pub(in super::super) phase: Phase,
    /// The reply code.
    pub(in super::super) code: u16,
    /// Its lines without the code, joined by spaces, and without addresses: [`without_addresses`](super::quote::without_addresses).
    pub(in super::super) text: &'a str,
}

impl Reply<'_> {
    /// The enhanced code that it leads with.
    pub(in super::super) fn enhanced(&self) -> Option<Enhanced> {
        Enhanced::all(self.text).next()
    }
}

/// What is wrong on our side, as far as the answer tells, for the sentence that says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Trouble {
    /// The name in EHLO.
    Hello,
    /// The sender's address.
    Sender,
    /// Mail for others is not passed on for us.
    Relaying,
    /// Somebody has to sign in first.
    SignInWanted,
    /// User or password.
    SignIn,
    /// Encryption.
    Tls,
    /// Reputation or a rule of the other side.
    Policy,
    /// Anything else.
    Other,
}

/// Reads a reply of 4yz or 5yz.
pub(in super::super) fn of_reply(reply: &Reply<'_>) -> (Verdict, Trouble) {
    let words = reply.text.to_lowercase();
    let trouble = trouble(reply, &words);
    let verdict = if reply.code < 500 {
        match trouble {
            _ if is_full(reply) => Verdict::Full,
            // "Cannot find your hostname", "sender's domain not found": they say "later" and mean us.
            Trouble::Hello | Trouble::Sender | Trouble::Relaying | Trouble::SignInWanted
                if !says(&words, LATER) =>
            {
                Verdict::Us
            }
            _ => Verdict::Passing,
        }
    } else {
        permanent(reply, &words)
    };
    (verdict, trouble)
}

fn permanent(reply: &Reply<'_>, words: &str) -> Verdict {
    let first = reply.enhanced();
    match reply.phase {
        Phase::Connect | Phase::Hello | Phase::StartTls | Phase::Auth => return Verdict::Us,
        Phase::Mail => {
            let too_big =
                reply.code == 552 || first.is_some_and(|e| (e.subject, e.detail) == (3, 4));
            return if too_big {
                Verdict::Message
            } else {
                Verdict::Us
            };
        }
        Phase::Rcpt | Phase::Data | Phase::End => {}
    }
    let mut verdicts = Enhanced::all(reply.text)
        .filter(|code| code.class == 5)
        .map(|code| by_enhanced(code, reply, words));
    // A number of a filter or a host in running text looks like a code too: it speaks for itself only where it leads.
    let leads = reply
        .text
        .split_whitespace()
        .next()
        .is_some_and(|word| Enhanced::parse(word).is_some());
    match verdicts.next() {
        Some(Verdict::Recipient | Verdict::Full) if !leads && speaks_of_us(words) => Verdict::Us,
        // What a relay quotes of another one counts too: "5.1.1 … said: 554 5.7.1 Relay access denied" is about that relay and us.
        Some(verdict @ (Verdict::Recipient | Verdict::Full)) => verdicts
            .find(|verdict| !matches!(verdict, Verdict::Recipient | Verdict::PerhapsRecipient))
            .unwrap_or(verdict),
        Some(verdict) => verdict,
        None if first.is_some_and(|code| code.class == 4) => Verdict::Passing,
        None => by_code(reply, words),
    }
}

/// RFC 3463 §3, RFC 5248, and what the big ones make of it.
fn by_enhanced(code: Enhanced, reply: &Reply<'_>, words: &str) -> Verdict {
    match (code.subject, code.detail) {
        // The sender has twins of these.
        (1, _) if says(words, SENDER) || says(words, RELAYING) => Verdict::Us,
        // Exchange Online says so of addresses that it does not have; otherwise it is a route that is missing.
        (4, 1) if words.contains("recipient address rejected") => Verdict::Recipient,
        MAILBOX_FULL => Verdict::Full,
        // Bad, unknown, ambiguous or moved mailbox, no such domain, a domain that takes no mail (RFC 7505); a mailbox that is disabled, a list
        // without members; Exchange Online: the domain does not exist; the mailbox or the domain has a new owner (RFC 7293).
        (1, 1 | 2 | 3 | 4 | 6 | 10) | (2, 1 | 4) | (4, 310) | (7, 17 | 18) => Verdict::Recipient,
        (2, 3) | (3, 4) => Verdict::Message,
        (3, 1 | 2) => Verdict::Passing,
        // Not those that say that addresses outside ASCII are not passed on here (RFC 6531 §6).
        (6, detail) if !matches!(detail, 7..=9) => Verdict::Message,
        // "Other": the words say of what.
        (0..=3 | 5, 0) | (4, 4) => by_words(reply, words),
        _ => Verdict::Us,
    }
}

fn by_code(reply: &Reply<'_>, words: &str) -> Verdict {
    match reply.code {
        // "Domain does not accept mail" (RFC 7504) says it by itself.
        556 => Verdict::Recipient,
        500 | 502..=504 | 530 | 534 | 535 | 538 | 555 => Verdict::Us,
        _ => by_words(reply, words),
    }
}

fn by_words(reply: &Reply<'_>, words: &str) -> Verdict {
    if speaks_of_us(words) {
        Verdict::Us
    } else if says(words, FULL) || reply.code == 552 && says(words, QUOTA) {
        Verdict::Full
    } else if says(words, QUOTA) {
        // Perhaps ours: so much a day, say. It passes either way, and the next relay may have room.
        Verdict::Passing
    } else if says(words, RECIPIENT) {
        Verdict::PerhapsRecipient
    } else if says(words, MESSAGE) || reply.phase == Phase::End {
        Verdict::Message
    } else {
        Verdict::Us
    }
}

/// Whether an answer leads with the code of a full mailbox.
fn is_full(reply: &Reply<'_>) -> bool {
    let code = reply
        .enhanced()
        .map(|code| (code.class, code.subject, code.detail));
    matches!(reply.phase, Phase::Rcpt | Phase::Data | Phase::End) && code == Some((4, 2, 2))
}

fn speaks_of_us(words: &str) -> bool {
    [US, SENDER, RELAYING, HELLO]
        .into_iter()
        .any(|known| says(words, known))
}

fn trouble(reply: &Reply<'_>, words: &str) -> Trouble {
    let first = reply.enhanced().map(|code| (code.subject, code.detail));
    match (reply.phase, reply.code, first) {
        (Phase::Hello, ..) => Trouble::Hello,
        (Phase::Auth, ..) => Trouble::SignIn,
        (Phase::StartTls, ..) => Trouble::Tls,
        (_, 530 | 535, _) if words.contains("tls") => Trouble::Tls,
        (_, 530 | 535, _) => Trouble::SignInWanted,
        _ if says(words, HELLO) => Trouble::Hello,
        _ if says(words, RELAYING) => Trouble::Relaying,
        _ if words.contains("authenticat") && !says(words, DOMAIN_AUTH) => Trouble::SignInWanted,
        (_, 504, _) => Trouble::Hello,
        (_, _, Some((1, 7 | 8))) => Trouble::Sender,
        _ if says(words, SENDER) => Trouble::Sender,
        _ if says(words, US) => Trouble::Policy,
        (Phase::Mail, 500.., _) => Trouble::Sender,
        (Phase::Rcpt, 501, None) => Trouble::Hello,
        (_, _, Some((7, _))) => Trouble::Policy,
        _ => Trouble::Other,
    }
}

fn says(words: &str, known: &[&str]) -> bool {
    known.iter().any(|known| words.contains(known))
}
