//! An open transaction, and what is to be announced once it has been committed. A connection whose transaction did not end as it should
//! is closed: what state it is in, only the engine knows.
use std::fmt;
use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Any, Executor as _};

use super::turns::Turn;
use super::{Connection, Engine};
use crate::server::base::failure::Failure;

/// Something to do once what it is about is true.
type Announcement = Box<dyn FnOnce() + Send>;

/// An open transaction; rolled back when dropped without a commit.
pub struct Tx {
    connection: PoolConnection<Any>,
    engine: Engine,
    /// Neither committed nor rolled back yet.
    is_open: bool,
    announcements: Vec<Announcement>,
    /// Given up after the connection, so the next one finds it free.
    _turn: Turn,
}

/// A place inside a transaction to which it can be taken back.
#[derive(Debug)]
#[must_use]
pub struct Savepoint {
    /// How many announcements there were.
    announcements: usize,
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").finish_non_exhaustive()
    }
}

impl Tx {
    pub(super) async fn begin(
        connection: PoolConnection<Any>,
        engine: Engine,
        begins: &'static str,
        turn: Turn,
    ) -> Result<Self, sqlx::Error> {
        let mut tx = Self {
            connection,
            engine,
            is_open: true,
            announcements: Vec::new(),
            _turn: turn,
        };
        tx.say(begins).await?;
        Ok(tx)
    }

    /// The engine that it is of.
    pub(super) fn engine(&self) -> Engine {
        self.engine
    }

    async fn say(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        self.connection.execute(statement).await?;
        Ok(())
    }

    /// Leaves for after the commit what must not be said, logged or counted when there is none.
    pub fn once_committed(&mut self, announcement: impl FnOnce() + Send + 'static) {
        self.announcements.push(Box::new(announcement));
    }

    /// Makes what was written true, and then announces it.
    ///
    /// # Errors
    /// When the database does not answer, or has ended the transaction by itself; then nothing is announced, and nothing is true.
    pub async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.say(match self.engine {
            Engine::Sqlite => "COMMIT",
            // PostgreSQL answers the COMMIT of a failed transaction with a rollback and no error; a statement before it is refused.
            Engine::Postgres => "SELECT 1; COMMIT",
        })
        .await?;
        self.is_open = false;
        for announcement in std::mem::take(&mut self.announcements) {
            announcement();
        }
        Ok(())
    }

    /// Takes back what was written. There is nothing to do where that fails: the connection is closed, and the engine takes it back.
    pub async fn rollback(mut self) {
        match self.say("ROLLBACK").await {
            Ok(()) => self.is_open = false,
            Err(error) => tracing::warn!(%error, "a transaction had ended by itself"),
        }
    }

    /// Marks a place to which [`Tx::back_to`] goes.
    pub async fn savepoint(&mut self) -> Result<Savepoint, sqlx::Error> {
        self.say("SAVEPOINT part").await?;
        Ok(Savepoint {
            announcements: self.announcements.len(),
        })
    }

    /// What was written since a savepoint belongs to the transaction.
    pub async fn keep(&mut self, _: Savepoint) -> Result<(), sqlx::Error> {
        self.say("RELEASE SAVEPOINT part").await
    }

    /// Takes back what was written since a savepoint, and what was to be announced of it.
    ///
    /// # Errors
    /// When the database does not answer, or has ended the transaction by itself.
    pub async fn back_to(&mut self, savepoint: Savepoint) -> Result<(), sqlx::Error> {
        self.announcements.truncate(savepoint.announcements);
        self.say("ROLLBACK TO SAVEPOINT part").await?;
        self.say("RELEASE SAVEPOINT part").await
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if self.is_open {
            self.connection.close_on_drop();
        }
    }
}

impl Deref for Tx {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

/// Ends the transaction of a use-case: what it counted stays counted when it refuses, and only a fault undoes everything.
///
/// # Errors
/// The use-case's own, or that the database did not answer.
pub async fn settle<T, R: fmt::Debug>(
    tx: Tx,
    result: Result<T, Failure<R>>,
) -> Result<T, Failure<R>> {
    match &result {
        Ok(_) | Err(Failure::Rejected(_)) => tx.commit().await?,
        // Not to be trusted with another transaction: the connection is closed.
        Err(Failure::Fault(error)) if error.is_passing() => drop(tx),
        Err(_) => tx.rollback().await,
    }
    result
}
