//! What a server logs. It is written down by the server and read here at another moment, so whoever looks says first what is waited for.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

use super::{Server, until};

/// What a server logs, a line each.
pub type Log = Arc<Mutex<Vec<String>>>;

/// Reads lines as they come.
pub(super) fn collect(from: impl AsyncRead + Unpin + Send + 'static, into: Log) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            into.lock().expect("no test panics with it").push(line);
        }
    });
}

/// Waits until a log has a line with this in it; the line.
pub async fn until_logged(log: &Log, what: &str) -> String {
    until(&format!("{what:?} in the log"), async || {
        let log = log.lock().expect("no test panics with it");
        log.iter().find(|line| line.contains(what)).cloned()
    })
    .await
}

impl Server {
    /// Waits until it has logged this, now or before; the line. For what workers log at a moment of their own.
    pub async fn until_logged(&self, what: &str) -> String {
        until_logged(&self.log, what).await
    }

    /// Everything that it had logged when this was called. What a post makes it log is in here once the post is answered; what a worker does
    /// needs something later to wait for first.
    pub async fn whole_log(&self) -> String {
        // One more request, whose own line comes behind all others.
        let last = self.browser().look("/healthz").await;
        let number = last.header("x-request-id").expect("a number").to_owned();
        until_logged(&self.log, &number).await;
        self.log.lock().expect("no test panics with it").join("\n")
    }

    /// What it has logged that this can be said of.
    pub async fn logged(&self, about: impl Fn(&str) -> bool) -> Vec<String> {
        let log = self.whole_log().await;
        let lines = log.lines().filter(|line| about(line));
        lines.map(str::to_owned).collect()
    }
}
