//! The same thing twice, or fifty times at once: one flow, one proof, one change (STANDARDS B04, D08).

use futures::future::join_all;
use rekey::texts::Text;

use crate::support::{Browser, Engine, Form, GOOD, Page, Setup, Smtp, english, on_both_engines};

on_both_engines!(
    one_form_posted_twice_is_one_flow,
    one_form_posted_at_once_is_one_flow,
    a_form_used_for_somebody_else_is_another_flow,
    a_code_given_twice_leads_to_the_same_page,
    a_code_given_fifty_times_at_once_proves_once,
    a_password_chosen_twice_is_changed_once,
    a_password_chosen_fifty_times_at_once_is_changed_once,
    two_different_passwords_at_once_are_one_change
);

/// Sends the same post many times at once.
async fn at_once(
    browser: &Browser,
    form: &Form,
    fields: &[(&str, &str)],
    times: usize,
) -> Vec<Page> {
    let posts = (0..times)
        .map(|_| Browser::send_until_taken(&form.action, browser.form_post(form, fields)));
    join_all(posts).await
}

const BOTH: [(&str, &str); 2] = [("new_password", GOOD), ("confirm_password", GOOD)];

async fn one_form_posted_twice_is_one_flow(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    let page = browser.get("/forgot-password").await;
    let first = browser.submit(&page, 0, &[("identifier", "anna")]).await;
    smtp.next().await;
    let second = browser.submit(&page, 0, &[("identifier", "anna")]).await;
    assert_eq!(first.reference(), second.reference());
    server.settle().await;
    assert_eq!(smtp.taken(), 1);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 1);
}

async fn one_form_posted_at_once_is_one_flow(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    let page = browser.get("/forgot-password").await;
    let answers = at_once(&browser, &page.form(0), &[("identifier", "anna")], 20).await;
    for answer in &answers {
        assert_eq!(answer.location(), "/forgot-password/code");
        assert_eq!(answer.set_cookies(), answers[0].set_cookies());
    }
    let letter = smtp.next().await;
    server.settle().await;
    assert_eq!(smtp.taken(), 1);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 1);
    assert_eq!(server.facts("reset_requested").await, 1);
    browser.keep(&answers[0]);
    let page = browser.get("/forgot-password/code").await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn a_form_used_for_somebody_else_is_another_flow(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    let page = browser.get("/forgot-password").await;
    let first = browser.submit(&page, 0, &[("identifier", "anna")]).await;
    let second = browser.submit(&page, 0, &[("identifier", "bjorn")]).await;
    assert_ne!(first.reference(), second.reference());
    let mut to = [smtp.next().await.to, smtp.next().await.to].concat();
    to.sort();
    assert_eq!(to, ["anna.berg@demo.example", "bjorn.dahl@demo.example"]);
}

async fn a_code_given_twice_leads_to_the_same_page(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let code = letter.code();
    let fields = [("code", &*code)];
    let form = page.form(0);
    // The first answer is lost: the second post comes with the old cookie.
    let first = Browser::send(&form.action, browser.form_post(&form, &fields)).await;
    let second = Browser::send(&form.action, browser.form_post(&form, &fields)).await;
    assert_eq!(first.location(), "/forgot-password/new");
    assert_eq!(second.location(), "/forgot-password/new");
    assert_eq!(first.set_cookies(), second.set_cookies());
    // But whoever finds the old cookie and the code later gets nothing for them.
    server.advance(61).await;
    let late = Browser::send(&form.action, browser.form_post(&form, &fields)).await;
    assert_ne!(late.location(), "/forgot-password/new");
    assert!(
        !late
            .set_cookies()
            .iter()
            .any(|cookie| cookie.starts_with("rekey-flow"))
    );
}

async fn a_code_given_fifty_times_at_once_proves_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let code = letter.code();
    let answers = at_once(&browser, &page.form(0), &[("code", &code)], 50).await;
    assert_eq!(server.facts("code_proved").await, 1);
    let led_on = answers
        .iter()
        .filter(|answer| answer.status == 303 && answer.location() == "/forgot-password/new")
        .count();
    assert_eq!(
        led_on, 50,
        "each of them is the same wish and gets the same answer"
    );
    assert_eq!(server.facts("code_wrong").await, 0);
}

async fn a_password_chosen_twice_is_changed_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let before = server.facts("authn_password_change").await;
    let (browser, page) = server.proved(&mut smtp, "anna").await;
    for answer in at_once(&browser, &page.form(0), &BOTH, 2).await {
        assert_eq!(answer.location(), "/forgot-password/done");
    }
    smtp.next().await;
    server.settle().await;
    assert_eq!(server.facts("authn_password_change").await, before + 1);
    assert_eq!(smtp.taken(), 2, "the code and one notice");
}

async fn a_password_chosen_fifty_times_at_once_is_changed_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let before = server.facts("authn_password_change").await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let answers = at_once(&browser, &page.form(0), &BOTH, 50).await;
    assert!(
        answers
            .iter()
            .any(|answer| answer.status == 303 && answer.location() == "/forgot-password/done")
    );
    assert!(answers.iter().all(|answer| answer.status != 500));
    smtp.next().await;
    server.settle().await;
    assert_eq!(server.facts("authn_password_change").await, before + 1);
    assert_eq!(smtp.taken(), 2, "the code and one notice");
    let page = browser.get("/forgot-password/done").await;
    assert_eq!(page.heading(), english(Text::DoneTitle));
    assert!(server.opens("anna", GOOD).await);
}

async fn two_different_passwords_at_once_are_one_change(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let before = server.facts("authn_password_change").await;
    let (browser, page) = server.proved(&mut smtp, "anna").await;
    let passwords = ["nio lila kor på bryggan", "tio vita får vid grinden"];
    let posts = passwords.map(|password| {
        let form = page.form(0);
        let fields = [("new_password", password), ("confirm_password", password)];
        let request = browser.form_post(&form, &fields);
        async move { Browser::send(&form.action, request).await }
    });
    join_all(posts).await;
    assert_eq!(server.facts("authn_password_change").await, before + 1);
    let mut open = 0;
    for password in passwords {
        open += usize::from(server.opens("anna", password).await);
    }
    assert_eq!(open, 1);
}
