//! The table for gateways of text messages: by their own number of the fault, else by the status, else by the words that they are known to use.

use super::Verdict;

/// Twilio: the code of an error (twilio.com/docs/api/errors), which its answers and its reports have.
pub(in super::super) const fn twilio(status: u16, code: Option<u32>) -> Verdict {
    match code {
        // No number, no mobile's, not reached from there; has answered STOP; unknown, landline, blocked by the carrier or the recipient.
        Some(21211 | 21214 | 21217 | 21610 | 21614 | 21635 | 30004 | 30005 | 30006) => {
            Verdict::Recipient
        }
        // Text missing, too long, or held back for what it says.
        Some(21602 | 21617 | 21619 | 30007 | 30019) => Verdict::Message,
        // Queue full, too many requests, handset off, unknown fault, overload of the carrier.
        Some(14107 | 20429 | 21611 | 30001 | 30003 | 30008 | 30009 | 30010 | 30017 | 30022) => {
            Verdict::Passing
        }
        // Sign-in, sender, countries that the account may not send to, trial accounts, suspension: whoever runs the account can mend them.
        Some(_) => Verdict::Us,
        None => by_status(status),
    }
}

/// 46elks: one sentence of plain text, with 400 or 403 for anything from a missing field to an empty account.
pub(in super::super) fn elks(status: u16, body: &str) -> Verdict {
    let body = body.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| body.contains(word));
    if !matches!(status, 400 | 403) {
        by_status(status)
    } else if says(&[
        "credit", "auth", "from", "sender", "key ", "country", "account",
    ]) {
        Verdict::Us
    } else if says(&["too long", "message", "text"]) {
        Verdict::Message
    } else if says(&[
        "block",
        "blacklist",
        "barred",
        "number",
        "recipient",
        "'to'",
    ]) {
        Verdict::Recipient
    } else {
        Verdict::Us
    }
}

/// A gateway of one's own: 400 and 422 say that this message cannot be taken for this number (RFC 9110 §15.5.1, §15.5.21), and there is no
/// second gateway that could know better.
pub(in super::super) const fn http(status: u16) -> Verdict {
    match status {
        400 | 422 => Verdict::PerhapsRecipient,
        413 => Verdict::Message,
        _ => by_status(status),
    }
}

/// RFC 9110 §15, RFC 6585: overload and breakdown pass; every other refusal is ours to mend.
const fn by_status(status: u16) -> Verdict {
    match status {
        408 | 409 | 425 | 429 | 500.. => Verdict::Passing,
        _ => Verdict::Us,
    }
}
