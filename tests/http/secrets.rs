//! No secret in the log or, in clear, in the database; nobody writes lines into the log (STANDARDS B07, N03, N04). The whole journey is
//! searched for secrets among the attacks (A18, A19).

use serde_json::Value;

use crate::support::{Engine, Server, Setup, Smtp, on_both_engines, on_sqlite};

on_both_engines!(
    stay_out_of_the_log_when_a_relay_refuses,
    the_dump_looks_into_every_table
);

on_sqlite!(log_lines_are_not_forged);

/// What the log says, without the times, whose digits could look like anything.
pub async fn said(server: &Server) -> String {
    let log = server.whole_log().await;
    let lines = log.lines().map(|line| {
        let mut line: Value =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        let fields = line.as_object_mut().unwrap();
        fields.remove("timestamp");
        fields.remove("micros");
        line.to_string()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Looks for secrets everywhere; `tables` says in which column one may stand.
pub async fn hunt(server: &Server, secrets: &[(&str, String)], may_stand_in: &[&str]) {
    let log = said(server).await;
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

async fn stay_out_of_the_log_when_a_relay_refuses(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    smtp.behave(crate::support::Manner::Refuse);
    server.browser().begin("anna").await;
    server.until_logged("mail_failed").await;
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
    for line in server.whole_log().await.lines() {
        let fields: Value =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
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
