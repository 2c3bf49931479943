//! A database that takes nothing: told without the outbox, which is in it. Each node tells its own, and each who is told is told by a task of
//! its own, so that a relay that hangs keeps nobody else from hearing of it.
use tokio::task::JoinHandle;

use super::{notice, pause};
use crate::server::base::clock::{DAY, SECOND};
use crate::server::base::failure::Fault;
use crate::server::base::random::random_id;
use crate::server::config::Alert;
use crate::server::context::Shared;
use crate::server::delivery::alert::{IncidentNotice, NotDelivered};
use crate::server::health::incidents::DATABASE;

/// An outage, from when it is told until everybody knows that it is over.
pub(super) struct Outage {
    told: IncidentNotice,
    since: i64,
    listeners: Vec<Listener>,
}

/// One who is to be told, in the order of the configuration.
#[derive(Default)]
struct Listener {
    /// Has been told that it began, and not yet that it is over.
    knows: bool,
    attempts: i64,
    again_at: i64,
    under_way: Option<Delivery>,
}

/// What one is being told.
struct Delivery {
    is_over: bool,
    done: JoinHandle<Result<(), NotDelivered>>,
}

impl Outage {
    /// Since when, and what the last attempt ran into.
    pub(super) fn begin(ctx: &Shared, error: &Fault, since: i64) -> Self {
        let why = why(error, (ctx.now() - since) / SECOND);
        Self {
            told: notice(ctx, DATABASE, false, &why, since),
            since,
            listeners: ctx.alerts.to.iter().map(|_| Listener::default()).collect(),
        }
    }

    /// Hears how the tellings went that are done, and begins those that are due. Waits for none.
    pub(super) async fn tell(&mut self, ctx: &Shared) {
        for (number, listener) in self.listeners.iter_mut().enumerate() {
            listener.hear(ctx, number).await;
            // Of the end hears whoever has heard of the beginning.
            let is_due = listener.knows == self.told.is_over && listener.again_at <= ctx.now();
            if is_due && listener.under_way.is_none() {
                listener.under_way = begin(ctx, number, &self.told);
            }
        }
    }

    /// It works again: from now on that is told. Whether it did not a moment ago.
    pub(super) fn end(&mut self) -> bool {
        let is_news = !self.told.is_over;
        if is_news {
            self.told.is_over = true;
            for listener in &mut self.listeners {
                listener.attempts = 0;
                listener.again_at = 0;
            }
        }
        is_news
    }

    /// Whether there is nobody left to be told.
    pub(super) fn is_done(&self, ctx: &Shared) -> bool {
        let is_left = |listener: &Listener| listener.knows || listener.under_way.is_some();
        !self.listeners.iter().any(is_left) || self.since + DAY < ctx.now()
    }
}

impl Listener {
    /// Takes note of a telling that is done.
    async fn hear(&mut self, ctx: &Shared, number: usize) {
        let is_done = |telling: &mut Delivery| telling.done.is_finished();
        let Some(telling) = self.under_way.take_if(is_done) else {
            return;
        };
        match telling.done.await {
            Ok(Ok(())) => {
                self.knows = !telling.is_over;
                self.attempts = 0;
            }
            Ok(Err(error)) => {
                let to = ctx.alerts.to.get(number).map(Alert::name);
                tracing::warn!(%error, to, "the operator cannot be told yet");
                self.wait(ctx);
            }
            Err(_) => self.wait(ctx),
        }
    }

    fn wait(&mut self, ctx: &Shared) {
        self.attempts += 1;
        self.again_at = ctx.now() + pause(self.attempts);
    }
}

fn begin(ctx: &Shared, number: usize, told: &IncidentNotice) -> Option<Delivery> {
    let id = random_id().ok()?;
    let (ctx, told) = (ctx.clone(), told.clone());
    Some(Delivery {
        is_over: told.is_over,
        done: tokio::spawn(async move {
            match ctx.alerts.to.get(number) {
                Some(to) => {
                    let tell = ctx.alerts.tell(&ctx.mailer, to, &told, &id, ctx.now());
                    tell.await
                }
                None => Ok(()),
            }
        }),
    })
}

/// What the operator can act on: the words of a library about its own pool say nothing of the database.
fn why(error: &Fault, seconds: i64) -> String {
    match error {
        Fault::Database(sqlx::Error::Database(said)) => format!(
            "the database has refused to read or write for {seconds} seconds: {}; look at its disk, its log, and what else holds it",
            said.message()
        ),
        Fault::Database(_) => format!(
            "the database has not answered for {seconds} seconds: look at whether it runs, whether this server reaches it, and whether it has connections and disk to spare"
        ),
        other => format!("reading or writing has failed for {seconds} seconds: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_s_own_words_are_not_passed_on() {
        for error in [
            sqlx::Error::PoolTimedOut,
            sqlx::Error::PoolClosed,
            sqlx::Error::WorkerCrashed,
            std::io::Error::from(std::io::ErrorKind::ConnectionRefused).into(),
        ] {
            let why = why(&Fault::Database(error), 12);
            let begins = "the database has not answered for 12 seconds: look at";
            assert!(why.starts_with(begins), "{why}");
        }
    }
}
