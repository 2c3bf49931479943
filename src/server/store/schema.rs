//! The schema, change by change, and whether the database's is one that this program knows.

use std::sync::LazyLock;
use std::time::Duration;

use sqlx::Executor as _;
use sqlx::migrate::{Migrate as _, Migrator};

use super::{Connection, Engine, Store, StoreError, pools};

/// Every change. What keeps two nodes from changing it at once is [`Store::migrate`]'s.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrations = sqlx::migrate!("./migrations");
    migrations.set_locking(false);
    migrations
});
/// Where sqlx writes down which changes were made.
const APPLIED: &str = "_sqlx_migrations";
/// The advisory lock under which a node changes the schema; any number that nothing else in the database uses.
const MIGRATING: i64 = 0x0072_656b_6579;
/// How often a node asks whether another one has finished changing the schema.
const ASKS_EVERY: Duration = Duration::from_millis(250);

impl Store {
    /// Brings the schema up to date. On PostgreSQL in one transaction, so that a pooler which hands each one to another server may stand
    /// before it, and under a lock that ends with it: another node may be at the same.
    pub(super) async fn migrate(&self) -> Result<(), StoreError> {
        if self.engine == Engine::Sqlite {
            let mut connection = self.writers.acquire().await?;
            known(&mut connection, self.engine).await?;
            return Ok(MIGRATIONS.run(&mut *connection).await?);
        }
        let mut tx = self.writers.begin().await?;
        tx.execute(pools::FORGET_STATEMENTS).await?;
        for asked in 0_u32.. {
            let (locked,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_xact_lock($1)")
                .bind(MIGRATING)
                .fetch_one(&mut *tx)
                .await?;
            if locked {
                break;
            }
            if asked == 20 {
                tracing::warn!("waiting for another node that changes the database schema");
            }
            tokio::time::sleep(ASKS_EVERY).await;
        }
        known(&mut tx, self.engine).await?;
        MIGRATIONS.run(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// How many changes of the schema wait for the next start of the server.
    ///
    /// # Errors
    /// When another version of the program has written the database, or it does not answer.
    pub async fn pending_migrations(&self) -> Result<usize, StoreError> {
        let mut connection = self.read().await?;
        let applied = known(&mut connection, self.engine).await?;
        Ok(MIGRATIONS.iter().count().saturating_sub(applied))
    }

    /// Whether there are tables at all.
    pub async fn has_schema(&self) -> Result<bool, StoreError> {
        let mut connection = self.read().await?;
        is_there(&mut connection, self.engine).await
    }
}

async fn is_there(connection: &mut Connection, engine: Engine) -> Result<bool, StoreError> {
    // Asked first: a statement that fails would end the transaction on PostgreSQL.
    let tables = match engine {
        Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE name = $1",
        Engine::Postgres => "SELECT COUNT(to_regclass($1))",
    };
    let (tables,): (i64,) = sqlx::query_as(tables)
        .bind(APPLIED)
        .fetch_one(connection)
        .await?;
    Ok(tables > 0)
}

/// How many changes were made. Each must be one that this program has: what others have made of the data since, it would misread.
async fn known(connection: &mut Connection, engine: Engine) -> Result<usize, StoreError> {
    if !is_there(connection, engine).await? {
        return Ok(0);
    }
    let applied = connection.list_applied_migrations(APPLIED).await?;
    let made = applied.iter().map(|change| change.version);
    let ours = MIGRATIONS.iter().map(|change| change.version);
    let (schema, known) = (made.max().unwrap_or(0), ours.max().unwrap_or(0));
    if schema > known {
        return Err(StoreError::Newer { schema, known });
    }
    let other = applied.iter().find(|change| {
        let mut ours = MIGRATIONS.iter();
        !ours.any(|own| own.version == change.version && own.checksum == change.checksum)
    });
    match other {
        Some(change) => Err(StoreError::Other(change.version)),
        None => Ok(applied.len()),
    }
}
