//! The connections to the database, and what each is told when it is opened or handed out.

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Executor as _};

use super::database::PATIENCE;

pub(super) async fn sqlite(url: &str, connections: u32) -> Result<AnyPool, sqlx::Error> {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
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

/// A connection is tried before it is used, so that a restart of the server costs nobody an answer.
pub(super) fn postgres(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(true)
}

/// Whether a pooler stands between that hands every transaction to another server. The address says so in the driver's own words, which are
/// that no statement is kept.
pub(super) fn is_pooled(url: &str) -> bool {
    url.contains("statement-cache-capacity=0")
}

/// Whatever others have prepared under our names on the server that a pooler gives us is forgotten.
pub(super) const FORGET_STATEMENTS: &str = "DEALLOCATE ALL";
pub(super) const BEGIN_POOLED: &str = "BEGIN; DEALLOCATE ALL";
const BEGIN_READING_POOLED: &str = "BEGIN READ ONLY; DEALLOCATE ALL";

/// Where statements are not kept, a pooler stands between that hands every transaction to another server: then reading is done in one too,
/// so that what was prepared is there when it is asked for.
pub(super) async fn postgres_readers(url: &str, connections: u32) -> Result<AnyPool, sqlx::Error> {
    let options = postgres(connections);
    if !is_pooled(url) {
        return options.connect(url).await;
    }
    options
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(BEGIN_READING_POOLED).await.map(drop) })
        })
        .before_acquire(|connection, _| {
            Box::pin(async move { connection.execute(BEGIN_READING_POOLED).await.map(|_| true) })
        })
        .after_release(|connection, _| {
            Box::pin(async move { connection.execute("ROLLBACK").await.map(|_| true) })
        })
        .connect(url)
        .await
}
