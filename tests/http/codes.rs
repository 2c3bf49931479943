//! Codes: how many tries, how long, for which flow, in which spelling (STANDARDS B, ATTACKS A25, A26, A31).

use rekey::texts::{Language, Text};

use crate::support::{Engine, GOOD, Setup, Smtp, english, on_both_engines, sentence};

on_both_engines!(
    die_after_five_wrong_ones,
    are_replaced_by_newer_ones,
    work_until_their_time_is_over_and_not_after,
    prove_only_the_flow_that_asked,
    are_read_in_every_spelling,
    cost_no_try_when_they_cannot_be_codes,
    are_used_once
);

async fn die_after_five_wrong_ones(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (mut browser, mut page, letter) = server.mailed(&mut smtp, "anna").await;
    for _ in 0..5 {
        page = browser.give(&page, &letter.wrong_code()).await;
    }
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    assert_eq!(page.errors(), [english(Text::ProblemCodeTriesUsedUp)]);
    assert_eq!(
        server.facts("code_wrong").await,
        5,
        "the sixth is not looked at"
    );
    assert_eq!(server.facts("code_proved").await, 0);
    // The way on: a new code, with tries of its own.
    server.advance(31).await;
    let page = browser.ask_again(&page).await;
    let newer = smtp.next().await;
    let page = browser.give(&page, &newer.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn are_replaced_by_newer_ones(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (mut browser, page, older) = server.mailed(&mut smtp, "anna").await;
    server.advance(31).await;
    let page = browser.ask_again(&page).await;
    assert_eq!(page.notice(), english(Text::CodeResent));
    let newer = smtp.next().await;
    server.settle().await;
    assert_ne!(older.code(), newer.code());
    assert_ne!(older.header("message-id"), newer.header("message-id"));
    let page = browser.give(&page, &older.code()).await;
    let left = [("count", "4")];
    assert_eq!(
        page.errors(),
        [sentence(Language::En, Text::ProblemCodeReplaced, &left)]
    );
    let page = browser.give(&page, &newer.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn work_until_their_time_is_over_and_not_after(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    // The clock runs on meanwhile, hence some seconds of room on the side where it must still work.
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    server.advance(30 * 60 - 5).await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");

    let (mut browser, page, letter) = server.mailed(&mut smtp, "bjorn").await;
    server.advance(30 * 60 + 1).await;
    // The page was opened before, the post comes after.
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.errors(), [english(Text::ProblemCodeExpired)]);
    let page = browser.ask_again(&page).await;
    let newer = smtp.next().await;
    let page = browser.give(&page, &newer.code()).await;
    assert_eq!(
        page.path, "/forgot-password/new",
        "asking again is the way on"
    );
}

async fn prove_only_the_flow_that_asked(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    // A stranger begins for anna; then anna does. Each has the other's code in hand.
    let (mut stranger, his_page, first) = server.mailed(&mut smtp, "anna").await;
    let (mut anna, her_page, second) = server.mailed(&mut smtp, "anna").await;
    let page = stranger.give(&his_page, &second.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    let page = stranger.give(&page, &first.code()).await;
    assert_eq!(
        page.path, "/forgot-password/code",
        "a newer request took its place"
    );
    let page = anna.give(&her_page, &first.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    let page = anna.give(&page, &second.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
    // Nor that of somebody else.
    let (mut bjorn, his_page, _) = server.mailed(&mut smtp, "bjorn").await;
    let (_, _, hers) = server.mailed(&mut smtp, "grace").await;
    let page = bjorn.give(&his_page, &hers.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
}

async fn are_read_in_every_spelling(engine: Engine) {
    type Spelling = fn(&str) -> String;
    let spellings: [Spelling; 5] = [
        |code| code.replace(' ', ""),
        |code| format!("  {}\u{a0}", code.replace(' ', "\u{a0}")),
        |code| code.replace(' ', "-"),
        |code| shifted(code, 0xff10),
        |code| shifted(code, 0x0660),
    ];
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 20).start().await;
    for spelling in spellings {
        let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
        let typed = spelling(&letter.code());
        let page = browser.give(&page, &typed).await;
        assert_eq!(page.path, "/forgot-password/new", "{typed}");
    }
}

/// The digits of another script, which begin at `zero`.
fn shifted(code: &str, zero: u32) -> String {
    code.chars()
        .map(|c| {
            c.to_digit(10)
                .and_then(|digit| char::from_u32(zero + digit))
                .unwrap_or(c)
        })
        .collect()
}

async fn cost_no_try_when_they_cannot_be_codes(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (mut browser, mut page, letter) = server.mailed(&mut smtp, "anna").await;
    for typed in ["", "1", "12345", "1234567", "abcdef", "123 45x", "1 2 3"] {
        page = browser.give(&page, typed).await;
    }
    let page = browser.give(&page, &letter.wrong_code()).await;
    let left = [("count", "4")];
    assert_eq!(
        page.errors(),
        [sentence(Language::En, Text::ProblemCodeWrong, &left)]
    );
}

async fn are_used_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (mut browser, code_page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = browser.give(&code_page, &letter.code()).await;
    browser.choose(&page, GOOD).await;
    let again = browser
        .post(&code_page.form(0), &[("code", &letter.code())])
        .await;
    assert_ne!(again.location(), "/forgot-password/new");
    let page = browser.follow(again).await;
    assert_ne!(page.path, "/forgot-password/new");
    assert_eq!(server.facts("code_proved").await, 1);
}
