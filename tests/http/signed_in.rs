//! `[reset] after = "signed_in"`: the last step opens a session and leads to the organisation's own start page (journey row Z5).

use rekey::texts::Text;

use crate::support::{Engine, GOOD, Setup, Smtp, english, on_both_engines};

on_both_engines!(
    the_last_step_signs_in_and_leads_on,
    a_second_press_signs_in_too,
    by_default_nobody_is_signed_in
);

fn setup(engine: Engine, smtp: &Smtp) -> Setup {
    Setup::new(engine)
        .relay(smtp)
        .set("RESET__AFTER", "signed_in")
        .set("ACCOUNTS__PORTAL_NAME", "The staff portal")
        .set("ACCOUNTS__PORTAL_URL", "https://portal.example/start")
}

async fn the_last_step_signs_in_and_leads_on(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let mut elsewhere = server.browser();
    elsewhere.sign_in("anna", &server.passwords["anna"]).await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    assert!(page.text().contains(&english(Text::DoneSignedIn)));
    assert!(page.text().contains("The staff portal"));
    assert!(page.body.contains("href=\"https://portal.example/start\""));
    assert!(browser.is_signed_in().await);
    assert!(!elsewhere.is_signed_in().await, "all earlier sessions end");
    assert_eq!(server.db.number("SELECT COUNT(*) FROM sessions").await, 1);
}

async fn a_second_press_signs_in_too(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    // The answer to the first press, and the session in it, is lost.
    let mut before = browser.clone();
    let before_it = server.facts("authn_password_change").await;
    browser.choose(&page, GOOD).await;
    let page = before.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    assert!(before.is_signed_in().await);
    let changed = server.facts("authn_password_change").await;
    assert_eq!(changed, before_it + 1);
}

async fn by_default_nobody_is_signed_in(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let page = browser.choose(&page, GOOD).await;
    assert!(page.text().contains(&english(Text::DoneToSignIn)));
    assert!(!browser.is_signed_in().await);
}
