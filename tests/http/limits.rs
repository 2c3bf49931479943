//! Limits by account: they stop sending and believing, in silence (STANDARDS A04, B10; ATTACKS A32, A38).

use rekey::texts::{Language, ServerText, Text};

use crate::support::{Engine, Setup, Smtp, english, mailed_sentence, on_both_engines};

on_both_engines!(
    five_messages_then_one_an_hour,
    a_request_that_sends_nothing_replaces_nothing,
    wrong_codes_of_all_flows_count_together,
    new_codes_are_given_later_each_time_and_three_times
);

async fn five_messages_then_one_an_hour(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut pages = Vec::new();
    for _ in 0..7 {
        let page = server.browser().begin("anna").await;
        pages.push(page.text().replace(&page.reference(), ""));
        server.settle().await;
    }
    assert_eq!(smtp.taken(), 5);
    assert!(
        pages.iter().all(|page| page == &pages[0]),
        "the page says nothing of it"
    );
    // The help, to which the page leads, says it to everybody.
    let limit = mailed_sentence(
        Language::En,
        ServerText::HelpNoMessageLimitOne,
        &[("burst", "5")],
    );
    let help = server.browser().look("/help/no-message").await.text();
    assert!(help.contains(&limit), "{help}");
    server.advance(3600).await;
    for _ in 0..2 {
        server.browser().begin("anna").await;
        server.settle().await;
    }
    assert_eq!(smtp.taken(), 6, "one more after an hour");
    // Somebody else's mail does not suffer.
    server.browser().begin("bjorn").await;
    for _ in 0..6 {
        smtp.next().await;
    }
    assert_eq!(smtp.next().await.to, ["bjorn.dahl@demo.example"]);
}

async fn a_request_that_sends_nothing_replaces_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 1).start().await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    // A stranger asks, and so does the person again: nothing goes out, so the code at hand must still work.
    server.browser().begin("anna").await;
    server.advance(31).await;
    let page = browser.ask_again(&page).await;
    server.settle().await;
    assert_eq!(smtp.taken(), 1);
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn wrong_codes_of_all_flows_count_together(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    // Half of them at once, the other half spread over the day.
    let server = setup.set("LIMITS__WRONG_CODES_PER_DAY", 6).start().await;
    for _ in 0..3 {
        let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
        browser.give(&page, &letter.wrong_code()).await;
        let page = browser.give(&page, &letter.code()).await;
        let right_counts = server.facts("code_wrong").await < 3;
        assert_eq!(page.path == "/forgot-password/new", right_counts);
    }
    assert_eq!(smtp.taken(), 3);
    // No code is minted either, until the time has passed.
    server.browser().begin("anna").await;
    server.settle().await;
    assert_eq!(smtp.taken(), 3);
    server.advance(24 * 3600).await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(
        page.path, "/forgot-password/new",
        "the next day all is well"
    );
    // And the password was never in the way (STANDARDS F03, ATTACKS A41).
    assert!(server.opens("anna", &server.passwords["anna"]).await);
}

async fn new_codes_are_given_later_each_time_and_three_times(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut browser, mut page, _) = server.mailed(&mut smtp, "anna").await;
    // 30 seconds, then twice as long each time; a second before that it is too early.
    for wait in [30, 60, 120] {
        server.advance(wait - 10).await;
        page = browser.ask_again(&page).await;
        assert_eq!(page.errors().len(), 1);
        assert!(page.errors()[0].starts_with("Wait "), "{:?}", page.errors());
        server.advance(11).await;
        page = browser.ask_again(&page).await;
        assert_eq!(page.notice(), english(Text::CodeResent));
        smtp.next().await;
    }
    let used_up = english(Text::CodeNoMoreResends);
    assert!(page.text().contains(&used_up), "{}", page.text());
    let token = page.form(0).value("token").to_owned();
    server.advance(1000).await;
    let data = browser
        .post_data("/api/forgot-password/resend", &[("token", &token)])
        .await;
    assert_eq!(data.status, 422);
    assert_eq!(data.problems(), ["resends_used_up"]);
    server.settle().await;
    assert_eq!(smtp.taken(), 4);
}
