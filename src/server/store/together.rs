//! Writes of workers that are done together: whatever waits when the turn comes goes into one transaction, each part with a savepoint of its
//! own, so that a part which fails takes none of the others along.
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::oneshot;

use crate::server::base::failure::Fault;
use crate::server::store::{self, Engine, Store, Tx, Whose};

/// Parts of one transaction at the most, so that requests need not wait long.
const AT_ONCE: usize = 64;
/// So many times in a row a transaction fails before it is looked at whether the database works at all, and the fault is a part's.
const IN_VAIN: u32 = 10;
/// The pause before the same is tried again when the database does not answer.
const TRIES_EVERY: Duration = Duration::from_millis(500);

/// A part. It may be done more than once: a transaction that fails takes back what it did.
type Part = Box<dyn for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<(), Fault>> + Send + Sync>;

struct Waiting {
    part: Part,
    done: oneshot::Sender<Result<(), Fault>>,
}

/// The parts that wait, and the right to do them.
#[derive(Default)]
pub struct Together {
    waiting: Mutex<VecDeque<Waiting>>,
    turn: tokio::sync::Mutex<()>,
    /// So many of the next go alone: one of them failed a whole transaction.
    alone: AtomicUsize,
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
    /// not happen again because nobody knows of it. Where others can write and it alone cannot, it does not wait for ever.
    ///
    /// # Errors
    /// What the part itself ran into, and then nothing of it is written.
    pub async fn write(
        &self,
        store: &Store,
        part: impl for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<(), Fault>> + Send + Sync + 'static,
    ) -> Result<(), Fault> {
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
        let goes_alone = |left: usize| left.checked_sub(1);
        let is_alone = self.alone.fetch_update(SeqCst, SeqCst, goes_alone).is_ok();
        let (mut in_vain, mut at_once) = (0, if is_alone { 1 } else { at_once(store) });
        let results = loop {
            match self.try_some(store, &mut parts, at_once).await {
                Ok(results) => break results,
                Err(error) => {
                    error.log("what became of messages cannot be written down yet");
                    in_vain += u32::from(!error.is_shortage());
                    if in_vain >= IN_VAIN && works(store).await {
                        if parts.len() < 2 {
                            break vec![Err(error)];
                        }
                        // Each by itself from now on, and the others when their turn comes.
                        (in_vain, at_once) = (0, 1);
                        let others = parts.split_off(1);
                        self.alone.store(others.len(), SeqCst);
                        let mut waiting = self.waiting();
                        for other in others.into_iter().rev() {
                            waiting.push_front(other);
                        }
                        continue;
                    }
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
        at_once: usize,
    ) -> Result<Vec<Result<(), Fault>>, Fault> {
        let mut tx = store.begin_as(Whose::Worker).await?;
        {
            // Now, so that whatever came while the turn was waited for is done too.
            let mut waiting = self.waiting();
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

/// Parts of one transaction at the most.
fn at_once(store: &Store) -> usize {
    match store.engine() {
        Engine::Sqlite => AT_ONCE,
        // Rows are locked one by one there, in no order that others keep: whoever holds one at a time is in no deadlock.
        Engine::Postgres => 1,
    }
}

/// Whether something else can be written.
async fn works(store: &Store) -> bool {
    let beat = async {
        let mut tx = store.begin_as(Whose::Worker).await?;
        store::readiness::write_again(&mut tx).await?;
        tx.commit().await
    };
    beat.await.is_ok()
}
