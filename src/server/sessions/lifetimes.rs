//! How long a session lives, and what it was shown for counts.

use crate::server::base::clock::{DAY, HOUR, MINUTE};
use crate::server::context::Context;
use crate::server::store::accounts::Account;

/// For how long somebody who has re-authenticated need not show it again before a sensitive change (ASVS 7.5.1).
pub const CONFIRMED_FOR: i64 = 5 * MINUTE;

/// For how long a sign-in may wait at the second factor.
pub(super) const UNFINISHED_FOR: i64 = 15 * MINUTE;

/// How long a session of this account lives unused and in all, in microseconds.
pub(super) fn lifetimes(ctx: &Context, account: &Account) -> (i64, i64) {
    let sessions = &ctx.config.sessions;
    if account.is_administrator() {
        (
            i64::from(sessions.idle_admin) * MINUTE,
            i64::from(sessions.absolute_admin) * HOUR,
        )
    } else {
        (
            i64::from(sessions.idle) * HOUR,
            i64::from(sessions.absolute) * DAY,
        )
    }
}
