//! Whether the database is there. Once somebody has waited for it in vain it is asked again and again until it answers, and whoever comes
//! meanwhile is not kept waiting as long. One that is only busy answers, and is waited for as ever.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AnyPool, Connection as _};
use tokio::sync::watch;

use super::database::PATIENCE;

/// How long anybody waits while it is known to be away. It may come back in that time.
const WHILE_AWAY: Duration = Duration::from_secs(1);
/// How far apart it is asked then.
const ASKS_EVERY: Duration = Duration::from_millis(500);
/// How long opening a connection may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// What is known of a database server.
#[derive(Debug, Clone)]
pub(super) struct Presence(Arc<Watch>);

#[derive(Debug)]
struct Watch {
    is_away: watch::Sender<bool>,
    /// Somebody asks it just now.
    is_asked: AtomicBool,
}

impl Presence {
    pub(super) fn new() -> Self {
        Self(Arc::new(Watch {
            is_away: watch::Sender::new(false),
            is_asked: AtomicBool::new(false),
        }))
    }

    /// Waits for a connection of a pool as long as there is sense in it.
    ///
    /// # Errors
    /// That of `got`, or [`sqlx::Error::PoolTimedOut`].
    pub(super) async fn wait<T>(
        &self,
        pool: &AnyPool,
        got: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        let got = tokio::select! {
            biased;
            got = got => got,
            () = self.enough() => Err(sqlx::Error::PoolTimedOut),
        };
        let is_missed = |error: &sqlx::Error| {
            matches!(
                error,
                sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::Tls(_)
            )
        };
        if got.as_ref().err().is_some_and(is_missed) {
            self.ask(pool);
        }
        got
    }

    /// Ends when whoever begins to wait now has waited enough. That it is away may become known meanwhile.
    async fn enough(&self) {
        let mut is_away = self.0.is_away.subscribe();
        let in_vain = async {
            tokio::time::sleep(WHILE_AWAY).await;
            // What tells it is ours, and there as long as we are.
            let _ = is_away.wait_for(|is_away| *is_away).await;
        };
        tokio::select! {
            () = in_vain => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
    }

    /// Asks whether it is there, past the pools, which may all be in use; until it is, if it is not. One at a time.
    fn ask(&self, pool: &AnyPool) {
        if self.0.is_asked.swap(true, Ordering::SeqCst) {
            return;
        }
        let (known, pool) = (Arc::clone(&self.0), pool.clone());
        tokio::spawn(async move {
            let options = pool.connect_options();
            while !pool.is_closed() && !answers(&options).await {
                if !known.is_away.send_replace(true) {
                    tracing::warn!("the database does not answer: nobody waits for it for long");
                }
                tokio::time::sleep(ASKS_EVERY).await;
            }
            if known.is_away.send_replace(false) {
                tracing::info!("the database answers again");
            }
            known.is_asked.store(false, Ordering::SeqCst);
        });
    }
}

/// Whether a connection can be opened, or is refused by a server that works.
async fn answers(options: &AnyConnectOptions) -> bool {
    let opened = AnyConnection::connect_with(options);
    match tokio::time::timeout(ANSWERS_WITHIN, opened).await {
        Ok(Ok(connection)) => {
            // It has answered, whatever comes of this.
            let _ = connection.close_hard().await;
            true
        }
        // Class 57: it is being started or stopped.
        Ok(Err(sqlx::Error::Database(error))) => {
            !error.code().is_some_and(|code| code.starts_with("57"))
        }
        Ok(Err(_)) | Err(_) => false,
    }
}
