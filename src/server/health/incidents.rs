//! Troubles on our side that somebody must be told of: a relay or gateway that refuses us, a budget that is used up, a key that is gone.
//!
//! Whoever meets one says so here, without waiting for anything; `workers::alert` writes it down and tells the operator, once when it begins and
//! once when it is over. What was not written down yet when a node dies is met again by whoever tries next.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::rules::channel::Channel;
use crate::server::delivery::{Accepted, PassedOver, SendError, SmsError, Verdict};

/// The trouble with text messages that are held back.
pub const TEXT_BUDGET: &str = "text messages are held back";
/// The trouble with messages that no key of ours opens.
pub const KEY: &str = "messages cannot be opened";
/// The trouble with the database.
pub const DATABASE: &str = "the database";

/// After so many attempts in vain nobody takes messages: about a minute.
const IN_VAIN: i64 = 6;

/// What was met since it was last written down.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// What is wrong, with what to do about it, and since when, in microseconds since the epoch, if it was met.
    pub seen: Option<(String, i64)>,
    /// Whether it worked after that.
    pub fine: bool,
}

/// The troubles that this node has met.
#[derive(Debug, Default)]
pub struct Incidents {
    met: Mutex<BTreeMap<String, Sighting>>,
    open: Mutex<BTreeSet<String>>,
    /// Since when nothing of it has worked, where one failure is no trouble yet.
    failing: Mutex<BTreeMap<String, i64>>,
}

impl Incidents {
    /// Something is in trouble since then.
    pub fn seen(&self, id: &str, why: String, since: i64) {
        let mut met = locked(&self.met);
        let before = met.get(id).and_then(|met| met.seen.as_ref());
        // Not written down yet: it is the same trouble.
        let since = before.map_or(since, |(_, before)| since.min(*before));
        let seen = Sighting {
            seen: Some((why, since)),
            fine: false,
        };
        met.insert(id.to_owned(), seen);
    }

    /// Something has failed, which is a trouble when it goes on; since when.
    fn fails(&self, id: &str, now: i64) -> i64 {
        *locked(&self.failing).entry(id.to_owned()).or_insert(now)
    }

    /// Something works. Of no interest where it was not in trouble.
    pub fn fine(&self, id: &str) {
        locked(&self.failing).remove(id);
        let is_open = locked(&self.open).contains(id);
        let mut met = locked(&self.met);
        match met.get_mut(id) {
            Some(met) => met.fine = true,
            None if is_open => {
                let fine = Sighting {
                    seen: None,
                    fine: true,
                };
                met.insert(id.to_owned(), fine);
            }
            None => {}
        }
    }

    /// What was met since the last call.
    pub fn drain(&self) -> BTreeMap<String, Sighting> {
        std::mem::take(&mut *locked(&self.met))
    }

    /// Puts back what could not be written down, unless newer things are known.
    pub fn put_back(&self, taken: BTreeMap<String, Sighting>) {
        let mut met = locked(&self.met);
        for (id, old) in taken {
            match met.get_mut(&id).map(|newer| &mut newer.seen) {
                None => {
                    met.insert(id, old);
                }
                Some(newer) => {
                    if let (Some((_, since)), Some((_, before))) = (newer, old.seen) {
                        *since = before.min(*since);
                    }
                }
            }
        }
    }

    /// Which ones are open, on whichever node they were met.
    pub fn remember_open(&self, ids: Vec<String>) {
        *locked(&self.open) = ids.into_iter().collect();
    }

    /// Reads what became of a mail just now, at one of so many attempts.
    pub fn after_mail(&self, sent: &Result<Accepted, SendError>, attempts: i64, now: i64) {
        let relay = |passed: &PassedOver| match &passed.cure {
            Some(cure) => format!("{}: {cure}", passed.why),
            None => passed.why.clone(),
        };
        let passed_over = match sent {
            Ok(accepted) => &accepted.passed_over,
            Err(error) => error.passed_over(),
        };
        for passed in passed_over {
            match passed.verdict {
                Verdict::Us => self.seen(&of_relay(&passed.relay), relay(passed), now),
                // It has understood us well.
                Verdict::Recipient | Verdict::Full => self.fine(&of_relay(&passed.relay)),
                _ => {}
            }
        }
        if let Ok(accepted) = sent {
            self.fine(&of_relay(&accepted.relay));
        }
        match sent {
            Err(error @ SendError::Retry(_)) => {
                let since = self.fails(nobody_takes(Channel::Mail), now);
                if attempts >= IN_VAIN {
                    self.seen(nobody_takes(Channel::Mail), error.to_string(), since);
                }
            }
            _ => self.fine(nobody_takes(Channel::Mail)),
        }
    }

    /// The same of a text message.
    pub fn after_text<T>(
        &self,
        gateway: &str,
        sent: &Result<T, SmsError>,
        attempts: i64,
        now: i64,
    ) {
        let of_gateway = format!("gateway {gateway}");
        match sent {
            Err(SmsError::Retry { verdict, why, .. }) => {
                if *verdict == Verdict::Us {
                    let cure = "look at user, password, sender and credit there";
                    self.seen(&of_gateway, format!("{why}: {cure}"), now);
                }
                let since = self.fails(nobody_takes(Channel::Sms), now);
                if attempts >= IN_VAIN {
                    self.seen(nobody_takes(Channel::Sms), why.clone(), since);
                }
            }
            Err(SmsError::Country) => {}
            Ok(_) | Err(SmsError::Refused { .. }) => {
                self.fine(&of_gateway);
                self.fine(nobody_takes(Channel::Sms));
                if sent.is_ok() {
                    self.fine(TEXT_BUDGET);
                }
            }
        }
    }
}

fn of_relay(name: &str) -> String {
    format!("relay {name}")
}

const fn nobody_takes(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "no relay takes mail",
        Channel::Sms => "no gateway takes text messages",
    }
}

/// A panic elsewhere cannot leave these values half-changed, so a poisoned lock is taken over.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
