//! A person's own sessions: listed by device and time, ended one by one or all (STANDARDS G08, G12, G13).

use crate::support::{Engine, Setup, on_both_engines};

on_both_engines!(
    they_are_listed_and_ended_one_by_one,
    all_but_this_one_are_ended,
    nobody_ends_those_of_others,
    staying_moves_the_end
);

const PATH: &str = "/account/security/sessions";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

async fn they_are_listed_and_ended_one_by_one(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut phone = server.browser().with("user-agent", PHONE);
    phone.sign_in("anna", &server.passwords["anna"]).await;
    let mut laptop = server.browser();
    laptop.sign_in("anna", &server.passwords["anna"]).await;
    let page = laptop.get(PATH).await;
    for shown in ["Safari, iPhone", "Unknown device", "This device"] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    assert!(
        page.body
            .contains("aria-label=\"Sign out: Safari, iPhone\"")
    );
    let form = page.form(0);
    assert!(!form.value("session").is_empty());
    let answer = laptop.post(&form, &[]).await;
    let page = laptop.follow(answer).await;
    assert_eq!(page.notice(), "Signed out.");
    assert!(!page.text().contains("iPhone"));
    assert!(!phone.is_signed_in().await);
    assert!(laptop.is_signed_in().await);
    // Pressed in an old tab: it is gone already.
    let answer = laptop.post(&form, &[]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(server.facts("sessions_ended_by_owner").await, 1);
}

async fn all_but_this_one_are_ended(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(browser.sign_in_elsewhere(&server, "anna").await);
    }
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get(PATH).await;
    let form = page.form(3);
    assert!(form.hidden.iter().all(|(name, _)| name != "session"));
    browser.post(&form, &[]).await;
    for mut other in others {
        assert!(!other.is_signed_in().await);
    }
    assert!(browser.is_signed_in().await);
}

async fn nobody_ends_those_of_others(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut anna = server.browser();
    anna.sign_in("anna", &server.passwords["anna"]).await;
    let id = server.db.text("SELECT id FROM sessions").await;
    let mut bjorn = server.browser();
    bjorn.sign_in_elsewhere(&server, "bjorn").await;
    bjorn.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let page = bjorn.get(PATH).await;
    let mut form = page.form(0);
    for (name, value) in &mut form.hidden {
        if name == "session" {
            value.clone_from(&id);
        }
    }
    bjorn.post(&form, &[]).await;
    assert!(anna.is_signed_in().await);
}

async fn staying_moves_the_end(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get("/account").await;
    assert!(
        page.body.contains("data-warn-in=\"286"),
        "two minutes before eight hours"
    );
    server.advance(8 * 3600 - 90).await;
    let stay = |browser: &crate::support::Browser| {
        browser
            .request(reqwest::Method::POST, "/account/stay")
            .header("origin", &browser.origin)
            .form(&[("", "")])
    };
    let request = stay(&browser);
    let answer = crate::support::Browser::send("/account/stay", request).await;
    assert_eq!(answer.status, 200);
    let warn_in = answer.json()["warn_in"].as_i64().unwrap();
    assert!((28_670..=28_680).contains(&warn_in), "{warn_in}");
    server.advance(8 * 3600 - 90).await;
    assert!(browser.is_signed_in().await);
    server.advance(8 * 3600 + 1).await;
    let request = stay(&browser);
    let answer = crate::support::Browser::send("/account/stay", request).await;
    assert_eq!(answer.status, 401);
}
