//! W14: a post that has begun is finished, whether or not anybody waits for its answer.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use reqwest::Request;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::w07_connections::sockets;
use crate::support::{Engine, Server, Setup, Smtp, on_both_engines, until};

on_both_engines!(
    w14_a_wrong_code_is_counted_when_its_connection_is_cut,
    w14_so_is_a_password_that_is_tried
);

/// Sends a request, and cuts the connection as soon as the server has it.
async fn send_and_cut(server: &Server, request: &Request) {
    let address = server.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = request.body().and_then(|body| body.as_bytes()).unwrap();
    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n",
        request.method(),
        request.url().path(),
        body.len()
    );
    for (name, value) in request.headers() {
        let value = value.to_str().unwrap();
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    head += "\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream.flush().await.unwrap();
    let (here, there) = (stream.local_addr().unwrap(), stream.peer_addr().unwrap());
    until("it has been read", async || {
        (unread(there, here) == Some(0)).then_some(())
    })
    .await;
    if server.engine == Engine::Postgres {
        until("it waits for the database", async || {
            let waiting = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
            (server.db.number(waiting).await > 0).then_some(())
        })
        .await;
    }
    let before = sockets(server);
    stream.set_zero_linger().unwrap();
    drop(stream);
    until("the server has let the connection go", async || {
        (sockets(server) < before).then_some(())
    })
    .await;
}

/// How many bytes that have come to one end of a connection of this machine nobody has read yet; `None` where there is no such connection.
fn unread(end: SocketAddr, other: SocketAddr) -> Option<u64> {
    let hex = |address: SocketAddr| {
        let IpAddr::V4(ip) = address.ip() else {
            panic!("{address} is none of IPv4");
        };
        let ip = u32::from_ne_bytes(ip.octets());
        format!("{ip:08X}:{:04X}", address.port())
    };
    let ends = format!(" {} {} ", hex(end), hex(other));
    let table = std::fs::read_to_string("/proc/net/tcp").expect("the kernel tells");
    let line = table.lines().find(|line| line.contains(&ends))?;
    // Local end, other end, state, bytes to be sent and to be read.
    let queues = line.split_whitespace().nth(4)?;
    u64::from_str_radix(queues.split_once(':')?.1, 16).ok()
}

/// Nobody can write until [`release`].
async fn hold(server: &Server) {
    match server.engine {
        Engine::Sqlite => server.db.run("BEGIN IMMEDIATE").await,
        Engine::Postgres => {
            server.db.run("BEGIN").await;
            server
                .db
                .run("LOCK TABLE limits IN ACCESS EXCLUSIVE MODE")
                .await;
        }
    }
}

async fn release(server: &Server) {
    server.db.run("ROLLBACK").await;
}

async fn w14_a_wrong_code_is_counted_when_its_connection_is_cut(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let form = page.form_to("/api/forgot-password/code");
    for left in [4, 3, 2] {
        let request = browser.form_post(&form, &[("code", &letter.wrong_code())]);
        hold(&server).await;
        send_and_cut(&server, &request.build().unwrap()).await;
        release(&server).await;
        until("the wrong code is counted", async || {
            let tries = server.db.number("SELECT MIN(tries_left) FROM flows").await;
            (tries == left).then_some(())
        })
        .await;
    }
    assert_eq!(server.facts("code_wrong").await, 3);
}

async fn w14_so_is_a_password_that_is_tried(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let both = [("identifier", "anna"), ("password", "wrong")];
    let request = browser.form_post(&page.form(0), &both);
    hold(&server).await;
    send_and_cut(&server, &request.build().unwrap()).await;
    release(&server).await;
    until("the wrong password is counted", async || {
        (server.facts("authn_login_fail").await == 1).then_some(())
    })
    .await;
}
