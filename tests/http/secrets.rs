//! No secret in the log or, in clear, in the database; nobody writes lines into the log (STANDARDS B07, N03, N04; ATTACKS A18, A19).

use serde_json::Value;

use crate::support::{Engine, GOOD, Server, Setup, Smtp, on_both_engines, until};

on_both_engines!(
    are_in_no_table_and_no_log_line,
    waiting_in_the_outbox_are_sealed,
    stay_out_of_the_log_when_a_relay_refuses,
    log_lines_are_not_forged,
    the_dump_looks_into_every_table
);

/// What the log says, without the times, whose digits could look like anything.
pub fn said(server: &Server) -> String {
    let lines = server.log().into_iter().map(|line| {
        let mut line: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        let fields = line.as_object_mut().unwrap();
        fields.remove("timestamp");
        fields.remove("micros");
        line.to_string()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Looks for secrets everywhere; `tables` says in which column one may stand.
pub async fn hunt(server: &Server, secrets: &[(&str, String)], may_stand_in: &[&str]) {
    let log = said(server);
    let dump = server.db.dump().await;
    for (what, secret) in secrets {
        assert!(secret.len() >= 4, "{what} is no canary");
        assert!(!log.contains(secret), "{what} in the log: {log}");
        for (column, text) in &dump {
            let allowed = may_stand_in.contains(&column.as_str());
            assert!(
                allowed || !text.contains(secret),
                "{what} in {column}: {text}"
            );
        }
    }
}

async fn are_in_no_table_and_no_log_line(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let address = "anna.berg@demo.example";
    let mut secrets = vec![("the address", address.to_owned())];
    let mut browser = server.browser();
    let note = |secrets: &mut Vec<_>, browser: &crate::support::Browser| {
        for (name, value) in &browser.jar {
            if name != "rekey-language" {
                secrets.push(("a cookie", value.clone()));
            }
        }
    };
    let page = browser.begin(address).await;
    note(&mut secrets, &browser);
    secrets.push(("a form token", page.form(0).value("token").to_owned()));
    let letter = smtp.next().await;
    server.settle().await;
    let code = letter.code();
    secrets.push(("the code", code.replace(' ', "")));
    secrets.push(("the code in groups", code.clone()));
    let wrong = letter.wrong_code();
    secrets.push(("a wrong code", wrong.clone()));
    let page = browser.give(&page, &wrong).await;
    let page = browser.give(&page, &code).await;
    note(&mut secrets, &browser);
    hunt(
        &server,
        &secrets,
        &["contacts.address", "contacts.address_canonical"],
    )
    .await;

    let page = browser.choose(&page, "kort-canary").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    let page = browser.sign_in(address, "fel-canary-vid-inloggning").await;
    assert_eq!(page.errors().len(), 1);
    let page = browser.sign_in(address, GOOD).await;
    note(&mut secrets, &browser);
    for password in [
        GOOD,
        "kort-canary",
        "fel-canary",
        server.passwords["anna"].as_str(),
    ] {
        secrets.push(("a password", password.to_owned()));
    }
    server.settle().await;
    hunt(
        &server,
        &secrets,
        &["contacts.address", "contacts.address_canonical"],
    )
    .await;
    browser.submit(&page, 0, &[]).await;
    let log = said(&server);
    for never in ["127.0.0.1\"", "Anna Berg", "client"] {
        assert!(
            !log.replace(server.base.trim_start_matches("http://"), "")
                .contains(never),
            "{never}: {log}"
        );
    }
}

async fn waiting_in_the_outbox_are_sealed(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    smtp.down().await;
    server.browser().begin("anna").await;
    until("a mail waits", async || {
        let waiting =
            "SELECT COUNT(*) FROM jobs WHERE kind = 'mail' AND attempts > 0 AND body_sealed <> ''";
        (server.db.number(waiting).await == 1).then_some(())
    })
    .await;
    let dump = server.db.dump().await;
    let log = said(&server);
    smtp.up();
    server.advance(61).await;
    let letter = smtp.next().await;
    let code = letter.code().replace(' ', "");
    let may = ["contacts.address", "contacts.address_canonical"];
    for (column, text) in &dump {
        for secret in [&code, "anna.berg@demo.example", "user_name"] {
            assert!(
                may.contains(&column.as_str()) || !text.contains(secret),
                "{column}: {text}"
            );
        }
    }
    assert!(!log.contains(&code) && !log.contains("anna"), "{log}");
    server.settle().await;
    let left = "SELECT COUNT(*) FROM jobs WHERE body_sealed <> ''";
    assert_eq!(server.db.number(left).await, 0, "what was sent is wiped");
}

async fn stay_out_of_the_log_when_a_relay_refuses(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    smtp.behave(crate::support::Manner::Refuse);
    server.browser().begin("anna").await;
    server.settle().await;
    let secrets = [("the address", "anna.berg@demo.example".to_owned())];
    hunt(
        &server,
        &secrets,
        &["contacts.address", "contacts.address_canonical"],
    )
    .await;
    assert_eq!(server.facts("mail_failed").await, 1);
}

async fn log_lines_are_not_forged(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let forged = "x\"}\n{\"event\":\"forged-canary\"}\r\u{1b}[2J";
    let mut browser = server
        .browser()
        .with("user-agent", "forged-canary\" Firefox/1")
        .with("referer", "http://forged-canary/");
    browser.begin(forged).await;
    browser.begin("{\"event\":\"forged-canary\"}").await;
    browser.sign_in("forged-canary\u{1b}[2J", "x").await;
    browser.look("/nope?forged-canary=1").await;
    browser
        .look("/nope%0a%7b%22event%22%3a%22forged-canary%22%7d")
        .await;
    browser
        .post_data(
            "/api/forgot-password/code",
            &[("token", forged), ("code", forged)],
        )
        .await;
    until("the last request is in the log", async || {
        server
            .log()
            .iter()
            .any(|line| line.contains("/api/forgot-password/code"))
            .then_some(())
    })
    .await;
    for line in server.log() {
        let fields: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        assert_ne!(fields["event"], "forged-canary");
        assert!(!line.contains('\u{1b}'), "{line}");
        let elsewhere = line.replace("/nope%0a%7b%22event%22%3a%22forged-canary%22%7d", "");
        assert!(!elsewhere.contains("forged-canary"), "{line}");
        for needed in ["timestamp", "level", "message"] {
            assert!(fields[needed].is_string(), "{needed}: {line}");
        }
        assert!(fields["timestamp"].as_str().unwrap().ends_with('Z'));
    }
}

async fn the_dump_looks_into_every_table(engine: Engine) {
    let server = Setup::new(engine).start().await;
    assert_eq!(server.db.tables().await, crate::support::known_tables());
}
