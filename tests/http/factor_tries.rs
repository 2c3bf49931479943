//! What is typed as the second factor: codes of the app and recovery codes, each once, where a wrong one is said, and guesses that the owner is
//! told of (STANDARDS F06, F08).

use rekey::texts::ServerText;

use crate::support::{Engine, Phone, Server, Setup, Smtp, english_server, on_both_engines};

on_both_engines!(
    a_code_works_once_and_none_before_it,
    a_recovery_code_takes_its_place_once,
    guesses_are_few_and_the_owner_is_told_once,
    a_recovery_code_works_whatever_others_have_guessed,
    a_wrong_recovery_code_is_said_at_its_field,
    slow_guesses_are_told_once
);

const NONE: &str = "0000-0000-0000-0000";

async fn a_wrong_recovery_code_is_said_at_its_field(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    server.browser().enrol(&server, "anna").await;
    let (mut reset, page, letter) = server.mailed(&mut smtp, "anna").await;
    let in_reset = reset.give(&page, &letter.code()).await;
    assert_eq!(in_reset.path, "/forgot-password/factor");
    let mut sign_in = server.browser();
    let at_sign_in = sign_in.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(at_sign_in.path, "/sign-in/factor");
    for (mut browser, page) in [(sign_in, at_sign_in), (reset, in_reset)] {
        for (typed, text) in [
            ("", ServerText::FactorProblemRecoveryEmpty),
            ("12345", ServerText::FactorProblemRecoveryUnusable),
            (NONE, ServerText::FactorProblemRecoveryWrong),
        ] {
            // The second form of the page is for these.
            assert_eq!(page.form(1).value("do"), "recovery");
            let refused = browser.submit(&page, 1, &[("totp", typed)]).await;
            assert_eq!(refused.path, page.path);
            let said = Some(english_server(text));
            assert_eq!(refused.error_at("recovery"), said, "{typed}");
            assert_eq!(refused.error_at("totp"), None, "{typed}");
            assert!(refused.body.contains("<a href=\"#recovery\">"), "{typed}");
        }
        // Typed where the app's code belongs, it is said there.
        let refused = browser.show(&page, NONE).await;
        let said = Some(english_server(ServerText::FactorProblemWrong));
        assert_eq!(refused.error_at("totp"), said);
        assert_eq!(refused.error_at("recovery"), None);
    }
}

/// A wrong code, from another browser each time, and a wait that makes the five in a row new.
async fn guess(server: &Server, phone: &Phone) {
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    let refused = browser.show(&page, &phone.wrong(server)).await;
    let wrong = english_server(ServerText::FactorProblemWrong);
    assert_eq!(refused.errors(), [wrong]);
    server.advance(61).await;
}

async fn slow_guesses_are_told_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    smtp.next().await;
    for _ in 0..5 {
        guess(&server, &phone).await;
    }
    assert_eq!(server.facts("factor_tries_used_up").await, 0);
    for _ in 0..2 {
        guess(&server, &phone).await;
    }
    let letter = smtp.next().await;
    let subject = "Någon försökte komma in på ditt konto hos Rekey";
    assert_eq!(letter.subject(), subject);
    for _ in 0..10 {
        guess(&server, &phone).await;
    }
    server.settle().await;
    assert!(smtp.unread().is_empty(), "once");
    assert_eq!(server.facts("factor_tries_used_up").await, 1);
    assert_eq!(server.facts("factor_wrong").await, 17);
}

async fn a_code_works_once_and_none_before_it(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let used = english_server(ServerText::FactorProblemUsed);
    let mut first = server.browser();
    let page = first.sign_in("anna", &server.passwords["anna"]).await;
    // The one that proved the app opens nothing.
    let refused = first.show(&page, &phone.code(&server, 0)).await;
    assert_eq!(refused.errors(), *std::slice::from_ref(&used));
    let code = phone.fresh(&server).await;
    let earlier = phone.code(&server, -1);
    let mut second = server.browser();
    let page_of_second = second.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(first.show(&refused, &code).await.path, "/account");
    for old in [code, earlier] {
        let refused = second.show(&page_of_second, &old).await;
        assert_eq!(refused.errors(), *std::slice::from_ref(&used));
    }
    let later = phone.code(&server, 1);
    assert_eq!(second.show(&page_of_second, &later).await.path, "/account");
}

async fn a_recovery_code_takes_its_place_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (_, codes) = server.browser().enrol(&server, "anna").await;
    smtp.next().await;
    let spoken = codes[0].to_uppercase().replace('-', " ");
    for (typed, works) in [(&*spoken, true), (&*codes[0], false), (&*codes[1], true)] {
        let mut browser = server.browser();
        let page = browser.sign_in("anna", &server.passwords["anna"]).await;
        // The second form of the page is for these.
        let page = browser.submit(&page, 1, &[("totp", typed)]).await;
        assert_eq!(
            page.path == "/account",
            works,
            "{typed}: {:?}",
            page.errors()
        );
        if works {
            let letter = smtp.next().await;
            assert_eq!(letter.subject(), "En reservkod har använts hos Rekey");
        }
    }
    assert_eq!(server.facts("recovery_code_used").await, 2);
    let left = "SELECT COUNT(*) FROM recovery_codes WHERE used_at IS NULL";
    assert_eq!(server.db.number(left).await, 8);
    // Bound to its account.
    let (_, others) = server.browser().enrol(&server, "bjorn").await;
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(
        browser.show(&page, &others[0]).await.path,
        "/sign-in/factor"
    );
}

async fn guesses_are_few_and_the_owner_is_told_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    smtp.next().await;
    let wrong = english_server(ServerText::FactorProblemWrong);
    for _ in 0..5 {
        // Each time from another browser: it is counted by the account.
        let mut browser = server.browser();
        let page = browser.sign_in("anna", &server.passwords["anna"]).await;
        let refused = browser.show(&page, &phone.wrong(&server)).await;
        assert_eq!(refused.errors(), *std::slice::from_ref(&wrong));
    }
    assert_eq!(server.facts("factor_wrong").await, 5);
    let mut owner = server.browser();
    let page = owner.sign_in("anna", &server.passwords["anna"]).await;
    let refused = owner.show(&page, &phone.code(&server, 1)).await;
    assert_eq!(refused.errors(), ["There were too many tries. Wait 1 min."]);
    let letter = smtp.next().await;
    assert_eq!(
        letter.subject(),
        "Någon försökte komma in på ditt konto hos Rekey"
    );
    for _ in 0..3 {
        server.advance(60).await;
        owner.show(&page, &phone.wrong(&server)).await;
    }
    server.settle().await;
    assert!(smtp.unread().is_empty(), "once a series");
    assert_eq!(server.facts("factor_tries_used_up").await, 1);
    let code = phone.fresh(&server).await;
    assert_eq!(owner.show(&page, &code).await.path, "/account");
    // It worked, so the count begins anew.
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    for _ in 0..4 {
        browser.show(&page, &phone.wrong(&server)).await;
    }
    let code = phone.code(&server, 1);
    assert_eq!(browser.show(&page, &code).await.path, "/account");
    server.settle().await;
    assert!(smtp.unread().is_empty());
}

async fn a_recovery_code_works_whatever_others_have_guessed(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let (phone, codes) = server.browser().enrol(&server, "anna").await;
    let mut stranger = server.browser();
    let page = stranger.sign_in("anna", &server.passwords["anna"]).await;
    for _ in 0..6 {
        stranger.show(&page, &phone.wrong(&server)).await;
    }
    let mut owner = server.browser();
    let page = owner.sign_in("anna", &server.passwords["anna"]).await;
    let refused = owner.show(&page, &phone.code(&server, 1)).await;
    assert_eq!(refused.errors(), ["There were too many tries. Wait 1 min."]);
    let refused = owner.show(&page, "0000-0000-0000-0000").await;
    assert_eq!(
        refused.errors(),
        [english_server(ServerText::FactorProblemWrong)]
    );
    assert_eq!(owner.show(&page, &codes[0]).await.path, "/account");
}
