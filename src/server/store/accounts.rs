//! The table `accounts`: who there is.

use super::Connection;
use super::contacts::ContactKind;

/// A person with an account.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    /// Opaque id.
    pub id: String,
    /// The user name as it was given.
    pub user_name: String,
    /// The person's name.
    pub name: String,
    /// Language tag of mails.
    pub language: String,
    /// `member` or `administrator`.
    pub role: String,
    /// `active` or `disabled`.
    pub state: String,
    /// The id of the provider where the person signs in, if that is not here.
    pub signs_in_with: Option<String>,
    /// The postal code, as it is compared.
    pub postal_code: Option<String>,
    /// Microseconds since the epoch.
    pub created_at: i64,
}

impl Account {
    /// Whether the account may sign in and reset.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }

    /// Whether the account has administrator rights, and so shorter sessions.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.role == "administrator"
    }
}

/// What a new account has. Ids and canonical forms are made by the caller.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// The name of the directory in which the person is.
    pub directory: &'a str,
    /// What that directory knows them by.
    pub external_key: &'a str,
    /// The user name as given.
    pub user_name: &'a str,
    /// The user name as compared.
    pub user_name_canonical: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// Language tag of mails.
    pub language: &'a str,
    /// `member` or `administrator`.
    pub role: &'a str,
    /// The id of the provider where the person signs in, if that is not here.
    pub signs_in_with: Option<&'a str>,
    /// The postal code, as it is compared.
    pub postal_code: Option<&'a str>,
    /// The first password must be changed at the first sign-in.
    pub must_change: bool,
    /// Microseconds since the epoch.
    pub created_at: i64,
}

/// Adds an account.
///
/// # Errors
/// A unique violation when the user name is taken; otherwise when the database does not answer.
pub async fn insert(
    connection: &mut Connection,
    account: &NewAccount<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO accounts (id, user_name, user_name_canonical, name, language, role, state, created_at, signs_in_with, postal_code, must_change, reading, directory, external_key) \
         VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $9, $10, 1, $11, $12)",
    )
    .bind(account.id)
    .bind(account.user_name)
    .bind(account.user_name_canonical)
    .bind(account.name)
    .bind(account.language)
    .bind(account.role)
    .bind(account.created_at)
    .bind(account.signs_in_with)
    .bind(account.postal_code)
    .bind(i64::from(account.must_change))
    .bind(account.directory)
    .bind(account.external_key)
    .execute(connection)
    .await?;
    Ok(())
}

/// The account with this id.
pub async fn by_id(connection: &mut Connection, id: &str) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as("SELECT id, user_name, name, language, role, state, signs_in_with, postal_code, created_at FROM accounts WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Makes other transactions that lock the same account wait until this one ends. Taken first by what changes several rows of an account,
/// so that on PostgreSQL two such changes neither miss each other's rows nor get into a deadlock.
pub async fn lock(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET id = id WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that the password was changed by its owner.
pub async fn note_changed(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET must_change = 0 WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The account of a directory with this canonical user name.
pub async fn by_user_name(
    connection: &mut Connection,
    directory: &str,
    canonical: &str,
) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as("SELECT id, user_name, name, language, role, state, signs_in_with, postal_code, created_at FROM accounts WHERE directory = $1 AND user_name_canonical = $2")
        .bind(directory)
        .bind(canonical)
        .fetch_optional(connection)
        .await
}

/// The accounts of a directory with this confirmed contact at this time, active ones first, by name; more than twenty are not told apart from twenty (NIST SP 800-63B-4 §3 lets a number be
/// capped to stop fraud).
pub async fn by_contact(
    connection: &mut Connection,
    directory: &str,
    (kind, canonical): (ContactKind, &str),
    now: i64,
) -> Result<Vec<Account>, sqlx::Error> {
    sqlx::query_as(
        "SELECT a.id, a.user_name, a.name, a.language, a.role, a.state, a.signs_in_with, a.postal_code, a.created_at FROM accounts a JOIN contacts c ON c.account_id = a.id \
         WHERE c.kind = $1 AND c.address_canonical = $2 AND c.confirmed_at IS NOT NULL AND (c.ends_at IS NULL OR c.ends_at > $3) AND a.directory = $4 ORDER BY CASE WHEN a.state = 'active' THEN 0 ELSE 1 END, a.user_name_canonical LIMIT 20",
    )
    .bind(kind.as_str())
    .bind(canonical)
    .bind(now)
    .bind(directory)
    .fetch_all(connection)
    .await
}

/// Changes a person's name.
pub async fn rename(connection: &mut Connection, id: &str, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET name = $2 WHERE id = $1")
        .bind(id)
        .bind(name)
        .execute(connection)
        .await?;
    Ok(())
}
