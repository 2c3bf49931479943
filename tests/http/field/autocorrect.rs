//! A phone must not correct what is no word of its language: user names, codes, passwords.

use crate::support::{Browser, Engine, Setup, Smtp, on_sqlite};

on_sqlite!(f16_nothing_corrects_what_is_typed_here);

/// Every field of a page that something is typed into and that a phone could correct.
fn fields(body: &str) -> Vec<&str> {
    let ends = |rest: &str| rest.find('>').unwrap_or(rest.len());
    let inputs = body.split("<input").skip(1).map(|rest| &rest[..ends(rest)]);
    inputs
        .filter(|input| {
            ["hidden", "radio", "checkbox"]
                .iter()
                .all(|kind| !input.contains(&format!("type=\"{kind}\"")))
                && !input.contains("readonly")
        })
        .collect()
}

async fn f16_nothing_corrects_what_is_typed_here(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let is_off = |path: &str, body: &str, at_least: usize| {
        let found = fields(body);
        assert!(found.len() >= at_least, "{path}: {found:?}");
        for field in found {
            assert!(field.contains("autocorrect=\"off\""), "{path}: {field}");
        }
    };
    let mut browser = server.browser();
    for (path, at_least) in [("/sign-in", 2), ("/forgot-password", 1), ("/stop/code", 1)] {
        is_off(path, &browser.look(path).await.body, at_least);
    }
    let setup = Setup::stopped(engine).set("RESET__ASK_POSTAL_CODE", true);
    let asks_more = setup.start().await.browser().look("/forgot-password").await;
    is_off("postal code", &asks_more.body, 2);
    let (mut reset, page) = server.proved(&mut smtp, "bjorn").await;
    is_off("new", &page.body, 2);
    let code = reset.begin("grace").await;
    is_off("code", &code.body, 1);

    browser.sign_in("anna", &server.passwords["anna"]).await;
    for (path, at_least) in [
        ("/account/security/name", 1),
        ("/account/security/mail", 1),
        ("/account/security/phone", 1),
        ("/account/security/password", 3),
    ] {
        is_off(path, &browser.get(path).await.body, at_least);
    }
    server.advance(11 * 60).await;
    is_off("confirm", &browser.get("/account/confirm").await.body, 1);
    server.browser().enrol(&server, "bjorn").await;
    let mut other: Browser = server.browser();
    let asked = other.sign_in("bjorn", &server.passwords["bjorn"]).await;
    is_off("factor", &asked.body, 2);
}
