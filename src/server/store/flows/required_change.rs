//! Flows that begin at sign-in, proved by the password that has to be changed: no code, no message, no decoy.

use crate::rules::required_change::RequiredChange;
use crate::server::store::Connection;
use crate::server::store::outcome::Outcome;

/// What such a flow begins with.
#[derive(Debug)]
pub struct NewRequiredChange<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// Public reference.
    pub reference: &'a str,
    /// SHA-256 of the cookie.
    pub cookie_hash: &'a str,
    /// Language tag.
    pub language: &'a str,
    /// What the person wrote, sealed.
    pub identifier_sealed: &'a str,
    /// The step that comes first.
    pub step: &'a str,
    /// Whose password it is.
    pub account_id: &'a str,
    /// Why it has to be changed.
    pub why: RequiredChange,
    /// Now.
    pub now: i64,
    /// When the proof ends.
    pub expires_at: i64,
    /// Passwords that may be proposed under it.
    pub choices: i64,
}

/// Begins a flow whose account is proved, or does nothing when the public reference is taken.
pub async fn insert_required_change(
    connection: &mut Connection,
    flow: &NewRequiredChange<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO flows (id, reference, cookie_hash, language, identifier_sealed, step, account_id, forced, created_at, proved_at, \
         expires_at, code_expires_at, choices_left, outcome, tries_left, resends_left, resend_at, resent, secret_tries_left, done_shown) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $10, $11, $12, 0, 0, $9, 0, 0, 0) ON CONFLICT DO NOTHING",
    )
    .bind(flow.id)
    .bind(flow.reference)
    .bind(flow.cookie_hash)
    .bind(flow.language)
    .bind(flow.identifier_sealed)
    .bind(flow.step)
    .bind(flow.account_id)
    .bind(flow.why.as_str())
    .bind(flow.now)
    .bind(flow.expires_at)
    .bind(flow.choices)
    .bind(Outcome::RequiredChange.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
