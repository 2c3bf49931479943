//! Nothing accepted is lost: kill -9, dead relays, relays that refuse or hang (STANDARDS J18, L10; the attacks A12 and A54 ask for more).

use std::time::Duration;

use rekey::texts::{Catalogue, Language, ServerText, Text};

use crate::support::{
    Engine, GOOD, Manner, ReceivedMail, Server, Setup, Smtp, english, on_both_engines, until,
};

on_both_engines!(
    a_code_survives_a_kill_while_the_relay_is_down,
    a_code_survives_a_kill_while_the_relay_hangs,
    a_notice_survives_a_kill,
    a_relay_that_cannot_take_it_now_is_asked_again,
    a_refusal_for_good_is_told_to_the_help_desk,
    a_second_relay_takes_over,
    a_hanging_relay_holds_no_page_up,
    a_newer_request_overtakes_a_waiting_mail,
    what_cannot_be_opened_is_given_up
);

/// Longer than a claim of a killed node holds.
const LEASE: i64 = 150;

/// Waits until the mail is being tried.
async fn taken_up(server: &Server) {
    until("the mail is being tried", async || {
        let taken = "SELECT COUNT(*) FROM jobs WHERE kind = 'mail' AND attempts > 0";
        (server.db.number(taken).await > 0).then_some(())
    })
    .await;
}

/// Kills it and starts it on the same data.
pub async fn start_again(server: &mut Server) {
    server.kill().await;
    take_over(server).await;
}

/// Starts after a kill. On SQLite what the killed process had claimed is free at once; on PostgreSQL another node may hold it, so its
/// claim must lapse first.
pub async fn take_over(server: &mut Server) {
    server.start().await;
    if server.engine == Engine::Postgres {
        server.advance(LEASE).await;
    }
}

/// The one mail comes once, and its code works in the browser that asked.
async fn arrives_once(engine: Engine, hanging: bool) {
    let mut smtp = Smtp::start();
    let mut server = Setup::new(engine).relay(&smtp).start().await;
    if hanging {
        smtp.behave(Manner::Hang);
    } else {
        smtp.down().await;
    }
    let mut browser = server.browser();
    let page = browser.begin("anna").await;
    assert_eq!(page.path, "/forgot-password/code");
    taken_up(&server).await;
    server.kill().await;
    if hanging {
        smtp.behave(Manner::Take);
    } else {
        smtp.up();
    }
    take_over(&mut server).await;
    browser.visit(&server);
    let letter = smtp.next().await;
    server.settle().await;
    assert_eq!(smtp.taken(), 1);
    let page = browser.get("/forgot-password/code").await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn a_code_survives_a_kill_while_the_relay_is_down(engine: Engine) {
    arrives_once(engine, false).await;
}

async fn a_code_survives_a_kill_while_the_relay_hangs(engine: Engine) {
    arrives_once(engine, true).await;
}

async fn a_notice_survives_a_kill(engine: Engine) {
    let mut smtp = Smtp::start();
    let mut server = Setup::new(engine).relay(&smtp).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    smtp.down().await;
    browser.choose(&page, GOOD).await;
    server.kill().await;
    smtp.up();
    take_over(&mut server).await;
    let notice = smtp.next().await;
    let subject = Catalogue::built_in(Language::Sv);
    let subject = subject.fill_server(ServerText::MailChangedSubject, &[("site", "Rekey")]);
    assert_eq!(notice.subject(), subject);
    assert!(
        server.opens("anna", GOOD).await,
        "what the page said is true"
    );
}

async fn a_relay_that_cannot_take_it_now_is_asked_again(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    smtp.behave(Manner::Later);
    let mut browser = server.browser();
    let page = browser.begin("anna").await;
    server.tried(1).await;
    smtp.behave(Manner::Take);
    server.advance(61).await;
    let letter = smtp.next().await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
    assert_eq!(smtp.taken(), 1);
}

/// What the help desk sees of a reset.
pub async fn show(server: &Server, reference: &str) -> String {
    let shown = server.command(&["flow", "show", reference], "").await;
    assert!(shown.status.success(), "{shown:?}");
    String::from_utf8(shown.stdout).unwrap()
}

async fn a_refusal_for_good_is_told_to_the_help_desk(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    smtp.behave(Manner::Refuse);
    let refused = server.browser().begin("anna").await.reference();
    let unknown = server.browser().begin("nobody").await.reference();
    server.settle().await;
    smtp.behave(Manner::Take);
    let (mut browser, page, letter) = server.mailed(&mut smtp, "bjorn").await;
    browser.give(&page, &letter.wrong_code()).await;

    let told = show(&server, &refused).await;
    assert!(told.contains("refused"), "{told}");
    assert!(told.contains("550"), "{told}");
    let told = show(&server, &unknown).await;
    assert!(told.contains("there is no such account"), "{told}");
    let told = show(&server, &page.reference().to_lowercase().replace('-', " ")).await;
    assert!(
        told.contains("done") && told.contains("tries left 4"),
        "{told}"
    );
    assert!(told.contains("code_wrong"), "{told}");
    for secret in [&letter.code(), "bjorn.dahl@demo.example"] {
        assert!(!told.contains(secret), "{told}");
    }
    let none = server.command(&["flow", "show", "222-222"], "").await;
    assert_eq!(none.status.code(), Some(1));
}

/// A configuration with one relay, to which a single mail takes two minutes when it hangs.
pub fn patient_relay(relay: &Smtp) -> String {
    relays(&[relay]).replace("timeout_seconds = 1\n", "timeout_seconds = 120\n")
}

/// Long before a mail to [`patient_relay`] is given up, and long enough for a page on any machine.
pub const SOONER: Duration = Duration::from_mins(1);

/// A configuration with these relays, tried in this order.
pub fn relays(relays: &[&Smtp]) -> String {
    let each = relays.iter().map(|relay| {
        let port = relay.port();
        format!("[[mail.relays]]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\ntimeout_seconds = 1\n")
    });
    each.collect::<Vec<_>>().join("\n")
}

async fn a_second_relay_takes_over(engine: Engine) {
    for manner in [None, Some(Manner::Hang), Some(Manner::Later)] {
        let (mut first, mut second) = (Smtp::start(), Smtp::start());
        let config = relays(&[&first, &second]);
        let server = Setup::new(engine).config(&config).start().await;
        match manner {
            None => first.down().await,
            Some(manner) => first.behave(manner),
        }
        let mut browser = server.browser();
        let page = browser.begin("anna").await;
        let letter: ReceivedMail = second.next().await;
        server.settle().await;
        assert_eq!(first.taken() + second.taken(), 1, "{manner:?}");
        let page = browser.give(&page, &letter.code()).await;
        assert_eq!(page.path, "/forgot-password/new");
    }
}

async fn a_hanging_relay_holds_no_page_up(engine: Engine) {
    let smtp = Smtp::start();
    let config = patient_relay(&smtp);
    let server = Setup::new(engine).config(&config).start().await;
    smtp.behave(Manner::Hang);
    for _ in 0..40 {
        let walk = async {
            let mut browser = server.browser();
            let page = browser.begin("anna").await;
            let page = browser.give(&page, "000000").await;
            assert_eq!(page.path, "/forgot-password/code");
        };
        tokio::time::timeout(SOONER, walk)
            .await
            .expect("no page waits for the relay");
    }
    assert!(smtp.calls() > 0);
}

async fn a_newer_request_overtakes_a_waiting_mail(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    smtp.down().await;
    let mut older = server.browser();
    older.begin("anna").await;
    server.tried(1).await;
    let mut newer = server.browser();
    let page = newer.begin("anna").await;
    until("the older mail is dropped", async || {
        let dropped = "SELECT COUNT(*) FROM jobs WHERE state = 'dropped'";
        (server.db.number(dropped).await > 0).then_some(())
    })
    .await;
    smtp.up();
    server.advance(61).await;
    let letter = smtp.next().await;
    server.settle().await;
    assert_eq!(smtp.taken(), 1, "a dead code is not sent");
    let at = older.get("/forgot-password/code").await;
    assert_eq!(at.heading(), english(Text::CodeTitle));
    let at = older.give(&at, &letter.code()).await;
    assert_eq!(at.path, "/forgot-password/code");
    let page = newer.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn what_cannot_be_opened_is_given_up(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    smtp.behave(Manner::Later);
    server.browser().begin("anna").await;
    server.put_off(1).await;
    server
        .db
        .run("UPDATE jobs SET body_sealed = 'v1.broken' WHERE kind = 'mail'")
        .await;
    server.advance(61).await;
    server.settle().await;
    assert_eq!(server.facts("mail_failed").await, 1);
    smtp.behave(Manner::Take);
    server.browser().begin("bjorn").await;
    smtp.next().await;
}
