//! Tries at the codes of an account's app, counted together wherever they are asked for. Recovery codes are too long to be guessed.
use super::requests::key;
use crate::server::base::clock::{DAY, MINUTE};
use crate::server::context::Context;
use crate::server::store::Connection;
use crate::server::store::limits::{self, Bucket};

/// Tries at a second factor: five in a row, then one a minute …
const IN_A_ROW: Bucket = Bucket {
    burst: 5,
    interval: MINUTE,
};
/// … and never more than a hundred in 24 hours (NIST SP 800-63B-4 section 3.2.2).
const A_DAY: Bucket = Bucket {
    burst: 50,
    interval: DAY / 50,
};
/// More wrong ones than these, and faster, are told too, however patient somebody is between two.
const SLOW: Bucket = Bucket {
    burst: 6,
    interval: DAY / 6,
};
/// The owner is told once a day at the most.
const NOTICE: Bucket = Bucket {
    burst: 1,
    interval: DAY,
};

/// Counts a try at an account's second factor before it is looked at; the microseconds to wait where none is left.
pub async fn count_try(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<Option<i64>, sqlx::Error> {
    for (purpose, bucket) in [("factor in a row", IN_A_ROW), ("factor a day", A_DAY)] {
        let key = key(ctx, purpose, account_id);
        if let Some(wait) = limits::spend(connection, &key, bucket, ctx.now()).await? {
            return Ok(Some(wait));
        }
    }
    Ok(None)
}

/// Notes a wrong try; whether there have been so many, in a row or in a day, that the owner is to know.
pub async fn are_many(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<bool, sqlx::Error> {
    let slow = key(ctx, "factor slowly", account_id);
    let slow = limits::spend(connection, &slow, SLOW, ctx.now()).await?;
    let key = key(ctx, "factor in a row", account_id);
    let wait = limits::wait(connection, &key, IN_A_ROW, ctx.now()).await?;
    Ok(slow.is_some() || wait.is_some())
}

/// Whether the owner may be told of such tries now.
pub async fn may_tell(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<bool, sqlx::Error> {
    let key = key(ctx, "factor notice", account_id);
    let taken = limits::spend(connection, &key, NOTICE, ctx.now()).await?;
    Ok(taken.is_none())
}

/// Forgets what was counted against an account's second factor, once it was shown.
pub async fn forget(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    for purpose in [
        "factor in a row",
        "factor a day",
        "factor slowly",
        "factor notice",
    ] {
        limits::clear(connection, &key(ctx, purpose, account_id)).await?;
    }
    Ok(())
}
