//! A last post that is made again: the same request gets the same answer, and nothing that was revoked comes back through it (W1, W2).

use std::time::Duration;

use futures::future::join_all;
use rekey::texts::Text;

use crate::support::{
    Browser, Engine, Form, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, done_within, english,
    on_both_engines,
};

on_both_engines!(
    w01_another_password_opens_nothing,
    w01_nothing_comes_back_after_this_was_not_me,
    w01_nothing_comes_back_after_a_sign_out,
    w01_an_operator_ends_the_repetition_too,
    w01_the_owner_ends_the_repetition_too,
    w01_no_door_takes_a_stopped_password,
    w01_repetitions_are_counted,
    w02_fifty_passwords_at_once_and_one_is_told_that_it_holds,
    w02_another_password_a_moment_later_is_told_so,
    w02_nobody_who_came_too_late_is_told_to_start_again,
    w02_nor_under_a_link,
    w02_who_has_used_up_every_try_is_told_at_once
);

const MAIL: &str = "anna.berg@demo.example";

/// A reset that signs in, just finished with [`GOOD`]: the browser, and as it was before, with the form of the last post.
async fn finished(server: &Server, smtp: &mut Smtp) -> (Browser, Browser, Form) {
    let (mut browser, page) = server.proved(smtp, "anna").await;
    let (before, form) = (browser.clone(), page.form(0));
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    assert!(browser.is_signed_in().await);
    (browser, before, form)
}

async fn signing_in(engine: Engine, smtp: &Smtp) -> Server {
    let setup = Setup::stopped(engine).relay(smtp);
    setup.set("RESET__AFTER", "signed_in").start().await
}

/// Makes the last post again, with this password: whether it opened a session, and the page that it led to.
async fn repeat(before: &Browser, form: &Form, password: &str) -> (bool, Page) {
    let mut again = before.clone();
    let fields = [("new_password", password), ("confirm_password", password)];
    let answer = again.post(form, &fields).await;
    assert!(answer.status < 500, "{}", answer.status);
    let page = again.follow(answer).await;
    (again.is_signed_in().await, page)
}

/// Neither the password that was set nor another one opens anything.
async fn opens_nothing(before: &Browser, form: &Form) {
    for password in [OTHER_GOOD, GOOD, "x"] {
        let (opened, page) = repeat(before, form, password).await;
        assert!(!opened, "{password}");
        let told = english(Text::ProblemPasswordAlreadySet);
        assert_eq!(page.errors(), [told], "{password}");
    }
}

async fn w01_another_password_opens_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = signing_in(engine, &smtp).await;
    let (_, before, form) = finished(&server, &mut smtp).await;
    let (opened, page) = repeat(&before, &form, GOOD).await;
    assert!(opened, "the answer that was lost is given again");
    assert!(page.errors().is_empty());
    for other in [OTHER_GOOD, "nio lila kor på bryggar", "", "x"] {
        assert!(!repeat(&before, &form, other).await.0, "{other}");
    }
    // Nor with the cookie alone, as data.
    let mut data = before.clone();
    let fields = [
        ("token", form.value("token")),
        ("account", ""),
        ("new_password", OTHER_GOOD),
        ("confirm_password", OTHER_GOOD),
    ];
    let answer = data.post_data(&form.action, &fields).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(!data.is_signed_in().await);
}

async fn w01_nothing_comes_back_after_this_was_not_me(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = signing_in(engine, &smtp).await;
    let (mut thief, before, form) = finished(&server, &mut smtp).await;
    let notice = smtp.next_to(MAIL).await;
    let mut owner = server.browser();
    let page = owner.open(&notice.stop()).await;
    owner.post_to(&page, "/stop", &[]).await;
    assert!(!thief.is_signed_in().await);
    opens_nothing(&before, &form).await;
    assert!(!server.opens("anna", GOOD).await);
}

async fn w01_nothing_comes_back_after_a_sign_out(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = signing_in(engine, &smtp).await;
    let (mut browser, before, form) = finished(&server, &mut smtp).await;
    let page = browser.open("/account").await;
    browser.post_to(&page, "/api/sign-out", &[]).await;
    opens_nothing(&before, &form).await;
    // Whoever has the password signs in as always.
    assert!(server.opens("anna", GOOD).await);
}

async fn w01_an_operator_ends_the_repetition_too(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = signing_in(engine, &smtp).await;
    for whose in [
        ["account", "sign-out", "anna"],
        ["account", "sign-out", "--everybody"],
    ] {
        let (mut browser, before, form) = finished(&server, &mut smtp).await;
        let ended = server.command(&whose, "").await;
        assert!(ended.status.success(), "{ended:?}");
        assert!(!browser.is_signed_in().await);
        opens_nothing(&before, &form).await;
        smtp.next_to(MAIL).await;
    }
}

async fn w01_the_owner_ends_the_repetition_too(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = signing_in(engine, &smtp).await;
    let (mut browser, before, form) = finished(&server, &mut smtp).await;
    let mut owner = server.browser();
    owner.sign_in("anna", GOOD).await;
    owner.confirm_with(GOOD).await;
    let page = owner.open("/account/security/sessions").await;
    // The last form ends all but this one.
    let forms = page
        .body
        .matches("<form method=\"post\" action=\"/account/security/sessions")
        .count();
    owner.post(&page.form(forms - 1), &[]).await;
    assert!(!browser.is_signed_in().await);
    assert!(owner.is_signed_in().await);
    opens_nothing(&before, &form).await;
}

async fn w01_no_door_takes_a_stopped_password(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let password = server.passwords["anna"].clone();
    let mut browser = server.browser();
    browser.sign_in("anna", &password).await;
    server.advance(600).await;
    let page = browser.confirm_with("not this one at all").await;
    assert!(!page.errors().is_empty());
    // As a session that was opened in the moment of the stop would stand.
    server.db.run("UPDATE passwords SET stopped_at = 1").await;
    let page = browser.confirm_with(&password).await;
    assert!(page.path.starts_with("/account/confirm"), "{}", page.path);
    assert!(!page.errors().is_empty());
    let page = browser.open("/account/security/password").await;
    let fields = [
        ("password", &*password),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let page = browser
        .post_to(&page, "/api/account/password", &fields)
        .await;
    assert!(!page.errors().is_empty());
    assert!(!server.opens("anna", &password).await);
    assert!(!server.opens("anna", GOOD).await);
    server
        .db
        .run("UPDATE passwords SET stopped_at = NULL")
        .await;
    let page = browser.confirm_with(&password).await;
    assert!(!page.path.starts_with("/account/confirm"), "{}", page.path);
}

async fn w01_repetitions_are_counted(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = signing_in(engine, &smtp).await;
    let (_, before, form) = finished(&server, &mut smtp).await;
    for number in 0..9 {
        let guess = format!("a guess that is long enough {number}");
        assert!(!repeat(&before, &form, &guess).await.0);
    }
    assert!(!repeat(&before, &form, GOOD).await.0, "no attempt is left");
}

/// The page that each of many posts at once leads to, with its password.
async fn at_once(browser: &Browser, form: &Form, passwords: Vec<String>) -> Vec<(String, Page)> {
    let posts = passwords.into_iter().map(|password| {
        let mut browser = browser.clone();
        async move {
            let fields = [
                ("new_password", &*password),
                ("confirm_password", &*password),
            ];
            let request = browser.form_post(form, &fields);
            let answer = Browser::send_until_taken(&form.action, request).await;
            browser.keep(&answer);
            let page = browser.follow(answer).await;
            (password, page)
        }
    });
    join_all(posts).await
}

async fn w02_fifty_passwords_at_once_and_one_is_told_that_it_holds(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (browser, page) = server.proved(&mut smtp, "anna").await;
    let passwords = (0..50).map(|number| format!("nio lila kor på brygga {number}"));
    let answers = at_once(&browser, &page.form(0), passwords.collect()).await;
    let told: Vec<&String> = answers
        .iter()
        .filter(|(_, page)| page.path == "/forgot-password/done" && page.errors().is_empty())
        .map(|(password, _)| password)
        .collect();
    assert_eq!(told.len(), 1, "one of fifty was saved");
    assert!(server.opens("anna", told[0]).await);
}

async fn w02_another_password_a_moment_later_is_told_so(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (browser, page) = server.proved(&mut smtp, "anna").await;
    let form = page.form(0);
    let before = browser.clone();
    assert!(repeat(&before, &form, GOOD).await.1.errors().is_empty());
    let told = [english(Text::ProblemPasswordAlreadySet)];
    // A second tab, a typing error put right, capitals, a space at the end.
    for other in [OTHER_GOOD, &GOOD.to_uppercase(), &format!("{GOOD} ")] {
        let page = repeat(&before, &form, other).await.1;
        assert_eq!(page.path, "/forgot-password/done");
        assert_eq!(page.errors(), told, "{other}");
        assert!(!server.opens("anna", other).await);
    }
    let mut data = before.clone();
    let fields = [
        ("token", form.value("token")),
        ("account", ""),
        ("new_password", OTHER_GOOD),
        ("confirm_password", OTHER_GOOD),
    ];
    let answer = data.post_data(&form.action, &fields).await;
    assert_eq!(answer.problems(), ["password_already_set"]);
    assert!(repeat(&before, &form, GOOD).await.1.errors().is_empty());
    assert!(server.opens("anna", GOOD).await);
}

/// Fifty posts at once where ten may be tried, each another password: the one that was saved, and that all others are told so.
async fn one_of_fifty(server: &Server, browser: &Browser, form: &Form) {
    let passwords = (0..50).map(|number| format!("nio lila kor på brygga {number}"));
    let answers = at_once(browser, form, passwords.collect()).await;
    let mut saved = Vec::new();
    for (password, page) in &answers {
        assert_eq!(page.status, 200, "{}", page.body);
        let is_used = page.heading() == english(Text::LinkUsedTitle);
        match page.errors().as_slice() {
            [] if !is_used => saved.push(password),
            [] => {}
            told => assert_eq!(told, [english(Text::ProblemPasswordAlreadySet)]),
        }
    }
    assert_eq!(saved.len(), 1, "{saved:?}");
    assert!(server.opens("anna", saved[0]).await);
}

async fn w02_nobody_who_came_too_late_is_told_to_start_again(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (browser, page) = server.proved(&mut smtp, "anna").await;
    one_of_fifty(&server, &browser, &page.form(0)).await;
    let left = "SELECT MIN(choices_left) FROM flows";
    assert!(server.db.number(left).await >= 0, "ten were looked at");
}

async fn w02_nor_under_a_link(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = setup.set("RESET__PROVE_BY", "mail_link").start().await;
    server.browser().begin("anna").await;
    let link = smtp.next().await.link();
    let mut browser = server.browser();
    let page = browser.get(&link).await;
    one_of_fifty(&server, &browser, &page.form(0)).await;
}

async fn w02_who_has_used_up_every_try_is_told_at_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine)
        .relay(&smtp)
        .set("PASSWORD__HISTORY", 1);
    let server = setup.set("RESET__CHOOSE_ATTEMPTS", 2).start().await;
    let (browser, page) = server.proved(&mut smtp, "anna").await;
    let form = page.form(0);
    let present = server.passwords["anna"].clone();
    for _ in 0..2 {
        let page = repeat(&browser, &form, &present).await.1;
        assert_eq!(page.errors(), [english(Text::ProblemPasswordFormer)]);
    }
    // Whoever waits for a post under way, and there is none, looks two hundred times, a tenth of a second apart.
    done_within(Duration::from_secs(15), async || {
        let page = repeat(&browser, &form, GOOD).await.1;
        let told = [english(Text::ProblemPasswordAttemptsUsedUp)];
        assert_eq!(page.errors(), told);
    })
    .await;
}
