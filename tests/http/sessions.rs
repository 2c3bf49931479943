//! Sessions: their ends, by sign-out, by time, by the account's end (STANDARDS G03 to G06).

use crate::support::{Browser, Engine, GOOD, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    signing_out_ends_it_on_the_server,
    signing_out_twice_is_no_error,
    signing_in_again_is_a_new_one,
    unused_it_ends_after_its_idle_time,
    in_use_it_ends_after_its_absolute_time,
    an_administrators_is_shorter,
    a_disabled_account_is_out_at_once,
    a_signed_in_person_is_led_past_the_sign_in_page,
    soon_after_a_reset_more_is_shown_before_anything_sensitive,
    also_where_a_second_factor_is_shown_at_sign_in
);

async fn signing_out_ends_it_on_the_server(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    let mut copy = browser.clone();
    assert!(copy.is_signed_in().await);
    let answer = browser.post(&page.form(0), &[]).await;
    assert_eq!(answer.status, 303);
    let cleared = answer.header("clear-site-data").unwrap();
    // Cookies are those of the whole registered domain, other services' too: ours are removed by name.
    assert_eq!(cleared, "\"cache\", \"storage\"");
    assert_eq!(
        answer.header("cache-control"),
        Some("no-store, no-transform")
    );
    assert_eq!(browser.cookie("rekey-session"), None);
    assert!(!copy.is_signed_in().await, "the old cookie opens nothing");
    assert_eq!(server.db.number("SELECT COUNT(*) FROM sessions").await, 0);
    assert_eq!(server.facts("session_ended").await, 1);
}

async fn signing_out_twice_is_no_error(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    let other_tab = browser.clone();
    let first = browser.post(&page.form(0), &[]).await;
    assert!(first.location().starts_with("/sign-in"));
    for mut tab in [other_tab, browser] {
        let again = tab.post(&page.form(0), &[]).await;
        assert!(
            again.location().starts_with("/sign-in"),
            "{}",
            again.location()
        );
    }
}

async fn signing_in_again_is_a_new_one(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let first = browser.cookie("rekey-session").unwrap().to_owned();
    let page = server.browser().get("/sign-in").await;
    let both = [
        ("identifier", "anna"),
        ("password", server.passwords["anna"].as_str()),
    ];
    browser.post(&page.form(0), &both).await;
    assert_ne!(browser.cookie("rekey-session"), Some(&*first));
}

async fn unused_it_ends_after_its_idle_time(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    // Using it moves the limit: twice eight hours less a minute.
    for _ in 0..2 {
        server.advance(8 * 3600 - 60).await;
        assert!(browser.is_signed_in().await);
    }
    server.advance(8 * 3600 + 1).await;
    assert!(!browser.is_signed_in().await);
}

async fn in_use_it_ends_after_its_absolute_time(engine: Engine) {
    let server = Setup::stopped(engine)
        .set("SESSIONS__ABSOLUTE", 1)
        .start()
        .await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for _ in 0..3 {
        server.advance(7 * 3600).await;
        assert!(browser.is_signed_in().await);
    }
    server.advance(3 * 3600 - 60).await;
    assert!(browser.is_signed_in().await);
    server.advance(61).await;
    assert!(!browser.is_signed_in().await);
}

async fn an_administrators_is_shorter(engine: Engine) {
    let setup = Setup::stopped(engine).set("ACCOUNTS__REQUIRE_FACTOR", "nobody");
    let server = setup.start().await;
    let mut grace = server.browser();
    grace.sign_in("grace", &server.passwords["grace"]).await;
    server.advance(30 * 60 - 30).await;
    assert!(grace.is_signed_in().await);
    server.advance(30 * 60 + 1).await;
    assert!(!grace.is_signed_in().await);
    grace.sign_in("grace", &server.passwords["grace"]).await;
    for _ in 0..19 {
        server.advance(25 * 60).await;
        assert!(grace.is_signed_in().await);
    }
    server.advance(10 * 60).await;
    assert!(!grace.is_signed_in().await, "eight hours in all");
}

async fn a_disabled_account_is_out_at_once(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    assert!(browser.is_signed_in().await);
    let disable = "UPDATE accounts SET state = 'disabled' WHERE user_name = 'anna'";
    server.db.run(disable).await;
    assert!(!browser.is_signed_in().await);
    assert!(!server.opens("anna", &server.passwords["anna"]).await);
}

async fn a_signed_in_person_is_led_past_the_sign_in_page(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    let page = browser.get("/account").await;
    assert_eq!(page.path, "/sign-in");
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get("/sign-in").await;
    assert_eq!(page.path, "/account");
    assert_eq!(page.heading(), "Hello Anna Berg");
}

/// Signs in, and tells whether that counts as having just shown that it is the person.
async fn is_confirmed(server: &Server, who: &str, password: &str) -> bool {
    let mut browser: Browser = server.browser();
    let page = browser.sign_in(who, password).await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
    let newest = "SELECT confirmed_at FROM sessions ORDER BY created_at DESC LIMIT 1";
    server.db.number(newest).await > 0
}

async fn soon_after_a_reset_more_is_shown_before_anything_sensitive(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    // A first password is no change, however young.
    let password = server.add("karin", "karin@demo.example", &[]).await;
    assert!(is_confirmed(&server, "karin", &password).await);
    assert!(is_confirmed(&server, "anna", &server.passwords["anna"]).await);
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    browser.choose(&page, GOOD).await;
    assert!(!is_confirmed(&server, "anna", GOOD).await);
    server.advance(3600 - 10).await;
    assert!(!is_confirmed(&server, "anna", GOOD).await);
    server.advance(11).await;
    assert!(is_confirmed(&server, "anna", GOOD).await);
}

async fn also_where_a_second_factor_is_shown_at_sign_in(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = browser.give(&page, &letter.code()).await;
    let code = phone.fresh(&server).await;
    let page = browser.show(&page, &code).await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    let mail = "/account/security/mail";
    for asked_first in ["/account/confirm", mail] {
        let mut browser = server.browser();
        let page = browser.sign_in("anna", GOOD).await;
        let code = phone.fresh(&server).await;
        assert_eq!(browser.show(&page, &code).await.path, "/account");
        let page = browser.get(mail).await;
        assert_eq!(page.path.split('?').next(), Some(asked_first));
        // Later it is as at any other time.
        server.advance(3600).await;
    }
}
