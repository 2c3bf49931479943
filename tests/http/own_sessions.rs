//! A person's own sessions: listed by device and time, ended one by one or all (STANDARDS G08, G12, G13).

use crate::support::{Engine, Page, Setup, on_both_engines};

on_both_engines!(
    they_are_listed_and_ended_one_by_one,
    all_but_this_one_are_ended,
    nobody_ends_those_of_others,
    staying_moves_the_end,
    asking_moves_nothing,
    nobody_stays_longer_than_one_may
);

const PATH: &str = "/account/security/sessions";
const STAY: &str = "/account/stay";
const HOUR: i64 = 3600;
/// How a phone names itself.
pub const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

async fn they_are_listed_and_ended_one_by_one(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
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
            .contains("aria-label=\"Sign out: Safari, iPhone, signed in ")
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
    let server = Setup::stopped(engine).start().await;
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
    let server = Setup::stopped(engine).start().await;
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

/// What a page's script is told: in how many seconds to warn, in how many it ends, and whether that cannot be moved any more.
fn ends(answer: &Page) -> (i64, i64, bool) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = answer.json();
    let seconds = |field: &str| json[field].as_i64().unwrap();
    let is_last = json["is_last"].as_bool().unwrap();
    (seconds("warn_in"), seconds("end_in"), is_last)
}

async fn staying_moves_the_end(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get("/account").await;
    assert!(
        page.body.contains("data-warn-in=\"286"),
        "two minutes before eight hours"
    );
    server.advance(8 * HOUR - 90).await;
    let (warn_in, end_in, is_last) = ends(&browser.post_data(STAY, &[]).await);
    assert!((28_670..=28_680).contains(&warn_in), "{warn_in}");
    assert_eq!((end_in, is_last), (warn_in + 120, false));
    server.advance(8 * HOUR - 90).await;
    assert!(browser.is_signed_in().await);
    server.advance(8 * HOUR + 1).await;
    assert_eq!(browser.post_data(STAY, &[]).await.status, 401);
}

/// A tab asks before it warns: another one may have moved the end.
async fn asking_moves_nothing(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    server.advance(8 * HOUR - 90).await;
    for _ in 0..2 {
        let (warn_in, end_in, is_last) = ends(&browser.look(STAY).await);
        assert_eq!((warn_in, is_last), (0, false));
        assert!((50..=90).contains(&end_in), "{end_in}");
    }
    let mut tab = browser.clone();
    browser.post_data(STAY, &[]).await;
    let (warn_in, _, _) = ends(&tab.look(STAY).await);
    assert!(warn_in > 28_000, "{warn_in}");
    server.advance(8 * HOUR - 30).await;
    let (_, end_in, _) = ends(&browser.look(STAY).await);
    assert!(end_in <= 30, "{end_in}");
    server.advance(31).await;
    for mut over in [browser, tab, server.browser()] {
        assert_eq!(over.look(STAY).await.status, 401);
        assert_eq!(over.post_data(STAY, &[]).await.status, 401);
    }
}

async fn nobody_stays_longer_than_one_may(engine: Engine) {
    let server = Setup::stopped(engine)
        .set("SESSIONS__ABSOLUTE", 1)
        .start()
        .await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for _ in 0..2 {
        server.advance(7 * HOUR).await;
        let (_, end_in, is_last) = ends(&browser.post_data(STAY, &[]).await);
        assert!(end_in > 7 * HOUR && !is_last, "{end_in}");
    }
    // Twenty hours of twenty-four, and then twenty-three.
    for (hours, left) in [(6, 4), (3, 1)] {
        server.advance(hours * HOUR).await;
        let (_, end_in, is_last) = ends(&browser.post_data(STAY, &[]).await);
        assert!(is_last);
        let left = left * HOUR;
        assert!((left - 60..=left).contains(&end_in), "{end_in}");
        assert_eq!(ends(&browser.look(STAY).await).2, is_last);
    }
    let page = browser.get("/account").await;
    assert!(page.body.contains(" data-is-last"), "{}", page.body);
    server.advance(HOUR).await;
    assert_eq!(browser.post_data(STAY, &[]).await.status, 401);
}
