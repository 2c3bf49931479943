//! When a browser is known no more (STANDARDS D05).

use super::{burn, known, setup, sign_out, told};
use crate::support::{Browser, Engine, GOOD, OTHER_GOOD, Smtp, on_both_engines};

on_both_engines!(
    a_change_of_password_forgets_all_others,
    so_does_a_change_by_whoever_is_signed_in,
    a_change_that_is_stopped_forgets_every_browser,
    it_is_forgotten_after_a_year,
    the_twenty_newest_are_known
);

async fn a_change_of_password_forgets_all_others(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine).relay(&smtp).start().await;
    let anna = &server.passwords["anna"];
    let mut others = [
        known(&server, "anna", anna).await,
        known(&server, "anna", anna).await,
    ];
    // One of them is another's too, who keeps it.
    let bjorn = &server.passwords["bjorn"];
    assert!(told(&mut others[0], "bjorn", bjorn).await.is_empty());
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    browser.choose(&page, GOOD).await;
    burn(&server, "anna").await;
    burn(&server, "bjorn").await;
    for other in &mut others {
        assert_eq!(told(other, "anna", GOOD).await, ["sign_in_wait"]);
    }
    assert!(told(&mut others[0], "bjorn", bjorn).await.is_empty());
    assert!(told(&mut browser, "anna", GOOD).await.is_empty());
    // Also the one that is known already and makes the change, whatever was tried in it.
    let mut thief = browser.clone();
    for _ in 0..3 {
        told(&mut browser, "anna", "fel").await;
    }
    let page = browser.begin("anna").await;
    let mut letter = smtp.next().await;
    while letter.code_if_any().is_none() {
        letter = smtp.next().await;
    }
    let page = browser.give(&page, &letter.code()).await;
    browser.choose(&page, OTHER_GOOD).await;
    assert!(told(&mut browser, "anna", OTHER_GOOD).await.is_empty());
    assert_eq!(told(&mut thief, "anna", OTHER_GOOD).await, ["sign_in_wait"]);
}

/// Signed in, the password is changed with the present one.
async fn change(browser: &mut Browser, present: &str, password: &str) {
    let page = browser.get("/account/security/password").await;
    let fields = [
        ("password", present),
        ("new_password", password),
        ("confirm_password", password),
    ];
    let answer = browser.post(&page.form(0), &fields).await;
    assert_eq!(answer.location(), "/account/security");
}

async fn so_does_a_change_by_whoever_is_signed_in(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine).relay(&smtp).start().await;
    let anna = &server.passwords["anna"];
    let mut other = known(&server, "anna", anna).await;
    let mut browser = server.browser();
    browser.sign_in("anna", anna).await;
    let mut copy = browser.clone();
    change(&mut browser, anna, GOOD).await;
    sign_out(&mut browser).await;
    burn(&server, "anna").await;
    assert!(told(&mut browser, "anna", GOOD).await.is_empty());
    for former in [&mut other, &mut copy] {
        assert_eq!(told(former, "anna", GOOD).await, ["sign_in_wait"]);
    }
}

async fn a_change_that_is_stopped_forgets_every_browser(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine).relay(&smtp).start().await;
    // Whoever knows anna's password has put another in its place.
    let anna = &server.passwords["anna"];
    let mut stranger = server.browser();
    stranger.sign_in("anna", anna).await;
    change(&mut stranger, anna, GOOD).await;
    let letter = smtp.next().await;
    let text = letter.text();
    let link = text
        .split_whitespace()
        .find_map(|word| Some(&word[word.find("/stop/")?..]));
    let mut browser = server.browser();
    let page = browser.get(link.expect("a link that stops it")).await;
    browser.post(&page.form(0), &[]).await;
    assert_eq!(server.db.number("SELECT COUNT(*) FROM devices").await, 0);
    burn(&server, "anna").await;
    assert_eq!(told(&mut stranger, "anna", GOOD).await, ["sign_in_wait"]);
}

async fn it_is_forgotten_after_a_year(engine: Engine) {
    let server = setup(engine).start().await;
    let anna = &server.passwords["anna"];
    let mut browser = known(&server, "anna", anna).await;
    server.advance(364 * 86400).await;
    burn(&server, "anna").await;
    assert!(
        told(&mut browser, "anna", anna).await.is_empty(),
        "and known for a year more"
    );
    server.advance(366 * 86400).await;
    burn(&server, "anna").await;
    assert_eq!(told(&mut browser, "anna", anna).await, ["sign_in_wait"]);
}

async fn the_twenty_newest_are_known(engine: Engine) {
    let server = setup(engine).start().await;
    let anna = &server.passwords["anna"];
    let mut first = known(&server, "anna", anna).await;
    let mut second = known(&server, "anna", anna).await;
    for _ in 0..19 {
        assert!(told(&mut server.browser(), "anna", anna).await.is_empty());
    }
    assert_eq!(server.db.number("SELECT COUNT(*) FROM devices").await, 20);
    burn(&server, "anna").await;
    assert_eq!(told(&mut first, "anna", anna).await, ["sign_in_wait"]);
    assert!(told(&mut second, "anna", anna).await.is_empty());
}
