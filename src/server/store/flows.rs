//! The table `flows`: one row for each attempt to get back in, the same for accounts that exist and for decoys.

mod required_change;

pub use required_change::{NewRequiredChange, insert_required_change};

use super::outcome::Outcome;
use super::{Connection, SWEPT_AT_ONCE};
use crate::rules::channel::Channel;
use crate::rules::required_change::RequiredChange;

/// One attempt. Times are microseconds since the epoch.
#[derive(Clone, sqlx::FromRow)]
pub struct Flow {
    /// Opaque id; never leaves the server.
    pub id: String,
    /// What the page and the mail call it.
    pub reference: String,
    /// SHA-256 of the cookie that holds this flow.
    pub cookie_hash: String,
    /// Language tag of its pages.
    pub language: String,
    /// What the person wrote, sealed.
    pub identifier_sealed: String,
    /// Where it stands.
    pub step: String,
    /// When it began.
    pub created_at: i64,
    /// When it ends for lack of use.
    pub expires_at: i64,
    /// Until when the page says that the code works.
    pub code_expires_at: i64,
    /// Tries that the page still gives.
    pub tries_left: i64,
    /// How often a new code may still be asked for.
    pub resends_left: i64,
    /// The earliest time of the next such request.
    pub resend_at: i64,
    /// How often a new code was asked for.
    pub resent: i64,
    /// The account, once resolved; `None` for a decoy.
    pub account_id: Option<String>,
    /// The account that a link's "send a new one" is for.
    pub asked_account_id: Option<String>,
    /// The way that was asked for, as its page says.
    pub channel: String,
    /// The way that the newest code went.
    pub sent_by: Option<String>,
    /// The postal code that was given, sealed.
    pub postal_code_sealed: Option<String>,
    /// What the worker found, for the help desk.
    pub outcome: String,
    /// MAC of the code; `None` for a decoy.
    pub secret_mac: Option<String>,
    /// When that code dies.
    pub secret_expires_at: Option<i64>,
    /// Tries that this very code still has.
    pub secret_tries_left: i64,
    /// MAC of the code before it.
    pub former_secret_mac: Option<String>,
    /// MAC of the code that proved this flow.
    pub proved_mac: Option<String>,
    /// When it was proved.
    pub proved_at: Option<i64>,
    /// When the second factor was shown; `None` where none was.
    pub factor_at: Option<i64>,
    /// How many passwords may still be proposed.
    pub choices_left: i64,
    /// When the password was changed.
    pub done_at: Option<i64>,
    /// 1 once the last page has been shown.
    pub done_shown: i64,
    forced: Option<String>,
}

impl Flow {
    /// The way that was asked for.
    ///
    /// # Errors
    /// When the row holds none that is known.
    pub fn channel(&self) -> Result<Channel, sqlx::Error> {
        Channel::parse(&self.channel)
            .ok_or_else(|| sqlx::Error::Decode("flows.channel holds no known channel".into()))
    }

    /// Why it was begun at sign-in, if it was: the password proves it.
    #[must_use]
    pub fn required_change(&self) -> Option<RequiredChange> {
        RequiredChange::parse(self.forced.as_deref()?)
    }

    /// What became of the request.
    ///
    /// # Errors
    /// When the row holds none that is known.
    pub fn outcome(&self) -> Result<Outcome, sqlx::Error> {
        Outcome::parse(&self.outcome)
            .ok_or_else(|| sqlx::Error::Decode("flows.outcome holds no known outcome".into()))
    }
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flow")
            .field("reference", &self.reference)
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, reference, cookie_hash, language, identifier_sealed, step, created_at, expires_at, code_expires_at, \
    tries_left, resends_left, resend_at, resent, account_id, asked_account_id, channel, sent_by, postal_code_sealed, outcome, secret_mac, secret_expires_at, \
    secret_tries_left, former_secret_mac, proved_mac, proved_at, factor_at, choices_left, done_at, done_shown, forced";

/// Puts the column list into a statement that is otherwise constant text.
macro_rules! with_columns {
    ($before:literal, $after:literal) => {
        sqlx::AssertSqlSafe(format!(concat!($before, "{}", $after), COLUMNS))
    };
}

// Below the macro, which they use.
mod answer;
mod proof;

pub use answer::{Minted, Resend, is_overtaken, mint, note_outcome, resend, supersede};
pub use proof::{
    FactorShown, count_choice, count_repetition, finish, may_repeat, note_shown, prove,
    revoke_repetition, show_factor,
};

/// What a new flow begins with.
#[derive(Debug)]
pub struct NewFlow<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// Public reference.
    pub reference: &'a str,
    /// SHA-256 of the cookie.
    pub cookie_hash: &'a str,
    /// Key that makes two posts of one form one flow.
    pub submission: &'a str,
    /// Language tag.
    pub language: &'a str,
    /// What the person wrote, sealed.
    pub identifier_sealed: &'a str,
    /// Now.
    pub created_at: i64,
    /// When the flow ends for lack of use.
    pub expires_at: i64,
    /// Until when the page says that the code works.
    pub code_expires_at: i64,
    /// Tries a code.
    pub tries: i64,
    /// Resends a flow.
    pub resends: i64,
    /// The earliest time of the first resend.
    pub resend_at: i64,
    /// Passwords that may be proposed under one proof.
    pub choices: i64,
    /// The account that a link's "send a new one" is for.
    pub asked_account_id: Option<&'a str>,
    /// The way that is asked for.
    pub channel: Channel,
    /// The postal code that was given, sealed.
    pub postal_code_sealed: Option<&'a str>,
}

/// Begins a flow, or does nothing when this form was posted already or the public reference is taken.
pub async fn insert(connection: &mut Connection, flow: &NewFlow<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO flows (id, reference, cookie_hash, submission, language, identifier_sealed, step, created_at, expires_at, \
         code_expires_at, tries_left, resends_left, resend_at, resent, outcome, secret_tries_left, choices_left, done_shown, asked_account_id, \
         channel, postal_code_sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, 'code', $7, $8, $9, $10, $11, $12, 0, $14, 0, $13, 0, $15, $16, $17) ON CONFLICT DO NOTHING",
    )
    .bind(flow.id)
    .bind(flow.reference)
    .bind(flow.cookie_hash)
    .bind(flow.submission)
    .bind(flow.language)
    .bind(flow.identifier_sealed)
    .bind(flow.created_at)
    .bind(flow.expires_at)
    .bind(flow.code_expires_at)
    .bind(flow.tries)
    .bind(flow.resends)
    .bind(flow.resend_at)
    .bind(flow.choices)
    .bind(Outcome::Waiting.as_str())
    .bind(flow.asked_account_id)
    .bind(flow.channel.as_str())
    .bind(flow.postal_code_sealed)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The flow that a form has begun, if it was posted before.
pub async fn by_submission(
    connection: &mut Connection,
    submission: &str,
) -> Result<Option<Flow>, sqlx::Error> {
    sqlx::query_as(with_columns!(
        "SELECT ",
        " FROM flows WHERE submission = $1"
    ))
    .bind(submission)
    .fetch_optional(connection)
    .await
}

/// Lets the same form begin another flow.
pub async fn release_submission(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE flows SET submission = NULL WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The flow whose cookie, present or former, has this hash.
pub async fn by_cookie(
    connection: &mut Connection,
    cookie_hash: &str,
) -> Result<Option<Flow>, sqlx::Error> {
    sqlx::query_as(with_columns!(
        "SELECT ",
        " FROM flows WHERE cookie_hash = $1 OR former_cookie_hash = $1"
    ))
    .bind(cookie_hash)
    .fetch_optional(connection)
    .await
}

/// The flow with this id.
pub async fn by_id(connection: &mut Connection, id: &str) -> Result<Option<Flow>, sqlx::Error> {
    sqlx::query_as(with_columns!("SELECT ", " FROM flows WHERE id = $1"))
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// The flow with this public reference.
pub async fn by_reference(
    connection: &mut Connection,
    reference: &str,
) -> Result<Option<Flow>, sqlx::Error> {
    sqlx::query_as(with_columns!("SELECT ", " FROM flows WHERE reference = $1"))
        .bind(reference)
        .fetch_optional(connection)
        .await
}

/// Counts a try and hands out the row as it stands after it; `None` when no try is left, the code is too old or the step is over.
/// Real and decoy flows count alike.
pub async fn count_try(
    connection: &mut Connection,
    id: &str,
    now: i64,
) -> Result<Option<Flow>, sqlx::Error> {
    sqlx::query_as(with_columns!(
        "UPDATE flows SET tries_left = tries_left - 1, secret_tries_left = secret_tries_left - 1 \
         WHERE id = $1 AND step = 'code' AND tries_left > 0 AND code_expires_at > $2 RETURNING ",
        ""
    ))
    .bind(id)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// Takes back the count of a try that was no guess.
pub async fn give_try_back(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE flows SET tries_left = tries_left + 1, secret_tries_left = secret_tries_left + 1 WHERE id = $1",
    )
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Turns all flows of an account that are under way into decoys without proof, because its password was changed.
pub async fn end_all(connection: &mut Connection, account_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE flows SET secret_mac = NULL, former_secret_mac = NULL, proved_at = NULL, outcome = $2 \
         WHERE id IN (SELECT id FROM flows WHERE account_id = $1 UNION SELECT flow_id FROM flow_accounts WHERE account_id = $1) \
         AND step <> 'done'",
    )
    .bind(account_id)
    .bind(Outcome::ChangedElsewhere.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the proof away from the flows of an account that have passed their code and not yet chosen a password.
pub async fn end_proved(connection: &mut Connection, account_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE flows SET proved_at = NULL, outcome = $2 \
         WHERE id IN (SELECT id FROM flows WHERE account_id = $1 UNION SELECT flow_id FROM flow_accounts WHERE account_id = $1) \
         AND step IN ('factor', 'new') AND proved_at IS NOT NULL",
    )
    .bind(account_id)
    .bind(Outcome::ChangedElsewhere.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether there is any row at all.
pub async fn is_any(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT CAST(1 AS BIGINT) FROM flows LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// Forgets flows that ended before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM flows WHERE id IN (SELECT id FROM flows WHERE expires_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
