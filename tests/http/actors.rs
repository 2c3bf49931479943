//! Who did what, as the audit tells it: the account, an operator, this program by itself, or nobody who is known.

use crate::support::{Engine, GOOD, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    before_a_proof_it_is_nobody_and_after_it_the_account,
    whoever_is_signed_in_is_the_account,
    an_operator_is_one,
    a_second_factor_makes_the_account_of_nobody
);

/// Who did all that is of this kind, a line each.
async fn who(server: &Server, event: &str) -> String {
    let actors = format!("SELECT DISTINCT actor FROM audit WHERE event = '{event}' ORDER BY 1");
    server.db.lines(&actors, 0).await
}

async fn before_a_proof_it_is_nobody_and_after_it_the_account(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    server.db.run("DELETE FROM audit").await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = browser.give(&page, &letter.wrong_code()).await;
    server.browser().begin("nobody-of-ours").await;
    server.settle().await;
    for (event, actor) in [
        ("reset_requested", "nobody"),
        ("authn_token_created", "system"),
        ("mail_sent", "system"),
        ("reset_decoy", "system"),
        ("code_wrong", "nobody"),
    ] {
        assert_eq!(who(&server, event).await, actor, "{event}");
    }
    let page = browser.give(&page, &letter.code()).await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    assert_eq!(who(&server, "code_proved").await, "account");
    assert_eq!(who(&server, "authn_password_change").await, "account");
    let line = server.until_logged("code_wrong").await;
    assert!(line.contains(r#""actor":"nobody""#), "{line}");
}

async fn whoever_is_signed_in_is_the_account(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    server.db.run("DELETE FROM audit").await;
    let anna = server.passwords["anna"].clone();
    let mut browser = server.browser();
    browser.sign_in("anna", "wrong").await;
    assert_eq!(who(&server, "authn_login_fail").await, "nobody");
    browser.sign_in("anna", &anna).await;
    assert_eq!(who(&server, "authn_login_success").await, "account");
    let page = browser.get("/account/security/password").await;
    let all = [
        ("password", anna.as_str()),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let form = page.form_to("/api/account/password");
    let wrong = [("password", "wrong"), all[1], all[2]];
    browser.post(&form, &wrong).await;
    assert_eq!(who(&server, "reauthentication_fail").await, "account");
    let answer = browser.post(&form, &all).await;
    browser.follow(answer).await;
    assert_eq!(server.facts("authn_password_change").await, 1);
    assert_eq!(who(&server, "authn_password_change").await, "account");
}

async fn an_operator_is_one(engine: Engine) {
    let server = Setup::new(engine).start().await;
    assert_eq!(who(&server, "user_created").await, "operator");
    assert_eq!(who(&server, "authn_password_change").await, "operator");
    let anna = server.passwords["anna"].clone();
    assert!(server.opens("anna", &anna).await);
    let out = server.command(&["account", "sign-out", "anna"], "").await;
    assert!(out.status.success(), "{out:?}");
    assert_eq!(who(&server, "sessions_ended_by_operator").await, "operator");
    let log = String::from_utf8_lossy(&out.stderr).into_owned();
    let told = r#""event":"sessions_ended_by_operator","actor":"operator""#;
    assert!(log.contains(told), "{log}");
}

async fn a_second_factor_makes_the_account_of_nobody(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let anna = server.passwords["anna"].clone();
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    assert_eq!(who(&server, "factor_enrolled").await, "account");
    let mut other = server.browser();
    let page = other.sign_in("anna", &anna).await;
    let page = other.show(&page, &phone.wrong(&server)).await;
    assert_eq!(who(&server, "factor_wrong").await, "nobody");
    other.show(&page, &phone.fresh(&server).await).await;
    assert_eq!(who(&server, "factor_shown").await, "account");
    let removed = ["account", "factor", "remove", "anna"];
    let removed = server.command(&removed, "").await;
    assert!(removed.status.success(), "{removed:?}");
    assert_eq!(who(&server, "factor_removed").await, "operator");
}
