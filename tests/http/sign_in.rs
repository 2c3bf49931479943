//! Sign-in: by which names, and slower guessing (STANDARDS F01 to F05).

use std::collections::BTreeSet;

use rekey::texts::{Language, Text};

use crate::support::{Engine, Setup, english, on_both_engines, sentence, until};

on_both_engines!(
    works_by_user_name_and_by_address,
    guessing_is_slowed_for_everybody_alike,
    a_right_password_forgives_the_wrong_ones,
    a_password_that_changes_meanwhile_opens_nothing
);

async fn works_by_user_name_and_by_address(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let password = &server.passwords["anna"];
    for who in [
        "anna",
        "ANNA",
        " anna ",
        "anna.berg@demo.example",
        "Anna.Berg@DEMO.example",
    ] {
        assert!(server.opens(who, password).await, "{who}");
    }
    for who in ["ann", "anna.berg", "berg@demo.example"] {
        assert!(!server.opens(who, password).await, "{who}");
    }
}

async fn guessing_is_slowed_for_everybody_alike(engine: Engine) {
    let setup = Setup::stopped(engine).set("LIMITS__SIGN_IN_FAILURES_BURST", 3);
    let server = setup.start().await;
    let mut all = BTreeSet::new();
    let (refused, wait) = (
        english(Text::ProblemSignInRefused),
        sentence(Language::En, Text::ProblemSignInWait, &[("minutes", "1")]),
    );
    for who in [
        "anna",
        "kalle",
        "anna.berg@demo.example",
        "kalle@demo.example",
    ] {
        let mut said = Vec::new();
        for spelling in [who, &who.to_uppercase(), &format!(" {who} "), who, who] {
            let page = server.browser().sign_in(spelling, "fel").await;
            said.push(page.errors().concat());
        }
        assert_eq!(
            said[2..],
            [refused.clone(), wait.clone(), wait.clone()],
            "{who}"
        );
        all.insert(said);
    }
    assert_eq!(all.len(), 1);
    assert!(
        !server.opens("anna", &server.passwords["anna"]).await,
        "while it waits"
    );
    server.advance(61).await;
    assert!(server.opens("anna", &server.passwords["anna"]).await);
}

async fn a_right_password_forgives_the_wrong_ones(engine: Engine) {
    let setup = Setup::stopped(engine).set("LIMITS__SIGN_IN_FAILURES_BURST", 3);
    let server = setup.start().await;
    for _ in 0..2 {
        for _ in 0..2 {
            assert!(!server.opens("anna", "fel").await);
        }
        assert!(server.opens("anna", &server.passwords["anna"]).await);
    }
}

async fn a_password_that_changes_meanwhile_opens_nothing(engine: Engine) {
    // One hash at a time, so that most of these wait for their turn with the old password already looked up.
    let setup = Setup::stopped(engine).set("HASHING__SLOTS", 1);
    let server = setup
        .set("LIMITS__SIGN_IN_FAILURES_BURST", 100)
        .start()
        .await;
    let password = server.passwords["anna"].clone();
    let posts: Vec<_> = (0..20)
        .map(|_| {
            let mut browser = server.browser();
            let password = password.clone();
            tokio::spawn(async move {
                let fields = [("identifier", "anna"), ("password", &*password)];
                browser.post_data("/api/sign-in", &fields).await.status
            })
        })
        .collect();
    until("some are signed in", async || {
        let opened = "SELECT COUNT(*) FROM sessions";
        (server.db.number(opened).await > 0).then_some(())
    })
    .await;
    server
        .db
        .run(
            "UPDATE passwords SET changed_at = changed_at + 1, hash = \
             (SELECT p.hash FROM passwords p JOIN accounts a ON a.id = p.account_id WHERE a.user_name = 'bjorn')",
        )
        .await;
    let before = server.db.number("SELECT COUNT(*) FROM sessions").await;
    let mut refused = 0;
    for post in posts {
        refused += usize::from(post.await.unwrap() == 422);
    }
    let after = server.db.number("SELECT COUNT(*) FROM sessions").await;
    // One may have been about to commit when the password changed.
    assert!(
        after <= before + 1,
        "{} came in with the password that was",
        after - before
    );
    assert!(refused > 0, "the change came too late to be of use here");
}
