//! The database as it is open: which engine it is, its connections and how one waits for them.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool};

use super::presence::Presence;
use super::turns::Turns;
use super::{StoreError, Tx, Whose, address, flows, passwords, pools};

/// The connection that every store function takes.
pub type Connection = AnyConnection;

/// A connection that only reads, and is in no transaction that writes.
pub type Reader = PoolConnection<Any>;

/// How long anybody waits for a connection, a turn included. A restart of the database may take so long without anybody noticing.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

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
    pub(super) engine: Engine,
    pub(super) writers: AnyPool,
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
