//! Passwords from breaches are refused, by file and by service, failing open or closed and never unseen (STANDARDS C09).

use rekey::texts::Text;

use crate::support::pwned::{Manner, Pwned, pwned_file};
use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, english, on_both_engines,
    on_sqlite,
};

on_both_engines!(
    by_code_and_by_link_a_breached_one_is_refused_and_costs_no_attempt,
    failing_open_takes_the_password_and_says_so,
    failing_closed_takes_none_and_nothing_is_lost,
    the_command_line_asks_too
);

on_sqlite!(
    the_service_is_asked_for_five_digits_and_no_more,
    the_download_is_searched_where_it_lies
);

fn by_service(engine: Engine, smtp: &Smtp, pwned: &Pwned) -> Setup {
    Setup::new(engine)
        .relay(smtp)
        .set("PASSWORD__BREACHED", "range")
        .set("PASSWORD__BREACHED_URL", pwned.url())
}

async fn refused(browser: &mut Browser, page: &Page, password: &str, text: Text) -> Page {
    let page = browser.choose(page, password).await;
    assert_eq!(page.errors(), [english(text)]);
    assert_eq!(page.path, "/forgot-password/new");
    page
}

/// How often a fact was written, with this detail.
async fn facts(server: &Server, detail: &str) -> i64 {
    let sql = format!(
        "SELECT COUNT(*) FROM audit WHERE event = 'password_unchecked' AND detail = '{detail}'"
    );
    server.db.number(&sql).await
}

async fn the_service_is_asked_for_five_digits_and_no_more(engine: Engine) {
    let (mut smtp, pwned) = (Smtp::start(), Pwned::start(&[]).await);
    let server = by_service(engine, &smtp, &pwned).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let named = "anna.berg2026anna.berg";
    let page = refused(&mut browser, &page, named, Text::ProblemPasswordPersonal).await;
    let page = refused(
        &mut browser,
        &page,
        "Sommaren2026!!!",
        Text::ProblemPasswordCommon,
    )
    .await;
    assert!(pwned.requests().is_empty(), "the cheap rules come first");
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    let [request] = &pwned.requests()[..] else {
        panic!("one request");
    };
    let digits = request.path.strip_prefix("/mirror/range/").unwrap();
    assert_eq!(digits, &Pwned::hash(GOOD)[..5]);
    assert_eq!(request.header("add-padding"), "true");
    assert!(request.header("user-agent").starts_with("rekey/"));
    assert_eq!(request.body, "");
    let log = server.whole_log().await;
    assert!(!log.contains("range/") && !log.contains(&Pwned::hash(GOOD)));
}

async fn by_code_and_by_link_a_breached_one_is_refused_and_costs_no_attempt(engine: Engine) {
    let (mut smtp, pwned) = (Smtp::start(), Pwned::start(&[GOOD]).await);
    let setup = by_service(engine, &smtp, &pwned).set("RESET__CHOOSE_ATTEMPTS", 1);
    let setup = setup.set("RESET__PROVE_BY", "mail_code,mail_link");
    let server = setup.start().await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let mut form = browser.give(&page, &letter.code()).await;
    let mut elsewhere = server.browser();
    let mut other_form = elsewhere.get(&letter.link()).await;
    for _ in 0..3 {
        form = refused(&mut browser, &form, GOOD, Text::ProblemPasswordBreached).await;
        let text = Text::ProblemPasswordBreached;
        other_form = refused(&mut elsewhere, &other_form, GOOD, text).await;
    }
    assert!(!server.opens("anna", GOOD).await, "nothing was changed");
    let done = elsewhere.choose(&other_form, OTHER_GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    assert!(server.opens("anna", OTHER_GOOD).await);
}

async fn failing_open_takes_the_password_and_says_so(engine: Engine) {
    for manner in [Manner::Fault, Manner::NoList, Manner::Hang] {
        let (mut smtp, pwned) = (Smtp::start(), Pwned::start(&[GOOD]).await);
        pwned.behave(manner);
        let server = by_service(engine, &smtp, &pwned).start().await;
        let (mut browser, page) = server.proved(&mut smtp, "anna").await;
        let done = browser.choose(&page, GOOD).await;
        assert_eq!(done.path, "/forgot-password/done", "{manner:?}");
        assert_eq!(facts(&server, "taken").await, 1);
        let said = "breached passwords were not looked up";
        assert!(server.whole_log().await.contains(said), "{manner:?}");
    }
}

async fn failing_closed_takes_none_and_nothing_is_lost(engine: Engine) {
    let (mut smtp, pwned) = (Smtp::start(), Pwned::start(&[]).await);
    let setup = by_service(engine, &smtp, &pwned).set("RESET__CHOOSE_ATTEMPTS", 1);
    let setup = setup.set("PASSWORD__BREACHED_FAILING", "closed");
    let server = setup.start().await;
    let (mut browser, mut page) = server.proved(&mut smtp, "anna").await;
    pwned.behave(Manner::Fault);
    for _ in 0..3 {
        page = refused(&mut browser, &page, GOOD, Text::ProblemPasswordUnchecked).await;
    }
    assert!(!server.opens("anna", GOOD).await);
    assert_eq!(facts(&server, "not taken").await, 3);
    // The browser's half keeps what was typed and may try again soon.
    let form = page.form(0);
    let fields = [
        ("token", form.value("token")),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let data = browser.post_data(&form.action, &fields).await;
    assert_eq!(data.status, 503);
    assert_eq!(data.problems(), ["password_unchecked"]);
    assert!(data.header("retry-after").is_some());
    pwned.behave(Manner::Answer);
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
}

async fn the_download_is_searched_where_it_lies(engine: Engine) {
    let mut smtp = Smtp::start();
    let file = pwned_file(&[GOOD]);
    let setup = Setup::new(engine).relay(&smtp);
    let setup = setup.set("PASSWORD__BREACHED", "file");
    let setup = setup.set("PASSWORD__BREACHED_FILE", file.path().display());
    let setup = setup.set("PASSWORD__BREACHED_FAILING", "closed");
    let server = setup.start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let page = refused(&mut browser, &page, GOOD, Text::ProblemPasswordBreached).await;
    // A newer download takes its place without a new start.
    let newer = pwned_file(&[OTHER_GOOD]);
    std::fs::copy(newer.path(), file.path()).unwrap();
    let page = refused(
        &mut browser,
        &page,
        OTHER_GOOD,
        Text::ProblemPasswordBreached,
    )
    .await;
    std::fs::write(file.path(), "<html>".repeat(10_000)).unwrap();
    let page = refused(&mut browser, &page, GOOD, Text::ProblemPasswordUnchecked).await;
    std::fs::copy(newer.path(), file.path()).unwrap();
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
}

async fn the_command_line_asks_too(engine: Engine) {
    let (smtp, pwned) = (Smtp::start(), Pwned::start(&[GOOD]).await);
    let setup = by_service(engine, &smtp, &pwned);
    let setup = setup.set("PASSWORD__BREACHED_FAILING", "closed");
    let server = setup.start().await;
    let karin = [
        "account",
        "add",
        "--user-name",
        "karin",
        "--name",
        "Karin Ek",
        "--mail",
        "karin@demo.example",
        "--password-stdin",
    ];
    let both = |output: &std::process::Output| {
        let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        format!("{out}{err}")
    };
    let said = server.command(&karin, GOOD).await;
    assert_eq!(said.status.code(), Some(1));
    assert!(
        both(&said).contains("it is known from a breach"),
        "{}",
        both(&said)
    );
    let checked = server.command(&["check"], "").await;
    assert_eq!(checked.status.code(), Some(0), "{}", both(&checked));
    assert!(both(&checked).contains("answers; when it does not, no password is taken"));
    pwned.behave(Manner::Fault);
    let said = server.command(&karin, OTHER_GOOD).await;
    assert_eq!(said.status.code(), Some(1));
    assert!(both(&said).contains("does not answer"), "{}", both(&said));
    let checked = server.command(&["check"], "").await;
    assert_eq!(checked.status.code(), Some(1));
    assert!(both(&checked).contains("the service answers with status 500"));
    pwned.behave(Manner::Answer);
    let said = server.command(&karin, OTHER_GOOD).await;
    assert_eq!(said.status.code(), Some(0), "{}", both(&said));
}
