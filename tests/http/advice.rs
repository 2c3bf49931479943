//! Advice on a password that is being typed: for the browser that holds the proof, limited, and never in the way (STANDARDS C15).

use crate::support::{Browser, Engine, GOOD, OTHER_GOOD, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    the_holder_of_a_proof_gets_it_and_nobody_else,
    it_never_stands_in_the_way_and_costs_no_attempt,
    it_is_limited_by_proof_and_by_address,
);

/// A password that the rules accept and that runs along the keyboard.
const WEAK: &str = "asdfghjkl;'zxcvbnm,./";

async fn advice(browser: &mut Browser, token: &str, password: &str) -> String {
    let fields = [("token", token), ("new_password", password)];
    let answer = browser.post_data("/api/password-advice", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.set_cookies().is_empty());
    answer.body.trim_matches('"').to_owned()
}

async fn server(engine: Engine, smtp: &Smtp) -> Server {
    let setup = Setup::new(engine).relay(smtp);
    let setup = setup.set("RESET__PROVE_BY", "mail_code,mail_link");
    setup.set("RESET__CHOOSE_ATTEMPTS", 1).start().await
}

async fn the_holder_of_a_proof_gets_it_and_nobody_else(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = server(engine, &smtp).await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let early = page
        .form_to("/api/forgot-password/code")
        .value("token")
        .to_owned();
    assert_eq!(advice(&mut browser, &early, WEAK).await, "nothing");
    let mut before = browser.clone();
    let page = browser.give(&page, &letter.code()).await;
    let token = page.form(0).value("token").to_owned();
    assert_eq!(advice(&mut browser, &token, WEAK).await, "keys");
    assert_eq!(advice(&mut browser, &token, GOOD).await, "good");
    // With the cookie from before the proof, with no cookie, with another form's token.
    assert_eq!(advice(&mut before, &token, WEAK).await, "nothing");
    let mut stranger = server.browser();
    assert_eq!(advice(&mut stranger, &token, WEAK).await, "nothing");
    assert_eq!(advice(&mut browser, "another", WEAK).await, "nothing");

    let mut elsewhere = server.browser();
    let page = elsewhere.get(&letter.link()).await;
    let token_of_link = page.form(0).value("token").to_owned();
    assert_eq!(advice(&mut elsewhere, &token_of_link, GOOD).await, "good");
    assert_eq!(advice(&mut stranger, &token_of_link, GOOD).await, "nothing");
    elsewhere.choose(&page, OTHER_GOOD).await;
    assert_eq!(
        advice(&mut elsewhere, &token_of_link, GOOD).await,
        "nothing"
    );
    assert_eq!(advice(&mut browser, &token, GOOD).await, "nothing");
    let log = server.whole_log().await;
    for secret in [WEAK, GOOD, OTHER_GOOD, &token, &token_of_link] {
        assert!(!log.contains(secret));
    }
}

async fn it_never_stands_in_the_way_and_costs_no_attempt(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = server(engine, &smtp).await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let token = page.form(0).value("token").to_owned();
    for _ in 0..5 {
        assert_eq!(advice(&mut browser, &token, WEAK).await, "keys");
    }
    let longest = "x".repeat(10_000);
    assert_eq!(advice(&mut browser, &token, &longest).await, "repeats");
    let done = browser.choose(&page, WEAK).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    assert!(server.opens("anna", WEAK).await);
}

async fn it_is_limited_by_proof_and_by_address(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let setup = setup.set("LIMITS__REQUESTS_BURST", 10);
    let setup = setup.set("LIMITS__REQUESTS_PER_ADDRESS_PER_MINUTE", 10);
    let setup = setup.set("SITE__TRUSTED_PROXIES", "127.0.0.1");
    let server = setup.start().await;
    let (browser, page) = server.proved(&mut smtp, "anna").await;
    let token = page.form(0).value("token").to_owned();
    let at = |address: &str| browser.clone().with("x-forwarded-for", address);
    let mut there = at("192.0.2.1");
    // Sixty in a row, and as many more as time gives back meanwhile on a busy machine.
    let mut answers = 0;
    while advice(&mut there, &token, GOOD).await == "good" {
        answers += 1;
        assert!(answers < 200, "no end of it");
    }
    assert!(answers >= 60, "{answers}");
    let mut elsewhere = at("192.0.2.2");
    let mut is_used_up = false;
    for _ in 0..3 {
        is_used_up |= advice(&mut elsewhere, &token, GOOD).await == "nothing";
    }
    assert!(is_used_up, "the proof's share is used up too");
    server.advance(10).await;
    assert_eq!(advice(&mut there, &token, GOOD).await, "good");
    // The share of the posts is another one.
    let done = there.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
}
