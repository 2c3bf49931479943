//! Why the database could not be opened or asked.

use sqlx::error::DatabaseError;

/// Why the database could not be opened or asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address in `[database] url` is of no known kind.
    #[error("[database] url must begin with sqlite:// or postgres://")]
    UnknownEngine,
    /// The address of an embedded database cannot be used.
    #[error("[database] url {0}")]
    Address(&'static str),
    /// A pooler hands each transaction to another server, and prepared statements are lost in between.
    #[error(
        "[database] url leads to a pooler in transaction mode: add ?statement-cache-capacity=0 to it, or let the pooler keep prepared statements"
    )]
    Pooler,
    /// The folder or file of an embedded database cannot be made.
    #[error("cannot create the database file {path}: {source}")]
    File {
        /// The file that was to be made.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Another server has the embedded database.
    #[error(
        "the database {path} is in use by another `rekey serve`: stop that one first, or give this one a database of its own"
    )]
    Served {
        /// The database file.
        path: String,
    },
    /// The database refused or did not answer.
    #[error("the database did not answer: {0}")]
    Database(sqlx::Error),
    /// A later version of the program has changed the schema.
    #[error(
        "the database was written by a newer Rekey (its schema is {schema}, this program knows {known}): start that version, or restore the backup from before it"
    )]
    Newer {
        /// The newest change of the database's schema.
        schema: i64,
        /// The newest one that this program knows.
        known: i64,
    },
    /// A change of the schema is not this program's.
    #[error(
        "the database was written by another Rekey (change {0} of its schema is not the one that this program knows): start that version, or restore the backup from before it"
    )]
    Other(i64),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date: {0}")]
    Migration(sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(DatabaseError::code);
        match code.as_deref() {
            Some("26000" | "42P05") => Self::Pooler,
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            error => Self::Migration(error),
        }
    }
}
