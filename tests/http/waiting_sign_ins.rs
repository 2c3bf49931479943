//! Sign-ins that wait for the second factor, or for one to be set up: whatever ends sessions ends them too, and the browser is led to the
//! beginning (STANDARDS D05, G08).

use rekey::texts::Text;

use crate::support::{Browser, Engine, GOOD, Page, Setup, Smtp, english, on_both_engines};

on_both_engines!(
    a_reset_ends_them,
    a_changed_password_ends_them,
    a_stop_ends_them,
    signing_out_everywhere_else_ends_them
);

const OLD: &str = "anna.berg@demo.example";
const FACTOR: &str = "/sign-in/factor";

/// The page on which this browser waits is over, to be looked at and to be posted.
async fn is_over(mut waiting: Browser, asked: &Page) {
    let looked = waiting.open(&asked.path).await;
    let fields = [("totp", "123456")];
    let posted = waiting.post_to(asked, &asked.path, &fields).await;
    for page in [looked, posted] {
        assert_eq!(page.path, "/sign-in", "{}", asked.path);
        assert_eq!(page.notice(), english(Text::ProblemSessionOver));
    }
}

async fn a_reset_ends_them(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut waiting = server.browser();
    let asked = waiting.sign_in("grace", &server.passwords["grace"]).await;
    assert_eq!(asked.path, "/sign-in/set-up");
    let (mut browser, page) = server.proved(&mut smtp, "grace").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    is_over(waiting, &asked).await;

    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let mut waiting = server.browser();
    let asked = waiting.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(asked.path, FACTOR);
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = browser.give(&page, &letter.code()).await;
    let code = phone.fresh(&server).await;
    let page = browser.show(&page, &code).await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    is_over(waiting, &asked).await;
}

async fn a_changed_password_ends_them(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let anna = &server.passwords["anna"];
    let mut owner = server.browser();
    owner.enrol(&server, "anna").await;
    let mut waiting = server.browser();
    let asked = waiting.sign_in("anna", anna).await;
    assert_eq!(asked.path, FACTOR);
    let page = owner.get("/account/security/password").await;
    let fields = [
        ("password", anna.as_str()),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let page = owner.post_to(&page, "/api/account/password", &fields).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    is_over(waiting, &asked).await;
    assert!(owner.is_signed_in().await);
}

async fn a_stop_ends_them(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut owner = server.browser();
    owner.enrol(&server, "anna").await;
    smtp.next_to(OLD).await;
    let new = "anna@new.example";
    let notice = server.change_mail(&mut owner, &mut smtp, OLD, new).await;
    let mut waiting = server.browser();
    let asked = waiting.sign_in("anna", &server.passwords["anna"]).await;
    // The factor goes too, since it came in the session that is stopped.
    assert_eq!(asked.path, FACTOR);
    let mut browser = server.browser();
    let page = browser.open(&notice.stop()).await;
    let page = browser.revert(&page).await;
    assert_eq!(page.path, "/forgot-password/code", "{}", page.text());
    is_over(waiting, &asked).await;
}

async fn signing_out_everywhere_else_ends_them(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let anna = &server.passwords["anna"];
    let mut owner = server.browser();
    let (phone, _) = owner.enrol(&server, "anna").await;
    let mut other = server.browser();
    let page = other.sign_in("anna", anna).await;
    let code = phone.fresh(&server).await;
    assert_eq!(other.show(&page, &code).await.path, "/account");
    let mut waiting = server.browser();
    let asked = waiting.sign_in("anna", anna).await;
    assert_eq!(asked.path, FACTOR);
    let page = owner.get("/account/security/sessions").await;
    // The first form is for the other session, and the second for all.
    let form = page.form(1);
    assert!(form.hidden.iter().all(|(name, _)| name != "session"));
    let answer = owner.post(&form, &[]).await;
    let page = owner.follow(answer).await;
    assert_eq!(page.notice(), "Signed out.");
    assert!(!other.is_signed_in().await);
    is_over(waiting, &asked).await;
    assert!(owner.is_signed_in().await);
}
