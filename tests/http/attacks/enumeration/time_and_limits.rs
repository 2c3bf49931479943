//! Time and limits, which tell as much as words where they depend on the account.

use std::collections::BTreeSet;
use std::time::Duration;

use rekey::texts::{Language, Text};
use reqwest::Method;

use super::super::Stored;
use super::super::strangers::{KINDS, MAILED, Strangers, peopled};
use crate::support::{
    Browser, Engine, GOOD, Server, Setup, Smtp, on_both_engines, sentence, timed,
};

on_both_engines!(a11_timing, a13_limiter_as_oracle);

/// A measured time is no test; these are the two reasons why there is nothing to measure.
async fn a11_timing(engine: Engine) {
    identify_looks_nobody_up(engine).await;
    a_sign_in_is_answered_at_its_deadline(engine).await;
}

/// The rows that a request has left, by table.
async fn rows(server: &Server) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["flows", "jobs", "limits", "sessions", "audit"] {
        let query = format!("SELECT COUNT(*) FROM {table}");
        counts.push(server.db.number(&query).await);
    }
    counts
}

async fn identify_looks_nobody_up(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let tables = ["accounts", "contacts", "passwords"];
    for table in tables {
        let away = format!("ALTER TABLE {table} RENAME TO {table}_away");
        server.db.run(&away).await;
    }
    // Whatever it wrote would be the worker's, and without these tables that cannot do anything.
    let mut written = BTreeSet::new();
    for who in ["anna", "kalle", "anna.berg@demo.example", "bjorn", "x@y.z"] {
        let before = rows(&server).await;
        let page = server.browser().begin(who).await;
        assert_eq!(
            (page.path.as_str(), page.status),
            ("/forgot-password/code", 200)
        );
        let after = rows(&server).await;
        let more: Vec<i64> = after.iter().zip(before).map(|(a, b)| a - b).collect();
        // The bucket of the client's address is made by the first request.
        written.insert((more[0], more[1], more[3], more[4]));
        let data = [("identifier", who)];
        let mut browser = server.browser();
        let answer = browser
            .post_data("/api/forgot-password/identify", &data)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    assert_eq!(written.len(), 1, "{written:?}");
    for table in tables {
        let back = format!("ALTER TABLE {table}_away RENAME TO {table}");
        server.db.run(&back).await;
    }
    // The look-up comes after the answer, and nothing is lost that could not be looked up at first.
    server.advance(61).await;
    let letter = smtp.next().await;
    assert!(letter.code_if_any().is_some());
    stored.is_unchanged(&server).await;
}

async fn a_sign_in_is_answered_at_its_deadline(engine: Engine) {
    let deadline = Duration::from_millis(1500);
    let setup = Setup::new(engine).set("HASHING__SIGN_IN_DEADLINE_MS", deadline.as_millis());
    let server = setup.set("LIMITS__SIGN_IN_FAILURES_BURST", 1).start().await;
    let disable = "UPDATE accounts SET state = 'disabled' WHERE user_name = 'bjorn'";
    server.db.run(disable).await;
    // Unknown, known, known but waiting, which needs no hash at all, and disabled: each is answered at the deadline, not before.
    for who in ["kalle", "anna", "anna", "bjorn"] {
        let fields = [("identifier", who), ("password", "fel")];
        let mut browser = server.browser();
        let (answer, took) = timed(browser.post_data("/api/sign-in", &fields)).await;
        assert_eq!(answer.problems().len(), 1, "{who}");
        // Measured around what the server measures, it is never less.
        assert!(took >= deadline, "{who} was answered early: {took:?}");
    }
}

async fn a13_limiter_as_oracle(engine: Engine) {
    by_client_address(engine).await;
    by_messages(engine).await;
    by_wrong_codes(engine).await;
    by_sign_ins(engine).await;
    by_what_lifts_a_wait(engine).await;
}

async fn by_client_address(engine: Engine) {
    let setup = Setup::stopped(engine)
        .set("SITE__TRUSTED_PROXIES", "127.0.0.1")
        .set("LIMITS__REQUESTS_BURST", 4)
        .set("LIMITS__REQUESTS_PER_ADDRESS_PER_MINUTE", 1);
    let server = peopled(setup).await;
    let mut strangers = Strangers::new(&server);
    for accept in ["application/json", "text/html"] {
        let mut statuses = Vec::new();
        for _ in 0..6 {
            strangers
                .each("one more request", async |who, browser, _| {
                    let request = browser
                        .request(Method::POST, "/api/forgot-password/identify")
                        .header("accept", accept)
                        .header("origin", &browser.origin)
                        .form(&[("identifier", who)]);
                    vec![Browser::send("/", request).await]
                })
                .await;
            statuses.push(strangers.last().status);
        }
        let through = if accept == "text/html" { 303 } else { 200 };
        let expected = [through, through, through, through, 429, 429];
        assert_eq!(statuses, expected, "{accept}");
        server.advance(3600).await;
    }
}

async fn by_messages(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = peopled(setup.set("LIMITS__MESSAGES_BURST", 1)).await;
    for round in 0..2 {
        let mut strangers = Strangers::new(&server);
        strangers.begin().await;
        server.settle().await;
        assert_eq!(smtp.taken(), MAILED.len(), "in round {round}");
        strangers.guess_past(&smtp.unread());
        strangers.guess(6).await;
        server.advance(31).await;
        strangers.resend().await;
        server.settle().await;
        strangers.guess(6).await;
    }
    assert_eq!(smtp.taken(), MAILED.len());
}

async fn by_wrong_codes(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = peopled(setup.set("LIMITS__WRONG_CODES_PER_DAY", 4)).await;
    let stored = Stored::of(&server, "anna").await;
    for _ in 0..2 {
        let mut strangers = Strangers::new(&server);
        strangers.begin().await;
        server.settle().await;
        strangers.guess_past(&smtp.unread());
        strangers.guess(6).await;
        server.advance(31).await;
        strangers.resend().await;
        strangers.guess(6).await;
    }
    // Whoever has no password has no code to guess either, and is told so each time.
    let with_code = smtp.unread();
    let with_code = with_code
        .iter()
        .filter(|letter| letter.code_if_any().is_some());
    assert_eq!(
        with_code.count(),
        MAILED.len() - 1,
        "after that none is sent"
    );
    stored.is_unchanged(&server).await;
}

async fn try_to_sign_in(strangers: &mut Strangers) {
    strangers
        .each("one more try", async |who, browser, _| {
            let fields = [("identifier", who), ("password", "fel")];
            let page = browser.look("/sign-in").await;
            let answer = browser.post(&page.form(0), &fields).await;
            let told = browser.follow(answer.clone()).await;
            vec![answer, told]
        })
        .await;
}

/// The waits come after as many tries, and grow as fast, for whoever is not there, disabled, without a password or signs in elsewhere.
async fn by_sign_ins(engine: Engine) {
    let setup = Setup::stopped(engine).set("LIMITS__SIGN_IN_FAILURES_BURST", 2);
    let server = peopled(setup).await;
    let people: Vec<&str> = KINDS.into_iter().filter(|who| *who != "lars").collect();
    let mut strangers = Strangers::asking(&server, &people);
    for (advanced, minutes) in [(0, "1"), (61, "2"), (121, "4")] {
        server.advance(advanced).await;
        for _ in 0..4 {
            try_to_sign_in(&mut strangers).await;
        }
        wait_for(&strangers, minutes);
    }
}

/// Everybody has been told to wait for so long.
fn wait_for(strangers: &Strangers, minutes: &str) {
    let values = [("minutes", minutes)];
    let waits = sentence(Language::En, Text::ProblemSignInWait, &values);
    assert_eq!(strangers.last().errors(), [waits]);
}

/// Neither a reset of somebody nor their sign-in at home lifts the wait that strangers have under the name.
async fn by_what_lifts_a_wait(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut at_home = server.browser();
    at_home.sign_in("anna", &server.passwords["anna"]).await;
    let mut strangers = Strangers::asking(&server, &["anna", "kalle"]);
    for _ in 0..11 {
        try_to_sign_in(&mut strangers).await;
    }
    wait_for(&strangers, "1");
    let page = at_home.get("/account").await;
    at_home.post(&page.form_to("/api/sign-out"), &[]).await;
    let page = at_home.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(page.path, "/account");
    try_to_sign_in(&mut strangers).await;
    wait_for(&strangers, "1");
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    browser.choose(&page, GOOD).await;
    try_to_sign_in(&mut strangers).await;
    wait_for(&strangers, "1");
    let page = browser.sign_in("anna", GOOD).await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
    try_to_sign_in(&mut strangers).await;
    wait_for(&strangers, "1");
}
