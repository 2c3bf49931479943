//! The clock, and the unit of every stored time.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::SeqCst;

/// Microseconds in a second: the unit of every stored time.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Microseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Microseconds in a day.
pub const DAY: i64 = 24 * HOUR;

/// The time. Under `--dev` it can be moved, set and stopped, so that tests neither wait nor depend on the moment at which they run.
#[derive(Debug, Default)]
pub struct Clock {
    /// How far it is ahead of the machine's clock while it runs.
    ahead: AtomicI64,
    /// What it shows while it is stopped; 0 where it runs.
    stopped_at: AtomicI64,
}

impl Clock {
    /// Microseconds since the Unix epoch, UTC. A stopped clock goes on by one at each look: what comes later must not be told from what was
    /// before by luck.
    pub fn now(&self) -> i64 {
        let stopped = self
            .stopped_at
            .fetch_update(SeqCst, SeqCst, |at| (at > 0).then_some(at + 1));
        stopped.unwrap_or_else(|_| Self::machine().saturating_add(self.ahead.load(SeqCst)))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the operating system for the time"
    )]
    fn machine() -> i64 {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |elapsed| {
                i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
            })
    }

    /// Moves it ahead by so many microseconds; a stopped one stays stopped.
    pub fn advance(&self, by: i64) {
        let hand = if self.is_stopped() {
            &self.stopped_at
        } else {
            &self.ahead
        };
        hand.fetch_add(by, SeqCst);
    }

    /// Sets it to a time after 1970, in microseconds since the Unix epoch; a stopped one stays stopped.
    pub fn set(&self, at: i64) {
        if self.is_stopped() {
            self.stopped_at.store(at.max(1), SeqCst);
        } else {
            self.ahead.store(at.saturating_sub(Self::machine()), SeqCst);
        }
    }

    /// Stops it where it is.
    pub fn stop(&self) {
        self.stopped_at.store(self.now().max(1), SeqCst);
    }

    /// Lets it run on from where it was stopped.
    pub fn run(&self) {
        let now = self.now();
        self.stopped_at.store(0, SeqCst);
        self.set(now);
    }

    /// Whether it is stopped.
    pub fn is_stopped(&self) -> bool {
        self.stopped_at.load(SeqCst) > 0
    }
}
