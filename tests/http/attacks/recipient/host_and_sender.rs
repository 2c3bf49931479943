//! Which host a mail links to and whom it is from: the configuration's, whatever the request says.

use super::super::Stored;
use super::{FORGOT, reference_in};
use crate::command_line::refused;
use crate::malformed::send_raw;
use crate::support::{Engine, GOOD, Server, Setup, Smtp, on_sqlite};

on_sqlite!(a06_host_poisoning, a07_sender_and_bounce_leak);

/// The identify post as bytes, with a request line and hosts of one's own.
fn forgot(server: &Server, line: &str, hosts: &[&str], more: &str) -> String {
    let hosts: Vec<String> = hosts.iter().map(|host| format!("host: {host}")).collect();
    let body = "identifier=anna";
    format!(
        "POST {line} HTTP/1.1\r\n{}\r\norigin: {}\r\naccept: text/html\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\nconnection: close\r\n{more}\r\n{body}",
        hosts.join("\r\n"),
        server.base,
        body.len()
    )
}

async fn a06_host_poisoning(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let ours = server.base.trim_start_matches("http://");
    let absolute = format!("http://evil.example{FORGOT}");
    let hosts: [(&str, &[&str]); 6] = [
        (FORGOT, &["evil.example"]),
        (FORGOT, &[ours, "evil.example"]),
        (FORGOT, &["evil.example", ours]),
        (FORGOT, &["127.0.0.1.evil.example"]),
        (&absolute, &[ours]),
        (&absolute, &["evil.example"]),
    ];
    for (line, hosts) in hosts {
        let answer = send_raw(&server, forgot(&server, line, hosts, "").as_bytes()).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["421", "400"].contains(&status), "{hosts:?}: {answer}");
        assert!(!answer.contains("evil.example"), "{answer}");
    }
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 0);
    let forged = "x-forwarded-host: evil.example\r\nx-host: evil.example\r\nx-forwarded-server: evil.example\r\n";
    let passes = send_raw(&server, forgot(&server, FORGOT, &[ours], forged).as_bytes()).await;
    assert!(
        passes.contains("location: /forgot-password/code\r\n"),
        "{passes}"
    );
    let letter = smtp.next().await;
    assert!(!format!("{}{}", letter.raw, letter.html()).contains("evil"));
    stored.is_unchanged(&server).await;
    for production in [false, true] {
        links_name_the_configured_address(engine, production).await;
    }
    // Without an address of its own it would have to believe the request; so it does not start.
    let sender = "[mail]\nsender = \"Rekey <rekey@rekey.test>\"\n";
    let said = refused(sender, &["serve"], &[]).await;
    assert!(said.contains("Set [site] public_url"), "{said}");
}

async fn links_name_the_configured_address(engine: Engine, production: bool) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine);
    let server = if production {
        // Not even the proxy that is trusted with addresses of clients says what this server is called.
        let setup = setup.set("SITE__TRUSTED_PROXIES", "127.0.0.1");
        setup.production(&smtp).start().await
    } else {
        setup.relay(&smtp).start().await
    };
    let mut browser = server
        .browser()
        .with("x-forwarded-host", "evil.example")
        .with("x-forwarded-proto", "gopher")
        .with("x-forwarded-port", "666")
        .with("x-forwarded-prefix", "/evil")
        .with("x-original-url", "/evil")
        .with("forwarded", "host=evil.example;proto=gopher");
    let page = browser.begin("anna").await;
    let code = smtp.next().await;
    let page = browser.give(&page, &code.code()).await;
    browser.choose(&page, GOOD).await;
    let notice = smtp.next().await;
    for letter in [code, notice] {
        let whole = format!("{}{}{}", letter.raw, letter.text(), letter.html());
        for forged in ["evil", "gopher", "666/"] {
            assert!(!whole.contains(forged), "{forged}: {}", letter.text());
        }
        assert!(letter.text().contains(&browser.origin), "{}", letter.text());
    }
}

async fn a07_sender_and_bounce_leak(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let setup = setup.set("MAIL__SENDER", "Rekey <rekey@corp.example>");
    let server = setup.start().await;
    let stored = Stored::of(&server, "anna").await;
    let mut victim = server
        .browser()
        .with("x-forwarded-host", "evil.example")
        .with("from", "a@evil.example")
        .with("x-sender", "a@evil.example");
    let page = victim.begin("anna").await;
    let letter = smtp.next().await;
    server.settle().await;
    assert_eq!(letter.from, "rekey@corp.example", "where a bounce goes");
    assert_eq!(letter.header("from"), ["Rekey <rekey@corp.example>"]);
    for elsewhere in ["return-path", "reply-to", "sender", "errors-to"] {
        assert!(letter.header(elsewhere).is_empty(), "{}", letter.raw);
    }
    // What keeps programs from answering at all.
    assert_eq!(letter.header("auto-submitted"), ["auto-generated"]);
    // An answer quotes the whole mail, and the attacker reads it: in a flow of his own the code proves nothing, and the case number opens
    // nothing.
    let mut attacker = server.browser();
    let his = attacker.begin("bjorn").await;
    smtp.next().await;
    let at = attacker.give(&his, &letter.code()).await;
    assert_eq!(at.path, "/forgot-password/code");
    let reference = reference_in(&letter);
    for path in [
        format!("/forgot-password/new?reference={reference}"),
        format!("/forgot-password/code?case={reference}"),
        format!("/r/{reference}"),
    ] {
        let page = server.browser().get(&path).await;
        assert!(!page.body.contains("anna"), "{path}");
        assert!(!page.body.contains("new_password"), "{path}");
    }
    stored.is_unchanged(&server).await;
    // After its use it is worth nothing to whoever has even V's old cookie.
    let mut thief = victim.clone();
    let at = victim.give(&page, &letter.code()).await;
    victim.choose(&at, GOOD).await;
    let used = Stored::of(&server, "anna").await;
    server.advance(61).await;
    let at = thief.give(&page, &letter.code()).await;
    assert_ne!(at.path, "/forgot-password/new");
    let at = thief.get("/forgot-password/new").await;
    assert!(!at.body.contains("new_password"));
    // Nor after its time.
    let (mut late, page, letter) = server.mailed(&mut smtp, "grace").await;
    server.advance(30 * 60 + 1).await;
    let at = late.give(&page, &letter.code()).await;
    assert_eq!(at.path, "/forgot-password/code");
    used.is_unchanged(&server).await;
}
