//! The security page: who may see it, what it shows, the name, and showing once more who one is (STANDARDS G09, G10, I03).

use rekey::texts::{Language, ServerText, Text};

use crate::own_sessions::PHONE;
use crate::support::{Engine, Setup, Smtp, english, mailed_sentence, on_both_engines, on_sqlite};

on_both_engines!(
    it_shows_what_there_is,
    a_name_is_changed_by_itself,
    a_form_of_another_session_changes_nothing,
    after_five_minutes_one_shows_again_who_one_is,
    the_present_password_cannot_be_guessed,
    a_code_shows_it_too,
    where_a_code_is_wanted_the_password_is_not_enough
);

on_sqlite!(
    a_stranger_is_sent_to_sign_in,
    it_leads_nowhere_else,
    every_page_has_a_way_out,
    no_page_warns_without_its_script
);

const PAGES: [&str; 9] = [
    "/account",
    "/account/security",
    "/account/security/name",
    "/account/security/mail",
    "/account/security/phone",
    "/account/security/password",
    "/account/security/sessions",
    "/account/security/activity",
    "/account/confirm",
];

fn say(text: ServerText) -> String {
    mailed_sentence(Language::En, text, &[])
}

async fn a_stranger_is_sent_to_sign_in(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    for path in PAGES {
        let page = server.browser().look(path).await;
        assert_eq!((page.status, page.location()), (303, "/sign-in"), "{path}");
        // A session that is over is told about, once.
        let mut browser = server.browser();
        browser.jar.insert("rekey-session".into(), "gone".into());
        let page = browser.open(path).await;
        assert_eq!(page.path, "/sign-in", "{path}");
        assert_eq!(
            page.notice(),
            "You are signed out. Sign in again to go on.",
            "{path}"
        );
    }
}

async fn it_shows_what_there_is(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser().with(
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    );
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get("/account/security").await;
    for shown in [
        "Anna Berg",
        "anna.berg@demo.example",
        "070-174 06 05",
        "Last changed",
        "Firefox, Linux",
    ] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    assert_eq!(page.header("cache-control"), Some("no-store, no-transform"));
    // Nothing of other people.
    let mut other = server.browser().with("user-agent", PHONE);
    other.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let path = "/account/security/activity";
    for (browser, own, foreign) in [
        (&mut browser, "Firefox, Linux", "Safari, iPhone"),
        (&mut other, "Safari, iPhone", "Firefox, Linux"),
    ] {
        let text = browser.get(path).await.text();
        assert!(text.contains("Sign-in") && text.contains(own), "{text}");
        assert!(!text.contains(foreign), "{text}");
    }
}

async fn a_name_is_changed_by_itself(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let path = "/account/security/name";
    for (typed, text) in [
        ("  ", ServerText::AccountWrongNameEmpty),
        ("Anna\u{202e}Berg", ServerText::AccountWrongNameUnusable),
        ("<b>Anna</b>", ServerText::AccountWrongNameUnusable),
        (
            "Win at www.evil.example",
            ServerText::AccountWrongNameUnusable,
        ),
    ] {
        let page = browser.get(path).await;
        let page = browser.post_to(&page, path, &[("name", typed)]).await;
        assert_eq!(page.errors(), [say(text)], "{typed}");
        assert!(page.title().starts_with("Error:"), "{}", page.title());
    }
    let page = browser.get(path).await;
    let page = browser
        .post_to(&page, path, &[("name", " Anna\r\n Lind ")])
        .await;
    assert_eq!(page.path, "/account/security");
    assert_eq!(page.notice(), say(ServerText::AccountDoneName));
    assert!(page.text().contains("Anna Lind"));
    // Said once.
    assert_eq!(browser.get("/account/security").await.notice(), "");
    assert_eq!(server.facts("name_changed").await, 1);
}

async fn a_form_of_another_session_changes_nothing(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let old = browser.get("/account/security/name").await;
    // Another person signs in at the same browser, in another tab.
    let page = browser.get("/account").await;
    browser.submit(&page, 0, &[]).await;
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser
        .post_to(&old, "/account/security/name", &[("name", "Bjørn")])
        .await;
    assert_eq!(page.errors(), [english(Text::ProblemFormStale)]);
    // What was written is still there.
    assert!(page.body.contains("value=\"Bjørn\""));
    assert_eq!(server.facts("name_changed").await, 0);
}

async fn after_five_minutes_one_shows_again_who_one_is(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get("/account/security/mail").await;
    assert_eq!(page.status, 200, "just signed in");
    server.advance(5 * 60 + 1).await;
    // What was open before cannot be posted any more, and what was typed is not lost.
    let asked = browser
        .post_to(
            &page,
            "/account/security/mail",
            &[("mail", "anna@new.example")],
        )
        .await;
    assert_eq!(asked.path.split('?').next(), Some("/account/confirm"));
    let before = browser.cookie("rekey-session").unwrap().to_owned();
    let mut stolen = browser.clone();
    let page = browser
        .post_to(
            &asked,
            "/account/confirm",
            &[("password", &server.passwords["anna"])],
        )
        .await;
    assert_eq!(page.path, "/account/security/mail");
    assert!(
        page.body.contains("value=\"anna@new.example\""),
        "{}",
        page.body
    );
    assert_ne!(browser.cookie("rekey-session"), Some(&*before));
    assert!(
        !stolen.is_signed_in().await,
        "the former value opens nothing"
    );
    assert_eq!(server.facts("reauthenticated").await, 1);
    // Removing, ending sessions: the same.
    server.advance(5 * 60 + 1).await;
    let id = server.contact("anna.berg@demo.example").await;
    let page = browser
        .open(&format!("/account/security/remove?contact={id}"))
        .await;
    assert_eq!(page.path.split('?').next(), Some("/account/confirm"));
    let page = browser.get("/account/security/sessions").await;
    browser.sign_in_elsewhere(&server, "anna").await;
    let page_with_others = browser.get("/account/security/sessions").await;
    drop(page);
    let page = browser
        .post_to(&page_with_others, "/account/security/sessions", &[])
        .await;
    assert_eq!(page.path.split('?').next(), Some("/account/confirm"));
}

async fn the_present_password_cannot_be_guessed(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for _ in 0..10 {
        let page = browser.confirm_with("not the password at all").await;
        assert_eq!(page.errors(), [say(ServerText::AccountWrongPassword)]);
    }
    let page = browser.confirm_with(&server.passwords["anna"]).await;
    assert!(
        page.errors()[0].contains("Wait 15 min"),
        "{:?}",
        page.errors()
    );
    assert_eq!(server.facts("reauthentication_fail").await, 10);
    server.advance(15 * 60).await;
    let page = browser.confirm_with(&server.passwords["anna"]).await;
    assert_eq!(page.notice(), say(ServerText::AccountDoneConfirmed));
    // Somebody else is not shut out by it, and neither is the sign-in.
    assert!(server.opens("anna", &server.passwords["anna"]).await);
}

async fn a_code_shows_it_too(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser
        .open("/account/confirm?next=/account/security/mail")
        .await;
    let page = browser.post_to(&page, "/account/confirm/send", &[]).await;
    assert_eq!(page.path.split('?').next(), Some("/account/confirm/code"));
    let letter = smtp.next().await;
    assert_eq!(letter.to, ["anna.berg@demo.example"]);
    for (typed, complaint) in [
        ("12 34 5", "Enter all six digits: you have entered 5"),
        (
            &*letter.wrong_code(),
            "That is not the code in the newest message. You have 4 tries left.",
        ),
    ] {
        let page = browser
            .post_to(&page, "/account/confirm/code", &[("code", typed)])
            .await;
        assert_eq!(page.errors(), [complaint]);
    }
    // Asking again comes too early, and later the newest code is the one.
    let early = browser
        .post_to(&page, "/account/confirm/code/again", &[])
        .await;
    assert!(
        early.errors()[0].starts_with("Wait 30 seconds"),
        "{:?}",
        early.errors()
    );
    server.advance(31).await;
    let again = browser
        .post_to(&page, "/account/confirm/code/again", &[])
        .await;
    assert_eq!(again.notice(), say(ServerText::AccountDoneResent));
    let newer = smtp.next().await;
    if newer.code() != letter.code() {
        let page = browser
            .post_to(&again, "/account/confirm/code", &[("code", &letter.code())])
            .await;
        assert_eq!(page.errors().len(), 1);
    }
    let page = browser
        .post_to(&again, "/account/confirm/code", &[("code", &newer.code())])
        .await;
    assert_eq!(page.path, "/account/security/mail");
    // Pressed twice: the page that was wanted.
    let page = browser
        .post_to(&again, "/account/confirm/code", &[("code", &newer.code())])
        .await;
    assert_eq!(page.path, "/account/security/mail");
    // Five minutes later it is asked again.
    server.advance(5 * 60 + 1).await;
    let page = browser.open("/account/security/mail").await;
    assert_eq!(page.path.split('?').next(), Some("/account/confirm"));
}

async fn where_a_code_is_wanted_the_password_is_not_enough(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .config("[accounts]\nconfirm_changes = \"code\"\n")
        .start()
        .await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for path in ["/account/security/mail", "/account/security/password"] {
        let page = browser.open(path).await;
        assert_eq!(page.path.split('?').next(), Some("/account/confirm"));
        assert!(!page.body.contains("type=\"password\""));
    }
    let page = browser
        .open("/account/confirm?next=/account/security/password")
        .await;
    let page = browser.post_to(&page, "/account/confirm/send", &[]).await;
    let code = smtp.next().await.code();
    let page = browser
        .post_to(&page, "/account/confirm/code", &[("code", &code)])
        .await;
    assert_eq!(page.path, "/account/security/password");
    // An account that no code can reach has its password.
    server.db.run("DELETE FROM contacts").await;
    let mut other = server.browser();
    other.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let page = other.open("/account/security/mail").await;
    assert_eq!(page.path, "/account/security/mail");
}

async fn it_leads_nowhere_else(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/account/security//evil.example",
        "/account/security/../../evil",
        "/account/securityevil",
        "/account/security?x=https://evil.example",
        "/sign-out",
        "javascript:alert(1)",
    ] {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        let page = browser.open(&format!("/account/confirm?{query}")).await;
        let form = page.form_to("/account/confirm");
        assert_eq!(form.value("next"), "/account/security", "{next}");
    }
}

/// Text browsers show what is hidden and what stands in a template, and nobody has to be warned right after signing in.
async fn no_page_warns_without_its_script(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for path in PAGES {
        let shown = browser.open(path).await.shown();
        for text in [
            ServerText::AccountStayText,
            ServerText::AccountStaySubmit,
            ServerText::AccountStayLast,
        ] {
            assert!(!shown.contains(&say(text)), "{path}: {shown}");
        }
    }
}

async fn every_page_has_a_way_out(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for path in PAGES {
        if path == "/account/security/password" {
            continue;
        }
        let page = browser.open(path).await;
        assert_eq!(page.status, 200, "{path}");
        page.form_to("/api/sign-out");
        assert!(page.body.contains("href=\"/help/changed-contact\""));
        assert!(page.body.contains("id=\"stay\""), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        for language in ["sv", "nb"] {
            let page = browser.open(&format!("{path}?lang={language}")).await;
            assert_eq!(page.language(), language);
        }
        browser.open(&format!("{path}?lang=en")).await;
    }
}
