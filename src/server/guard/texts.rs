//! The budget of text messages, which cost money: of the whole installation, of each range of numbers, and of codes that nobody typed
//! (ATTACKS A39, STANDARDS A08). When one is used up, codes go by mail, and accounts without an address wait.

use super::limits::key;
use crate::server::context::{Context, HOUR};
use crate::server::store::Connection;
use crate::server::store::limits::{self, Bucket};

/// Numbers that share all digits but these are one range: they are what pumping walks through.
const RANGE_DIGITS: usize = 3;
/// A range gets this part of the whole budget.
const RANGE_SHARE: u32 = 10;
/// Codes in a row that nobody types before the rest of the hour's budget is held back, as a part of it.
const UNTYPED_SHARE: u32 = 2;

const ALL: &str = "texts";
const RANGE: &str = "texts to a range";
const UNTYPED: &str = "texts untyped";

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
///
/// # Errors
/// When the database does not answer.
pub async fn may_text(
    ctx: &Context,
    connection: &mut Connection,
    number: &str,
) -> Result<bool, sqlx::Error> {
    let used_up = spend(ctx, connection, "", range_of(number)).await?;
    if let Some(budget) = used_up {
        tracing::error!(
            event = "sms_held_back",
            budget,
            "text messages are held back: a budget is used up"
        );
    }
    Ok(used_up.is_none())
}

/// The same for news, which nobody types anything from.
///
/// # Errors
/// When the database does not answer.
pub async fn may_tell(
    ctx: &Context,
    connection: &mut Connection,
    number: &str,
) -> Result<bool, sqlx::Error> {
    let may = may_text(ctx, connection, number).await?;
    if may {
        typed(ctx, connection).await?;
    }
    Ok(may)
}

/// The same work for a decoy, against budgets of its own.
///
/// # Errors
/// When the database does not answer.
pub async fn pretend(
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
    let mut taken: Vec<(String, i64)> = Vec::new();
    for (purpose, whom, bucket) in budgets {
        let key = key(ctx, purpose, whom);
        if limits::take(connection, &key, bucket, ctx.now())
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
///
/// # Errors
/// When the database does not answer.
pub async fn typed(ctx: &Context, connection: &mut Connection) -> Result<(), sqlx::Error> {
    let interval = untyped(ctx).interval;
    limits::give_back(connection, &key(ctx, UNTYPED, ""), interval).await
}
