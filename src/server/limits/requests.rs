//! Limits by purpose. They live in the database, so every node counts alike; their keys are MACs, so the table holds no address.
use std::net::IpAddr;

use crate::server::base::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::server::base::failure::Failure;
use crate::server::base::keys::Purpose;
use crate::server::context::Context;
use crate::server::store::Connection;
use crate::server::store::limits::{self, Bucket};

pub(super) fn key(ctx: &Context, purpose: &str, whom: &str) -> String {
    ctx.keys
        .mac_text(Purpose::Limit, &[purpose.as_bytes(), whom.as_bytes()])
}

/// What a client address counts as. IPv6 is counted by /64, the least that one customer gets.
#[must_use]
pub fn network(client: IpAddr) -> String {
    match client.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Advice on passwords: so many in a row, then one every two seconds, which is as fast as somebody pauses while typing. It has a share of
/// its own, so that it never uses up that of the posts.
const ADVICE: Bucket = Bucket {
    burst: 60,
    interval: 2 * SECOND,
};

/// Takes one from the share of advice that a network or a proof has; false when it is used up.
pub async fn may_have_advice(
    ctx: &Context,
    connection: &mut Connection,
    whom: &str,
) -> Result<bool, sqlx::Error> {
    let key = key(ctx, "advice", whom);
    let taken = limits::spend(connection, &key, ADVICE, ctx.now()).await?;
    Ok(taken.is_none())
}

/// Counts a request of a client address; more than its share is answered 429.
///
/// # Errors
/// [`Failure::TooMany`] when the share is used up; [`Failure::Fault`] when the database does not answer.
pub async fn request_from(
    ctx: &Context,
    connection: &mut Connection,
    client: IpAddr,
) -> Result<(), Failure> {
    let bucket = Bucket {
        burst: ctx.config.limits.requests_burst,
        interval: MINUTE / i64::from(ctx.config.limits.requests_per_address_per_minute.max(1)),
    };
    spend_from(ctx, connection, "address", client, bucket).await
}

/// Counts what a client address says of pages: enough for a class-room behind one address, too little to fill a disk.
///
/// # Errors
/// As [`request_from`].
pub async fn feedback_from(
    ctx: &Context,
    connection: &mut Connection,
    client: IpAddr,
) -> Result<(), Failure> {
    let bucket = Bucket {
        burst: 20,
        interval: 5 * MINUTE,
    };
    spend_from(ctx, connection, "feedback", client, bucket).await
}

async fn spend_from(
    ctx: &Context,
    connection: &mut Connection,
    purpose: &str,
    client: IpAddr,
    bucket: Bucket,
) -> Result<(), Failure> {
    let network = network(client);
    match limits::spend(connection, &key(ctx, purpose, &network), bucket, ctx.now()).await? {
        None => Ok(()),
        Some(wait) => Err(Failure::TooMany { wait }),
    }
}

/// Puts one message of an account's allowance back, which was not sent after all.
pub async fn give_message_back(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    let interval = HOUR / i64::from(ctx.config.limits.messages_per_hour.max(1));
    limits::give_back(connection, &key(ctx, "message", account_id), interval).await
}

/// Takes one message of an account's allowance; false when there is none, and then nothing may be sent or replaced.
pub async fn may_message(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<bool, sqlx::Error> {
    let bucket = Bucket {
        burst: ctx.config.limits.messages_burst,
        interval: HOUR / i64::from(ctx.config.limits.messages_per_hour.max(1)),
    };
    Ok(limits::spend(
        connection,
        &key(ctx, "message", account_id),
        bucket,
        ctx.now(),
    )
    .await?
    .is_none())
}

/// Half of the day's wrong codes at once and the other half spread over the day: never more than the configured number in 24 hours.
fn wrong_codes(ctx: &Context) -> Bucket {
    let half = (ctx.config.limits.wrong_codes_per_day / 2).max(1);
    Bucket {
        burst: half,
        interval: DAY / i64::from(half),
    }
}

/// Whether an account has had so many wrong codes that none may be right any more today. A decoy is asked about by its flow.
async fn is_over_wrong_code_limit(
    ctx: &Context,
    connection: &mut Connection,
    whom: &str,
) -> Result<bool, sqlx::Error> {
    Ok(limits::wait(
        connection,
        &key(ctx, "wrong code", whom),
        wrong_codes(ctx),
        ctx.now(),
    )
    .await?
    .is_some())
}

/// Whether any of these is over the wrong-code limit: accounts that one code is for are counted together.
pub async fn is_any_over_wrong_code_limit(
    ctx: &Context,
    connection: &mut Connection,
    all: impl IntoIterator<Item = &str>,
) -> Result<bool, sqlx::Error> {
    let mut found = false;
    for each in all {
        found |= is_over_wrong_code_limit(ctx, connection, each).await?;
    }
    Ok(found)
}

/// Counts a wrong code against an account, or against the flow of a decoy: the same work for both.
pub async fn wrong_code(
    ctx: &Context,
    connection: &mut Connection,
    whom: &str,
) -> Result<(), sqlx::Error> {
    limits::spend(
        connection,
        &key(ctx, "wrong code", whom),
        wrong_codes(ctx),
        ctx.now(),
    )
    .await?;
    Ok(())
}

/// Codes for somebody who is signed in: enough to add an address and a number and to mistype both.
const CONFIRMATIONS: Bucket = Bucket {
    burst: 10,
    interval: 10 * MINUTE,
};

/// The same to one address or number, whoever asks: no stranger's mailbox is filled from many accounts.
const CONFIRMATIONS_TO: Bucket = Bucket {
    burst: 5,
    interval: HOUR,
};

/// Takes one of the codes that an account and an address which is new to it get; false when there is none, and then nothing may be sent.
pub async fn may_confirm(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
    new_address: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let now = ctx.now();
    if let Some(address) = new_address {
        let to = key(ctx, "confirmation to", address);
        let wait = limits::spend(connection, &to, CONFIRMATIONS_TO, now).await?;
        if wait.is_some() {
            return Ok(false);
        }
    }
    let of = key(ctx, "confirmation", account_id);
    Ok(limits::spend(connection, &of, CONFIRMATIONS, now)
        .await?
        .is_none())
}

/// Whether so many codes were tried by somebody who is signed in that none may be right any more today.
pub async fn is_over_wrong_confirmation_limit(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<bool, sqlx::Error> {
    let key = key(ctx, "wrong confirmation", account_id);
    let wait = limits::wait(connection, &key, wrong_codes(ctx), ctx.now()).await?;
    Ok(wait.is_some())
}

/// Counts a wrong code of somebody who is signed in. It never stands in the way of a reset.
pub async fn wrong_confirmation(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    let key = key(ctx, "wrong confirmation", account_id);
    limits::spend(connection, &key, wrong_codes(ctx), ctx.now()).await?;
    Ok(())
}

/// Passwords that somebody who is signed in may try: ten, then one every quarter of an hour, which is less than a hundred a day
/// (NIST SP 800-63B-4 section 3.2.2).
const PRESENT_PASSWORDS: Bucket = Bucket {
    burst: 10,
    interval: 15 * MINUTE,
};

/// Counts a try at the present password; the minutes to wait when there is none left.
pub async fn may_try_password(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<Option<i64>, sqlx::Error> {
    let key = key(ctx, "present password", account_id);
    let wait = limits::spend(connection, &key, PRESENT_PASSWORDS, ctx.now()).await?;
    Ok(wait.map(|wait| (wait + MINUTE - 1) / MINUTE))
}

/// Takes back the count of a try that was right or could not be looked at.
pub async fn give_password_back(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    let key = key(ctx, "present password", account_id);
    limits::give_back(connection, &key, PRESENT_PASSWORDS.interval).await
}
