//! Tries at the second factor: where a wrong one is said, and slow guessing that the owner is told of (STANDARDS F08).

use rekey::texts::MailText;

use crate::support::{Engine, Phone, Server, Setup, Smtp, english_mail, on_both_engines};

on_both_engines!(
    a_wrong_recovery_code_is_said_at_its_field,
    slow_guesses_are_told_once
);

const NONE: &str = "0000-0000-0000-0000";

async fn a_wrong_recovery_code_is_said_at_its_field(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    server.browser().enrol(&server, "anna").await;
    let (mut reset, page, letter) = server.mailed(&mut smtp, "anna").await;
    let in_reset = reset.give(&page, &letter.code()).await;
    assert_eq!(in_reset.path, "/forgot-password/factor");
    let mut sign_in = server.browser();
    let at_sign_in = sign_in.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(at_sign_in.path, "/sign-in/factor");
    for (mut browser, page) in [(sign_in, at_sign_in), (reset, in_reset)] {
        for (typed, text) in [
            ("", MailText::FactorProblemEmpty),
            ("12345", MailText::FactorProblemUnusable),
            (NONE, MailText::FactorProblemWrong),
        ] {
            // The second form of the page is for these.
            assert_eq!(page.form(1).value("do"), "recovery");
            let refused = browser.submit(&page, 1, &[("totp", typed)]).await;
            assert_eq!(refused.path, page.path);
            let said = Some(english_mail(text));
            assert_eq!(refused.error_at("recovery"), said, "{typed}");
            assert_eq!(refused.error_at("totp"), None, "{typed}");
            assert!(refused.body.contains("<a href=\"#recovery\">"), "{typed}");
        }
        // Typed where the app's code belongs, it is said there.
        let refused = browser.show(&page, NONE).await;
        let said = Some(english_mail(MailText::FactorProblemWrong));
        assert_eq!(refused.error_at("totp"), said);
        assert_eq!(refused.error_at("recovery"), None);
    }
}

/// A wrong code, from another browser each time, and a wait that makes the five in a row new.
async fn guess(server: &Server, phone: &Phone) {
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    let refused = browser.show(&page, &phone.wrong(server)).await;
    let wrong = english_mail(MailText::FactorProblemWrong);
    assert_eq!(refused.errors(), [wrong]);
    server.advance(61).await;
}

async fn slow_guesses_are_told_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
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
