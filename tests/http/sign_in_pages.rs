//! Sign-in on two pages (`[accounts] sign_in_pages`, journey row A12): first who it is, then the password.

use rekey::texts::{Language, Text};

use crate::support::{Engine, Server, Setup, english, on_sqlite, sentence};

on_sqlite!(
    first_who_it_is_then_the_password,
    what_was_written_stays_and_stands_in_no_address,
    nothing_is_looked_up_in_between,
    the_browsers_half_gets_the_same,
    what_is_wrong_is_said_where_it_can_be_put_right,
    the_second_page_alone_leads_to_the_first,
    by_default_there_is_one_page
);

const PASSWORD: &str = "/sign-in/password";

async fn two_pages(engine: Engine) -> Server {
    let setup = Setup::new(engine);
    setup.set("ACCOUNTS__SIGN_IN_PAGES", 2).start().await
}

async fn first_who_it_is_then_the_password(engine: Engine) {
    let server = two_pages(engine).await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    assert_eq!(page.heading(), english(Text::SignInTitle));
    assert!(!page.body.contains("name=\"password\""), "{}", page.body);
    assert!(page.text().contains(&english(Text::SignInNext)));
    let page = browser.submit(&page, 0, &[("identifier", " anna ")]).await;
    assert_eq!(page.path, PASSWORD);
    assert_eq!(page.heading(), english(Text::SignInPasswordTitle));
    assert!(
        page.text()
            .contains(&format!("anna {}", english(Text::SignInChange)))
    );
    // The way to the reset stands under the password, and under "Need help?" on both.
    assert_eq!(page.body.matches("href=\"/forgot-password\"").count(), 2);
    let page = browser
        .submit(&page, 0, &[("password", &server.passwords["anna"])])
        .await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
    assert_eq!(browser.cookie("rekey-sign-in"), None, "it is over");
}

async fn what_was_written_stays_and_stands_in_no_address(engine: Engine) {
    let server = two_pages(engine).await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let answer = browser
        .post(&page.form(0), &[("identifier", "anna.berg@demo.example")])
        .await;
    assert_eq!(answer.location(), PASSWORD);
    let cookie = browser.cookie("rekey-sign-in").unwrap();
    assert!(!cookie.contains("anna"), "{cookie}");
    for path in [PASSWORD, PASSWORD, "/sign-in/password?lang=sv"] {
        let page = browser.get(path).await;
        assert!(page.text().contains("anna.berg@demo.example"), "{path}");
    }
    let swedish = sentence(Language::Sv, Text::SignInPasswordTitle, &[]);
    assert_eq!(browser.get(PASSWORD).await.heading(), swedish);
    // "Change": the first page has it to be put right.
    let page = browser.get("/sign-in").await;
    assert_eq!(page.field("identifier"), "anna.berg@demo.example");
    let page = browser.submit(&page, 0, &[("identifier", "bjorn")]).await;
    assert!(page.text().contains("bjorn"));
    // After a quarter of an hour the browser forgets it; the page that is still open signs in nevertheless.
    browser.jar.remove("rekey-sign-in");
    let page = browser
        .submit(&page, 0, &[("password", &server.passwords["bjorn"])])
        .await;
    assert_eq!(page.path, "/account");
}

async fn nothing_is_looked_up_in_between(engine: Engine) {
    let server = two_pages(engine).await;
    let tables = ["accounts", "contacts", "passwords", "sign_in_tries"];
    for table in tables {
        let away = format!("ALTER TABLE {table} RENAME TO {table}_away");
        server.db.run(&away).await;
    }
    let mut seen = Vec::new();
    for who in ["anna", "kalle", "farid", "nils", "x@y.z"] {
        let mut browser = server.browser();
        let page = browser.get("/sign-in").await;
        let page = browser.submit(&page, 0, &[("identifier", who)]).await;
        assert_eq!((page.path.as_str(), page.status), (PASSWORD, 200), "{who}");
        seen.push(page.text().replace(who, "WHO"));
    }
    assert!(seen.iter().all(|text| *text == seen[0]), "{seen:?}");
    for table in tables {
        let back = format!("ALTER TABLE {table}_away RENAME TO {table}");
        server.db.run(&back).await;
    }
}

async fn the_browsers_half_gets_the_same(engine: Engine) {
    let server = two_pages(engine).await;
    let mut browser = server.browser();
    let fields = [("identifier", "anna"), ("next", "1")];
    let answer = browser.post_data("/api/sign-in", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    assert_eq!(answer["at"], PASSWORD);
    assert_eq!(answer["state"]["typed"]["identifier"], "anna");
    assert_eq!(answer["state"]["site"]["password_apart"], true);
    assert!(
        browser.cookie("rekey-sign-in").is_some(),
        "so that a new load shows the same"
    );
    let fields = [("identifier", "anna"), ("password", "fel")];
    let refused = browser.post_data("/api/sign-in", &fields).await.json();
    assert_eq!(refused["at"], PASSWORD);
    assert_eq!(refused["state"]["typed"]["identifier"], "anna");
    let password = server.passwords["anna"].clone();
    let fields = [("identifier", "anna"), ("password", &*password)];
    let answer = browser.post_data("/api/sign-in", &fields).await.json();
    assert_eq!(answer["at"], "/account");
}

async fn what_is_wrong_is_said_where_it_can_be_put_right(engine: Engine) {
    let server = two_pages(engine).await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let page = browser.submit(&page, 0, &[("identifier", " ")]).await;
    assert_eq!(page.path, "/sign-in");
    assert_eq!(
        page.error_at("identifier"),
        Some(english(Text::ProblemIdentifierEmpty))
    );
    let page = browser.submit(&page, 0, &[("identifier", "anna")]).await;
    for (password, problem) in [
        ("", Text::ProblemSignInPasswordEmpty),
        ("fel", Text::ProblemSignInRefused),
    ] {
        let page = browser.submit(&page, 0, &[("password", password)]).await;
        assert_eq!(page.path, PASSWORD);
        assert_eq!(page.error_at("password"), Some(english(problem)));
        assert!(page.text().contains("anna"), "{}", page.text());
    }
}

async fn the_second_page_alone_leads_to_the_first(engine: Engine) {
    let server = two_pages(engine).await;
    let mut browser = server.browser();
    assert_eq!(browser.get(PASSWORD).await.path, "/sign-in");
    browser
        .jar
        .insert("rekey-sign-in".to_owned(), "x.y".to_owned());
    assert_eq!(browser.get(PASSWORD).await.path, "/sign-in");
    // What was written in the reset is offered on the first page.
    browser.begin("anna").await;
    let page = browser.get("/sign-in").await;
    assert_eq!(page.field("identifier"), "anna");
    let page = browser.submit(&page, 0, &[("identifier", "anna")]).await;
    let page = browser
        .submit(&page, 0, &[("password", &server.passwords["anna"])])
        .await;
    assert_eq!(page.path, "/account");
    for path in ["/sign-in", PASSWORD] {
        assert_eq!(browser.get(path).await.path, "/account");
    }
}

async fn by_default_there_is_one_page(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let page = browser.get(PASSWORD).await;
    assert_eq!(page.path, "/sign-in");
    assert!(page.body.contains("name=\"password\""));
    let fields = [("identifier", "anna"), ("next", "1")];
    let answer = browser.post_data("/api/sign-in", &fields).await;
    assert_eq!(answer.problems(), ["sign_in_password_empty"]);
    assert_eq!(browser.cookie("rekey-sign-in"), None);
}
