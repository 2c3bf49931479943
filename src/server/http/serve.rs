//! Listening, and stopping in order: no new connection, what is under way is finished, then the workers.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

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

/// Serves until told to stop; connections that do not end within the grace are cut.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: &Stop,
) -> Result<(), std::io::Error> {
    let told = stop.0.clone();
    let server = axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(told.clone().cancelled_owned());
    let too_long = async {
        told.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = server => ended,
        () = too_long => Ok(()),
    }
}
