//! Sign-in: by which names, and slower guessing (STANDARDS F01 to F05).

use std::collections::BTreeSet;

use rekey::texts::Text;

use crate::support::{Engine, Setup, english, on_both_engines};

on_both_engines!(
    works_by_user_name_and_by_address,
    guessing_is_slowed_for_everybody_alike,
    a_right_password_forgives_the_wrong_ones
);

async fn works_by_user_name_and_by_address(engine: Engine) {
    let server = Setup::new(engine).start().await;
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
    let setup = Setup::new(engine).set("LIMITS__SIGN_IN_FAILURES_BURST", 3);
    let server = setup.start().await;
    let mut all = BTreeSet::new();
    let (refused, wait) = (
        english(Text::ProblemSignInRefused),
        english(Text::ProblemSignInWait),
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
    let setup = Setup::new(engine).set("LIMITS__SIGN_IN_FAILURES_BURST", 3);
    let server = setup.start().await;
    for _ in 0..2 {
        for _ in 0..2 {
            assert!(!server.opens("anna", "fel").await);
        }
        assert!(server.opens("anna", &server.passwords["anna"]).await);
    }
}
