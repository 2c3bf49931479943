//! Speaks to a relay as far as a mail would go before its text, and takes everything back: nothing is sent.

use super::answer::{Cause, RelayFailure};
use super::cure::LATER;
use super::message::Sender;
use super::relay::{Relay, part, yes};
use crate::server::delivery::verdict::{Phase, Verdict};

/// A mailbox elsewhere that nobody has (RFC 2606 §3): whether mail for others is passed on shows only with one of another domain.
const ELSEWHERE: &str = "postmaster@example.com";

/// A relay that takes mail, and what is worth knowing about it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Probed {
    /// One sentence each.
    pub notes: Vec<String>,
    /// It takes mail, but not now: it has asked to come back later, as those that keep lists of unknown senders do (greylisting).
    pub is_later: bool,
}

pub(super) async fn of(sender: &Sender, relay: &Relay) -> Result<Probed, RelayFailure> {
    let mut dialogue = relay.open().await?;
    let mut notes = Vec::new();
    let mut is_later = false;
    if !dialogue.is_encrypted && !relay.is_on_this_machine() {
        notes.push("is spoken to without encryption: live codes and links go in clear".to_owned());
    }
    if !dialogue.offers.dsn {
        notes.push("offers no DSN: if a mail bounces, its code or link can come back to the sender's mailbox, so let nobody else read that".to_owned());
    }
    if !dialogue.offers.smtputf8 {
        notes.push("offers no SMTPUTF8: addresses with letters outside ASCII before the @ cannot be mailed through it".to_owned());
    }
    let own = sender.address();
    let outcome = async {
        let from = format!("MAIL FROM:<{own}>");
        yes(relay.limit(), Phase::Mail, dialogue.command(&from)).await?;
        for to in [own, ELSEWHERE] {
            let rcpt = format!("RCPT TO:<{to}>");
            let answer = yes(relay.limit(), Phase::Rcpt, dialogue.command(&rcpt)).await;
            let Err(failure) = answer else { continue };
            match failure.verdict {
                // Nobody reads the sender's mailbox, and nobody has the other one.
                Verdict::Recipient | Verdict::PerhapsRecipient | Verdict::Full => {}
                Verdict::Us if to == own => return Err(failure),
                Verdict::Us => notes.push(format!(
                    "takes no mail for other domains ({failure}): people whose addresses lie elsewhere cannot be reached until it passes on mail for this server"
                )),
                // Delivery comes back too.
                Verdict::Passing if matches!(failure.cause, Cause::Answered(_)) => {
                    if !is_later {
                        notes.push(format!("{failure}: {LATER}"));
                    }
                    is_later = true;
                    if failure.closes() {
                        break;
                    }
                }
                Verdict::Message | Verdict::Passing => return Err(failure),
            }
        }
        Ok(())
    }
    .await;
    if !matches!(&outcome, Err(failure) if failure.cause == Cause::Silent) {
        // What was begun is taken back before the goodbye, so that no relay counts it as a mail that broke off.
        let _ = yes(relay.limit(), Phase::Mail, dialogue.command("RSET")).await;
        part(dialogue).await;
    }
    outcome.map(|()| Probed { notes, is_later })
}
