//! The table `password_changes`: how the passwords of the last weeks came, so that what followed from one of them can be found.

use super::{Connection, SWEPT_AT_ONCE};
use crate::rules::channel::Channel;

/// One change.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PasswordChange {
    /// When, in microseconds since the epoch: the password's own time.
    pub changed_at: i64,
    /// The session in which it was made, where it was one.
    pub session_id: Option<String>,
    /// Of the password that had opened that session, or that had to be changed, its own time.
    pub password_at: Option<i64>,
    channel: Option<String>,
}

impl PasswordChange {
    /// By what the proof of a reset came; `None` where it was no reset.
    #[must_use]
    pub fn channel(&self) -> Option<Channel> {
        Channel::parse(self.channel.as_deref()?)
    }
}

/// What led to a change.
#[derive(Debug, Clone, Copy)]
pub enum Through<'a> {
    /// A session, named by its id.
    Session(&'a str),
    /// The right password, set at this time, which had to be changed.
    Password(i64),
    /// A reset.
    Reset(Channel),
}

/// Notes a change.
pub async fn insert(
    connection: &mut Connection,
    account_id: &str,
    changed_at: i64,
    through: Through<'_>,
) -> Result<(), sqlx::Error> {
    let (session, password_at, channel) = match through {
        Through::Session(id) => (Some(id), None, None),
        Through::Password(at) => (None, Some(at), None),
        Through::Reset(channel) => (None, None, Some(channel.as_str())),
    };
    sqlx::query(
        "INSERT INTO password_changes (account_id, changed_at, session_id, password_at, channel) \
         VALUES ($1, $2, $3, COALESCE($4, (SELECT password_at FROM sessions WHERE id = $3)), $5) ON CONFLICT DO NOTHING",
    )
    .bind(account_id)
    .bind(changed_at)
    .bind(session)
    .bind(password_at)
    .bind(channel)
    .execute(connection)
    .await?;
    Ok(())
}

/// The changes of an account after `after`, in microseconds since the epoch, oldest first.
pub async fn since(
    connection: &mut Connection,
    account_id: &str,
    after: i64,
) -> Result<Vec<PasswordChange>, sqlx::Error> {
    sqlx::query_as(
        "SELECT changed_at, session_id, password_at, channel FROM password_changes WHERE account_id = $1 AND changed_at > $2 \
         ORDER BY changed_at",
    )
    .bind(account_id)
    .bind(after)
    .fetch_all(connection)
    .await
}

/// Forgets changes from before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM password_changes WHERE changed_at < $1 AND account_id IN \
         (SELECT account_id FROM password_changes WHERE changed_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
