//! Who writes next. Requests and workers share the writers fairly: each waits in its own line, and a worker, which does many things in one
//! turn, is let in after a few requests however many of them wait. Tidying up only has the turns that nobody else wants.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Requests that are served before a worker which waits is let in.
const REQUESTS_BETWEEN: u32 = 6;
/// Requests that are let in while a worker is at it, where several write at once. A worker takes at least so many jobs in its turn, so that it
/// never falls behind what requests give it to do.
const REQUESTS_MEANWHILE: u64 = 24;

/// Whose turn is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Somebody waits for the answer.
    Request,
    /// A worker, with as much to do as it may.
    Worker,
    /// What can wait until nobody else wants to write.
    Tidying,
}

#[derive(Debug, Default)]
struct Lines {
    free: u32,
    /// Requests that were let in since a worker was.
    since: u32,
    /// Requests that were let in so far.
    requests_so_far: u64,
    /// Workers that are at it, each by what stood there when it was let in.
    at_it: Vec<u64>,
    requests: VecDeque<oneshot::Sender<Turn>>,
    workers: VecDeque<oneshot::Sender<Turn>>,
    tidying: VecDeque<oneshot::Sender<Turn>>,
}

impl Lines {
    fn line(&mut self, whose: Whose) -> &mut VecDeque<oneshot::Sender<Turn>> {
        match whose {
            Whose::Request => &mut self.requests,
            Whose::Worker => &mut self.workers,
            Whose::Tidying => &mut self.tidying,
        }
    }

    /// Whether requests wait for a worker that is at it.
    fn holds_requests(&self) -> bool {
        let oldest = self.at_it.first();
        oldest.is_some_and(|oldest| self.requests_so_far - oldest >= REQUESTS_MEANWHILE)
    }

    /// Who is let in next, of those who may be.
    fn next(&self) -> Option<Whose> {
        let is_held = self.requests.is_empty() || self.holds_requests();
        if !self.workers.is_empty() && (self.since >= REQUESTS_BETWEEN || is_held) {
            Some(Whose::Worker)
        } else if !is_held {
            Some(Whose::Request)
        } else if self.requests.is_empty() && !self.tidying.is_empty() {
            Some(Whose::Tidying)
        } else {
            None
        }
    }

    /// Lets somebody in; what is to be known at the end of the turn.
    fn let_in(&mut self, whose: Whose) -> Option<u64> {
        self.free -= 1;
        match whose {
            Whose::Request => {
                self.since = self.since.saturating_add(1);
                self.requests_so_far += 1;
                None
            }
            Whose::Worker => {
                self.since = 0;
                self.at_it.push(self.requests_so_far);
                Some(self.requests_so_far)
            }
            Whose::Tidying => None,
        }
    }

    fn let_out(&mut self, worker: Option<u64>) {
        self.free += 1;
        let at = worker.and_then(|begun| self.at_it.iter().position(|other| *other == begun));
        if let Some(at) = at {
            self.at_it.remove(at);
        }
    }
}

/// The lines before the writers.
#[derive(Debug, Clone)]
pub(super) struct Turns(Arc<Mutex<Lines>>);

/// The right to use one writer; passed on when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    /// `None` once it is passed on.
    turns: Option<Turns>,
    /// Which of the workers that are at it.
    worker: Option<u64>,
}

impl Turns {
    /// So many may write at once.
    pub(super) fn new(writers: u32) -> Self {
        Self(Arc::new(Mutex::new(Lines {
            free: writers,
            ..Lines::default()
        })))
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn; `None` never comes while these lines exist.
    pub(super) async fn wait(&self, whose: Whose) -> Option<Turn> {
        let waiting = {
            let mut lines = self.lines();
            let (sender, waiting) = oneshot::channel();
            lines.line(whose).push_back(sender);
            self.let_in(&mut lines);
            waiting
        };
        waiting.await.ok()
    }

    /// Lets in whoever may be let in now.
    fn let_in(&self, lines: &mut Lines) {
        while lines.free > 0
            && let Some(whose) = lines.next()
            && let Some(next) = lines.line(whose).pop_front()
        {
            if next.is_closed() {
                // Gone while it waited.
                continue;
            }
            let worker = lines.let_in(whose);
            let turn = Turn {
                turns: Some(self.clone()),
                worker,
            };
            if let Err(mut refused) = next.send(turn) {
                // Gone just now. Its turn ends here, not by its drop.
                refused.turns = None;
                lines.let_out(worker);
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.turns.take() {
            let mut lines = turns.lines();
            lines.let_out(self.worker);
            turns.let_in(&mut lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets everybody in who waits, one after the other; who it was.
    async fn served(turns: &Turns, first: Turn, waiting: Vec<(char, Whose)>) -> String {
        let order = Arc::new(Mutex::new(String::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for (name, whose) in waiting {
            let (turns, order) = (turns.clone(), Arc::clone(&order));
            tasks.spawn(async move {
                let turn = turns.wait(whose).await.unwrap();
                order.lock().unwrap().push(name);
                drop(turn);
            });
            tokio::task::yield_now().await;
        }
        drop(first);
        tasks.join_all().await;
        order.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn a_worker_waits_for_a_few_requests_only() {
        let turns = Turns::new(1);
        let first = turns.wait(Whose::Request).await.unwrap();
        let mut waiting = vec![('t', Whose::Tidying)];
        waiting.extend([('r', Whose::Request); 14]);
        waiting.extend([('w', Whose::Worker); 3]);
        assert_eq!(served(&turns, first, waiting).await, "rrrrrwrrrrrrwrrrwt");
        assert!(turns.wait(Whose::Tidying).await.is_some());
    }

    #[tokio::test]
    async fn requests_wait_for_a_worker_that_is_at_it() {
        let turns = Turns::new(10);
        let worker = turns.wait(Whose::Worker).await.unwrap();
        for _ in 0..REQUESTS_MEANWHILE {
            drop(turns.wait(Whose::Request).await.unwrap());
        }
        let mut held = Box::pin(turns.wait(Whose::Request));
        assert!(futures::poll!(held.as_mut()).is_pending());
        drop(turns.wait(Whose::Worker).await.unwrap());
        assert!(futures::poll!(held.as_mut()).is_pending());
        drop(worker);
        assert!(futures::poll!(held.as_mut()).is_ready());
    }

    #[tokio::test]
    async fn the_turn_of_somebody_who_has_gone_is_passed_on() {
        let turns = Turns::new(1);
        let first = turns.wait(Whose::Request).await.unwrap();
        {
            let mut gone = Box::pin(turns.wait(Whose::Request));
            let _ = futures::poll!(gone.as_mut());
        }
        assert_eq!(
            served(&turns, first, vec![('r', Whose::Request)]).await,
            "r"
        );
    }
}
