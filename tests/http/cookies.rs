//! Cookies: names, attributes, values (STANDARDS G01, G02, G03).

use std::collections::BTreeMap;

use crate::support::{
    Browser, Engine, GOOD, Page, Server, Setup, Smtp, on_both_engines, on_sqlite,
};

on_both_engines!(
    are_new_at_every_change_of_privilege,
    of_strangers_are_never_adopted
);

on_sqlite!(
    have_every_attribute_in_production,
    go_over_plain_http_only_in_development,
    say_nothing_and_never_repeat
);

/// Every `Set-Cookie` of a whole run: a link, the journey, errors, language, sign-in, sign-out.
async fn run(server: &Server, smtp: &mut Smtp) -> Vec<String> {
    let mut browser = server.browser();
    let mut all = Vec::new();
    let mut note = |page: &Page| all.extend(page.set_cookies());
    note(&browser.look("/r/cut-off").await);
    note(&browser.look("/forgot-password?lang=nb").await);
    let page = browser.get("/forgot-password").await;
    note(&browser.post(&page.form(0), &[("identifier", "")]).await);
    note(&browser.look("/forgot-password").await);
    note(&browser.post(&page.form(0), &[("identifier", "anna")]).await);
    let letter = smtp.next().await;
    let page = browser.get("/forgot-password/code").await;
    note(
        &browser
            .post(&page.form(0), &[("code", &letter.code())])
            .await,
    );
    let page = browser.get("/forgot-password/new").await;
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    note(&browser.post(&page.form(0), &both).await);
    let page = browser.get("/sign-in").await;
    let both = [("identifier", "anna"), ("password", GOOD)];
    note(&browser.post(&page.form(0), &both).await);
    let page = browser.get("/account").await;
    note(&browser.post(&page.form(0), &[]).await);
    all
}

fn by_name(cookies: &[String]) -> BTreeMap<&str, Vec<&str>> {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for cookie in cookies {
        let (name, rest) = cookie.split_once('=').unwrap();
        names.entry(name).or_default().push(rest);
    }
    names
}

async fn have_every_attribute_in_production(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).production(&smtp).start().await;
    let cookies = run(&server, &mut smtp).await;
    let names = by_name(&cookies);
    let known: Vec<&str> = names.keys().copied().collect();
    assert_eq!(
        known,
        [
            "__Host-rekey-device",
            "__Host-rekey-flow",
            "__Host-rekey-language",
            "__Host-rekey-link",
            "__Host-rekey-said",
            "__Host-rekey-session"
        ]
    );
    for cookie in &cookies {
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        for wanted in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(attributes.contains(&wanted), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        assert!(cookie.len() < 4096);
        let lasts = attributes
            .iter()
            .any(|attribute| attribute.starts_with("Max-Age"));
        let secret = ["link", "session"]
            .iter()
            .any(|name| cookie.starts_with(&format!("__Host-rekey-{name}")));
        assert!(
            !(secret && lasts && !cookie.contains("Max-Age=0")),
            "{cookie}"
        );
        assert!(
            lasts || !cookie.starts_with("__Host-rekey-flow"),
            "{cookie}"
        );
    }
}

async fn go_over_plain_http_only_in_development(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let cookies = run(&server, &mut smtp).await;
    assert_eq!(by_name(&cookies).len(), 6);
    for cookie in &cookies {
        assert!(cookie.starts_with("rekey-"), "{cookie}");
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        for wanted in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(attributes.contains(&wanted), "{cookie}");
        }
        assert!(
            !cookie.contains("Domain") && !attributes.contains(&"Secure"),
            "{cookie}"
        );
    }
}

async fn say_nothing_and_never_repeat(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut cookies = run(&server, &mut smtp).await;
    let mut browser = server.browser();
    browser.sign_in("anna", GOOD).await;
    cookies.push(format!(
        "rekey-session={};",
        browser.cookie("rekey-session").unwrap()
    ));
    let names = by_name(&cookies);
    for name in ["rekey-flow", "rekey-session", "rekey-device"] {
        let mut values: Vec<&str> = names[name]
            .iter()
            .map(|rest| rest.split(';').next().unwrap())
            .filter(|value| !value.is_empty())
            .collect();
        assert!(values.len() >= 2, "{name}: {values:?}");
        assert!(
            values.iter().all(|value| value.len() >= 43),
            "256 bits: {values:?}"
        );
        let all = values.len();
        values.sort_unstable();
        values.dedup();
        // The flow's is set once more when its last page begins to be kept: nothing has been proved anew.
        let repeated = usize::from(name == "rekey-flow");
        assert_eq!(values.len(), all - repeated, "{name}");
    }
    for said in &names["rekey-said"] {
        assert!(
            !said.contains("anna") && !said.contains("identifier"),
            "{said}"
        );
    }
}

async fn are_new_at_every_change_of_privilege(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("RESET__AFTER", "signed_in").start().await;
    let mut browser = server.browser();
    browser.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let before = browser.cookie("rekey-session").unwrap().to_owned();
    let page = browser.begin("anna").await;
    let first = browser.cookie("rekey-flow").unwrap().to_owned();
    let letter = smtp.next().await;
    let page = browser.give(&page, &letter.code()).await;
    let second = browser.cookie("rekey-flow").unwrap().to_owned();
    assert_ne!(first, second);
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    let after = browser.cookie("rekey-session").unwrap().to_owned();
    assert_ne!(before, after);
    let page = browser.get("/account").await;
    assert_eq!(page.heading(), "Hello Anna Berg");
}

async fn of_strangers_are_never_adopted(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let planted = "p".repeat(43);
    let mut browser = server.browser();
    for name in ["rekey-session", "rekey-flow", "rekey-device"] {
        browser.jar.insert(name.to_owned(), planted.clone());
    }
    browser
        .jar
        .insert("rekey-said".to_owned(), "x.y".to_owned());
    let mut thief: Browser = browser.clone();
    let page = browser.get("/forgot-password").await;
    assert_eq!(page.status, 200);
    browser.submit(&page, 0, &[("identifier", "anna")]).await;
    assert_ne!(browser.cookie("rekey-flow"), Some(&*planted));
    smtp.next().await;
    browser.sign_in("anna", &server.passwords["anna"]).await;
    assert_ne!(browser.cookie("rekey-session"), Some(&*planted));
    assert_ne!(browser.cookie("rekey-device"), Some(&*planted));
    assert!(browser.is_signed_in().await);
    assert!(!thief.is_signed_in().await);
    assert_eq!(
        thief.get("/forgot-password/code").await.path,
        "/forgot-password"
    );
}
