//! Every SQL statement of the program, one file a table, and the one place that knows which database engine it is.
//!
//! Functions take the open connection; only use-cases open transactions, through [`Store::begin`].

pub mod accounts;
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
pub mod outcome;
pub mod password_changes;
pub mod passwords;
pub mod readings;
pub mod recovery_codes;
pub mod sessions;
pub mod sign_in_tries;
pub mod stop_links;
mod transaction;

use std::path::Path;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Executor};

pub use transaction::Tx;

/// The connection that every store function takes.
pub type Connection = AnyConnection;

/// Why the database could not be opened or asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address in `[database] url` is of no known kind.
    #[error("[database] url must begin with sqlite:// or postgres://")]
    UnknownEngine,
    /// The folder or file of an embedded database cannot be made.
    #[error("cannot create the database file {path}: {source}")]
    File {
        /// The file that was to be made.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The database refused or did not answer.
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// The schema, change by change.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Which engine holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one process.
    Sqlite,
    /// A server that many nodes share.
    Postgres,
}

/// The database: one pool for writers and one for readers (the same pool on PostgreSQL).
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    writers: AnyPool,
    readers: AnyPool,
}

impl Store {
    /// Opens the database at `url` and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the engine is unknown, the file cannot be made, or the database does not answer.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self::connect(url).await?;
        MIGRATIONS.run(&store.writers).await?;
        Ok(store)
    }

    /// Opens the database at `url` as it is, for looking only; `None` where an embedded one is not there yet.
    ///
    /// # Errors
    /// [`StoreError`] when the engine is unknown or the database does not answer.
    pub async fn look(url: &str) -> Result<Option<Self>, StoreError> {
        match sqlite_file(url) {
            Some(file) if !Path::new(file).exists() => Ok(None),
            _ => Self::connect(url).await.map(Some),
        }
    }

    /// How many changes of the schema wait for the next start of the server.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pending_migrations(&self) -> Result<usize, StoreError> {
        Ok(MIGRATIONS
            .iter()
            .count()
            .saturating_sub(self.applied_migrations().await?))
    }

    /// Whether there are tables at all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_schema(&self) -> Result<bool, StoreError> {
        Ok(self.applied_migrations().await? > 0)
    }

    async fn applied_migrations(&self) -> Result<usize, StoreError> {
        let mut connection = self.read().await?;
        let applied: Result<(i64,), sqlx::Error> =
            sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations")
                .fetch_one(&mut *connection)
                .await;
        match applied {
            Ok((applied,)) => Ok(usize::try_from(applied).unwrap_or(0)),
            // A database without that table is empty.
            Err(sqlx::Error::Database(_)) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    async fn connect(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        if let Some(file) = sqlite_file(url) {
            create_private(Path::new(file))?;
            Ok(Self {
                engine: Engine::Sqlite,
                writers: sqlite_pool(url, 1).await?,
                readers: sqlite_pool(url, 4).await?,
            })
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = AnyPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(10))
                .connect(url)
                .await?;
            Ok(Self {
                engine: Engine::Postgres,
                writers: pool.clone(),
                readers: pool,
            })
        } else {
            Err(StoreError::UnknownEngine)
        }
    }

    /// Whether nothing that depends on the key file has been stored yet.
    ///
    /// # Errors
    /// When the database does not answer.
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

    /// Opens a transaction that will write. On SQLite it takes the write lock at once, so that two of them queue instead of failing.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        let begun = match self.engine {
            Engine::Sqlite => self.writers.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.writers.begin().await?,
        };
        Ok(Tx::new(begun))
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn read(&self) -> Result<PoolConnection<Any>, sqlx::Error> {
        self.readers.acquire().await
    }

    /// Closes all connections, after the statements under way.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

/// The file of an embedded database; `None` for another engine.
fn sqlite_file(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite:")?
        .trim_start_matches("//")
        .split('?')
        .next()
}

/// A table of which rows are forgotten once they are over.
#[derive(Debug, Clone, Copy)]
pub enum Table {
    /// Replaced codes that would have died by now.
    FormerCodes,
    /// Flows that have ended for lack of use.
    Flows,
    /// Jobs that are done.
    Jobs,
    /// Sessions that have ended by themselves.
    Sessions,
    /// Buckets that have been full again.
    Limits,
    /// Tries to sign in that nobody has added to.
    SignInTries,
    /// Browsers that were known and are not used any more.
    Devices,
    /// Intents.
    Intents,
    /// Links that have ended.
    Links,
    /// Facts.
    Audit,
    /// What people said of the pages.
    Feedback,
    /// Contacts that have ended.
    Contacts,
    /// Changes of contacts.
    ContactChanges,
    /// Links that stop a change.
    StopLinks,
    /// Changes of passwords.
    PasswordChanges,
}

/// Rows that one [`sweep`] forgets at the most, so that its transaction stays short.
pub const SWEPT_AT_ONCE: u32 = 1000;

/// Forgets rows of a table that were over before `before`, in microseconds since the epoch; tells how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(
    connection: &mut Connection,
    table: Table,
    before: i64,
) -> Result<u64, sqlx::Error> {
    match table {
        Table::Flows => flows::sweep(connection, before).await,
        Table::Jobs => jobs::sweep(connection, before).await,
        Table::Sessions => sessions::sweep(connection, before).await,
        Table::Limits => limits::sweep(connection, before).await,
        Table::SignInTries => sign_in_tries::sweep(connection, before).await,
        Table::Devices => devices::sweep(connection, before).await,
        Table::Intents => intents::sweep(connection, before).await,
        Table::Links => links::sweep(connection, before).await,
        Table::Audit => audit::sweep(connection, before).await,
        Table::Feedback => feedback::sweep(connection, before).await,
        Table::Contacts => contacts::sweep(connection, before).await,
        Table::ContactChanges => contact_changes::sweep(connection, before).await,
        Table::StopLinks => stop_links::sweep(connection, before).await,
        Table::FormerCodes => former_codes::sweep(connection, before).await,
        Table::PasswordChanges => password_changes::sweep(connection, before).await,
    }
}

async fn sqlite_pool(url: &str, connections: u32) -> Result<AnyPool, sqlx::Error> {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(|connection, _| {
            Box::pin(async move {
                // FULL: a page that said "sent" must survive a power cut, not only a crash of the process.
                connection
                    .execute(
                        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;",
                    )
                    .await?;
                Ok(())
            })
        })
        .connect(url)
        .await
}

/// Makes the database file, readable by its owner only: it holds names and addresses.
fn create_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let failed = |source| StoreError::File {
        path: path.display().to_string(),
        source,
    };
    if path.as_os_str().is_empty() || path == Path::new(":memory:") {
        return Err(StoreError::UnknownEngine);
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map(drop)
        .map_err(failed)
}
