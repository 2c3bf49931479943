//! What the operator can do about a relay that does not take mail: one sentence for each trouble.

use super::answer::{Cause, Certificate, RelayFailure};
use super::message::Sender;
use super::relay::Relay;
use crate::server::delivery::verdict::{Phase, Trouble, Verdict};

/// What to do about an answer that passes.
pub(super) const LATER: &str = "it asks to come back later: mail waits and is tried again; if it still says so in some minutes, ask whoever runs it";

/// The sentence; `None` where there is nothing to do but to wait, or where the recipient is the cause.
pub(super) fn of(failure: &RelayFailure, relay: &Relay, sender: &Sender) -> Option<String> {
    if matches!(
        failure.verdict,
        Verdict::Recipient | Verdict::PerhapsRecipient | Verdict::Full
    ) {
        return None;
    }
    let sentence = match failure.cause {
        Cause::Answered(trouble) => return answered(failure, trouble, relay, sender),
        Cause::Silent | Cause::Unreachable if failure.phase == Phase::Connect => {
            "nobody answers there: look at host and port, and whether this machine may connect to them through the firewall"
        }
        Cause::Mute if relay.begins_with_tls() => {
            "something listens there and says nothing, not even TLS: look at host and port and at its load, or set timeout_seconds higher"
        }
        Cause::Mute => {
            "something listens there and says nothing: if it wants TLS from the first byte, as port 465 does, set security to \"tls\"; else look at host and port and at its load, or set timeout_seconds higher"
        }
        Cause::Silent => "it answers too slowly: look at its load, or set timeout_seconds higher",
        Cause::Unreachable => "the connection broke off: look at the relay's log",
        Cause::NoSuchHost => {
            "its name cannot be looked up: look at host in [[mail.relays]] and at this machine's name servers"
        }
        Cause::NotSmtp => {
            "what answers there does not speak SMTP as it should: look at host, port and security (port 465 wants \"tls\", 587 \"starttls\")"
        }
        Cause::OutsideOwnNetwork => {
            "set security to \"starttls\" or \"tls\": without encryption mail goes only to this machine, or with plain_in_own_network = true to private addresses"
        }
        Cause::NoStartTls => {
            "set security to \"tls\" (port 465) if it has that; a relay without TLS in your own network needs security = \"none\" and plain_in_own_network = true"
        }
        Cause::Certificate(certificate) => match certificate {
            Certificate::Untrusted => {
                "nobody whom this machine trusts has signed its certificate: put the certificate of its authority, or its own, into a file and name that in ca_file"
            }
            Certificate::OtherName => {
                "its certificate is for another name: set host to a name that the certificate has (subjectAltName), or have one made for this name"
            }
            Certificate::Date => {
                "its certificate has expired or is not valid yet: renew it there, and look at this machine's clock"
            }
            Certificate::Authority => {
                "its certificate is an authority's own (CA:TRUE), as \"openssl req -x509\" makes them: name a file that holds exactly this certificate in ca_file"
            }
        },
        Cause::Tls => {
            "encryption cannot be agreed on: look at port and security, and whether it knows TLS 1.2 or newer"
        }
        Cause::NoMechanism => {
            "leave out user and password, or have it offer AUTH PLAIN; many relays offer it only with TLS"
        }
        Cause::NoUtf8 => {
            "have SMTPUTF8 switched on there, or give the person another address: this one has letters outside ASCII before the @"
        }
    };
    Some(sentence.to_owned())
}

fn answered(
    failure: &RelayFailure,
    trouble: Trouble,
    relay: &Relay,
    sender: &Sender,
) -> Option<String> {
    if failure.verdict == Verdict::Passing {
        return Some(LATER.to_owned());
    }
    let hello = || relay.hello().unwrap_or("the address of this machine");
    Some(match trouble {
        Trouble::Hello => format!(
            "it does not like how this server introduces itself, as {}: set [mail] hello_name to a full name of this server that the DNS knows",
            hello()
        ),
        Trouble::Sender => format!(
            "it does not take mail from {}: set sender to an address that it may send for, or have this one allowed there",
            sender.address()
        ),
        Trouble::Relaying => "it passes on no mail for this server: have this server's address allowed there, or set user and password_file".to_owned(),
        Trouble::SignInWanted => "it wants a sign-in: set user and password_file".to_owned(),
        Trouble::SignIn => "it does not take this user and password: look at user and password_file, and whether the account there may send by SMTP".to_owned(),
        Trouble::Tls => "it wants encryption: set security to \"starttls\" or \"tls\"".to_owned(),
        Trouble::Policy => "it refuses by a rule of its own: ask whoever runs it, with this answer in hand".to_owned(),
        Trouble::Other if failure.verdict == Verdict::Us => {
            "ask whoever runs it, with this answer in hand".to_owned()
        }
        Trouble::Other => return None,
    })
}
