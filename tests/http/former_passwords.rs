//! Passwords that an account has had are refused where the organisation asks for it (STANDARDS C17), by code and by link.

use rekey::texts::Text;

use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, english, on_both_engines,
};

on_both_engines!(
    as_many_are_refused_as_are_remembered,
    the_present_one_counts,
    by_default_none_is_kept
);

/// Chooses a password that may be taken.
async fn change(server: &Server, smtp: &mut Smtp, password: &str) {
    let (mut browser, page) = server.proved(smtp, "anna").await;
    let done = browser.choose(&page, password).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    smtp.next().await;
}

async fn refused(browser: &mut Browser, page: &Page, password: &str) -> Page {
    let page = browser.choose(page, password).await;
    assert_eq!(page.errors(), [english(Text::ProblemPasswordFormer)]);
    page
}

async fn as_many_are_refused_as_are_remembered(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let setup = setup.set("PASSWORD__HISTORY", 2);
    let setup = setup.set("RESET__PROVE_BY", "mail_code,mail_link");
    let server = setup.set("LIMITS__MESSAGES_BURST", 50).start().await;
    change(&server, &mut smtp, GOOD).await;
    change(&server, &mut smtp, OTHER_GOOD).await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let form = browser.give(&page, &letter.code()).await;
    assert!(form.text().contains(&english(Text::NewRuleNotFormer)));
    let form = refused(&mut browser, &form, GOOD).await;
    refused(&mut browser, &form, OTHER_GOOD).await;
    let mut elsewhere = server.browser();
    let form = elsewhere.get(&letter.link()).await;
    let form = refused(&mut elsewhere, &form, GOOD).await;
    assert!(
        server.opens("anna", OTHER_GOOD).await,
        "nothing was changed"
    );
    let third = "elva vita moln i fickan";
    let done = elsewhere.choose(&form, third).await;
    assert_eq!(done.path, "/forgot-password/done");
    smtp.next().await;
    // Two are remembered, the present one included: the oldest may come again.
    change(&server, &mut smtp, GOOD).await;
    let kept = "SELECT COUNT(*) FROM former_passwords";
    assert_eq!(server.db.number(kept).await, 1);
}

async fn the_present_one_counts(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("PASSWORD__HISTORY", 1).start().await;
    change(&server, &mut smtp, GOOD).await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    refused(&mut browser, &page, GOOD).await;
}

async fn by_default_none_is_kept(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    change(&server, &mut smtp, GOOD).await;
    change(&server, &mut smtp, GOOD).await;
    let kept = "SELECT COUNT(*) FROM former_passwords";
    assert_eq!(server.db.number(kept).await, 0);
}
