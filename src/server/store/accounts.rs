//! The tables `accounts` and `contacts`: who there is, and how each is reached.

use super::Connection;
use crate::rules::channel::Channel;

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
    must_change: i64,
}

impl Account {
    /// Whether the account may sign in and reset.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }

    /// Whether the password must be changed before anybody is signed in with it.
    #[must_use]
    pub fn must_change_password(&self) -> bool {
        self.must_change != 0
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
        "INSERT INTO accounts (id, user_name, user_name_canonical, name, language, role, state, created_at, signs_in_with, postal_code, must_change) \
         VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $9, $10)",
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
    .execute(connection)
    .await?;
    Ok(())
}

/// A way to reach an account.
#[derive(Debug)]
pub struct NewContact<'a> {
    /// Opaque id.
    pub id: &'a str,
    /// Whose it is.
    pub account_id: &'a str,
    /// By what it reaches.
    pub kind: ContactKind,
    /// As it was given: messages go to exactly this.
    pub address: &'a str,
    /// As it is compared.
    pub address_canonical: &'a str,
    /// When its owner proved it, in microseconds since the epoch.
    pub confirmed_at: Option<i64>,
}

/// Adds a contact.
///
/// # Errors
/// A unique violation when the account has it already; otherwise when the database does not answer.
pub async fn insert_contact(
    connection: &mut Connection,
    contact: &NewContact<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO contacts (id, account_id, kind, address, address_canonical, confirmed_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(contact.id)
    .bind(contact.account_id)
    .bind(contact.kind.as_str())
    .bind(contact.address)
    .bind(contact.address_canonical)
    .bind(contact.confirmed_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The account with this id.
///
/// # Errors
/// When the database does not answer.
pub async fn by_id(connection: &mut Connection, id: &str) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as("SELECT id, user_name, name, language, role, state, signs_in_with, postal_code, created_at, must_change FROM accounts WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Makes other transactions that lock the same account wait until this one ends. Taken first by what changes several rows of an account,
/// so that on PostgreSQL two such changes neither miss each other's rows nor wait for each other in a circle.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET id = id WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that the password was changed by its owner.
///
/// # Errors
/// When the database does not answer.
pub async fn note_changed(connection: &mut Connection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET must_change = 0 WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The account with this canonical user name.
///
/// # Errors
/// When the database does not answer.
pub async fn by_user_name(
    connection: &mut Connection,
    canonical: &str,
) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as("SELECT id, user_name, name, language, role, state, signs_in_with, postal_code, created_at, must_change FROM accounts WHERE user_name_canonical = $1")
        .bind(canonical)
        .fetch_optional(connection)
        .await
}

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

impl ContactKind {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Phone => "phone",
        }
    }
}

/// The accounts with this confirmed contact, active ones first, by name; more than twenty are not told apart from twenty (NIST SP 800-63B-4 §3 lets a number be
/// capped to stop fraud).
///
/// # Errors
/// When the database does not answer.
pub async fn by_contact(
    connection: &mut Connection,
    kind: ContactKind,
    canonical: &str,
) -> Result<Vec<Account>, sqlx::Error> {
    sqlx::query_as(
        "SELECT a.id, a.user_name, a.name, a.language, a.role, a.state, a.signs_in_with, a.postal_code, a.created_at, a.must_change FROM accounts a JOIN contacts c ON c.account_id = a.id \
         WHERE c.kind = $1 AND c.address_canonical = $2 AND c.confirmed_at IS NOT NULL ORDER BY CASE WHEN a.state = 'active' THEN 0 ELSE 1 END, a.user_name_canonical LIMIT 20",
    )
    .bind(kind.as_str())
    .bind(canonical)
    .fetch_all(connection)
    .await
}

/// The confirmed contacts of a kind of an account, as stored, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn confirmed(
    connection: &mut Connection,
    account_id: &str,
    kind: ContactKind,
) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT address FROM contacts WHERE account_id = $1 AND kind = $2 AND confirmed_at IS NOT NULL ORDER BY confirmed_at, id",
    )
    .bind(account_id)
    .bind(kind.as_str())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(address,)| address).collect())
}
