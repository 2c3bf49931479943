//! How many connections there may be, whose, and how long one may be stuck.
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum_server::{AddrListener, Address};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutWriter;

use super::shares::{Place, Shares};
use crate::server::context::Shared;
use crate::server::limits::requests::network;

/// How long the other end may take nothing of an answer. The kernel tells of room only once a good part of its buffer is free, so whoever
/// takes a byte now and then is cut too.
const TAKES_WITHIN: Duration = Duration::from_secs(15);

/// Descriptors that are not for connections: database, relays, files.
const OTHER_FILES: usize = 100;

/// The address of a peer, as the server's kind of address.
#[derive(Debug, Clone, Copy)]
pub struct Peer(SocketAddr);

impl Address for Peer {
    type Stream = Connection;
    type Listener = Door;
}

impl Connected<Peer> for SocketAddr {
    fn connect_info(peer: Peer) -> Self {
        peer.0
    }
}

/// Takes connections while there is room. More wait in the kernel; those beyond the share of their peer are closed.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
    room: Arc<Semaphore>,
    shares: Arc<Shares>,
    ctx: Shared,
}

impl Door {
    /// A door with as much room as the configuration and the operating system give.
    #[must_use]
    pub fn new(listener: TcpListener, ctx: Shared) -> Self {
        let wanted = ctx.config.limits.connections;
        let room = room(wanted);
        if room < wanted {
            tracing::warn!(
                connections = room,
                "fewer connections than [limits] connections: this process may open too few files (LimitNOFILE, ulimit -n)"
            );
        }
        Self {
            listener,
            room: Arc::new(Semaphore::new(room)),
            shares: Shares::of(ctx.config.limits.connections_per_client),
            ctx,
        }
    }
}

/// How many connections there may be: as many as wanted, if the process may open that many files. Up to its hard limit it may say itself.
fn room(wanted: usize) -> usize {
    let needed = u64::try_from(wanted.saturating_add(OTHER_FILES)).unwrap_or(u64::MAX);
    let files = getrlimit(Resource::Nofile);
    let has = |limit: Option<u64>| limit.is_none_or(|files| files >= needed);
    if has(files.current) {
        return wanted;
    }
    let most = if has(files.maximum) {
        Some(needed)
    } else {
        files.maximum
    };
    let raised = Rlimit {
        current: most,
        maximum: files.maximum,
    };
    let may = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => most,
        Err(_) => files.current,
    };
    let may = may.map_or(usize::MAX, |files| {
        usize::try_from(files).unwrap_or(usize::MAX)
    });
    may.saturating_sub(OTHER_FILES).clamp(1, wanted)
}

impl AddrListener<Connection, Peer> for Door {
    async fn bind_to(_: Peer) -> io::Result<Self> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    async fn accept_stream(&self) -> io::Result<(Connection, Peer)> {
        let room = Arc::clone(&self.room)
            .acquire_owned()
            .await
            .map_err(io::Error::other)?;
        loop {
            let (stream, peer) = self.listener.accept().await?;
            let is_proxy = self.ctx.config.site.trusts(peer.ip());
            // A proxy speaks for many. Its clients have their shares of the requests (`in_flight.rs`).
            let place = if is_proxy {
                None
            } else {
                let Some(place) = self.shares.acquire(network(peer.ip())) else {
                    continue;
                };
                Some(place)
            };
            let mut io = TimeoutWriter::new(stream);
            io.set_timeout(Some(TAKES_WITHIN));
            let connection = Connection {
                io: Box::pin(io),
                _room: room,
                _place: place,
            };
            return Ok((connection, Peer(peer)));
        }
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        self.listener.local_addr().map(Peer)
    }
}

/// A connection, which ends when its other end takes nothing more, and then gives its room back.
#[derive(Debug)]
pub struct Connection {
    io: Pin<Box<TimeoutWriter<TcpStream>>>,
    _room: OwnedSemaphorePermit,
    _place: Option<Place>,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.io.as_mut().poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.io.as_mut().poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_shutdown(cx)
    }
}
