//! W7: connections are bounded in number and in time, and nobody holds the places of everybody.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Engine, PATIENCE, Server, Setup, on_sqlite, until};

on_sqlite!(
    w07_whoever_never_reads_is_cut,
    w07_a_peer_has_a_share_and_no_more,
    w07_a_proxy_has_the_whole_room,
    w07_requests_under_way_are_counted_by_client
);

/// Connects from an address of this machine.
async fn connect(server: &Server, from: &str) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(8 * 1024)?;
    socket.bind(SocketAddr::new(from.parse().unwrap(), 0))?;
    let address = server.base.trim_start_matches("http://").parse().unwrap();
    socket.connect(address).await
}

fn get(server: &Server, path: &str, more: &str) -> String {
    let host = server.base.trim_start_matches("http://");
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{more}\r\n")
}

/// The status of one request on a connection; `None` where it is closed.
async fn status(stream: &mut TcpStream, request: &str) -> Option<u16> {
    let asked = async {
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.ok()?;
        std::str::from_utf8(&head[9..]).ok()?.parse().ok()
    };
    tokio::time::timeout(PATIENCE, asked)
        .await
        .expect("it is answered or closed")
}

/// Whether a new connection from there is served, now or once there is room: the others are closed.
async fn is_served(server: &Server, from: &str) -> bool {
    let Ok(mut stream) = connect(server, from).await else {
        return false;
    };
    status(&mut stream, &get(server, "/healthz", "")).await == Some(200)
}

/// Connections that ask for a lot and never read it, blocked in the middle.
async fn never_read(server: &Server, from: &str, count: usize) -> Vec<TcpStream> {
    let site = server.folder().join("target/site/pkg");
    std::fs::create_dir_all(&site).unwrap();
    std::fs::write(site.join("rekey.abc.wasm"), vec![0_u8; 1 << 20]).unwrap();
    let requests = get(server, "/pkg/rekey.abc.wasm", "").repeat(30);
    let mut held = Vec::new();
    for _ in 0..count {
        let mut stream = connect(server, from).await.unwrap();
        // Whoever is over the share is closed at once.
        if stream.write_all(requests.as_bytes()).await.is_ok() {
            held.push(stream);
        }
    }
    held
}

/// How many sockets the server has open.
pub fn sockets(server: &Server) -> usize {
    let folder = format!("/proc/{}/fd", server.pid());
    let files = std::fs::read_dir(folder).expect("the server runs");
    files
        .filter_map(|file| std::fs::read_link(file.ok()?.path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

async fn w07_whoever_never_reads_is_cut(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let before = sockets(&server);
    let held = never_read(&server, "127.0.0.2", 60).await;
    until("they are taken", async || {
        (sockets(&server) >= before + 60).then_some(())
    })
    .await;
    // Others are served meanwhile, and those who read slowly are not cut.
    assert!(is_served(&server, "127.0.0.1").await);
    let mut slow = never_read(&server, "127.0.0.3", 1).await.remove(0);
    let mut piece = vec![0; 256 * 1024];
    for _ in 0..25 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        slow.read_exact(&mut piece)
            .await
            .expect("whoever reads is served on");
    }
    until("those who never read are cut", async || {
        (sockets(&server) <= before + 5).then_some(())
    })
    .await;
    drop(held);
}

async fn w07_a_peer_has_a_share_and_no_more(engine: Engine) {
    let server = Setup::new(engine)
        .set("LIMITS__CONNECTIONS", 20)
        .set("LIMITS__CONNECTIONS_PER_CLIENT", 10)
        .start()
        .await;
    let mut one = never_read(&server, "127.0.0.2", 9).await;
    assert!(is_served(&server, "127.0.0.2").await, "it has a share");
    // On a slow machine the first may be cut before the last one comes.
    until("its share is used up", async || {
        one.extend(never_read(&server, "127.0.0.2", 1).await);
        (!is_served(&server, "127.0.0.2").await).then_some(())
    })
    .await;
    assert!(is_served(&server, "127.0.0.1").await, "others' are not");
    // Now all room is taken: whoever comes waits, and is served once the others are cut.
    let two = never_read(&server, "127.0.0.3", 10).await;
    assert!(is_served(&server, "127.0.0.1").await);
    // Not all of them are cut at once.
    until("what was cut is given back", async || {
        is_served(&server, "127.0.0.2").await.then_some(())
    })
    .await;
    drop((one, two));
}

async fn w07_a_proxy_has_the_whole_room(engine: Engine) {
    let server = Setup::new(engine)
        .set("LIMITS__CONNECTIONS", 40)
        .set("LIMITS__CONNECTIONS_PER_CLIENT", 5)
        .set("SITE__TRUSTED_PROXIES", "127.0.0.2")
        .start()
        .await;
    let mut kept = Vec::new();
    for number in 0..30 {
        let mut stream = connect(&server, "127.0.0.2").await.unwrap();
        let client = format!("x-forwarded-for: 192.0.2.{}\r\n", number % 10);
        let answer = status(&mut stream, &get(&server, "/healthz", &client)).await;
        assert_eq!(answer, Some(200), "connection {number} of the proxy");
        kept.push(stream);
    }
    let mut others = Vec::new();
    for _ in 0..5 {
        let mut stream = connect(&server, "127.0.0.3").await.unwrap();
        assert_eq!(
            status(&mut stream, &get(&server, "/healthz", "")).await,
            Some(200)
        );
        others.push(stream);
    }
    // What is silent for ten seconds is closed: on a slow machine another one takes its place.
    until("the share of a client is used up", async || {
        if !is_served(&server, "127.0.0.3").await {
            return Some(());
        }
        let mut stream = connect(&server, "127.0.0.3").await.unwrap();
        status(&mut stream, &get(&server, "/healthz", "")).await;
        others.push(stream);
        None
    })
    .await;
}

async fn w07_requests_under_way_are_counted_by_client(engine: Engine) {
    let server = Setup::new(engine)
        .set("LIMITS__CONNECTIONS_PER_CLIENT", 5)
        .set("SITE__TRUSTED_PROXIES", "127.0.0.1")
        .start()
        .await;
    let from = |client: &str| format!("x-forwarded-for: 198.51.100.9, {client}\r\n");
    // A post whose body does not come.
    let post = async || {
        let mut stream = connect(&server, "127.0.0.1").await.unwrap();
        let host = server.base.trim_start_matches("http://");
        let head = format!(
            "POST /api/sign-in HTTP/1.1\r\nhost: {host}\r\norigin: {}\r\n{}content-type: application/x-www-form-urlencoded\r\ncontent-length: 99\r\n\r\nid",
            server.base,
            from("192.0.2.1:4711")
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    };
    let ask = async |client: &str| {
        let mut stream = connect(&server, "127.0.0.1").await.unwrap();
        status(&mut stream, &get(&server, "/sign-in", &from(client))).await
    };
    let mut waiting = Vec::new();
    for _ in 0..5 {
        waiting.push(post().await);
    }
    // What asks counts too while it is answered: a post that comes just then is refused, and another one takes its place.
    until("all are under way", async || {
        if ask("192.0.2.1").await == Some(429) {
            return Some(());
        }
        waiting.push(post().await);
        None
    })
    .await;
    assert_eq!(
        ask("192.0.2.2").await,
        Some(200),
        "another client behind the same proxy"
    );
    drop(waiting);
    until("they are given back", async || {
        (ask("192.0.2.1").await == Some(200)).then_some(())
    })
    .await;
}
