//! The column `reading` of `contacts` and `accounts`: which rows are still to be read as addresses, numbers and user names are read now, and
//! what came of it.

use super::Connection;
use super::contacts::ContactKind;

/// What came of reading a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It is stored as it would be today.
    InOrder = 1,
    /// Messages would go elsewhere than before, or nowhere: the contact has lost its confirmation until it is proven again.
    Changed = 2,
    /// Another row is the same already: nothing was merged.
    Collides = 3,
}

impl Reading {
    const fn number(self) -> i64 {
        self as i64
    }
}

/// A contact as it is stored.
#[derive(Clone, sqlx::FromRow)]
pub struct StoredContact {
    /// Opaque id.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// The user name of that account.
    pub user_name: String,
    kind: String,
    /// As messages go to it.
    pub address: String,
    /// As it is compared.
    pub address_canonical: String,
    confirmed_at: Option<i64>,
}

impl StoredContact {
    /// By what it reaches its owner.
    ///
    /// # Errors
    /// When the row holds no known kind.
    pub fn kind(&self) -> Result<ContactKind, sqlx::Error> {
        ContactKind::parse(&self.kind)
            .ok_or_else(|| sqlx::Error::Decode("contacts.kind holds no known kind".into()))
    }

    /// Whether it counts.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.confirmed_at.is_some()
    }
}

/// A user name as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredName {
    /// The id of the account.
    pub id: String,
    /// As it was given.
    pub user_name: String,
    /// As it is compared.
    pub user_name_canonical: String,
}

/// Rows that are looked at together.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// Those that are still to be read.
    Unread,
    /// All, in a database that does not have the column yet.
    All,
    /// Those that came out so.
    That(Reading),
}

impl Which {
    /// The condition, as the indexes have it.
    fn condition(self) -> String {
        match self {
            Self::All => "1 = 1".to_owned(),
            Self::Unread => "r.reading <> 1 AND r.reading = 0".to_owned(),
            Self::That(reading) => {
                format!("r.reading <> 1 AND r.reading = {}", reading.number())
            }
        }
    }
}

/// The next contacts after an id.
pub async fn contacts(
    connection: &mut Connection,
    which: Which,
    after: &str,
    at_most: u32,
) -> Result<Vec<StoredContact>, sqlx::Error> {
    let condition = which.condition();
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT r.id, r.account_id, a.user_name, r.kind, r.address, r.address_canonical, r.confirmed_at FROM contacts r \
         JOIN accounts a ON a.id = r.account_id WHERE {condition} AND r.id > $1 ORDER BY r.id LIMIT $2"
    )))
    .bind(after)
    .bind(i64::from(at_most))
    .fetch_all(connection)
    .await
}

/// The next user names after an id.
pub async fn names(
    connection: &mut Connection,
    which: Which,
    after: &str,
    at_most: u32,
) -> Result<Vec<StoredName>, sqlx::Error> {
    let condition = which.condition();
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT r.id, r.user_name, r.user_name_canonical FROM accounts r WHERE {condition} AND r.id > $1 ORDER BY r.id LIMIT $2"
    )))
    .bind(after)
    .bind(i64::from(at_most))
    .fetch_all(connection)
    .await
}

/// Makes other nodes that read rows wait until this transaction ends.
pub async fn take_turn(connection: &mut Connection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE rewrites SET name = name WHERE name = 'identifiers'")
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether another contact of the account is compared as this one would be.
pub async fn is_taken(
    connection: &mut Connection,
    contact: &StoredContact,
    canonical: &str,
) -> Result<bool, sqlx::Error> {
    let (found,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM contacts WHERE account_id = $1 AND kind = $2 AND address_canonical = $3 AND id <> $4",
    )
    .bind(&contact.account_id)
    .bind(&contact.kind)
    .bind(canonical)
    .bind(&contact.id)
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

/// Whether another account has a user name that is compared like this.
pub async fn is_name_taken(
    connection: &mut Connection,
    account_id: &str,
    canonical: &str,
) -> Result<bool, sqlx::Error> {
    let (found,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM accounts WHERE user_name_canonical = $1 AND id <> $2 AND directory = (SELECT directory FROM accounts WHERE id = $2)")
            .bind(canonical)
            .bind(account_id)
            .fetch_one(connection)
            .await?;
    Ok(found > 0)
}

/// What a contact becomes.
#[derive(Debug, Clone, Copy)]
pub struct Read<'a> {
    /// As messages go to it.
    pub address: &'a str,
    /// As it is compared.
    pub address_canonical: &'a str,
    /// What came of it; anything but [`Reading::InOrder`] ends its confirmation.
    pub reading: Reading,
}

/// Writes what a contact has become, unless it was changed meanwhile.
pub async fn put_contact(
    connection: &mut Connection,
    contact: &StoredContact,
    read: Read<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE contacts SET address = $3, address_canonical = $4, reading = $5, confirmed_at = CASE WHEN CAST($6 AS BIGINT) = 1 THEN confirmed_at END \
         WHERE id = $1 AND address = $2 AND reading = 0",
    )
    .bind(&contact.id)
    .bind(&contact.address)
    .bind(read.address)
    .bind(read.address_canonical)
    .bind(read.reading.number())
    .bind(i64::from(read.reading == Reading::InOrder))
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes how a user name is compared now.
pub async fn put_name(
    connection: &mut Connection,
    account_id: &str,
    canonical: &str,
    reading: Reading,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE accounts SET user_name_canonical = $2, reading = $3 WHERE id = $1 AND reading = 0",
    )
    .bind(account_id)
    .bind(canonical)
    .bind(reading.number())
    .execute(connection)
    .await?;
    Ok(())
}

/// A table with the column.
#[derive(Debug, Clone, Copy)]
pub enum Table {
    /// Contacts.
    Contacts,
    /// Accounts.
    Accounts,
}

/// Notes of many rows at once that they are in order as they stand.
pub async fn keep(
    connection: &mut Connection,
    table: Table,
    ids: &[&str],
) -> Result<(), sqlx::Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let table = match table {
        Table::Contacts => "contacts",
        Table::Accounts => "accounts",
    };
    let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
    let statement = format!(
        "UPDATE {table} SET reading = 1 WHERE reading = 0 AND id IN ({})",
        places.join(", ")
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement));
    for id in ids {
        query = query.bind(*id);
    }
    query.execute(connection).await?;
    Ok(())
}
