//! F05: mail programs fold equal subjects together, so that the newest code is hidden and an older one is typed.

use std::collections::BTreeSet;

use rekey::texts::{Language, Text};

use crate::support::sms::Sms;
use crate::support::{
    Browser, Engine, Page, ReceivedMail, Server, Setup, Smtp, english, on_both_engines, sentence,
};

on_both_engines!(
    f05_no_two_mails_are_folded_together,
    f05_an_older_code_is_told_and_costs_no_try_once,
    f05_five_older_codes_are_remembered,
    f05_an_older_code_is_no_guess_at_the_account,
    f05_a_code_is_told_until_it_would_have_died,
    f05_text_messages_too,
    f05_codes_of_others_are_wrong
);

fn setup(engine: Engine, smtp: &Smtp) -> Setup {
    let setup = Setup::stopped(engine).relay(smtp);
    setup.set("LIMITS__MESSAGES_BURST", 50)
}

/// What a page says of a code that a newer one has replaced.
fn replaced(left: &str) -> Vec<String> {
    let words = sentence(Language::En, Text::ProblemCodeReplaced, &[("count", left)]);
    vec![words]
}

fn wrong(left: &str) -> Vec<String> {
    let words = sentence(Language::En, Text::ProblemCodeWrong, &[("count", left)]);
    vec![words]
}

/// Asks so many times, each time anew in another browser: the last one, its page, and all letters.
async fn asked(
    server: &Server,
    smtp: &mut Smtp,
    who: &str,
    times: usize,
) -> (Browser, Page, Vec<ReceivedMail>) {
    let mut letters = Vec::new();
    loop {
        let (browser, page, letter) = server.mailed(smtp, who).await;
        letters.push(letter);
        if letters.len() == times {
            return (browser, page, letters);
        }
        // Codes that were replaced in one moment have no order.
        server.advance(1).await;
    }
}

async fn f05_no_two_mails_are_folded_together(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (mut browser, mut page, mut letters) = asked(&server, &mut smtp, "anna", 3).await;
    for _ in 0..2 {
        server.advance(121).await;
        page = browser.ask_again(&page).await;
        assert!(page.errors().is_empty(), "{:?}", page.errors());
        letters.push(smtp.next().await);
    }
    let mut marks = BTreeSet::new();
    for letter in &letters {
        let mark = letter.header("X-Entity-Ref-ID").concat();
        assert!(mark.len() >= 16, "{mark:?}: {}", letter.raw);
        let code = letter.code().replace(' ', "");
        for secret in [&*code, "anna", "demo.example"] {
            assert!(!mark.contains(secret), "{mark} tells {secret}");
        }
        marks.insert(mark);
    }
    assert_eq!(marks.len(), letters.len(), "{marks:?}");
}

async fn f05_an_older_code_is_told_and_costs_no_try_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (mut browser, page, letters) = asked(&server, &mut smtp, "anna", 3).await;
    let codes: Vec<String> = letters.iter().map(ReceivedMail::code).collect();
    for (code, left) in [(0, "5"), (1, "5"), (0, "4"), (1, "3")] {
        let page = browser.give(&page, &codes[code]).await;
        assert_eq!(page.errors(), replaced(left), "code {code}");
    }
    // The same with codes that were asked for again on one page.
    server.advance(31).await;
    let page = browser.ask_again(&page).await;
    assert!(page.errors().is_empty(), "{:?}", page.errors());
    let newest = smtp.next().await.code();
    let told = browser.give(&page, &codes[2]).await;
    assert_eq!(told.errors(), replaced("5"));
    let told = browser.give(&page, &codes[1]).await;
    assert_eq!(told.errors(), replaced("4"), "told before");
    let page = browser.give(&page, &newest).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
}

async fn f05_five_older_codes_are_remembered(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (mut browser, page, letters) = asked(&server, &mut smtp, "anna", 7).await;
    let told = browser.give(&page, &letters[0].code()).await;
    assert_eq!(told.errors(), wrong("4"), "the sixth before the newest");
    for letter in &letters[1..6] {
        let told = browser.give(&page, &letter.code()).await;
        assert_eq!(told.errors(), replaced("4"));
    }
    let kept = "SELECT COUNT(*) FROM former_codes";
    assert_eq!(server.db.number(kept).await, 5);
    let page = browser.give(&page, &letters[6].code()).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
}

/// One wrong code is all that the account has left for today, and the older one does not use it up.
async fn f05_an_older_code_is_no_guess_at_the_account(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = setup(engine, &smtp).set("LIMITS__WRONG_CODES_PER_DAY", 2);
    let server = setup.start().await;
    let (mut browser, page, letters) = asked(&server, &mut smtp, "anna", 2).await;
    let told = browser.give(&page, &letters[0].code()).await;
    assert_eq!(told.errors(), replaced("5"));
    let page = browser.give(&page, &letters[1].code()).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
    // Typed again it is one like any other.
    let (mut browser, page, letters) = asked(&server, &mut smtp, "bjorn", 2).await;
    for left in ["5", "4"] {
        let told = browser.give(&page, &letters[0].code()).await;
        assert_eq!(told.errors(), replaced(left));
    }
    let page = browser.give(&page, &letters[1].code()).await;
    assert_eq!(page.path, "/forgot-password/code");
}

async fn f05_a_code_is_told_until_it_would_have_died(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (_, _, first) = server.mailed(&mut smtp, "anna").await;
    server.advance(20 * 60).await;
    let (_, _, second) = server.mailed(&mut smtp, "anna").await;
    server.advance(1).await;
    let (mut browser, page, newest) = server.mailed(&mut smtp, "anna").await;
    server.advance(11 * 60).await;
    let told = browser.give(&page, &first.code()).await;
    assert_eq!(told.errors(), wrong("4"), "it is older than half an hour");
    let told = browser.give(&page, &second.code()).await;
    assert_eq!(told.errors(), replaced("4"));
    let page = browser.give(&page, &newest.code()).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
}

async fn f05_text_messages_too(engine: Engine) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = setup(engine, &smtp)
        .gateway(&sms)
        .set("RESET__PROVE_BY", "sms_code,mail_code")
        .start()
        .await;
    let mut codes: Vec<String> = Vec::new();
    let mut last = None;
    for _ in 0..3 {
        let mut browser = server.browser();
        let page = browser.begin("anna").await;
        let (_, text) = sms.next().await;
        codes.push(text.chars().take_while(char::is_ascii_digit).collect());
        server.settle().await;
        server.advance(1).await;
        last = Some((browser, page));
    }
    let (mut browser, page) = last.expect("three were asked for");
    for code in &codes[..2] {
        let told = browser.give(&page, code).await;
        assert_eq!(told.errors(), replaced("5"));
    }
    let page = browser.give(&page, &codes[2]).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
}

/// Nobody learns from an older code of one account anything about another, or about nobody.
async fn f05_codes_of_others_are_wrong(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (_, _, letters) = asked(&server, &mut smtp, "anna", 3).await;
    let (mut bjorn, page, _) = server.mailed(&mut smtp, "bjorn").await;
    let told = bjorn.give(&page, &letters[0].code()).await;
    assert_eq!(told.errors(), wrong("4"));
    let mut nobody = server.browser();
    let page = nobody.begin("kalle").await;
    server.settle().await;
    for left in ["4", "3", "2"] {
        let told = nobody.give(&page, &letters[0].code()).await;
        assert_eq!(told.errors(), wrong(left));
    }
    // Nor does a page whose own code somebody else's request has replaced: it goes on as if nothing had been.
    let (mut overtaken, page, first) = server.mailed(&mut smtp, "grace").await;
    server.mailed(&mut smtp, "grace").await;
    let told = overtaken.give(&page, &first.code()).await;
    assert_eq!(told.errors(), wrong("4"));
    assert_eq!(told.heading(), english(Text::CodeTitle));
}
