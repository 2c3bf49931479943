//! For how long what is over is kept (GDPR art. 5(1)(e)): the worker that forgets and the notice that says so read the same numbers.

use super::clock::{DAY, HOUR};

/// Resets under way and messages, from their end.
pub const REQUESTS: i64 = 22 * HOUR;
/// What counts against a limit, from when it has room again.
pub const LIMITS: i64 = 2 * DAY;
/// Changes of passwords that a crash may have left open.
pub const INTENTS: i64 = 30 * DAY;
/// Sessions that have run out, so that whoever comes back to what they had written finds it; those that are ended go at once.
pub const SESSIONS: i64 = 7 * DAY;
/// Links, from their end, so that an old one can say what it was.
pub const LINKS: i64 = 30 * DAY;
/// Links that revert a change, from their end.
pub const REVERT_LINKS: i64 = 30 * DAY;
/// Facts about what happened.
pub const AUDIT: i64 = 365 * DAY;
/// What people said of the pages.
pub const FEEDBACK: i64 = 180 * DAY;
/// Addresses and numbers that were replaced or removed: until then a revert link brings them back.
pub const CONTACTS: i64 = 8 * DAY;
/// What was changed about contacts.
pub const CONTACT_CHANGES: i64 = 40 * DAY;
/// When passwords were changed.
pub const PASSWORD_CHANGES: i64 = 40 * DAY;

/// So long in days, as people are told it: a part of one is a whole one.
#[must_use]
pub const fn in_days(kept: i64) -> i64 {
    (kept + DAY - 1) / DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_day_is_told_as_a_whole_one() {
        assert_eq!([REQUESTS, DAY, DAY + 1, AUDIT].map(in_days), [1, 1, 2, 365]);
    }
}
