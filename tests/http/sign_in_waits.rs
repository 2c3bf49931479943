//! Waits at sign-in: they grow, they end, and they are alike for everybody (STANDARDS F02, F04, F05, F10).

use futures::future::join_all;
use rekey::texts::{Language, Text};

use crate::support::{Engine, Server, Setup, on_both_engines, sentence};

on_both_engines!(
    each_failure_doubles_the_wait,
    after_a_hundred_failures_it_is_a_day,
    of_many_at_once_no_more_are_looked_at,
    a_try_that_was_not_looked_at_is_given_back,
    a_success_starts_anew,
    old_tries_are_forgotten
);

/// What a try is answered: what is wrong, and how many minutes to wait.
async fn told(server: &Server, who: &str, password: &str) -> (String, u64) {
    let fields = [("identifier", who), ("password", password)];
    let answer = server.browser().post_data("/api/sign-in", &fields).await;
    if answer.status == 200 {
        return ("in".to_owned(), 0);
    }
    let minutes = answer.json()["state"]["problems"][0]["problem"]["sign_in_wait"]["minutes"]
        .as_u64()
        .unwrap_or(0);
    (answer.problems().concat(), minutes)
}

async fn is_refused(server: &Server, who: &str) {
    assert_eq!(
        told(server, who, "fel").await,
        ("sign_in_refused".into(), 0)
    );
}

async fn waits(server: &Server, who: &str, password: &str, minutes: u64) {
    let expected = ("sign_in_wait".into(), minutes);
    assert_eq!(told(server, who, password).await, expected, "{who}");
}

async fn each_failure_doubles_the_wait(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let anna = &server.passwords["anna"];
    let names = ["anna", "kalle", "kalle@demo.example", "nils", "farid"];
    for who in names {
        for _ in 0..10 {
            is_refused(&server, who).await;
        }
    }
    for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
        for who in names {
            waits(&server, who, anna, minutes).await;
        }
        // What is tried meanwhile makes it no longer.
        server.advance(minutes.cast_signed() * 60 - 20).await;
        for who in names {
            waits(&server, who, anna, 1).await;
        }
        server.advance(21).await;
        for who in names {
            is_refused(&server, who).await;
        }
    }
    let page = server.browser().sign_in("anna", anna).await;
    let words = sentence(Language::En, Text::ProblemSignInWait, &[("minutes", "60")]);
    assert_eq!(page.errors(), [words]);
    server.advance(3601).await;
    assert!(
        server.opens("anna", anna).await,
        "the right one after the wait"
    );
}

async fn after_a_hundred_failures_it_is_a_day(engine: Engine) {
    let setup = Setup::stopped(engine).set("LIMITS__SIGN_IN_WAIT_SECONDS", 1);
    let server = setup.start().await;
    is_refused(&server, "anna").await;
    let nearly = "UPDATE sign_in_tries SET failures = 98";
    server.db.run(nearly).await;
    is_refused(&server, "anna").await;
    waits(&server, "anna", "fel", 60).await;
    server.advance(3601).await;
    is_refused(&server, "anna").await;
    let most = "SELECT MAX(failures) FROM sign_in_tries";
    assert_eq!(server.db.number(most).await, 100);
    for _ in 0..3 {
        waits(&server, "anna", &server.passwords["anna"], 24 * 60).await;
        server.advance(86_401).await;
        is_refused(&server, "anna").await;
    }
    let page = server.browser().sign_in("anna", "fel").await;
    let words = sentence(
        Language::En,
        Text::ProblemSignInWaitHours,
        &[("hours", "24")],
    );
    assert_eq!(page.errors(), [words]);
    server.advance(86_401).await;
    assert!(server.opens("anna", &server.passwords["anna"]).await);
}

async fn of_many_at_once_no_more_are_looked_at(engine: Engine) {
    let setup = Setup::stopped(engine).set("LIMITS__SIGN_IN_FAILURES_BURST", 3);
    let server = setup.start().await;
    let all = (0..30).map(|_| told(&server, "anna", "fel"));
    let refused = join_all(all).await;
    let looked_at = refused.iter().filter(|told| told.0 == "sign_in_refused");
    assert_eq!(looked_at.count(), 3, "{refused:?}");
    assert_eq!(server.facts("authn_login_fail").await, 3);
}

async fn a_try_that_was_not_looked_at_is_given_back(engine: Engine) {
    let setup = Setup::stopped(engine)
        .set("HASHING__SLOTS", 1)
        .set("HASHING__QUEUE", 1)
        .set("LIMITS__SIGN_IN_FAILURES_BURST", 100);
    let server = setup.start().await;
    let fields = [("identifier", "anna"), ("password", "fel")];
    let all = (0..30).map(|_| async {
        server
            .browser()
            .post_data("/api/sign-in", &fields)
            .await
            .status
    });
    let statuses = join_all(all).await;
    let refused = statuses.iter().filter(|status| **status == 422).count();
    let busy = statuses.iter().filter(|status| **status == 503).count();
    assert_eq!(refused + busy, 30, "{statuses:?}");
    assert!(busy > 0, "the pool was never full");
    let counted = server
        .db
        .number("SELECT SUM(CAST(failures AS INTEGER)) FROM sign_in_tries")
        .await;
    assert_eq!(counted, i64::try_from(refused).unwrap());
}

async fn a_success_starts_anew(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    for _ in 0..9 {
        is_refused(&server, "anna").await;
    }
    assert!(server.opens("anna", &server.passwords["anna"]).await);
    for _ in 0..10 {
        is_refused(&server, "anna").await;
    }
    waits(&server, "anna", "fel", 1).await;
    // Under another name, which shares nothing with it, all is as before.
    is_refused(&server, "anna.berg@demo.example").await;
}

async fn old_tries_are_forgotten(engine: Engine) {
    let mut server = Setup::stopped(engine).start().await;
    is_refused(&server, "anna").await;
    let old = "UPDATE sign_in_tries SET last_at = last_at - 31 * 86400000000";
    server.db.run(old).await;
    is_refused(&server, "bjorn").await;
    server.kill().await;
    // Sweeping begins with the start.
    server.start().await;
    crate::support::until("the old one is forgotten", async || {
        let left = "SELECT COUNT(*) FROM sign_in_tries";
        (server.db.number(left).await == 1).then_some(())
    })
    .await;
}
