//! The pages of the second factor: in the account, at sign-in and in a reset.

use super::{Album, setup_stopped, signed_in, swedish};
use crate::support::{ACCOUNT_FACTOR, Browser, Page, Phone, Server, Smtp};

#[tokio::test]
async fn in_the_account_at_sign_in_and_in_a_reset() {
    let mut smtp = Smtp::start();
    let server = setup_stopped()
        .relay(&smtp)
        .set("HELP__FEEDBACK", "true")
        .set("HELP__PRIVACY_URL", "https://example.org/privacy")
        .set("HELP__CONTROLLER", "The municipality")
        .start()
        .await;
    let mut album = Album::new("factor");
    let phone = account(&server, &mut album).await;
    at_sign_in(&server, &phone, &mut album).await;
    demanded(&server, &mut album).await;
    in_a_reset(&server, &mut smtp, &phone, &mut album).await;
    album.close();
}

async fn account(server: &Server, album: &mut Album) -> Phone {
    let mut anna = signed_in(server, "anna").await;
    album.take_in_all("set-up", &anna, ACCOUNT_FACTOR).await;
    let page = anna.get(ACCOUNT_FACTOR).await;
    let mut stale = page.form(0);
    stale.hidden.retain(|(name, _)| name != "token");
    let answer = anna.post(&stale, &[]).await;
    album.take("set-up-stale", &anna.follow(answer).await);
    anna.submit(&page, 0, &[]).await;
    album.take_in_all("key", &anna, ACCOUNT_FACTOR).await;
    let page = anna.get(ACCOUNT_FACTOR).await;
    let phone = Phone::read(&page);
    for (name, typed) in [("empty", ""), ("wrong", &*phone.wrong(server))] {
        let page = anna.submit(&page, 0, &[("totp", typed)]).await;
        album.take(&format!("key-{name}"), &page);
    }
    let code = phone.code(server, 0);
    let page = anna.submit(&page, 0, &[("totp", &code)]).await;
    album.take_in_all("recovery-codes", &anna, &page.path).await;
    let page = anna.submit(&page, 0, &[]).await;
    album.take("on", &page);
    album.take("security-on", &anna.get("/account/security").await);
    let page = anna.submit(&page, 1, &[]).await;
    album.take("another-app", &page);
    phone
}

/// Signs in as far as the second factor.
async fn asked(server: &Server, who: &str) -> (Browser, Page) {
    let mut browser = swedish(server);
    let page = browser.sign_in(who, &server.passwords[who]).await;
    (browser, page)
}

async fn at_sign_in(server: &Server, phone: &Phone, album: &mut Album) {
    let (mut anna, page) = asked(server, "anna").await;
    album.take_in_all("ask", &anna, &page.path).await;
    let wrong = phone.wrong(server);
    for (name, form, typed) in [
        ("ask-empty", 0, ""),
        ("ask-unusable", 0, "12345"),
        ("ask-wrong", 0, &*wrong),
        ("ask-recovery-wrong", 1, "aaaa-aaaa-aaaa"),
    ] {
        let page = anna.submit(&page, form, &[("totp", typed)]).await;
        album.take(name, &page);
    }
    let used = phone.fresh(server).await;
    let (mut other, page_of_other) = asked(server, "anna").await;
    other.show(&page_of_other, &used).await;
    album.take("ask-used", &anna.show(&page, &used).await);
}

async fn demanded(server: &Server, album: &mut Album) {
    let (mut grace, page) = asked(server, "grace").await;
    album.take_in_all("demanded", &grace, &page.path).await;
    let page = grace.submit(&page, 0, &[]).await;
    album.take("demanded-key", &page);
    let phone = Phone::read(&page);
    let code = phone.code(server, 0);
    let page = grace.submit(&page, 0, &[("totp", &code)]).await;
    let page = grace.submit(&page, 0, &[]).await;
    album.take("demanded-on", &grace.get(ACCOUNT_FACTOR).await);
    assert_eq!(page.status, 200, "{}", page.path);
}

async fn in_a_reset(server: &Server, smtp: &mut Smtp, phone: &Phone, album: &mut Album) {
    let (browser, page, letter) = server.mailed(smtp, "anna").await;
    let mut browser = browser.speaking("sv");
    let page = browser.give(&page, &letter.code()).await;
    album.take_in_all("reset", &browser, &page.path).await;
    let wrong = phone.wrong(server);
    album.take("reset-wrong", &browser.show(&page, &wrong).await);
    album.take("reset-first", &browser.get("/forgot-password/new").await);
    // Several accounts share an address: one is picked here.
    let shared = "familjen@demo.example";
    server.add("mor", shared, &[]).await;
    let password = server.add("son", shared, &[]).await;
    let mut son = swedish(server);
    son.sign_in("son", &password).await;
    let page = son.get(ACCOUNT_FACTOR).await;
    son.set_up(server, &page).await;
    let (browser, page, letter) = server.mailed(smtp, shared).await;
    let mut browser = browser.speaking("sv");
    let page = browser.give(&page, &letter.code()).await;
    album.take("reset-several", &page);
    let page = browser.show(&page, "123456").await;
    album.take("reset-several-none", &page);
}
