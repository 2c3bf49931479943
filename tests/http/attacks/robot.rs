//! The proof of work behind "I am not a robot" cannot be skipped, replayed or carried over (ATTACKS A40, journey row V3).

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use data_encoding::BASE64;
use serde_json::json;

use crate::support::{Browser, Engine, Page, Server, Setup, Smtp, english, on_both_engines};
use rekey::texts::Text;

on_both_engines!(
    a40_replayed_stale_or_foreign_proofs,
    a40_without_a_proof,
    what_waited_does_not_overtake_what_came_later,
    a40_only_under_suspicion
);

async fn asking_always(engine: Engine, smtp: &Smtp) -> Server {
    let setup = Setup::stopped(engine)
        .relay(smtp)
        .set("SITE__TRUSTED_PROXIES", "127.0.0.1");
    setup.set("RESET__ROBOT_CHECK", "always").start().await
}

/// What the browser's half does meanwhile.
async fn solved(browser: &mut Browser, form: &str) -> Payload {
    let answer = browser.look(&format!("/api/robot-check/{form}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        answer.header("cache-control"),
        Some("no-store, no-transform")
    );
    let challenge: Challenge = serde_json::from_str(&answer.body).unwrap();
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge))
        .unwrap()
        .unwrap();
    Payload {
        challenge,
        solution,
    }
}

fn sealed(payload: &Payload) -> String {
    BASE64.encode(serde_json::to_string(payload).unwrap().as_bytes())
}

async fn post(browser: &mut Browser, page: &Page, proof: &str) -> Page {
    let fields = [
        ("identifier", "anna"),
        ("robot", "yes"),
        ("robot_proof", proof),
    ];
    browser.submit(page, 0, &fields).await
}

async fn a40_replayed_stale_or_foreign_proofs(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = asking_always(engine, &smtp).await;
    let mut browser = server.browser();
    let page = browser.get("/forgot-password").await;
    assert!(page.text().contains(&english(Text::IdentifyRobot)));
    let form = page.form(0).value("form").to_owned();
    let unticked = browser.submit(&page, 0, &[("identifier", "anna")]).await;
    assert_eq!(
        unticked.error_at("robot"),
        Some(english(Text::ProblemRobotUnticked))
    );
    assert_eq!(unticked.field("identifier"), "anna", "nothing is lost");
    let proof = solved(&mut browser, &form).await;
    let mut tampered = proof.clone();
    let data = tampered.challenge.parameters.data.as_mut().unwrap();
    data.insert("until".to_owned(), json!(i64::MAX));
    let mut guessed = proof.clone();
    guessed.solution.derived_key =
        format!("{}{}", &proof.solution.derived_key[..32], "0".repeat(32));
    let mut unsigned = proof.clone();
    unsigned.challenge.parameters.key_signature = None;
    let foreign = solved(&mut browser, "another-form").await;
    let refused = [
        ("garbage", "@@@".to_owned()),
        ("not one", BASE64.encode(b"{}")),
        ("longer", sealed(&tampered)),
        ("guessed", sealed(&guessed)),
        ("unsigned", sealed(&unsigned)),
        ("of another form", sealed(&foreign)),
    ];
    for (what, proof) in refused {
        let answer = post(&mut browser, &page, &proof).await;
        let told = answer.error_at("robot");
        assert_eq!(told, Some(english(Text::ProblemRobotStale)), "{what}");
    }
    // The right one goes through at once, and only once; a double submit is the same wish.
    let proof = sealed(&proof);
    let first = post(&mut browser, &page, &proof).await;
    let twin = post(&mut browser, &page, &proof).await;
    assert_eq!(first.reference(), twin.reference());
    let letter = smtp.next().await;
    assert_eq!(letter.to, ["anna.berg@demo.example"]);
    let fields = [
        ("form", &*form),
        ("identifier", "bjorn"),
        ("robot", "yes"),
        ("robot_proof", &proof),
    ];
    let replayed = browser
        .post_data("/api/forgot-password/identify", &fields)
        .await;
    assert_eq!(replayed.problems(), ["robot_stale"]);
    // Ten minutes later it is too old.
    let page = browser.get("/forgot-password").await;
    let late = solved(&mut browser, page.form(0).value("form")).await;
    server.advance(601).await;
    let late = post(&mut browser, &page, &sealed(&late)).await;
    assert_eq!(
        late.error_at("robot"),
        Some(english(Text::ProblemRobotStale))
    );
    server.settle().await;
    assert_eq!(smtp.taken(), 1, "nothing else was sent");
}

async fn a40_without_a_proof(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = asking_always(engine, &smtp).await;
    let mut browser = server.browser().with("x-forwarded-for", "192.0.2.1");
    let page = browser.get("/forgot-password").await;
    let page = post(&mut browser, &page, "").await;
    assert_eq!(page.path, "/forgot-password/code", "nobody is shut out");
    server.advance(14).await;
    let waiting = "SELECT COUNT(*) FROM jobs WHERE kind = 'resolve' AND state = 'waiting'";
    assert_eq!(server.db.number(waiting).await, 1, "it only takes longer");
    server.advance(3).await;
    assert_eq!(smtp.next().await.to, ["anna.berg@demo.example"]);
    for _ in 1..20 {
        let page = browser.get("/forgot-password").await;
        assert_eq!(post(&mut browser, &page, "").await.status, 200);
    }
    let page = browser.get("/forgot-password").await;
    let fields = [("identifier", "anna"), ("robot", "yes")];
    let too_many = browser.post(&page.form(0), &fields).await;
    assert_eq!(too_many.status, 429);
    let mut neighbour = server.browser().with("x-forwarded-for", "198.51.100.1");
    let page = neighbour.get("/forgot-password").await;
    assert_eq!(post(&mut neighbour, &page, "").await.status, 200);
}

async fn what_waited_does_not_overtake_what_came_later(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = asking_always(engine, &smtp).await;
    let mut browser = server.browser();
    // Posted before the browser's half had come, then once more with it.
    let page = browser.get("/forgot-password").await;
    post(&mut browser, &page, "").await;
    let page = browser.get("/forgot-password").await;
    let proof = solved(&mut browser, page.form(0).value("form")).await;
    let page = post(&mut browser, &page, &sealed(&proof)).await;
    let letter = smtp.next().await;
    server.advance(20).await;
    server.settle().await;
    assert_eq!(smtp.taken(), 1, "the first request is overtaken");
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
}

async fn a40_only_under_suspicion(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .set("RESET__ROBOT_CHECK", "suspicious")
        .start()
        .await;
    let mut browser = server.browser();
    for _ in 0..10 {
        let page = browser.begin("kalle").await;
        assert_eq!(page.path, "/forgot-password/code");
    }
    let page = browser.get("/forgot-password").await;
    assert!(page.text().contains(&english(Text::IdentifyRobot)));
    let refused = browser.submit(&page, 0, &[("identifier", "anna")]).await;
    assert_eq!(
        refused.errors(),
        [english(Text::ProblemRobotUnticked)],
        "leaving the box out is no way around it"
    );
    server.advance(3600).await;
    let page = browser.get("/forgot-password").await;
    assert!(!page.text().contains(&english(Text::IdentifyRobot)));
}
