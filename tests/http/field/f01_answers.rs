//! F01: only an answer about the recipient ends a mail.

use super::f02_other_way::code_in;
use crate::outbox::show;
use crate::support::{Engine, GOOD, Scripted, Server, Setup, on_both_engines};

on_both_engines!(
    f01_what_is_about_us_goes_to_the_next_relay,
    f01_what_is_about_us_is_tried_again_while_the_code_lives,
    f01_what_is_about_the_recipient_ends_it,
    f01_a_full_mailbox_is_tried_again_while_a_message_lives,
    f01_a_plain_word_ends_it_only_where_every_relay_says_so,
    f01_what_a_relay_says_is_escaped_and_bounded
);

/// Two relays, in this order.
async fn with(engine: Engine, relays: &[&Scripted]) -> Server {
    let blocks: Vec<_> = relays.iter().map(|relay| relay.block("")).collect();
    Setup::new(engine).config(&blocks.join("\n")).start().await
}

/// Answers that are about us, our set-up or the relay's, and that look as if they were final.
const ABOUT_US: &[(&str, &str)] = &[
    ("RCPT", "550 relay not permitted"),
    (
        "RCPT",
        "550 5.1.8 Sender address rejected: Domain not found",
    ),
    (
        "RCPT",
        "550-Verification failed for our sender\n550 Sender verify failed",
    ),
    (
        "RCPT",
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    ),
    (
        "RCPT",
        "504 5.5.2 <25aea30808b2>: Helo command rejected: need fully-qualified hostname",
    ),
    ("RCPT", "501 bad name"),
    (
        "RCPT",
        "550 5.1.0 <rekey@localhost>: Sender address rejected: User unknown in virtual alias table",
    ),
    (
        "RCPT",
        "550 5.1.1 address verification: host mx.example said: 554 5.7.1 Client host blocked",
    ),
    (
        "RCPT",
        "550-Your host is listed\n550-5.7.1 at an example list\n550 5.7.1 see there",
    ),
    ("MAIL", "550 5.1.1 no such user"),
    ("DATA", "554 5.5.1 Error: no valid recipients"),
    (
        "end",
        "550 5.7.26 Unauthenticated email from rekey.test is not accepted",
    ),
    ("end", "554 5.6.0 this message looks bad"),
    ("EHLO", "550 Access denied - Invalid HELO name"),
    ("greeting", "554 no service for you"),
];

async fn f01_what_is_about_us_goes_to_the_next_relay(engine: Engine) {
    let (first, second) = (Scripted::start().await, Scripted::start().await);
    let server = with(engine, &[&first, &second]).await;
    for (number, (phase, answer)) in ABOUT_US.iter().enumerate() {
        first.takes();
        first.says(phase, answer);
        // Each from a new person, for a person's own limit is not what this is about.
        let mail = format!("person{number}@demo.example");
        server.add(&format!("person{number}"), &mail, &[]).await;
        let reference = server.browser().begin(&mail).await.reference();
        server.settle().await;
        assert_eq!(second.taken().len(), number + 1, "{phase}: {answer}");
        let told = show(&server, &reference).await;
        assert!(told.contains("done"), "{answer}: {told}");
    }
    let log = server.whole_log().await;
    assert!(
        log.contains(&format!("127.0.0.1:{}", first.port())),
        "{log}"
    );
    assert!(log.contains("relay not permitted"), "{log}");
    assert!(log.contains("\"about\":\"us\""), "{log}");
    assert!(!log.contains("@demo.example"), "{log}");
}

async fn f01_what_is_about_us_is_tried_again_while_the_code_lives(engine: Engine) {
    for (phase, answer) in [
        ("RCPT", "550 relay not permitted"),
        ("RCPT", "550 5.1.8 bad sender"),
        ("MAIL", "553 5.7.1 not your sender"),
        ("end", "550 5.7.1 unsolicited"),
    ] {
        let relay = Scripted::start().await;
        let server = with(engine, &[&relay]).await;
        relay.says(phase, answer);
        let mut browser = server.browser();
        let reference = browser.begin("anna").await.reference();
        server.tried(1).await;
        let told = show(&server, &reference).await;
        assert!(told.contains("waiting"), "{answer}: {told}");
        let at_fault = format!("relay 127.0.0.1:{} is at fault", relay.port());
        crate::support::until("it tells whose fault it is", async || {
            let told = show(&server, &reference).await;
            told.contains(&at_fault).then_some(())
        })
        .await;
        relay.takes();
        server.advance(61).await;
        server.settle().await;
        let told = show(&server, &reference).await;
        assert!(told.contains("done"), "{answer}: {told}");
    }
}

async fn f01_what_is_about_the_recipient_ends_it(engine: Engine) {
    for answer in [
        "550 5.1.1 no such user",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try\n550 5.1.1 double-checking",
        "550 sorry, no mailbox here by that name. (#5.1.1)",
        "550 5.4.1 Recipient address rejected: Access denied. [XY1EUR05FT012.example]",
        "556 this domain takes no mail",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    ] {
        let (first, second) = (Scripted::start().await, Scripted::start().await);
        let server = with(engine, &[&first, &second]).await;
        first.says("RCPT", answer);
        let reference = server.browser().begin("anna").await.reference();
        server.settle().await;
        let told = show(&server, &reference).await;
        assert!(told.contains("refused"), "{answer}: {told}");
        assert!(
            told.contains("cannot reach the recipient"),
            "{answer}: {told}"
        );
        assert!(second.taken().is_empty(), "{answer}");
    }
}

/// Answers of a mailbox that is full: for good, for now, after the whole message, and without a code of their own.
const FULL: &[(&str, &str)] = &[
    (
        "RCPT",
        "552-The mailbox is over its limit\n552 5.2.2 Mailbox full",
    ),
    (
        "RCPT",
        "452 4.2.2 The recipient's inbox is out of storage space.",
    ),
    ("end", "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception"),
    ("RCPT", "550 mailbox is full"),
];

async fn f01_a_full_mailbox_is_tried_again_while_a_message_lives(engine: Engine) {
    for (phase, answer) in FULL {
        let (relay, second) = (Scripted::start().await, Scripted::start().await);
        let server = with(engine, &[&relay, &second]).await;
        // A code: there is no other way to anna.
        relay.says(phase, answer);
        let mut browser = server.browser();
        let page = browser.begin("anna").await;
        server.tried(1).await;
        let told = crate::support::until("it is told", async || {
            let told = show(&server, &page.reference()).await;
            told.contains("says that the mailbox is full")
                .then_some(told)
        })
        .await;
        assert!(told.contains("mail (code)  waiting"), "{answer}: {told}");
        relay.takes();
        server.advance(181).await;
        crate::support::until("the code goes out", async || {
            let told = show(&server, &page.reference()).await;
            told.contains("mail (code)  done").then_some(())
        })
        .await;
        let mail = relay.taken().pop().unwrap();

        // A notice: worth telling for as long as it lives.
        let page = browser.give(&page, &code_in(&mail)).await;
        relay.says(phase, answer);
        let page = browser.choose(&page, GOOD).await;
        assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
        let waits = "SELECT COUNT(*) FROM jobs WHERE purpose = 'changed' AND state = 'waiting' AND last_answer LIKE '%mailbox is full%'";
        crate::support::until("the notice waits", async || {
            (server.db.number(waits).await == 1).then_some(())
        })
        .await;
        relay.takes();
        server.advance(24 * 3600).await;
        let done = "SELECT COUNT(*) FROM jobs WHERE purpose = 'changed' AND state = 'done'";
        crate::support::until("the notice goes out", async || {
            (server.db.number(done).await == 1).then_some(())
        })
        .await;
        // No relay has room in a mailbox that is not its own.
        assert!(second.taken().is_empty(), "{answer}");
    }
}

async fn f01_a_plain_word_ends_it_only_where_every_relay_says_so(engine: Engine) {
    let (first, second) = (Scripted::start().await, Scripted::start().await);
    let server = with(engine, &[&first, &second]).await;
    first.says("RCPT", "550 no such user");
    let reference = server.browser().begin("anna").await.reference();
    server.settle().await;
    assert_eq!(second.taken().len(), 1, "the other relay knows better");
    assert!(show(&server, &reference).await.contains("done"));
    second.says("RCPT", "550 User unknown");
    let reference = server.browser().begin("bjorn").await.reference();
    server.settle().await;
    assert!(show(&server, &reference).await.contains("refused"));
}

async fn f01_what_a_relay_says_is_escaped_and_bounded(engine: Engine) {
    let relay = Scripted::start().await;
    let server = with(engine, &[&relay]).await;
    let long = "x".repeat(900);
    relay.says(
        "RCPT",
        &format!(
            "550 \u{1b}[31mno relaying\u{7}for <anna.berg@demo.example> or ANNA.BERG \u{202e}{long}"
        ),
    );
    let reference = server.browser().begin("anna").await.reference();
    server.tried(1).await;
    let told = crate::support::until("it is told", async || {
        let told = show(&server, &reference).await;
        told.contains("no relaying").then_some(told)
    })
    .await;
    for shown in [told, server.whole_log().await] {
        assert!(!shown.to_lowercase().contains("anna.berg"), "{shown}");
        assert!(!shown.contains(['\u{7}', '\u{202e}']), "{shown}");
        assert!(!shown.contains("\u{1b}[31mno"), "{shown}");
        assert!(!shown.contains(&"x".repeat(300)), "{shown}");
    }
}
