//! Listening, and stopping in order: no new connection, what is under way is finished, then the workers.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::layers::connections::{Door, Peer};
use crate::server::context::Shared;

/// How long requests under way may take once the server was told to stop, and after them the mails under way.
pub const GRACE: Duration = Duration::from_secs(20);

/// What tells the server and its workers to stop.
#[derive(Debug, Clone, Default)]
pub struct Stop(pub CancellationToken);

impl Stop {
    /// Stops at SIGTERM or SIGINT.
    ///
    /// # Errors
    /// When the signals cannot be listened for.
    pub fn at_signals() -> Result<Self, std::io::Error> {
        let stop = Self::default();
        let (mut terminate, mut interrupt) = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        );
        let token = stop.0.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!(event = "sys_shutdown", "stopping");
            token.cancel();
        });
        Ok(stop)
    }
}

/// How long a client may take to say what it wants; then its connection is closed, so that silent ones do not use up the descriptors.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// What is kept of what a client sends ahead, and of what it has not taken yet, so that many who send and take nothing cost little.
const BUFFER: usize = 64 * 1024;

/// Serves until told to stop; connections that do not end within the grace are cut.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    ctx: &Shared,
    stop: &Stop,
) -> Result<(), std::io::Error> {
    let handle = Handle::new();
    let (told, stopping) = (stop.0.clone(), handle.clone());
    tokio::spawn(async move {
        told.cancelled().await;
        stopping.graceful_shutdown(Some(GRACE));
    });
    // Only HTTP/1: before a connection that may become HTTP/2 has said which it is, no time-out runs (hyper issue 3756). Proxies
    // speak HTTP/1.1 to what stands behind them.
    let door = Door::new(listener, ctx.clone());
    let mut server = Server::<Peer>::from_listener(door)
        .handle(handle)
        .http1_only();
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(BUFFER);
    server
        .serve(router.into_make_service_with_connect_info::<SocketAddr>())
        .await
}
