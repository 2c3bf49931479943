//! What a flow that waits for its code is given, by the worker or on request.

use super::{COLUMNS, Flow};
use crate::rules::channel::Channel;
use crate::server::store::Connection;
use crate::server::store::outcome::Outcome;

/// What a request for a new code changes.
#[derive(Debug, Clone, Copy)]
pub struct Resend {
    /// Now.
    pub now: i64,
    /// The earliest time of the next one.
    pub resend_at: i64,
    /// Until when the page says that the code works.
    pub code_expires_at: i64,
    /// When the flow ends for lack of use.
    pub expires_at: i64,
    /// Tries a code.
    pub tries: i64,
    /// The way that is asked for from now on.
    pub channel: Channel,
}

/// Grants a new code, if one may be asked for now.
pub async fn resend(
    connection: &mut Connection,
    id: &str,
    resend: Resend,
) -> Result<Option<Flow>, sqlx::Error> {
    sqlx::query_as(with_columns!(
        "UPDATE flows SET resends_left = resends_left - 1, resent = resent + 1, resend_at = $3, code_expires_at = $4, expires_at = $5, \
         tries_left = $6, channel = $7 WHERE id = $1 AND step = 'code' AND resends_left > 0 AND resend_at <= $2 RETURNING ",
        ""
    ))
    .bind(id)
    .bind(resend.now)
    .bind(resend.resend_at)
    .bind(resend.code_expires_at)
    .bind(resend.expires_at)
    .bind(resend.tries)
    .bind(resend.channel.as_str())
    .fetch_optional(connection)
    .await
}

/// Notes that the worker found nothing to send to. An earlier code of the same flow stays as it is.
pub async fn note_outcome(
    connection: &mut Connection,
    id: &str,
    outcome: Outcome,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE flows SET outcome = $2 WHERE id = $1")
        .bind(id)
        .bind(outcome.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// What a waiting flow is given.
#[derive(Debug)]
pub struct Minted<'a> {
    /// Whose account it is about.
    pub account_id: &'a str,
    /// MAC of the code, where one is sent.
    pub mac: Option<&'a str>,
    /// When the code dies, in microseconds since the epoch.
    pub expires_at: i64,
    /// Tries that it has.
    pub tries: i64,
    /// The way it goes.
    pub by: Channel,
}

/// Gives a waiting flow its account and a fresh code, where codes are sent; the code before it is remembered only to be told apart.
pub async fn mint(
    connection: &mut Connection,
    id: &str,
    minted: &Minted<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE flows SET account_id = $2, outcome = $6, former_secret_mac = secret_mac, secret_mac = $3, secret_expires_at = $4, \
         secret_tries_left = $5, sent_by = $7 WHERE id = $1 AND step = 'code'",
    )
    .bind(id)
    .bind(minted.account_id)
    .bind(minted.mac)
    .bind(minted.expires_at)
    .bind(minted.tries)
    .bind(Outcome::Sent.as_str())
    .bind(minted.by.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a newer request of this account has been answered already, and waits for its code.
pub async fn is_overtaken(
    connection: &mut Connection,
    account_id: &str,
    created_at: i64,
) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT CAST(1 AS BIGINT) FROM flows WHERE account_id = $1 AND created_at > $2 AND step = 'code' AND outcome = $3 LIMIT 1",
    )
    .bind(account_id)
    .bind(created_at)
    .bind(Outcome::Sent.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Turns the other waiting flows of an account into decoys, because a newer one was sent its code.
pub async fn supersede(
    connection: &mut Connection,
    account_id: &str,
    except: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE flows SET secret_mac = NULL, former_secret_mac = NULL, outcome = $3 \
         WHERE id IN (SELECT id FROM flows WHERE account_id = $1 UNION SELECT flow_id FROM flow_accounts WHERE account_id = $1) \
         AND id <> $2 AND step = 'code'",
    )
    .bind(account_id)
    .bind(except)
    .bind(Outcome::Superseded.as_str())
    .execute(connection)
    .await?;
    Ok(())
}
