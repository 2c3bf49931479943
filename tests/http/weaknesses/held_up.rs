//! W18: what cannot be done for one holds nobody else up, and nothing is told of what was taken back.

use crate::support::sms::Sms;
use crate::support::{Engine, Server, Setup, Smtp, on_both_engines, until};

on_both_engines!(w18_nothing_is_told_of_a_budget_in_what_was_taken_back);

/// From now on whatever `happens` to such a job fails, with this SQLSTATE where the engine has them.
async fn refuse(server: &Server, happens: &str, such: &str, state: &str) {
    let does = match server.engine {
        Engine::Sqlite => format!("WHEN {such} BEGIN SELECT RAISE(ABORT, 'refused'); END"),
        Engine::Postgres => {
            let function = format!(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused'' USING ERRCODE = ''{state}''; END'"
            );
            server.db.run(&function).await;
            format!("FOR EACH ROW WHEN ({such}) EXECUTE FUNCTION refuse()")
        }
    };
    let trigger = format!("CREATE TRIGGER refuses BEFORE {happens} ON jobs {does}");
    server.db.run(&trigger).await;
}

async fn id(server: &Server, who: &str) -> String {
    let query = format!("SELECT id FROM accounts WHERE user_name = '{who}'");
    server.db.text(&query).await
}

/// As if a lock could not be had: by itself that passes.
const PASSING: &str = "55P03";

#[tokio::test]
async fn w18_one_that_fails_as_if_the_database_were_away_holds_nobody_up() {
    let mut smtp = Smtp::start();
    let server = Setup::new(Engine::Postgres).relay(&smtp).start().await;
    let such = format!("NEW.account_id = '{}'", id(&server, "anna").await);
    refuse(&server, "INSERT", &such, PASSING).await;
    server.browser().begin("anna").await;
    server.until_logged("cannot resolve").await;
    server.browser().begin("bjorn").await;
    let letter = smtp.next().await;
    assert_eq!(letter.to, ["bjorn.dahl@demo.example"]);
}

#[tokio::test]
async fn w18_a_message_that_cannot_be_noted_holds_nobody_up() {
    let mut smtp = Smtp::start();
    let server = Setup::new(Engine::Postgres).relay(&smtp).start().await;
    let anna = id(&server, "anna").await;
    let such = format!("NEW.account_id = '{anna}' AND NEW.state = 'done'");
    refuse(&server, "UPDATE", &such, PASSING).await;
    server.browser().begin("anna").await;
    smtp.next().await;
    server.until_logged("cannot be written down yet").await;
    server.browser().begin("bjorn").await;
    until("the other one is noted", async || {
        let bjorn = "SELECT COUNT(*) FROM jobs WHERE kind = 'mail' AND state = 'done' AND account_id IN (SELECT id FROM accounts WHERE user_name = 'bjorn')";
        (server.db.number(bjorn).await == 1).then_some(())
    })
    .await;
}

/// Waits until so many requests could not be resolved.
async fn until_faults(server: &Server, requests: i64) {
    until("it was taken back", async || {
        let faults = "SELECT COUNT(*) FROM jobs WHERE kind = 'resolve' AND last_answer = 'fault'";
        (server.db.number(faults).await == requests).then_some(())
    })
    .await;
}

async fn w18_nothing_is_told_of_a_budget_in_what_was_taken_back(engine: Engine) {
    let sms = Sms::start().await;
    let server = Setup::new(engine)
        .gateway(&sms)
        .set("RESET__PROVE_BY", "sms_code")
        .set("SMS__BUDGET_PER_HOUR", 1)
        .start()
        .await;
    server.browser().begin("anna").await;
    sms.next().await;
    server.settle().await;
    refuse(&server, "INSERT", "NEW.purpose = 'decoy'", "P0001").await;
    server.browser().begin("anna").await;
    until_faults(&server, 1).await;
    // What the worker told of its turn stands before all of its next one.
    server.browser().begin("nobody").await;
    until_faults(&server, 2).await;
    let log = server.whole_log().await;
    assert!(!log.contains("sms_held_back"), "{log}");
}
