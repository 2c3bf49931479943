//! Codes: for which flow, and in which spelling (STANDARDS B). How many tries and how long is among the attacks (A25, A26, A28, A31).

use rekey::texts::{Language, Text};

use crate::support::{Engine, Setup, Smtp, on_both_engines, on_sqlite, sentence};

on_both_engines!(
    prove_only_the_flow_that_asked,
    cost_no_try_when_they_cannot_be_codes
);

on_sqlite!(are_read_in_every_spelling);

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
