//! Waiting for what workers do at a moment of their own.

use super::{Server, until};

impl Server {
    /// Waits until the workers have nothing left to do.
    pub async fn settle(&self) {
        until("the outbox is empty", async || {
            let waiting = "SELECT COUNT(*) FROM jobs WHERE state = 'waiting'";
            (self.db.number(waiting).await == 0).then_some(())
        })
        .await;
    }

    /// Waits until everybody who asked has been looked up.
    pub async fn settle_resolves(&self) {
        until("all are looked up", async || {
            let waiting = "SELECT COUNT(*) FROM jobs WHERE state = 'waiting' AND kind = 'resolve'";
            (self.db.number(waiting).await == 0).then_some(())
        })
        .await;
    }

    /// Waits until so many messages at least have been handed to a relay or a gateway once, whatever it answered.
    pub async fn tried(&self, messages: i64) {
        self.messages(messages, "(leased_until = 0 OR state <> 'waiting')")
            .await;
    }

    /// Waits until so many messages at least have been tried and wait for another attempt.
    pub async fn put_off(&self, messages: i64) {
        self.messages(messages, "leased_until = 0 AND state = 'waiting'")
            .await;
    }

    async fn messages(&self, at_least: i64, such: &str) {
        let query = format!(
            "SELECT COUNT(*) FROM jobs WHERE kind <> 'resolve' AND attempts > 0 AND {such}"
        );
        until(
            &format!("{at_least} messages that are {such}"),
            async || (self.db.number(&query).await >= at_least).then_some(()),
        )
        .await;
    }

    /// Waits until somebody waits for what the test's own connection has locked. PostgreSQL only.
    pub async fn until_one_waits(&self) {
        until("one waits, and nobody else", async || {
            let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
            (self.db.number(waiting).await == 1).then_some(())
        })
        .await;
    }
}
