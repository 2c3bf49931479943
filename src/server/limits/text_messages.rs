//! The budget of text messages, which cost money: of the whole installation, of each range of numbers, and of codes that nobody typed
//! (ATTACKS A39, STANDARDS A08). When one is used up, codes go by mail, and accounts without an address wait. Notifications have budgets of their own.
use std::sync::Arc;

use super::requests::key;
use crate::server::base::clock::HOUR;
use crate::server::context::Context;
use crate::server::health::incidents;
use crate::server::store::limits::{self, Bucket};
use crate::server::store::{Connection, Tx};

/// Numbers that share all digits but these are one range: they are what pumping walks through.
const RANGE_DIGITS: usize = 3;
/// A range gets this part of the whole budget.
const RANGE_SHARE: u32 = 10;
/// Codes in a row that nobody types before the rest of the hour's budget is held back, as a part of it.
const UNTYPED_SHARE: u32 = 2;

const ALL: &str = "texts";
const RANGE: &str = "texts to a range";
const UNTYPED: &str = "texts untyped";
const NOTIFICATIONS: &str = "texts with news";
const NOTIFICATIONS_OF_ACCOUNT: &str = "texts with light news";
/// News of what can be done again and again without a limit of its own, such as new recovery codes: so much of an account.
const LIGHT_NOTIFICATIONS: Bucket = Bucket {
    burst: 10,
    interval: HOUR,
};

fn bucket(most: u32) -> Bucket {
    let most = most.max(1);
    Bucket {
        burst: most,
        interval: HOUR / i64::from(most),
    }
}

fn untyped(ctx: &Context) -> Bucket {
    bucket((ctx.config.sms.budget_per_hour / UNTYPED_SHARE).max(5))
}

fn range_of(number: &str) -> &str {
    let end = number.len().saturating_sub(RANGE_DIGITS);
    number.get(..end).unwrap_or(number)
}

/// Takes one text message from every budget; false when one is used up, and then none may be sent.
pub async fn may_text(ctx: &Context, tx: &mut Tx, number: &str) -> Result<bool, sqlx::Error> {
    let used_up = spend(ctx, tx, "", range_of(number)).await?;
    tell_held_back(ctx, tx, used_up);
    Ok(used_up.is_none())
}

/// Whether a text message with news of an account may be sent now. Notifications have budgets of their own, so that nobody who asks for codes keeps the
/// owner of a number from hearing that the password was changed; what `is_light` has one of its account too.
pub async fn may_tell(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    is_light: bool,
) -> Result<bool, sqlx::Error> {
    let own = (NOTIFICATIONS_OF_ACCOUNT, account_id, LIGHT_NOTIFICATIONS);
    let all = (NOTIFICATIONS, "", bucket(ctx.config.sms.budget_per_hour));
    let budgets = if is_light {
        &[own, all][..]
    } else {
        &[all][..]
    };
    let used_up = take_all(ctx, tx, budgets).await?;
    tell_held_back(ctx, tx, used_up);
    Ok(used_up.is_none())
}

/// Tells the operator and the log, once what was decided so is true.
fn tell_held_back(ctx: &Context, tx: &mut Tx, used_up: Option<&'static str>) {
    let Some(budget) = used_up else { return };
    let (met, now) = (Arc::clone(&ctx.incidents), ctx.now());
    tx.once_committed(move || {
        if budget != NOTIFICATIONS_OF_ACCOUNT {
            let why = format!(
                "a budget is used up ({budget}): many people have lost their passwords, or somebody makes you pay; see [sms] budget_per_hour"
            );
            met.seen(incidents::TEXT_BUDGET, why, now);
        }
        tracing::warn!(
            event = "sms_held_back",
            budget,
            "text messages are held back: a budget is used up"
        );
    });
}

/// The same work for a decoy, against budgets of its own.
pub async fn decoy_work(
    ctx: &Context,
    connection: &mut Connection,
    flow_id: &str,
) -> Result<(), sqlx::Error> {
    spend(ctx, connection, flow_id, flow_id).await.map(drop)
}

/// The budget that is used up, if one is. The narrow ones are asked first, so that one range cannot empty the budget of all.
async fn spend(
    ctx: &Context,
    connection: &mut Connection,
    whose: &str,
    range: &str,
) -> Result<Option<&'static str>, sqlx::Error> {
    // Held over all of them: two turns of workers that go through ranges in another order would be in a deadlock.
    limits::hold(connection, &key(ctx, ALL, whose)).await?;
    let budget = ctx.config.sms.budget_per_hour;
    let budgets = [
        // Well above what one account gets, so that a range that is used up tells of no single account in it.
        (
            RANGE,
            range,
            bucket((budget / RANGE_SHARE).max(4 * ctx.config.limits.messages_burst)),
        ),
        (UNTYPED, whose, untyped(ctx)),
        (ALL, whose, bucket(budget)),
    ];
    take_all(ctx, connection, &budgets).await
}

/// Takes one from each, in this order; the one that is used up, if one is, and then none is taken.
async fn take_all(
    ctx: &Context,
    connection: &mut Connection,
    budgets: &[(&'static str, &str, Bucket)],
) -> Result<Option<&'static str>, sqlx::Error> {
    let mut taken: Vec<(String, i64)> = Vec::new();
    for &(purpose, whom, bucket) in budgets {
        let key = key(ctx, purpose, whom);
        if limits::spend(connection, &key, bucket, ctx.now())
            .await?
            .is_some()
        {
            // What is not sent is not spent.
            for (key, interval) in taken {
                limits::give_back(connection, &key, interval).await?;
            }
            return Ok(Some(purpose));
        }
        taken.push((key, bucket.interval));
    }
    Ok(None)
}

/// A code from a text message was typed: whoever asked for it has it.
pub async fn typed(ctx: &Context, connection: &mut Connection) -> Result<(), sqlx::Error> {
    let interval = untyped(ctx).interval;
    limits::give_back(connection, &key(ctx, UNTYPED, ""), interval).await
}
