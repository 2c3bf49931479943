//! W6: what a client writes into `X-Forwarded-For` itself makes nobody of it, not even with bytes that are no text.

use crate::client_address::{narrow, told};
use crate::malformed::send_raw;
use crate::support::{Engine, Server, on_sqlite};

on_sqlite!(w06_junk_before_the_proxys_word_is_passed_over);

/// Posts the first step as the proxy of this machine hands it on; whether it was let through.
async fn passes(server: &Server, forwarded: &[&[u8]]) -> bool {
    let host = server.base.trim_start_matches("http://");
    let body = "identifier=anna";
    let mut request = format!(
        "POST /api/forgot-password/identify HTTP/1.1\r\nhost: {host}\r\norigin: {}\r\naccept: text/html\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
        server.base,
        body.len()
    )
    .into_bytes();
    for line in forwarded {
        request.extend(b"x-forwarded-for: ");
        request.extend(*line);
        request.extend(b"\r\n");
    }
    request.extend(format!("\r\n{body}").as_bytes());
    let answer = send_raw(server, &request).await;
    match answer.split(' ').nth(1) {
        Some("303") => true,
        Some("429") => false,
        _ => panic!("{answer}"),
    }
}

async fn w06_junk_before_the_proxys_word_is_passed_over(engine: Engine) {
    let junk: [&[u8]; 8] = [
        b"\xc3\xa9",
        b"\xe9",
        b"\xff\xfe\x80",
        b"unknown",
        b"203.0.113.9:x",
        b",,,",
        b"\"",
        b"10.0.0.1, \xe9",
    ];
    let server = narrow(engine)
        .set("SITE__TRUSTED_PROXIES", "127.0.0.1")
        .start()
        .await;
    for (number, junk) in junk.into_iter().enumerate() {
        // Each client has a share of its own, which is used up, whatever it writes before the proxy's word.
        let client = format!("192.0.2.{number}");
        let appended = [junk, b", ", client.as_bytes()].concat();
        let said = junk.escape_ascii();
        for _ in 0..2 {
            assert!(passes(&server, &[&appended]).await, "{said}");
        }
        assert!(passes(&server, &[junk, client.as_bytes()]).await, "{said}");
        assert!(!passes(&server, &[client.as_bytes()]).await, "{said}");
        assert!(!passes(&server, &[&appended]).await, "{said}");
    }
    assert_eq!(
        told(&server).await,
        [""; 0],
        "what a client writes is no news"
    );
}
