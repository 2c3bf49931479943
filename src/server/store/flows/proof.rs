//! A flow on its way from the code that was right to the password that is set.

use super::{COLUMNS, Flow};
use crate::server::store::Connection;

/// Moves a flow past its code: the proof is noted, the code dies, the cookie changes. Only the first of many succeeds.
pub async fn prove(
    connection: &mut Connection,
    id: &str,
    cookie_hash: &str,
    step: &str,
    now: i64,
    expires_at: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE flows SET step = $3, former_cookie_hash = cookie_hash, cookie_hash = $2, proved_mac = secret_mac, proved_at = $4, \
         secret_mac = NULL, former_secret_mac = NULL, expires_at = $5, submission = NULL WHERE id = $1 AND step = 'code' AND secret_mac IS NOT NULL",
    )
    .bind(id)
    .bind(cookie_hash)
    .bind(step)
    .bind(now)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What moves a flow past its second factor.
#[derive(Debug, Clone, Copy)]
pub struct FactorShown<'a> {
    /// SHA-256 of the new cookie.
    pub cookie_hash: &'a str,
    /// MAC of what was typed, by which a second post of it is recognised.
    pub mac: &'a str,
    /// The account that the flow is about from now on.
    pub account_id: &'a str,
    /// When the factor was shown; `None` where that account has none.
    pub factor_at: Option<i64>,
    /// When the proof ends.
    pub expires_at: i64,
}

/// Moves a flow past its second factor: from now on it is about one account, and its cookie changes. Only the first of many succeeds.
pub async fn show_factor(
    connection: &mut Connection,
    id: &str,
    shown: FactorShown<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE flows SET step = 'new', former_cookie_hash = cookie_hash, cookie_hash = $2, proved_mac = $3, account_id = $4, factor_at = $5, \
         expires_at = $6 WHERE id = $1 AND step = 'factor' AND proved_at IS NOT NULL",
    )
    .bind(id)
    .bind(shown.cookie_hash)
    .bind(shown.mac)
    .bind(shown.account_id)
    .bind(shown.factor_at)
    .bind(shown.expires_at)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts a proposed password, and that it is being looked at; `None` when no more may be proposed or the proof is gone.
pub async fn count_choice(
    connection: &mut Connection,
    id: &str,
    now: i64,
) -> Result<Option<Flow>, sqlx::Error> {
    sqlx::query_as(with_columns!(
        "UPDATE flows SET choices_left = choices_left - 1, choosing = choosing + 1 \
         WHERE id = $1 AND step = 'new' AND choices_left > 0 AND proved_at IS NOT NULL AND expires_at > $2 RETURNING ",
        ""
    ))
    .bind(id)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// Counts a last post that is made again, like any proposal; `None` when none is left, or something was revoked since the first.
pub async fn count_repetition(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<Flow>, sqlx::Error> {
    sqlx::query_as(with_columns!(
        "UPDATE flows SET choices_left = choices_left - 1 \
         WHERE id = $1 AND step = 'done' AND choices_left > 0 AND revoked_at IS NULL RETURNING ",
        ""
    ))
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// Whether the last post of a flow that was finished after `done_after`, in microseconds since the epoch, may still be repeated.
pub async fn may_repeat(
    connection: &mut Connection,
    id: &str,
    done_after: i64,
) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT CAST(1 AS BIGINT) FROM flows WHERE id = $1 AND step = 'done' AND done_at > $2 AND revoked_at IS NULL",
    )
    .bind(id)
    .bind(done_after)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Lets no finished flow of an account repeat its last post any more, but the one with the id `kept`; no flow has the empty one.
pub async fn revoke_repetition(
    connection: &mut Connection,
    account_id: &str,
    kept: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE flows SET revoked_at = $3 \
         WHERE id IN (SELECT id FROM flows WHERE account_id = $1 UNION SELECT flow_id FROM flow_accounts WHERE account_id = $1) \
         AND id <> $2 AND step = 'done' AND revoked_at IS NULL",
    )
    .bind(account_id)
    .bind(kept)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Finishes a proved flow, for the account whose password was set. Only the first of many succeeds.
pub async fn finish(
    connection: &mut Connection,
    id: &str,
    account_id: &str,
    now: i64,
    expires_at: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE flows SET step = 'done', done_at = $2, expires_at = $3, account_id = $4, proved_mac = NULL \
         WHERE id = $1 AND step = 'new' AND proved_at IS NOT NULL",
    )
    .bind(id)
    .bind(now)
    .bind(expires_at)
    .bind(account_id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the last page has been shown.
pub async fn note_shown(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE flows SET done_shown = 1 WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}
