//! The pages of the app as the server draws them: sign-in, the steps of a reset, changing a password.

use super::{Album, setup, signed_in, swedish};
use crate::support::{Browser, GOOD, Server, Smtp};

const NEW: &str = "/forgot-password/new";

#[tokio::test]
async fn sign_in_reset_and_change() {
    let mut smtp = Smtp::start();
    let server = setup()
        .relay(&smtp)
        .set("RESET__PROVE_BY", "mail_code,mail_link")
        .start()
        .await;
    let mut album = Album::new("steps");
    sign_in(&server, &mut album).await;
    reset(&server, &mut smtp, &mut album).await;
    by_link(&server, &mut smtp, &mut album).await;
    let mut bjorn = signed_in(&server, "bjorn").await;
    let path = "/account/security/password";
    album.take_in_all("change", &bjorn, path).await;
    let page = bjorn.get(path).await;
    let page = bjorn.post_to(&page, "/api/account/password", &[]).await;
    album.take("change-empty", &page);
    let fields = [
        ("password", server.passwords["bjorn"].as_str()),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let page = bjorn.post_to(&page, "/api/account/password", &fields).await;
    album.take("changed", &page);
    let mut maja = swedish(&server);
    let page = maja.sign_in("maja", &server.passwords["maja"]).await;
    album.take("must-change", &page);
    on_two_pages(&mut album).await;
    album.close();
}

async fn sign_in(server: &Server, album: &mut Album) {
    let mut browser = swedish(server);
    album.take_in_all("sign-in", &browser, "/sign-in").await;
    let page = browser.sign_in("", "").await;
    album.take("sign-in-empty", &page);
    let page = browser.sign_in("anna", "fel").await;
    album.take("sign-in-wrong", &page);
    let mut anna = signed_in(server, "anna").await;
    let page = anna.get("/account").await;
    let page = anna.post_to(&page, "/api/sign-out", &[]).await;
    album.take("signed-out", &page);
    let mut gone = swedish(server);
    gone.jar.insert("rekey-session".into(), "gone".into());
    album.take("session-over", &gone.open("/account").await);
}

async fn reset(server: &Server, smtp: &mut Smtp, album: &mut Album) {
    let mut browser = swedish(server);
    let path = "/forgot-password";
    album.take_in_all("identify", &browser, path).await;
    album.take("identify-empty", &browser.begin("").await);
    album.take("skipped", &browser.get(NEW).await);
    let (browser, page, letter) = server.mailed(smtp, "anna").await;
    let mut browser = browser.speaking("sv");
    album.take_in_all("code", &browser, &page.path).await;
    album.take("code-short", &browser.give(&page, "12 34").await);
    let wrong = letter.wrong_code();
    album.take("code-wrong", &browser.give(&page, &wrong).await);
    server.advance(31).await;
    album.take("code-again", &browser.ask_again(&page).await);
    let letter = smtp.next().await;
    let page = browser.give(&page, &letter.code()).await;
    album.take_in_all("new", &browser, NEW).await;
    let passed = browser.get("/forgot-password/code").await;
    album.take("code-passed", &passed);
    for (case, password) in [
        ("empty", ""),
        ("short", "katt"),
        ("common", "passwordpassword"),
    ] {
        let page = browser.choose(&page, password).await;
        album.take(&format!("new-{case}"), &page);
    }
    let page = browser.choose(&page, GOOD).await;
    album.take("done", &page);
    album.take_in_all("done-again", &browser, &page.path).await;
    let mut dead = server.mailed(smtp, "bjorn").await;
    for _ in 0..5 {
        let wrong = dead.2.wrong_code();
        dead.1 = dead.0.give(&dead.1, &wrong).await;
    }
    let mut dead = dead.0.speaking("sv");
    album.take("code-dead", &dead.get("/forgot-password/code").await);
}

async fn by_link(server: &Server, smtp: &mut Smtp, album: &mut Album) {
    let mut browser = swedish(server);
    album.take("link-damaged", &browser.get("/r/nothing").await);
    server.advance(6 * 3600).await;
    let (_, _, letter) = server.mailed(smtp, "anna").await;
    let mut opened: Browser = swedish(server);
    album.take("link-new", &opened.get(&letter.link()).await);
    server.advance(61 * 60).await;
    album.take("link-expired", &browser.get(&letter.link()).await);
}

async fn on_two_pages(album: &mut Album) {
    let setup = setup().set("ACCOUNTS__SIGN_IN_PAGES", 2);
    let server = setup.start().await;
    let mut browser = swedish(&server);
    let page = browser.get("/sign-in").await;
    album.take("sign-in-first", &page);
    let page = browser.submit(&page, 0, &[("identifier", "anna")]).await;
    album.take("sign-in-password", &page);
}
