//! What "this was not me" takes back: what it is about, what was done in the same session, and what that led to. What somebody else did, days
//! later and without it, stays (docs/decisions/0032-a-replaced-contact-reverts-its-own-replacement.md).

use crate::rules::channel::Channel;
use crate::server::account::contacts::WAIT;

/// Where it begins.
#[derive(Debug)]
pub(super) struct Origin {
    /// When, in microseconds since the epoch.
    pub(super) at: i64,
    /// The session in which it was done, where it was one.
    pub(super) session: Option<String>,
}

/// Something that was done to an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Act<'a> {
    /// When, in microseconds since the epoch.
    pub(super) at: i64,
    /// In which session, where it was one.
    pub(super) session: Option<&'a str>,
    /// The time of the password with which whoever did it had signed in.
    pub(super) password_at: Option<i64>,
    /// What it was.
    pub(super) what: What,
}

/// What was done.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// The contacts were changed; a new one proves by this channel, from this time on.
    Contacts(Option<(Channel, i64)>),
    /// The password was changed; by a reset, whose proof came by this channel.
    Password(Option<Channel>),
    /// A second factor was set up.
    Factor,
}

/// What follows from an origin, as far as it has been told the acts, oldest first.
#[derive(Debug)]
pub(super) struct Successors {
    origin: Origin,
    /// The times of the passwords that fall.
    passwords: Vec<i64>,
    /// The contacts that fall, and from when they prove.
    contacts: Vec<(Channel, i64)>,
}

impl Successors {
    pub(super) fn of(origin: Origin) -> Self {
        Self {
            origin,
            passwords: Vec::new(),
            contacts: Vec::new(),
        }
    }

    /// Whether an act falls; then what it led to does.
    ///
    /// Within a day everything does: for so long a new contact waits, and whoever has stolen a password may sign in with it twice.
    pub(super) fn includes(&mut self, act: Act<'_>) -> bool {
        let origin = &self.origin;
        let is_soon = act.at >= origin.at && act.at < origin.at + WAIT;
        let is_own = act.session.is_some() && act.session == origin.session.as_deref();
        let is_next = act
            .password_at
            .is_some_and(|at| self.passwords.contains(&at));
        let is_proved_by_it = matches!(act.what, What::Password(Some(channel))
            if self.contacts.iter().any(|(by, from)| *by == channel && *from <= act.at));
        let falls = is_soon || is_own || is_next || is_proved_by_it;
        if falls {
            match act.what {
                What::Contacts(brought) => self.contacts.extend(brought),
                What::Password(_) => self.passwords.push(act.at),
                What::Factor => {}
            }
        }
        falls
    }

    /// Whether a password falls that was set at this time: the one that was known when it began, and those that followed from it.
    pub(super) fn takes_password(&self, changed_at: i64) -> bool {
        changed_at <= self.origin.at || self.passwords.contains(&changed_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: i64 = WAIT;

    fn origin() -> Successors {
        Successors::of(Origin {
            at: 10 * DAYS,
            session: Some("thief".to_owned()),
        })
    }

    fn act(at: i64, session: &str, password_at: i64, what: What) -> Act<'_> {
        Act {
            at,
            session: Some(session),
            password_at: Some(password_at),
            what,
        }
    }

    #[test]
    fn what_the_session_did_falls_whenever_it_was() {
        let mut all = origin();
        assert!(all.includes(act(9 * DAYS, "thief", 1, What::Contacts(None))));
        assert!(all.includes(act(13 * DAYS, "thief", 1, What::Password(None))));
        assert!(all.takes_password(13 * DAYS));
    }

    #[test]
    fn what_a_password_of_it_opened_falls_too() {
        let mut all = origin();
        assert!(all.includes(act(12 * DAYS, "thief", 1, What::Password(None))));
        assert!(all.includes(act(13 * DAYS, "next", 12 * DAYS, What::Contacts(None))));
        assert!(all.includes(act(14 * DAYS, "next", 12 * DAYS, What::Password(None))));
        assert!(all.includes(act(15 * DAYS, "third", 14 * DAYS, What::Factor)));
    }

    #[test]
    fn what_the_owner_did_days_later_stays() {
        let mut all = origin();
        assert!(!all.includes(act(13 * DAYS, "owner", 1, What::Password(None))));
        assert!(!all.includes(act(14 * DAYS, "owner", 13 * DAYS, What::Factor)));
        assert!(!all.takes_password(13 * DAYS));
        assert!(all.takes_password(1), "the one that was known then");
    }

    #[test]
    fn within_a_day_everything_falls() {
        let mut all = origin();
        assert!(all.includes(act(10 * DAYS + 1, "other", 1, What::Password(None))));
        assert!(!all.includes(act(11 * DAYS, "other", 1, What::Contacts(None))));
    }

    #[test]
    fn a_reset_through_a_contact_that_falls_falls() {
        let mut all = origin();
        let brought = What::Contacts(Some((Channel::Mail, 11 * DAYS)));
        assert!(all.includes(act(10 * DAYS, "thief", 1, brought)));
        let reset = |at, channel| Act {
            at,
            session: None,
            password_at: None,
            what: What::Password(Some(channel)),
        };
        assert!(!all.includes(reset(12 * DAYS, Channel::Sms)));
        assert!(all.includes(reset(13 * DAYS, Channel::Mail)));
        assert!(all.takes_password(13 * DAYS) && !all.takes_password(12 * DAYS));
    }
}
