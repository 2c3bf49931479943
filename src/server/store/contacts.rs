//! The table `contacts`: how each account is reached, from when a contact may prove who somebody is, and until when it counts.

use super::{Connection, SWEPT_AT_ONCE};
use crate::rules::channel::Channel;

/// How a contact reaches its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactKind {
    /// By e-mail.
    Mail,
    /// By text message.
    Phone,
}

impl From<Channel> for ContactKind {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Mail => Self::Mail,
            Channel::Sms => Self::Phone,
        }
    }
}

impl From<ContactKind> for Channel {
    fn from(kind: ContactKind) -> Self {
        match kind {
            ContactKind::Mail => Self::Mail,
            ContactKind::Phone => Self::Sms,
        }
    }
}

impl ContactKind {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Phone => "phone",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Mail, Self::Phone]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// A confirmed contact.
#[derive(Clone, sqlx::FromRow)]
pub struct Contact {
    /// Opaque id.
    pub id: String,
    kind: String,
    /// Messages to an address go to exactly this.
    pub address: String,
    /// As it is compared.
    pub address_canonical: String,
    /// From when it may prove in a reset who somebody is, in microseconds since the epoch.
    pub resets_from: i64,
    /// From when it is none any more, in microseconds since the epoch.
    pub ends_at: Option<i64>,
}

impl Contact {
    /// By what it reaches its owner.
    ///
    /// # Errors
    /// When the row holds no known kind.
    pub fn kind(&self) -> Result<ContactKind, sqlx::Error> {
        ContactKind::parse(&self.kind)
            .ok_or_else(|| sqlx::Error::Decode("contacts.kind holds no known kind".into()))
    }

    /// On which channel, and to what, a message goes: an address as it is stored, and of a number the one spelling that gateways take.
    ///
    /// # Errors
    /// When the row holds no known kind.
    pub fn reach(&self) -> Result<(Channel, &str), sqlx::Error> {
        Ok(match self.kind()? {
            ContactKind::Mail => (Channel::Mail, &self.address),
            ContactKind::Phone => (Channel::Sms, &self.address_canonical),
        })
    }

    /// Whether it has ever proved anything until now: one that ended while it waited has not.
    #[must_use]
    pub fn has_proved(&self, now: i64) -> bool {
        self.resets_from <= self.ends_at.map_or(now, |end| end.min(now))
    }

    /// Whether it may prove at this time who somebody is.
    #[must_use]
    pub fn may_prove(&self, now: i64) -> bool {
        self.resets_from <= now && self.ends_at.is_none_or(|end| end > now)
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contact")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, kind, address, address_canonical, resets_from, ends_at";

/// A way to reach an account, as it is added.
#[derive(Debug)]
pub struct NewContact<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// Whose it is.
    pub account_id: &'a str,
    /// By what it reaches.
    pub kind: ContactKind,
    /// Messages to an address go to exactly this.
    pub address: &'a str,
    /// As it is compared.
    pub address_canonical: &'a str,
    /// When its owner proved it, in microseconds since the epoch.
    pub confirmed_at: Option<i64>,
    /// From when it may prove in a reset who somebody is, in microseconds since the epoch.
    pub resets_from: i64,
}

/// Adds a contact, or takes up again one that the account has had; hands out its id.
pub async fn put(
    connection: &mut Connection,
    contact: &NewContact<'_>,
) -> Result<String, sqlx::Error> {
    let (id,): (String,) = sqlx::query_as(
        "INSERT INTO contacts (id, account_id, kind, address, address_canonical, confirmed_at, resets_from, reading) VALUES ($1, $2, $3, $4, $5, $6, $7, 1) \
         ON CONFLICT (account_id, kind, address_canonical) DO UPDATE SET address = $4, confirmed_at = $6, resets_from = $7, ends_at = NULL, reading = 1 \
         RETURNING id",
    )
    .bind(contact.id)
    .bind(contact.account_id)
    .bind(contact.kind.as_str())
    .bind(contact.address)
    .bind(contact.address_canonical)
    .bind(contact.confirmed_at)
    .bind(contact.resets_from)
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// The confirmed contacts of an account that count now, addresses first, oldest first.
pub async fn of(
    connection: &mut Connection,
    account_id: &str,
    now: i64,
) -> Result<Vec<Contact>, sqlx::Error> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM contacts WHERE account_id = $1 AND confirmed_at IS NOT NULL AND (ends_at IS NULL OR ends_at > $2) \
         ORDER BY kind, confirmed_at, id"
    )))
    .bind(account_id)
    .bind(now)
    .fetch_all(connection)
    .await
}

async fn addresses(
    connection: &mut Connection,
    account_id: &str,
    kind: ContactKind,
    ends_after: i64,
    resets_from: i64,
) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String,)> = sqlx::query_as(
        // An address is written to as it was given; of a number there is only one spelling that gateways take.
        "SELECT CASE WHEN kind = 'phone' THEN address_canonical ELSE address END FROM contacts WHERE account_id = $1 AND kind = $2 AND confirmed_at IS NOT NULL \
         AND (ends_at IS NULL OR ends_at > $3) AND resets_from <= $4 ORDER BY confirmed_at, id",
    )
    .bind(account_id)
    .bind(kind.as_str())
    .bind(ends_after)
    .bind(resets_from)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(address,)| address).collect())
}

/// The addresses or numbers of an account that may prove now who somebody is, oldest first.
pub async fn proving(
    connection: &mut Connection,
    account_id: &str,
    kind: ContactKind,
    now: i64,
) -> Result<Vec<String>, sqlx::Error> {
    addresses(connection, account_id, kind, now, now).await
}

/// The addresses or numbers of an account that are told what happens to it: all that are confirmed, and those that have been replaced or
/// removed after `ends_after`, in microseconds since the epoch, so that nobody is cut off from the news of their own removal.
pub async fn recipients(
    connection: &mut Connection,
    account_id: &str,
    kind: ContactKind,
    ends_after: i64,
) -> Result<Vec<String>, sqlx::Error> {
    addresses(connection, account_id, kind, ends_after, i64::MAX).await
}

/// Lets a contact end at a time, in microseconds since the epoch.
pub async fn end(
    connection: &mut Connection,
    account_id: &str,
    id: &str,
    at: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE contacts SET ends_at = $3 WHERE account_id = $1 AND id = $2")
        .bind(account_id)
        .bind(id)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}

/// What a contact waits for comes now: it proves from now on, or ends.
pub async fn wait_no_longer(
    connection: &mut Connection,
    account_id: &str,
    id: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE contacts SET resets_from = CASE WHEN resets_from > $3 THEN $3 ELSE resets_from END, \
         ends_at = CASE WHEN ends_at > $3 THEN $3 ELSE ends_at END WHERE account_id = $1 AND id = $2",
    )
    .bind(account_id)
    .bind(id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// A contact that proves already waits again, so many microseconds from now. One that has ended stays as it was.
pub async fn wait_again(
    connection: &mut Connection,
    account_id: &str,
    id: &str,
    now: i64,
    wait: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE contacts SET resets_from = $3 WHERE account_id = $1 AND id = $2 AND resets_from < $3 \
         AND (ends_at IS NULL OR ends_at > $4)",
    )
    .bind(account_id)
    .bind(id)
    .bind(now + wait)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets a contact that had ended go on, until the time at which it would have ended anyway.
pub async fn restore(
    connection: &mut Connection,
    account_id: &str,
    id: &str,
    ends_at: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE contacts SET ends_at = $3 WHERE account_id = $1 AND id = $2")
        .bind(account_id)
        .bind(id)
        .bind(ends_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// How a contact stands, in the words of its columns.
#[derive(Debug, Clone, Copy, Default, sqlx::FromRow)]
pub struct Stand {
    /// When its owner proved it; `None` for one that is nobody's.
    pub confirmed_at: Option<i64>,
    /// From when it proves in a reset.
    pub resets_from: i64,
    /// From when it is none any more.
    pub ends_at: Option<i64>,
}

/// How an address or number of an account stands, where it has or has had it.
pub async fn stand(
    connection: &mut Connection,
    account_id: &str,
    kind: ContactKind,
    canonical: &str,
) -> Result<Option<Stand>, sqlx::Error> {
    sqlx::query_as(
        "SELECT confirmed_at, resets_from, ends_at FROM contacts WHERE account_id = $1 AND kind = $2 AND address_canonical = $3",
    )
    .bind(account_id)
    .bind(kind.as_str())
    .bind(canonical)
    .fetch_optional(connection)
    .await
}

/// Puts a contact back to how it stood.
pub async fn put_back(
    connection: &mut Connection,
    account_id: &str,
    id: &str,
    stand: Stand,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE contacts SET confirmed_at = $3, resets_from = $4, ends_at = $5 WHERE account_id = $1 AND id = $2",
    )
    .bind(account_id)
    .bind(id)
    .bind(stand.confirmed_at)
    .bind(stand.resets_from)
    .bind(stand.ends_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets contacts that ended before `before`, in microseconds since the epoch, up to [`SWEPT_AT_ONCE`]; tells how many.
pub async fn sweep(connection: &mut Connection, before: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(
        "DELETE FROM contacts WHERE id IN (SELECT id FROM contacts WHERE ends_at < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(SWEPT_AT_ONCE))
    .execute(connection)
    .await?
    .rows_affected())
}
