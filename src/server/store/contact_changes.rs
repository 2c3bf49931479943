//! The table `contact_changes`: what was done to the contacts of an account, so that it can be reverted.

use super::contacts::ContactKind;
use super::{Connection, SWEPT_AT_ONCE};
use crate::rules::channel::Channel;

/// One change: a contact came, one went, or one took the place of another.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ContactChange {
    /// Opaque id.
    pub id: String,
    /// The session in which it was made.
    pub session_id: String,
    /// The contact that came.
    pub added_id: Option<String>,
    /// How that had stood before, where the account has had it: when it was confirmed, from when it proved, when it ended.
    pub added_confirmed_at: Option<i64>,
    /// See there.
    pub added_resets_from: Option<i64>,
    /// See there.
    pub added_ends_at: Option<i64>,
    /// The contact that went.
    pub ended_id: Option<String>,
    /// When that would have ended anyway.
    pub ended_ends_at: Option<i64>,
    /// When, in microseconds since the epoch.
    pub made_at: i64,
    /// When the password was set with which the session was opened.
    pub password_at: Option<i64>,
    /// The kind of the contact that came, as long as its row is there.
    #[sqlx(default)]
    pub added_kind: Option<String>,
    /// From when that one proves now.
    #[sqlx(default)]
    pub added_proves_from: Option<i64>,
}

impl ContactChange {
    /// By which channel the contact that came proves, and from when.
    #[must_use]
    pub fn brought(&self) -> Option<(Channel, i64)> {
        let kind = ContactKind::parse(self.added_kind.as_deref()?)?;
        Some((kind.into(), self.added_proves_from?))
    }
}

/// Notes a change.
pub async fn insert(
    connection: &mut Connection,
    account_id: &str,
    change: &ContactChange,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO contact_changes (id, account_id, session_id, added_id, ended_id, made_at, added_confirmed_at, added_resets_from, added_ends_at, ended_ends_at, password_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&change.id)
    .bind(account_id)
    .bind(&change.session_id)
    .bind(&change.added_id)
    .bind(&change.ended_id)
    .bind(change.made_at)
    .bind(change.added_confirmed_at)
    .bind(change.added_resets_from)
    .bind(change.added_ends_at)
    .bind(change.ended_ends_at)
    .bind(change.password_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The changes of an account after `after`, in microseconds since the epoch, that nobody has stopped, newest first.
pub async fn standing(
    connection: &mut Connection,
    account_id: &str,
    after: i64,
) -> Result<Vec<ContactChange>, sqlx::Error> {
    sqlx::query_as(
        "SELECT h.id, h.session_id, h.added_id, h.ended_id, h.made_at, h.added_confirmed_at, h.added_resets_from, h.added_ends_at, h.ended_ends_at, \
         h.password_at, c.kind AS added_kind, c.resets_from AS added_proves_from \
         FROM contact_changes h LEFT JOIN contacts c ON c.id = h.added_id \
         WHERE h.account_id = $1 AND h.made_at > $2 AND h.stopped_at IS NULL ORDER BY h.made_at DESC, h.id DESC",
    )
    .bind(account_id)
    .bind(after)
    .fetch_all(connection)
    .await
}

/// A contact that was replaced or removed, and whose holder can still revert that.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RevertibleContact {
    /// The contact's id.
    pub id: String,
    kind: String,
    /// The contact: what messages go to.
    pub address: String,
    /// Until when, in microseconds since the epoch.
    pub until: i64,
}

impl RevertibleContact {
    /// By which channel it is reached.
    ///
    /// # Errors
    /// When the row holds no known kind.
    pub fn channel(&self) -> Result<Channel, sqlx::Error> {
        ContactKind::parse(&self.kind)
            .map(Channel::from)
            .ok_or_else(|| sqlx::Error::Decode("contacts.kind holds no known kind".into()))
    }
}

/// The former contacts of an account that can still revert their own end, the one that can do so longest last.
pub async fn revertible(
    connection: &mut Connection,
    account_id: &str,
    now: i64,
) -> Result<Vec<RevertibleContact>, sqlx::Error> {
    sqlx::query_as(
        "SELECT c.id AS id, c.kind AS kind, c.address AS address, MAX(l.expires_at) AS until FROM contact_changes h \
         JOIN contacts c ON c.id = h.ended_id JOIN stop_links l ON l.change_id = h.id \
         WHERE h.account_id = $1 AND h.stopped_at IS NULL AND l.used_at IS NULL AND l.expires_at > $2 \
         AND c.ends_at IS NOT NULL AND c.resets_from <= c.ends_at GROUP BY c.id, c.kind, c.address ORDER BY MAX(l.expires_at), c.address",
    )
    .bind(account_id)
    .bind(now)
    .fetch_all(connection)
    .await
}

/// The contacts that a change was about, as long as their rows are there.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ChangedContact {
    /// The change's id.
    pub id: String,
    added_kind: Option<String>,
    added_address: Option<String>,
    ended_kind: Option<String>,
    ended_address: Option<String>,
}

impl ChangedContact {
    /// The contact that came, and by which channel it is reached.
    #[must_use]
    pub fn added(&self) -> Option<(Channel, &str)> {
        contact(self.added_kind.as_deref(), self.added_address.as_deref())
    }

    /// The contact that went.
    #[must_use]
    pub fn ended(&self) -> Option<(Channel, &str)> {
        contact(self.ended_kind.as_deref(), self.ended_address.as_deref())
    }
}

fn contact<'a>(kind: Option<&str>, address: Option<&'a str>) -> Option<(Channel, &'a str)> {
    Some((ContactKind::parse(kind?)?.into(), address?))
}

/// The contacts that the changes of an account were about.
pub async fn changed_contacts(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<ChangedContact>, sqlx::Error> {
    sqlx::query_as(
        "SELECT h.id AS id, a.kind AS added_kind, a.address AS added_address, e.kind AS ended_kind, e.address AS ended_address \
         FROM contact_changes h LEFT JOIN contacts a ON a.id = h.added_id LEFT JOIN contacts e ON e.id = h.ended_id WHERE h.account_id = $1",
    )
    .bind(account_id)
    .fetch_all(connection)
    .await
}

/// Notes that a change was stopped.
pub async fn mark_reverted(
    connection: &mut Connection,
    id: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE contact_changes SET stopped_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// How often somebody has stopped changes of an account after `after`, in microseconds since the epoch.
pub async fn times_reverted(
    connection: &mut Connection,
    account_id: &str,
    after: i64,
) -> Result<i64, sqlx::Error> {
    let (times,): (i64,) = sqlx::query_as(
        "SELECT COUNT(DISTINCT stopped_at) FROM contact_changes WHERE account_id = $1 AND stopped_at > $2",
    )
    .bind(account_id)
    .bind(after)
    .fetch_one(connection)
    .await?;
    Ok(times)
}

/// Forgets changes from before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM contact_changes WHERE id IN (SELECT id FROM contact_changes WHERE made_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
