//! Whoever asks for a page of the account before signing in comes there afterwards, and nowhere else (STANDARDS F12).

use crate::support::{Engine, Setup, on_sqlite};

on_sqlite!(
    the_page_that_was_asked_for_comes_after_signing_in,
    it_comes_after_the_second_factor_too,
    no_other_place_comes
);

const WANTED: &str = "rekey-wanted";
const ACTIVITY: &str = "/account/security/activity";

async fn the_page_that_was_asked_for_comes_after_signing_in(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let anna = &server.passwords["anna"];
    for path in [
        "/account/security",
        "/account/security/remove?contact=abc",
        "/account/security/password",
        ACTIVITY,
    ] {
        let mut browser = server.browser();
        // Also where a session has been that is over.
        browser.jar.insert("rekey-session".into(), "gone".into());
        assert_eq!(browser.open(path).await.path, "/sign-in", "{path}");
        assert_eq!(browser.cookie(WANTED), Some(path));
        let page = browser.sign_in("anna", anna).await;
        assert_eq!((page.path.as_str(), page.status), (path, 200));
        assert_eq!(browser.cookie(WANTED), None, "once");
    }
    // The browser's half is led there too.
    let mut half = server.browser();
    half.look(ACTIVITY).await;
    let fields = [("identifier", "anna"), ("password", anna.as_str())];
    let answer = half.post_data("/api/sign-in", &fields).await;
    assert_eq!(answer.json()["at"], ACTIVITY);
    assert_eq!(half.cookie(WANTED), None);
    // Nothing else was asked for, or nothing at all.
    let mut browser = server.browser();
    browser.open("/account").await;
    for mut browser in [browser, server.browser()] {
        let page = browser.sign_in("anna", anna).await;
        assert_eq!(page.path, "/account");
    }
}

async fn it_comes_after_the_second_factor_too(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let mut browser = server.browser();
    browser.open(ACTIVITY).await;
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(page.path, "/sign-in/factor");
    let code = phone.fresh(&server).await;
    assert_eq!(browser.show(&page, &code).await.path, ACTIVITY);
    assert_eq!(browser.cookie(WANTED), None);
    // Where one is set up, it comes once the recovery codes are saved.
    let mut browser = server.browser();
    browser.open(ACTIVITY).await;
    let page = browser.sign_in("grace", &server.passwords["grace"]).await;
    assert_eq!(page.path, "/sign-in/set-up");
    let (_, codes, page) = browser.set_up(&server, &page).await;
    assert_eq!((codes.len(), page.path.as_str()), (10, ACTIVITY));
    assert_eq!(browser.cookie(WANTED), None);
}

async fn no_other_place_comes(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let anna = &server.passwords["anna"];
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let bjorn = &server.passwords["bjorn"];
    for forged in [
        "//evil.example",
        "https://evil.example",
        "/account//evil.example",
        "/account/../evil",
        "/accountevil",
        "/account?x=https://evil.example",
        "/account\\evil",
        "/sign-out",
        "javascript:alert(1)",
    ] {
        let mut browser = server.browser();
        browser.jar.insert(WANTED.to_owned(), forged.to_owned());
        let page = browser.get("/sign-in").await;
        let fields = [("identifier", "bjorn"), ("password", bjorn.as_str())];
        let answer = browser.post(&page.form(0), &fields).await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/account"),
            "{forged}"
        );
        let mut browser = server.browser();
        browser.jar.insert(WANTED.to_owned(), forged.to_owned());
        let page = browser.sign_in("anna", anna).await;
        let code = phone.fresh(&server).await;
        let answer = browser.post(&page.form(0), &[("totp", &code)]).await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/account"),
            "{forged}"
        );
    }
}
