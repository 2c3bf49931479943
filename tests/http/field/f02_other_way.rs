//! F02: where one way is closed for good, the other confirmed contact is used, once a request, and no page tells.

use crate::outbox::show;
use crate::support::sms::{Manner, Sms};
use crate::support::{Engine, Page, Scripted, Server, Setup, on_both_engines, until};

on_both_engines!(
    f02_a_number_that_takes_nothing_leads_to_the_address,
    f02_an_address_that_is_gone_leads_to_the_number,
    f02_each_way_is_tried_once_a_request,
    f02_only_a_contact_that_may_prove_is_used,
    f02_an_account_s_allowance_holds_for_the_other_way_too,
    f02_a_request_that_is_nearly_over_gets_ask_again
);

async fn both(engine: Engine, relay: &Scripted, sms: &Sms, more: &[(&str, &str)]) -> Server {
    let mut setup = Setup::new(engine)
        .config(&relay.block(""))
        .gateway(sms)
        .set("RESET__IDENTIFIERS", "mail,phone,user_name")
        .set("RESET__PROVE_BY", "sms_code,mail_code");
    for (key, value) in more {
        setup = setup.set(key, value);
    }
    setup.start().await
}

const UNKNOWN: &str = "550 5.1.1 no such user";

/// What a page shows, but for what is its own.
fn plain(page: &Page, who: &str) -> String {
    let text = page.text().replace(&page.reference(), "").replace(who, "");
    // Seconds that count down differ between two looks.
    text.replace(|c: char| c.is_ascii_digit(), "")
}

/// The code in a mail as it went over the wire: three digits, a space, three digits, alone on a line.
pub fn code_in(mail: &str) -> String {
    let is_code = |line: &&str| {
        line.len() == 7
            && line
                .chars()
                .enumerate()
                .all(|(n, c)| if n == 3 { c == ' ' } else { c.is_ascii_digit() })
    };
    let found = mail.lines().map(str::trim).find(is_code);
    found
        .unwrap_or_else(|| panic!("no code in {mail}"))
        .to_owned()
}

async fn f02_a_number_that_takes_nothing_leads_to_the_address(engine: Engine) {
    // 400 of a gateway of one's own, which says no more than that.
    let (relay, sms) = (Scripted::start().await, Sms::start().await);
    let server = both(engine, &relay, &sms, &[]).await;
    sms.behave(Manner::BadNumber);
    let (mut browser, mut nobody) = (server.browser(), server.browser());
    let page = browser.begin("anna").await;
    let of_nobody = nobody.begin("kalle").await;
    let mail = relay.until_taken(1).await.remove(0);
    server.settle().await;
    assert_eq!(relay.heard_of("RCPT"), ["RCPT TO:<anna.berg@demo.example>"]);
    assert_eq!(sms.requests().len(), 1);
    // Neither page has learned anything: the clock of the code, the tries, the way that it names.
    let again = browser.get("/forgot-password/code").await;
    let of_nobody_again = nobody.get("/forgot-password/code").await;
    assert_eq!(plain(&again, "anna"), plain(&of_nobody_again, "kalle"));
    assert_eq!(plain(&again, "anna"), plain(&page, "anna"));
    assert_eq!(plain(&of_nobody, "kalle"), plain(&page, "anna"));
    let told = show(&server, &page.reference()).await;
    assert!(told.contains("sms (code)  refused"), "{told}");
    assert!(told.contains("mail (code)  done"), "{told}");
    let done = browser.give(&page, &code_in(&mail)).await;
    assert_eq!(done.path, "/forgot-password/new", "{:?}", done.errors());
}

async fn f02_an_address_that_is_gone_leads_to_the_number(engine: Engine) {
    let (relay, sms) = (Scripted::start().await, Sms::start().await);
    let many = [("LIMITS__MESSAGES_BURST", "20")];
    let server = both(engine, &relay, &sms, &many).await;
    for (phase, answer) in [
        ("RCPT", UNKNOWN),
        ("RCPT", "550 User unknown"),
        // Full for now: whoever waits is answered sooner by the other way.
        ("RCPT", "552 5.2.2 mailbox full"),
        ("RCPT", "452 4.2.2 mailbox full"),
        ("end", "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception"),
    ] {
        relay.takes();
        relay.says(phase, answer);
        let mut browser = server.browser();
        let page = browser.begin("anna.berg@demo.example").await;
        let (to, text) = sms.next().await;
        assert_eq!(to, "+46701740605", "{answer}");
        server.settle().await;
        let told = show(&server, &page.reference()).await;
        assert!(
            told.contains("mail (code)  refused") && told.contains("sms (code)  done"),
            "{told}"
        );
        // A wrong try that was made before is not given back.
        let wrong = browser.give(&page, "000 000").await;
        assert_eq!(wrong.path, "/forgot-password/code");
        let code: String = text.chars().take_while(char::is_ascii_digit).collect();
        let done = browser.give(&page, &code).await;
        assert_eq!(
            done.path,
            "/forgot-password/new",
            "{answer}: {:?}",
            done.errors()
        );
    }
}

async fn f02_each_way_is_tried_once_a_request(engine: Engine) {
    let (relay, sms) = (Scripted::start().await, Sms::start().await);
    let server = both(engine, &relay, &sms, &[]).await;
    sms.behave(Manner::BadNumber);
    relay.says("RCPT", UNKNOWN);
    let reference = server.browser().begin("anna").await.reference();
    until("both were tried", async || {
        let refused = "SELECT COUNT(*) FROM jobs WHERE state = 'refused'";
        (server.db.number(refused).await == 2).then_some(())
    })
    .await;
    server.settle().await;
    server.advance(120).await;
    server.settle().await;
    assert_eq!((sms.requests().len(), relay.heard_of("RCPT").len()), (1, 1));
    let told = show(&server, &reference).await;
    assert_eq!(told.matches("refused").count(), 2, "{told}");
}

async fn f02_only_a_contact_that_may_prove_is_used(engine: Engine) {
    let (relay, sms) = (Scripted::start().await, Sms::start().await);
    let server = both(engine, &relay, &sms, &[]).await;
    relay.says("RCPT", UNKNOWN);
    server
        .db
        .run("UPDATE contacts SET confirmed_at = NULL WHERE kind = 'phone'")
        .await;
    let reference = server
        .browser()
        .begin("anna.berg@demo.example")
        .await
        .reference();
    until("it was refused", async || {
        let refused = "SELECT COUNT(*) FROM jobs WHERE state = 'refused'";
        (server.db.number(refused).await == 1).then_some(())
    })
    .await;
    server.settle().await;
    assert!(sms.requests().is_empty());
    // What is told of the request is what became of it.
    let told = show(&server, &reference).await;
    assert!(
        told.contains("mail (code)  refused") && told.contains("its message promised"),
        "{told}"
    );
}

async fn f02_an_account_s_allowance_holds_for_the_other_way_too(engine: Engine) {
    let (relay, sms) = (Scripted::start().await, Sms::start().await);
    let one = [
        ("LIMITS__MESSAGES_BURST", "1"),
        ("LIMITS__MESSAGES_PER_HOUR", "1"),
    ];
    let server = both(engine, &relay, &sms, &one).await;
    sms.behave(Manner::BadNumber);
    server.browser().begin("anna").await;
    until("it was refused", async || {
        let refused = "SELECT COUNT(*) FROM jobs WHERE state = 'refused'";
        (server.db.number(refused).await == 1).then_some(())
    })
    .await;
    server.settle().await;
    assert!(
        relay.taken().is_empty(),
        "the second message is one too many"
    );
}

async fn f02_a_request_that_is_nearly_over_gets_ask_again(engine: Engine) {
    let (relay, sms) = (Scripted::start().await, Sms::start().await);
    let server = both(engine, &relay, &sms, &[]).await;
    // The gateway is down until a minute before the end of the code.
    sms.behave(Manner::Fault);
    let mut browser = server.browser();
    let page = browser.begin("anna").await;
    until("it was tried", async || {
        (!sms.requests().is_empty()).then_some(())
    })
    .await;
    server.advance(9 * 60).await;
    sms.behave(Manner::BadNumber);
    let mail = relay.until_taken(1).await.remove(0);
    server.settle().await;
    let is_code = |line: &str| {
        line.len() == 7
            && line.as_bytes()[3] == b' '
            && line[..3].bytes().all(|b| b.is_ascii_digit())
    };
    assert!(!mail.lines().any(|line| is_code(line.trim())), "{mail}");
    let told = show(&server, &page.reference()).await;
    assert!(told.contains("mail (ask_again)  done"), "{told}");
}
