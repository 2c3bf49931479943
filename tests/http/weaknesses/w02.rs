//! W2: of many posts of a new password, each another one, only the one that is saved is told that it is.

use futures::future::join_all;
use rekey::texts::Text;

use crate::support::{
    Browser, Engine, Form, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, english, on_both_engines,
};

on_both_engines!(
    w02_of_many_at_once_only_the_saved_one_is_said_to_be,
    w02_nor_is_any_other_under_a_link,
    w02_nor_by_somebody_who_is_signed_in,
    w02_another_tab_is_told_what_holds,
    w02_another_tab_under_a_link_is_told_too,
    w02_the_same_once_more_is_the_same_request
);

const NEW: &str = "/api/forgot-password/new";
const CHANGE: &str = "/api/account/password";
const ALREADY: &str = "password_already_set";

fn number(number: usize) -> String {
    format!("fyra gröna katter och {number} hundar")
}

fn setup(engine: Engine, smtp: &Smtp) -> Setup {
    let setup = Setup::stopped(engine).relay(smtp);
    setup.set("RESET__CHOOSE_ATTEMPTS", 100)
}

/// Posts a form as the browser's half does, once for each of these passwords and all at once, by turns from each of the browsers.
async fn at_once(
    browsers: &[Browser],
    form: &Form,
    present: Option<&str>,
    passwords: &[String],
) -> Vec<Page> {
    let posts = passwords.iter().enumerate().map(|(place, password)| {
        let mut browser = browsers[place % browsers.len()].clone();
        async move {
            let hidden = form.hidden.iter();
            let mut fields: Vec<(&str, &str)> =
                hidden.map(|(name, value)| (&**name, &**value)).collect();
            fields.extend(present.map(|present| ("password", present)));
            fields.extend([
                ("new_password", &**password),
                ("confirm_password", password),
            ]);
            browser.post_data(&form.action, &fields).await
        }
    });
    join_all(posts).await
}

/// Whether the answer says that the password was saved. Everything else must be said, too, and by no fault.
fn is_saved(answer: &Page) -> bool {
    assert!(
        answer.status < 500 || answer.status == 503,
        "{}",
        answer.body
    );
    if answer.status != 200 {
        return false;
    }
    let json = answer.json();
    let state = &json["state"]["link"]["state"];
    let is_over = ["used", "changed", "expired"]
        .iter()
        .any(|over| state == over);
    !is_over
}

/// Of all that were posted, the one that is said to be saved is the one that opens the account.
async fn only_one_holds(server: &Server, passwords: &[String], answers: &[Page]) {
    let saved: Vec<&String> = passwords
        .iter()
        .zip(answers)
        .filter(|(_, answer)| is_saved(answer))
        .map(|(password, _)| password)
        .collect();
    assert_eq!(saved.len(), 1, "told that it was saved: {saved:?}");
    assert!(server.opens("anna", saved[0]).await, "and it was not");
    let told = answers.iter().filter(|answer| answer.status == 422);
    for answer in told {
        let problems = answer.problems();
        let known = [
            ALREADY,
            "session_over",
            "password_wait",
            "password_not_present",
        ];
        assert!(known.contains(&&*problems.concat()), "{problems:?}");
    }
}

async fn w02_of_many_at_once_only_the_saved_one_is_said_to_be(engine: Engine) {
    for after in ["sign_in", "signed_in"] {
        let mut smtp = Smtp::start();
        let setup = setup(engine, &smtp).set("RESET__AFTER", after);
        let server = setup.start().await;
        let (browser, page) = server.proved(&mut smtp, "anna").await;
        let mut browsers = vec![browser.clone()];
        let node;
        if engine == Engine::Postgres {
            node = server.node().await;
            let mut beside = browser;
            beside.visit(&node);
            browsers.push(beside);
        }
        let passwords: Vec<String> = (0..50).map(number).collect();
        let answers = at_once(&browsers, &page.form_to(NEW), None, &passwords).await;
        only_one_holds(&server, &passwords, &answers).await;
        let sessions = answers.iter().filter(|answer| {
            let cookies = answer.set_cookies();
            cookies
                .iter()
                .any(|cookie| cookie.starts_with("rekey-session="))
        });
        assert_eq!(
            sessions.count(),
            usize::from(after == "signed_in"),
            "{after}"
        );
    }
}

async fn w02_nor_is_any_other_under_a_link(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = setup(engine, &smtp).set("RESET__PROVE_BY", "mail_link");
    let server = setup.start().await;
    server.browser().begin("anna").await;
    let link = smtp.next().await.link();
    let mut browser = server.browser();
    let page = browser.get(&link).await;
    let passwords: Vec<String> = (0..30).map(number).collect();
    let answers = at_once(&[browser], &page.form_to(NEW), None, &passwords).await;
    only_one_holds(&server, &passwords, &answers).await;
}

async fn w02_nor_by_somebody_who_is_signed_in(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get("/account/security/password").await;
    let form = page.form_to(CHANGE);
    let present = Some(&*server.passwords["anna"]);
    let passwords: Vec<String> = (0..8).map(number).collect();
    let answers = at_once(&[browser.clone()], &form, present, &passwords).await;
    only_one_holds(&server, &passwords, &answers).await;
    assert_eq!(
        server.facts("authn_password_change").await,
        changes(&server).await
    );
}

/// How often a password was changed, by the notices of it.
async fn changes(server: &Server) -> i64 {
    let added = "SELECT COUNT(*) FROM audit WHERE event = 'authn_password_change' AND detail = 'account_added'";
    server.db.number(added).await + 1
}

/// What a tab is told by a plain form: the page that it comes to, and what that says is wrong.
async fn tab(browser: &Browser, page: &Page, password: &str) -> Page {
    let mut tab = browser.clone();
    let both = [("new_password", password), ("confirm_password", password)];
    let answer = tab.post(&page.form_to(NEW), &both).await;
    tab.follow(answer).await
}

async fn w02_another_tab_is_told_what_holds(engine: Engine) {
    for after in ["sign_in", "signed_in"] {
        let mut smtp = Smtp::start();
        let setup = setup(engine, &smtp).set("RESET__AFTER", after);
        let server = setup.start().await;
        let (mut browser, page) = server.proved(&mut smtp, "anna").await;
        let before = browser.clone();
        let done = browser.choose(&page, GOOD).await;
        assert_eq!(done.path, "/forgot-password/done");
        // A corrected typo, with the cookies of then and of now.
        for mut tab in [before, browser] {
            let token = page.form_to(NEW).value("token").to_owned();
            let fields = [
                ("token", &*token),
                ("account", ""),
                ("new_password", OTHER_GOOD),
                ("confirm_password", OTHER_GOOD),
            ];
            let answer = tab.post_data(NEW, &fields).await;
            assert_eq!(answer.problems(), [ALREADY], "{after}");
            assert!(tab.cookie("rekey-session").is_none() || after == "signed_in");
        }
        assert!(server.opens("anna", GOOD).await);
        assert!(!server.opens("anna", OTHER_GOOD).await);
    }
}

async fn w02_another_tab_under_a_link_is_told_too(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = setup(engine, &smtp).set("RESET__PROVE_BY", "mail_link");
    let server = setup.start().await;
    server.browser().begin("anna").await;
    let link = smtp.next().await.link();
    let mut browser = server.browser();
    let page = browser.get(&link).await;
    let before = browser.clone();
    let form = page.form_to(NEW);
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let done = browser.post(&form, &both).await;
    assert_eq!(done.location(), "/forgot-password/done");
    // A second tab has the cookies of the first.
    let told = tab(&browser, &page, OTHER_GOOD).await;
    assert_eq!(told.path, "/sign-in");
    assert_eq!(told.errors(), [english(Text::ProblemPasswordAlreadySet)]);
    // Somebody who has opened it elsewhere, or was faster than the answer: the link was used.
    let told = tab(&before, &page, OTHER_GOOD).await;
    assert_eq!(told.heading(), english(Text::LinkUsedTitle));
    let same = tab(&before, &page, GOOD).await;
    assert_eq!(same.heading(), english(Text::DoneTitle), "the same request");
    assert!(server.opens("anna", GOOD).await);
    assert!(!server.opens("anna", OTHER_GOOD).await);
}

/// Decision 0001: two presses of one button are one request, and have one answer.
async fn w02_the_same_once_more_is_the_same_request(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let same: Vec<String> = vec![GOOD.to_owned(); 5];
    let (browser, page) = server.proved(&mut smtp, "anna").await;
    let answers = at_once(&[browser], &page.form_to(NEW), None, &same).await;
    assert!(answers.iter().all(is_saved));
    let mut browser = server.browser();
    browser.sign_in("anna", GOOD).await;
    let page = browser.get("/account/security/password").await;
    let same: Vec<String> = vec![OTHER_GOOD.to_owned(); 5];
    let form = page.form_to(CHANGE);
    let answers = at_once(&[browser], &form, Some(GOOD), &same).await;
    let saved = answers.iter().filter(|answer| is_saved(answer)).count();
    assert!(saved >= 1, "{:?}", answers[0].body);
    assert!(server.opens("anna", OTHER_GOOD).await);
    for answer in answers.iter().filter(|answer| answer.status == 422) {
        // Looked at only after the first was done.
        assert_eq!(answer.problems(), ["password_not_present"]);
    }
}
