//! Writes of workers that are done together: whatever waits when the turn comes goes into one transaction, each part with a savepoint of its
//! own, so that a part which fails takes none of the others along.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::oneshot;

use crate::server::failure::Broken;
use crate::server::store::{Engine, Store, Tx, Whose};

/// Parts of one transaction at the most, so that requests need not wait long.
const AT_ONCE: usize = 64;
/// The pause before the same is tried again when the database does not answer.
const TRIES_EVERY: Duration = Duration::from_millis(500);

/// A part. It may be done more than once: a transaction that fails takes back what it did.
type Part = Box<dyn for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<(), Broken>> + Send + Sync>;

struct Waiting {
    part: Part,
    done: oneshot::Sender<Result<(), Broken>>,
}

/// The parts that wait, and the right to do them.
#[derive(Default)]
pub struct Together {
    waiting: Mutex<VecDeque<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

impl fmt::Debug for Together {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Together").finish_non_exhaustive()
    }
}

impl Together {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does a part with the others that wait. While the database does not answer it waits: what a part writes down has happened, and must
    /// not happen again because nobody knows of it.
    ///
    /// # Errors
    /// What the part itself ran into, and then nothing of it is written.
    pub async fn write(
        &self,
        store: &Store,
        part: impl for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<(), Broken>> + Send + Sync + 'static,
    ) -> Result<(), Broken> {
        let (done, mut answer) = oneshot::channel();
        let part = Box::new(part);
        self.waiting().push_back(Waiting { part, done });
        loop {
            // Whoever has the turn does what waits for the others too.
            let _turn = self.turn.lock().await;
            if let Ok(answer) = answer.try_recv() {
                return answer;
            }
            self.write_some(store).await;
        }
    }

    async fn write_some(&self, store: &Store) {
        let mut parts: Vec<Waiting> = Vec::new();
        let results = loop {
            match self.try_some(store, &mut parts).await {
                Ok(results) => break results,
                Err(error) => {
                    error.log("what became of messages cannot be written down yet");
                    tokio::time::sleep(TRIES_EVERY).await;
                }
            }
        };
        for (Waiting { done, .. }, result) in parts.into_iter().zip(results) {
            let _ = done.send(result);
        }
    }

    async fn try_some(
        &self,
        store: &Store,
        parts: &mut Vec<Waiting>,
    ) -> Result<Vec<Result<(), Broken>>, Broken> {
        let mut tx = store.begin_as(Whose::Worker).await?;
        {
            // Now, so that whatever came while the turn was waited for is done too.
            let mut waiting = self.waiting();
            let at_once = match store.engine() {
                Engine::Sqlite => AT_ONCE,
                // Rows are locked one by one there, in no order that others keep: whoever holds one at a time waits in no circle.
                Engine::Postgres => 1,
            };
            let more = at_once.saturating_sub(parts.len()).min(waiting.len());
            parts.extend(waiting.drain(..more));
        }
        let mut results = Vec::with_capacity(parts.len());
        for Waiting { part, .. } in parts.iter() {
            let savepoint = tx.savepoint().await?;
            match part(&mut tx).await {
                Ok(()) => {
                    tx.keep(savepoint).await?;
                    results.push(Ok(()));
                }
                // The transaction is over, and nothing of it is true.
                Err(error) if error.is_passing() => return Err(error),
                Err(error) => {
                    tx.back_to(savepoint).await?;
                    results.push(Err(error));
                }
            }
        }
        tx.commit().await?;
        Ok(results)
    }
}
