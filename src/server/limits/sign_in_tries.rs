//! Tries to sign in: a number without waiting, then waits that grow, and never more than a hundred failures in a row before it is a day
//! (NIST SP 800-63B-4 section 3.2.2). Only a success lifts them; a reset does not, or it would tell strangers that a name has an owner.
use super::requests::key;
use crate::server::base::clock::{DAY, HOUR, SECOND};
use crate::server::config::Limits;
use crate::server::context::Context;
use crate::server::store::{Connection, sign_in_tries as store};

/// Failures in a row after which the next try waits a day.
const FAILURES_AT_MOST: i64 = 100;

/// The longest wait before that.
const LONGEST_WAIT: i64 = HOUR;

/// For how long a count is kept that nobody adds to.
pub const KEPT_FOR: i64 = 30 * DAY;

/// What strangers' tries are counted by: what was typed, never the account that it means. Otherwise a wait met under one name would tell
/// whose address another one is.
#[must_use]
pub fn by_name(ctx: &Context, typed: &str) -> String {
    key(ctx, "sign-in", typed)
}

/// What the tries in a browser are counted by that the account knows.
#[must_use]
pub fn by_device(ctx: &Context, device_id: &str) -> String {
    key(ctx, "sign-in device", device_id)
}

/// How long the next try waits after so many failures in a row, in microseconds.
fn wait_after(limits: &Limits, failures: i64) -> i64 {
    if failures >= FAILURES_AT_MOST {
        return DAY;
    }
    let Ok(beyond) = u32::try_from(failures - i64::from(limits.sign_in_failures_burst)) else {
        return 0;
    };
    let first = i64::from(limits.sign_in_wait_seconds) * SECOND;
    first
        .saturating_mul(2_i64.saturating_pow(beyond))
        .min(LONGEST_WAIT)
}

/// Counts a try before its password is looked at, so that of many at once no more are looked at than of many in turn. `None` when it may
/// be, otherwise the microseconds until one may; then nothing is counted.
pub async fn count(
    ctx: &Context,
    connection: &mut Connection,
    key: &str,
) -> Result<Option<i64>, sqlx::Error> {
    let now = ctx.now();
    let Some(failures) = store::count(connection, key, now).await? else {
        let until = store::waits_until(connection, key).await?;
        return Ok(Some((until - now).max(1)));
    };
    let wait = wait_after(&ctx.config.limits, failures);
    if wait > 0 {
        store::wait(connection, key, now + wait).await?;
    }
    Ok(None)
}

/// Takes back the count of a try whose password was not looked at, or was not this key's to answer for.
pub async fn give_back(connection: &mut Connection, key: &str) -> Result<(), sqlx::Error> {
    store::give_back(connection, key).await
}

/// Forgets what was counted, after a success (STANDARDS F04).
pub async fn clear(connection: &mut Connection, key: &str) -> Result<(), sqlx::Error> {
    store::clear(connection, key).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_and_then_it_is_a_day() {
        let limits = Limits {
            sign_in_failures_burst: 10,
            sign_in_wait_seconds: 60,
            ..Limits::default()
        };
        let waits: Vec<i64> = (8..=18)
            .map(|failures| wait_after(&limits, failures) / (60 * SECOND))
            .collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(wait_after(&limits, 99), HOUR);
        assert_eq!(wait_after(&limits, 100), DAY);
        assert_eq!(wait_after(&limits, i64::MAX), DAY);
        let roomy = Limits {
            sign_in_failures_burst: 100,
            ..limits
        };
        assert_eq!(wait_after(&roomy, 99), 0);
        assert_eq!(wait_after(&roomy, 100), DAY);
    }
}
