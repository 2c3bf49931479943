//! The table `links`: mailed links by the hash of their token. Kept for a while after their end, so that an old one can say what it was.

use super::{Connection, SWEPT_AT_ONCE};

/// A link that was sent. Times are microseconds since the epoch.
#[derive(Clone, sqlx::FromRow)]
pub struct Link {
    /// SHA-256 of the token.
    pub token_hash: String,
    /// Whose password it can set.
    pub account_id: String,
    /// The flow that asked for it.
    pub flow_id: String,
    /// The case number.
    pub reference: String,
    /// When it ends by itself.
    pub expires_at: i64,
    /// How it ended before.
    pub ended_by: Option<String>,
    /// When that was.
    pub ended_at: Option<i64>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link")
            .field("reference", &self.reference)
            .field("ended_by", &self.ended_by)
            .finish_non_exhaustive()
    }
}

/// How a link ends before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkEnd {
    /// A password was chosen under it.
    Used,
    /// A newer one was sent.
    Replaced,
    /// Password, contact or state of the account changed otherwise.
    Changed,
}

impl LinkEnd {
    const ALL: [Self; 3] = [Self::Used, Self::Replaced, Self::Changed];

    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Replaced => "replaced",
            Self::Changed => "changed",
        }
    }

    /// The end of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.as_str() == name)
    }
}

/// A link to be.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// SHA-256 of the token.
    pub token_hash: &'a str,
    /// Whose password it can set.
    pub account_id: &'a str,
    /// The flow that asked for it.
    pub flow_id: &'a str,
    /// The case number.
    pub reference: &'a str,
    /// Now.
    pub now: i64,
    /// When it ends by itself.
    pub expires_at: i64,
    /// Passwords that may be proposed under it.
    pub choices: i64,
}

/// Notes a link that is about to be sent.
pub async fn insert(connection: &mut Connection, link: &NewLink<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO links (token_hash, account_id, flow_id, reference, created_at, expires_at, choices_left) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(link.token_hash)
    .bind(link.account_id)
    .bind(link.flow_id)
    .bind(link.reference)
    .bind(link.now)
    .bind(link.expires_at)
    .bind(link.choices)
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets a link reset another account together with its own.
pub async fn add_account(
    connection: &mut Connection,
    token_hash: &str,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO link_accounts (token_hash, account_id) VALUES ($1, $2)")
        .bind(token_hash)
        .bind(account_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The ids of the accounts that a link resets together with its own.
pub async fn other_accounts(
    connection: &mut Connection,
    token_hash: &str,
) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT l.account_id FROM link_accounts l JOIN accounts a ON a.id = l.account_id WHERE l.token_hash = $1 ORDER BY a.user_name_canonical",
    )
    .bind(token_hash)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The link of this token.
pub async fn by_hash(
    connection: &mut Connection,
    token_hash: &str,
) -> Result<Option<Link>, sqlx::Error> {
    sqlx::query_as(
        "SELECT token_hash, account_id, flow_id, reference, expires_at, ended_by, ended_at FROM links WHERE token_hash = $1",
    )
    .bind(token_hash)
    .fetch_optional(connection)
    .await
}

/// Counts a proposed password, and that it is being looked at; false when the link has ended or no more may be proposed under it.
pub async fn count_choice(
    connection: &mut Connection,
    token_hash: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE links SET choices_left = choices_left - 1, choosing = choosing + 1 \
         WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2 AND choices_left > 0",
    )
    .bind(token_hash)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts a last post that is made again, like any proposal; false when none is left, or the link did not end with a saved password.
pub async fn count_repetition(
    connection: &mut Connection,
    token_hash: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE links SET choices_left = choices_left - 1 WHERE token_hash = $1 AND ended_by = $2 AND choices_left > 0",
    )
    .bind(token_hash)
    .bind(LinkEnd::Used.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a link up. Only the first of many succeeds.
pub async fn finish(
    connection: &mut Connection,
    token_hash: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE links SET ended_at = $2, ended_by = $3 WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2",
    )
    .bind(token_hash)
    .bind(now)
    .bind(LinkEnd::Used.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends every link of an account that has not ended yet.
pub async fn end_all(
    connection: &mut Connection,
    account_id: &str,
    end: LinkEnd,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE links SET ended_at = $2, ended_by = $3 WHERE ended_at IS NULL \
         AND token_hash IN (SELECT token_hash FROM links WHERE account_id = $1 UNION SELECT token_hash FROM link_accounts WHERE account_id = $1)",
    )
    .bind(account_id)
    .bind(now)
    .bind(end.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets links that ended by themselves before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM links WHERE token_hash IN (SELECT token_hash FROM links WHERE expires_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
