//! At least once, and no more than that: what a kill, an outage or another relay does to a mail that carries a code.

use super::super::Stored;
use crate::outbox::{relays, show, start_again, take_over};
use crate::support::{Engine, Manner, Server, Setup, Smtp, on_both_engines, until};

on_both_engines!(a54_outbox_replay);

async fn a54_outbox_replay(engine: Engine) {
    a_mail_that_was_taken_but_not_confirmed_comes_again_as_the_same_one(engine).await;
    a_kill_in_between_and_another_relay(engine).await;
    a_code_that_died_waiting_is_not_sent_but_an_invitation_to_ask_again(engine).await;
    of_several_codes_only_the_newest_is_sent(engine).await;
    what_was_never_taken_shows_no_code(engine).await;
}

async fn a_mail_that_was_taken_but_not_confirmed_comes_again_as_the_same_one(engine: Engine) {
    let mut smtp = Smtp::start();
    let mut server = Setup::new(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    smtp.behave(Manner::Swallow);
    let mut browser = server.browser();
    browser.begin("anna").await;
    let first = smtp.next().await;
    smtp.behave(Manner::Take);
    start_again(&mut server).await;
    let second = smtp.next().await;
    server.settle().await;
    assert_eq!(smtp.taken(), 2, "at most one double");
    assert_eq!(first.header("message-id"), second.header("message-id"));
    assert_eq!(first.code(), second.code());
    // Started once more, it has nothing left to send.
    start_again(&mut server).await;
    server.settle().await;
    assert_eq!(smtp.taken(), 2);
    // Two copies are one code, which works once.
    browser.visit(&server);
    let page = browser.get("/forgot-password/code").await;
    let page = browser.give(&page, &first.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
    stored.is_unchanged(&server).await;
}

/// The relay that has the mail is replaced before it could say so: the other one gets the same mail once.
async fn a_kill_in_between_and_another_relay(engine: Engine) {
    let (mut first, mut second) = (Smtp::start(), Smtp::start());
    let setup = Setup::new(engine).config(&relays(&[&first]));
    let mut server = setup.start().await;
    first.behave(Manner::Swallow);
    server.browser().begin("anna").await;
    let taken = first.next().await;
    server.kill().await;
    let config = server.folder().join("rekey.toml");
    std::fs::write(config, relays(&[&second])).unwrap();
    take_over(&mut server).await;
    let again = second.next().await;
    server.settle().await;
    assert_eq!((first.taken(), second.taken()), (1, 1));
    assert_eq!(taken.header("message-id"), again.header("message-id"));
    assert_eq!(taken.code(), again.code());
}

async fn a_code_that_died_waiting_is_not_sent_but_an_invitation_to_ask_again(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    smtp.down().await;
    let page = server.browser().begin("grace").await;
    server.tried(1).await;
    server.advance(31 * 60).await;
    smtp.up();
    let letter = smtp.next().await;
    server.settle().await;
    assert_eq!(smtp.taken(), 1);
    assert_eq!(letter.to, ["grace.holm@demo.example"]);
    assert_eq!(
        letter.subject(),
        "The e-mail from Rekey could not be delivered in time"
    );
    assert_eq!(letter.code_if_any(), None);
    let text = letter.text();
    assert!(
        text.contains(&format!(
            "Ask for a new one at {}/forgot-password",
            server.base
        )),
        "{text}"
    );
    assert!(text.contains(&page.reference()));
    assert_eq!(
        server
            .db
            .number("SELECT COUNT(*) FROM jobs WHERE body_sealed <> ''")
            .await,
        0
    );
}

/// Order: after an outage no older code comes behind a newer one.
async fn of_several_codes_only_the_newest_is_sent(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    smtp.down().await;
    let mut browser = server.browser();
    let mut page = browser.begin("anna").await;
    server.tried(1).await;
    for wait in [31, 61] {
        server.advance(wait).await;
        page = browser.ask_again(&page).await;
        looked_up(&server).await;
    }
    smtp.up();
    server.advance(61).await;
    let letter = smtp.next().await;
    server.settle().await;
    assert_eq!(smtp.taken(), 1);
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn looked_up(server: &Server) {
    until("it is looked up", async || {
        let waiting = "SELECT COUNT(*) FROM jobs WHERE kind = 'resolve' AND state = 'waiting'";
        (server.db.number(waiting).await == 0).then_some(())
    })
    .await;
}

/// The view of what failed: refused, waiting and expired mails, without what was in them.
async fn what_was_never_taken_shows_no_code(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut browsers = Vec::new();
    for (who, manner) in [("anna", Manner::Refuse), ("bjorn", Manner::Later)] {
        smtp.behave(manner);
        let mut browser = server.browser();
        let reference = browser.begin(who).await.reference();
        server.tried(1).await;
        looked_up(&server).await;
        if manner == Manner::Refuse {
            // The relay changes its manner only once it has answered.
            server.settle().await;
        }
        browsers.push((who, reference));
    }
    smtp.behave(Manner::Take);
    server.advance(61).await;
    let code = smtp.next().await.code();
    server.settle().await;
    let mut views = Vec::new();
    for (who, reference) in &browsers {
        let view = show(&server, reference).await;
        for secret in [&*code, &*code.replace(' ', ""), who, "demo.example"] {
            assert!(!view.contains(secret), "{view}");
        }
        views.push(view);
    }
    assert!(views[0].contains("refused") && views[0].contains("550"));
    assert!(views[1].contains("done"), "{}", views[1]);
    // What was never sent is wiped all the same.
    let left = "SELECT COUNT(*) FROM jobs WHERE body_sealed <> ''";
    assert_eq!(server.db.number(left).await, 0);
}
