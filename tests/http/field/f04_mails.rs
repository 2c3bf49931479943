//! F04, F06, F07, F08: what a mail asks of relays, and that its attempts are the same.

use crate::outbox::{show, take_over};
use crate::support::{Engine, Scripted, Server, Setup, on_both_engines, until};

on_both_engines!(f07_attempts_are_the_same_bytes);

async fn with(engine: Engine, relays: &[&Scripted]) -> Server {
    let blocks: Vec<_> = relays.iter().map(|relay| relay.block("")).collect();
    Setup::stopped(engine)
        .config(&blocks.join("\n"))
        .start()
        .await
}

#[tokio::test]
async fn f04_bounces_carry_no_body_where_dsn_is_offered() {
    let relay = Scripted::start().await;
    relay.offers(&["DSN"]);
    let server = with(Engine::Sqlite, &[&relay]).await;
    server.browser().begin("anna").await;
    relay.until_taken(1).await;
    assert_eq!(
        relay.heard_of("MAIL"),
        ["MAIL FROM:<rekey@localhost> RET=HDRS"]
    );
    assert_eq!(
        relay.heard_of("RCPT"),
        ["RCPT TO:<anna.berg@demo.example> NOTIFY=FAILURE"]
    );
}

#[tokio::test]
async fn f04_nothing_is_asked_of_a_relay_without_dsn() {
    for offers in [&[][..], &["DSNX", "X-DSN", "SIZE 1000"]] {
        let relay = Scripted::start().await;
        relay.offers(offers);
        let server = with(Engine::Sqlite, &[&relay]).await;
        server.browser().begin("anna").await;
        relay.until_taken(1).await;
        assert_eq!(relay.heard_of("MAIL"), ["MAIL FROM:<rekey@localhost>"]);
        assert_eq!(relay.heard_of("RCPT"), ["RCPT TO:<anna.berg@demo.example>"]);
        let checked = server.command(&["check"], "").await;
        let said = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(said.contains("offers no DSN"), "{said}");
    }
}

#[tokio::test]
async fn f06_bounces_are_not_silenced() {
    let relay = Scripted::start().await;
    let server = with(Engine::Sqlite, &[&relay]).await;
    server.browser().begin("anna").await;
    let mail = relay.until_taken(1).await.remove(0);
    let header = "\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n";
    assert!(mail.contains(header), "{mail}");
}

async fn f07_attempts_are_the_same_bytes(engine: Engine) {
    let relay = Scripted::start().await;
    relay.says("end", "451 4.3.0 later");
    let mut server = with(engine, &[&relay]).await;
    server.browser().begin("anna").await;
    relay.until_taken(1).await;
    server.put_off(1).await;
    server.advance(61).await;
    relay.until_taken(2).await;
    // In development pages and mails name the port, which is another one after the restart.
    let before = server.base.clone();
    server.kill().await;
    take_over(&mut server).await;
    relay.takes();
    server.advance(200).await;
    let taken = relay.until_taken(3).await;
    server.settle().await;
    for attempt in &taken[1..] {
        assert_eq!(attempt.replace(&server.base, &before), taken[0]);
    }
    let of = |name: &str| taken[0].contains(&format!("\r\n{name}"));
    assert!(
        of("Date: ") && of("Message-ID: ") && taken[0].contains("boundary="),
        "{}",
        taken[0]
    );
    // Another mail is another one.
    server.browser().begin("bjorn").await;
    let other = relay.until_taken(taken.len() + 1).await.pop().unwrap();
    let boundary = |mail: &str| {
        let (_, rest) = mail.split_once("boundary=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    assert_ne!(boundary(&other), boundary(&taken[0]));
}

#[tokio::test]
async fn f08_smtputf8_is_asked_of_the_relay_and_its_absence_told() {
    let (without, with_it) = (Scripted::start().await, Scripted::start().await);
    let server = with(Engine::Sqlite, &[&without]).await;
    server.add("asa", "åsa@demo.example", &[]).await;
    let reference = server.browser().begin("asa").await.reference();
    server.tried(1).await;
    let told = until("it is told", async || {
        let told = show(&server, &reference).await;
        told.contains("SMTPUTF8").then_some(told)
    })
    .await;
    assert!(
        told.contains("is at fault") && told.contains("waiting"),
        "{told}"
    );
    assert!(!told.contains("åsa"), "{told}");
    assert!(without.heard_of("MAIL").is_empty());

    with_it.offers(&["SMTPUTF8"]);
    let server = with(Engine::Sqlite, &[&without, &with_it]).await;
    server.add("asa", "åsa@demo.example", &[]).await;
    server.browser().begin("asa").await;
    with_it.until_taken(1).await;
    assert_eq!(with_it.heard_of("RCPT"), ["RCPT TO:<åsa@demo.example>"]);
    assert_eq!(
        with_it.heard_of("MAIL"),
        ["MAIL FROM:<rekey@localhost> BODY=8BITMIME SMTPUTF8"]
    );
    // It is asked for where it is needed only.
    server.browser().begin("anna").await;
    without.until_taken(1).await;
    assert_eq!(without.heard_of("MAIL"), ["MAIL FROM:<rekey@localhost>"]);
}
