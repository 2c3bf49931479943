//! Mail from either of two sender addresses through either of two relays (journey V8), and what those who run mail are told.

use crate::support::{Engine, Setup, Smtp, on_both_engines, on_sqlite};

on_both_engines!(each_relay_sends_from_its_own_address);

on_sqlite!(
    pages_name_every_sender,
    those_who_run_mail_are_told_what_to_let_through
);

fn two(first: &Smtp, second: &Smtp) -> String {
    let relay = |smtp: &Smtp, sender: &str| {
        format!(
            "[[mail.relays]]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\ntimeout_seconds = 1\n{sender}\n",
            smtp.port()
        )
    };
    format!(
        "[mail]\nsender = \"Us <codes@one.example>\"\n{}{}",
        relay(first, ""),
        relay(second, "sender = \"Us <codes@two.example>\"")
    )
}

async fn each_relay_sends_from_its_own_address(engine: Engine) {
    let (mut first, mut second) = (Smtp::start(), Smtp::start());
    let server = Setup::stopped(engine)
        .config(&two(&first, &second))
        .start()
        .await;
    let (mut browser, page, letter) = server.mailed(&mut first, "anna").await;
    assert_eq!(letter.from, "codes@one.example");
    assert_eq!(letter.header("from"), ["Us <codes@one.example>"]);
    let id = letter.header("message-id").remove(0);
    first.down().await;
    server.advance(31).await;
    let page = browser.ask_again(&page).await;
    let letter = second.next().await;
    assert_eq!(letter.from, "codes@two.example");
    assert_eq!(letter.header("from"), ["Us <codes@two.example>"]);
    let other = letter.header("message-id").remove(0);
    let domain = |id: &str| id.split_once('@').unwrap().1.to_owned();
    assert_eq!(
        domain(&id),
        domain(&other),
        "the same whichever relay takes it"
    );
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn pages_name_every_sender(engine: Engine) {
    let (first, second) = (Smtp::start(), Smtp::start());
    let server = Setup::stopped(engine)
        .config(&two(&first, &second))
        .start()
        .await;
    let mut browser = server.browser();
    let both = "codes@one.example or codes@two.example";
    for page in [
        browser.begin("anna").await,
        browser.get("/help/no-message").await,
        browser.get("/help/reset").await,
    ] {
        assert!(page.text().contains(both), "{}: {}", page.path, page.text());
    }
    let page = browser.get("/help/no-message?lang=sv").await;
    assert!(
        page.text()
            .contains("codes@one.example eller codes@two.example")
    );
}

async fn those_who_run_mail_are_told_what_to_let_through(engine: Engine) {
    let (first, second) = (Smtp::start(), Smtp::start());
    let key = "A".repeat(392);
    let signs = format!("dkim_selector = \"rekey\"\ndkim_public_key = \"{key}\"\n");
    let config = two(&first, &second) + &signs;
    let server = Setup::stopped(engine).config(&config).start().await;
    let page = server.browser().get("/help/for-mail-administrators").await;
    let checked = server.command(&["check"], "").await;
    assert!(checked.status.success());
    let checked = String::from_utf8(checked.stdout).unwrap();
    assert!(checked.contains("mail comes from: codes@one.example, codes@two.example\n"));
    for wanted in [
        "v=spf1 ip4:ADDRESS -all",
        "SELECTOR._domainkey.one.example",
        "rekey._domainkey.two.example",
        &format!("v=DKIM1; k=rsa; p={key}"),
        "_dmarc.one.example",
        "_dmarc.two.example",
        "v=DMARC1; p=quarantine",
        "codes@two.example",
    ] {
        assert!(checked.contains(wanted), "{wanted}: {checked}");
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
}
