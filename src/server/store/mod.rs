//! Every SQL statement of the program, one file a table, and the one place that knows which database engine it is.
//!
//! Functions take the open connection; only use-cases open transactions, through [`Store::begin`].
//!
//! What fails with the database's own error fails when that does not answer; only what else can go wrong is said at a function.

pub mod accounts;
mod address;
pub mod alerts;
pub mod audit;
pub mod confirmations;
pub mod contact_changes;
pub mod contacts;
pub mod devices;
pub mod factors;
pub mod feedback;
pub mod flow_accounts;
pub mod flows;
pub mod former_codes;
pub mod former_passwords;
pub mod incidents;
pub mod intents;
pub mod jobs;
pub mod limits;
pub mod links;
pub mod observations;
pub mod outcome;
pub mod password_changes;
pub mod passwords;
mod pools;
mod presence;
pub mod proposals;
pub mod readiness;
pub mod readings;
pub mod recovery_codes;
pub mod revert_links;
mod schema;
mod serving;
pub mod sessions;
pub mod sign_in_tries;
mod sweep;
pub mod together;
mod transaction;
mod turns;

use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool};

use presence::Presence;
pub use serving::Serving;
pub use sweep::{SWEPT_AT_ONCE, Table, sweep};
pub use transaction::{Savepoint, Tx, settle};
use turns::Turns;
pub use turns::Whose;

/// The connection that every store function takes.
pub type Connection = AnyConnection;

/// A connection that only reads, and is in no transaction that writes.
pub type Reader = PoolConnection<Any>;

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

/// How long anybody waits for a connection, a turn included. A restart of the database may take so long without anybody noticing.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections to PostgreSQL for writing, and besides them for reading.
const POSTGRES_POOLS: (u32, u32) = (10, 6);

/// Which engine holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one process.
    Sqlite,
    /// A server that many nodes share.
    Postgres,
}

/// The database: one pool for writers, who take turns, and one for readers.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    writers: AnyPool,
    readers: AnyPool,
    turns: Turns,
    presence: Presence,
    /// What begins a transaction that will write.
    begins: &'static str,
}

impl Store {
    /// Opens the database at `url` and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the engine is unknown, the file cannot be made, another version of the program has written the database, or it
    /// does not answer.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self::connect(url).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// Opens the database at `url` as it is, for looking only; `None` where an embedded one is not there yet.
    ///
    /// # Errors
    /// [`StoreError`] when the engine is unknown or the database does not answer.
    pub async fn look(url: &str) -> Result<Option<Self>, StoreError> {
        match address::sqlite(url)? {
            Some(file) if !file.path.exists() => Ok(None),
            _ => Self::connect(url).await.map(Some),
        }
    }

    async fn connect(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        if let Some(file) = address::sqlite(url)? {
            address::create_private(&file.path)?;
            Ok(Self {
                engine: Engine::Sqlite,
                writers: pools::sqlite(&file.url, 1).await?,
                readers: pools::sqlite(&file.url, 4).await?,
                turns: Turns::new(1),
                presence: Presence::new(),
                // The write lock is taken at once, so that two writers queue instead of failing.
                begins: "BEGIN IMMEDIATE",
            })
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let (writing, reading) = POSTGRES_POOLS;
            Ok(Self {
                engine: Engine::Postgres,
                writers: pools::postgres(writing).connect(url).await?,
                readers: pools::postgres_readers(url, reading).await?,
                turns: Turns::new(writing),
                presence: Presence::new(),
                begins: if pools::is_pooled(url) {
                    pools::BEGIN_POOLED
                } else {
                    "BEGIN"
                },
            })
        } else {
            Err(StoreError::UnknownEngine)
        }
    }

    /// Whether nothing that depends on the key file has been stored yet.
    pub async fn is_new(&self) -> Result<bool, StoreError> {
        let mut connection = self.read().await?;
        let used =
            passwords::is_any(&mut connection).await? || flows::is_any(&mut connection).await?;
        Ok(!used)
    }

    /// The engine behind this store.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Opens a transaction that will write, for somebody who waits for an answer.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        self.begin_as(Whose::Request).await
    }

    /// Opens a transaction that will write.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn begin_as(&self, whose: Whose) -> Result<Tx, sqlx::Error> {
        let got = async {
            let turn = self.turns.wait(whose).await;
            let turn = turn.ok_or(sqlx::Error::PoolTimedOut)?;
            Ok::<_, sqlx::Error>((self.writers.acquire().await?, turn))
        };
        let (connection, turn) = self.wait(&self.writers, got).await?;
        Tx::begin(connection, self.engine, self.begins, turn).await
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn read(&self) -> Result<Reader, sqlx::Error> {
        self.wait(&self.readers, self.readers.acquire()).await
    }

    async fn wait<T>(
        &self,
        pool: &AnyPool,
        got: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        match self.engine {
            // It is a file: it does not go away for a while.
            Engine::Sqlite => tokio::time::timeout(PATIENCE, got)
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)?,
            Engine::Postgres => self.presence.wait(pool, got).await,
        }
    }

    /// Closes all connections, after the statements under way.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}
