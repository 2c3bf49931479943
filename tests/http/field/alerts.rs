//! The operator is told of what is about us, once when it begins and once when it is over.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use serde_json::Value;

use crate::outbox::patient_relay;
use crate::support::sms::{Manner, Sms};
use crate::support::{
    Engine, Manner as Relays, Scripted, Server, Setup, Smtp, on_both_engines, until,
};

on_both_engines!(
    f01_a_relay_that_refuses_us_is_told_once,
    f01_a_second_relay_does_not_hide_the_first,
    f01_an_alert_goes_by_another_relay_and_is_not_lost,
    f01_an_incident_is_told_since_when_it_began,
    f01_a_relay_that_hangs_keeps_nobody_else_from_being_told
);

type Posts = Arc<Mutex<Vec<Value>>>;

/// A webhook; what was posted to it, and its address.
async fn webhook() -> (Posts, String) {
    let posts = Posts::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!(
        "http://{}/hook/k-canary-9921",
        listener.local_addr().unwrap()
    );
    let router = axum::Router::new()
        .fallback(
            async |State(posts): State<Posts>, body: axum::Json<Value>| {
                posts.lock().unwrap().push(body.0);
            },
        )
        .with_state(Arc::clone(&posts));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (posts, address)
}

fn events(posts: &Posts) -> Vec<(String, String)> {
    let posts = posts.lock().unwrap();
    let field = |post: &Value, name: &str| post[name].as_str().unwrap_or_default().to_owned();
    posts
        .iter()
        .map(|post| (field(post, "event"), field(post, "incident")))
        .collect()
}

/// Waits until it is written down that what was in trouble works.
async fn works_again(server: &Server) {
    until("it works again", async || {
        let open = "SELECT COUNT(*) FROM incidents WHERE fine_at IS NULL OR fine_at <= seen_at";
        (server.db.number(open).await == 0).then_some(())
    })
    .await;
}

async fn with(engine: Engine, relays: &[&Scripted], alert: &str) -> Server {
    let blocks: Vec<_> = relays.iter().map(|relay| relay.block("")).collect();
    let config = format!("[operator]\n{alert}\n{}", blocks.join("\n"));
    Setup::new(engine).config(&config).start().await
}

async fn f01_a_relay_that_refuses_us_is_told_once(engine: Engine) {
    let (posts, hook) = webhook().await;
    let relay = Scripted::start().await;
    let server = with(engine, &[&relay], &format!("alert = [\"{hook}\"]")).await;
    relay.says(
        "RCPT",
        "550 relay not permitted for <anna.berg@demo.example>",
    );
    for name in ["anna", "bjorn", "grace"] {
        server.browser().begin(name).await;
    }
    let incident = format!("relay 127.0.0.1:{}", relay.port());
    let begun = ("begun".to_owned(), incident.clone());
    until("it is told", async || {
        (!events(&posts).is_empty()).then_some(())
    })
    .await;
    server.put_off(3).await;
    let post = posts.lock().unwrap()[0].clone();
    assert!(
        post["why"]
            .as_str()
            .unwrap()
            .contains("relay not permitted"),
        "{post}"
    );
    assert!(
        post["why"].as_str().unwrap().contains("passes on no mail"),
        "{post}"
    );
    assert!(!post.to_string().contains("anna.berg"), "{post}");

    relay.takes();
    server.advance(61).await;
    relay.until_taken(3).await;
    works_again(&server).await;
    server.advance(61).await;
    until("it is over", async || {
        (events(&posts).len() > 1).then_some(())
    })
    .await;
    // The next one comes after all that there was to tell of this one, which is each once.
    relay.says("RCPT", "550 relay not permitted");
    server.browser().begin("anna").await;
    until("the next one is told", async || {
        (events(&posts).len() > 2).then_some(())
    })
    .await;
    let over = ("over".to_owned(), incident);
    assert_eq!(events(&posts), [begun.clone(), over, begun]);
    assert!(
        !server.whole_log().await.contains("canary"),
        "a webhook's key is not logged"
    );
}

async fn f01_a_second_relay_does_not_hide_the_first(engine: Engine) {
    let (posts, hook) = webhook().await;
    let (first, second) = (Scripted::start().await, Scripted::start().await);
    let server = with(engine, &[&first, &second], &format!("alert = [\"{hook}\"]")).await;
    first.says("MAIL", "550 5.7.60 not your sender");
    server.browser().begin("anna").await;
    second.until_taken(1).await;
    until("it is told", async || {
        (!events(&posts).is_empty()).then_some(())
    })
    .await;
    // What is about a recipient is none of the operator's. The first relay rests, so the other one is asked.
    second.says("RCPT", "550 5.1.1 no such user");
    server.browser().begin("bjorn").await;
    until("bjorn's is refused", async || {
        let refused = "SELECT COUNT(*) FROM jobs WHERE kind = 'mail' AND state = 'refused'";
        (server.db.number(refused).await == 1).then_some(())
    })
    .await;
    // What is about us, and is met after it, is told after it.
    second.says("RCPT", "550 relay not permitted");
    server.browser().begin("grace").await;
    until("the other one is told", async || {
        (events(&posts).len() > 1).then_some(())
    })
    .await;
    let told = [&first, &second].map(|relay| {
        let incident = format!("relay 127.0.0.1:{}", relay.port());
        ("begun".to_owned(), incident)
    });
    assert_eq!(events(&posts), told);
}

async fn f01_an_alert_goes_by_another_relay_and_is_not_lost(engine: Engine) {
    let (broken, other) = (Scripted::start().await, Scripted::start().await);
    let alert = format!(
        "alert = [\"mailto:operations@example.org\"]\nrelay_url = \"smtp://127.0.0.1:{}?security=none\"",
        other.port()
    );
    let mut server = with(engine, &[&broken], &alert).await;
    broken.says("RCPT", "550 relay not permitted");
    other.says("RCPT", "451 later");
    server.browser().begin("anna").await;
    until("it was tried", async || {
        (!other.heard_of("RCPT").is_empty()).then_some(())
    })
    .await;
    server.kill().await;
    other.takes();
    crate::outbox::take_over(&mut server).await;
    server.advance(61).await;
    let mail = other.until_taken(1).await.remove(0);
    assert_eq!(
        other.heard_of("RCPT").last().unwrap(),
        "RCPT TO:<operations@example.org>"
    );
    assert!(
        mail.contains(&format!(
            "Subject: Rekey: relay 127.0.0.1:{}",
            broken.port()
        )),
        "{mail}"
    );
    assert!(broken.taken().is_empty());
}

async fn f01_an_incident_is_told_since_when_it_began(engine: Engine) {
    let (posts, hook) = webhook().await;
    let relay = Scripted::start().await;
    let server = with(engine, &[&relay], &format!("alert = [\"{hook}\"]")).await;
    relay.says("RCPT", "451 4.3.0 later");
    server.browser().begin("anna").await;
    until("it has failed once", async || {
        let failed = "SELECT COUNT(*) FROM jobs WHERE kind = 'mail' AND last_answer LIKE '%later%'";
        (server.db.number(failed).await == 1).then_some(())
    })
    .await;
    for attempts in 2..=6 {
        server.advance(61).await;
        until("it is tried again", async || {
            let query = "SELECT MAX(attempts) FROM jobs WHERE kind = 'mail'";
            (server.db.number(query).await >= attempts).then_some(())
        })
        .await;
    }
    until("it is told", async || {
        (!events(&posts).is_empty()).then_some(())
    })
    .await;
    let told = posts.lock().unwrap()[0].clone();
    assert_eq!(told["incident"], "no relay takes mail", "{told}");
    let since = told["since"].as_str().unwrap().replace(" UTC", "Z");
    let since: jiff::Timestamp = since.parse().unwrap();
    let promised = server
        .db
        .number("SELECT MIN(created_at) FROM jobs WHERE kind = 'mail'");
    let late = since.as_microsecond() - promised.await;
    // Written in whole seconds.
    assert!(
        (-1_000_000..10_000_000).contains(&late),
        "{late} µs: {told}"
    );
}

async fn f01_a_relay_that_hangs_keeps_nobody_else_from_being_told(engine: Engine) {
    let (posts, hook) = webhook().await;
    let sms = Sms::start().await;
    let mute = Smtp::start();
    mute.behave(Relays::Hang);
    // A mail to this relay takes two minutes: those who are told by mail before the webhook would keep it waiting for four.
    let config = format!(
        "[operator]\nalert = [\"mailto:one@example.org\", \"mailto:two@example.org\", \"{hook}\"]\n{}",
        patient_relay(&mute)
    );
    let server = Setup::new(engine)
        .config(&config)
        .gateway(&sms)
        .set("RESET__PROVE_BY", "sms_code")
        .start()
        .await;
    sms.behave(Manner::Account);
    server.browser().begin("anna").await;
    for (number, event) in ["begun", "over"].into_iter().enumerate() {
        let told = until("it is told", async || events(&posts).get(number).cloned()).await;
        assert_eq!(told.0, event);
        until("the others are being told", async || {
            (mute.calls() > 0).then_some(())
        })
        .await;
        sms.behave(Manner::Take);
        server.advance(61).await;
        works_again(&server).await;
        server.advance(61).await;
    }
}

#[tokio::test]
async fn f01_a_database_that_does_not_answer_is_told_in_words_of_ours() {
    let (posts, hook) = webhook().await;
    let relay = Scripted::start().await;
    let alert = format!("alert = [\"{hook}\"]");
    let server = with(Engine::Sqlite, &[&relay], &alert).await;
    server.db.run("BEGIN IMMEDIATE").await;
    server.until_logged("cannot look after incidents").await;
    server.advance(60).await;
    until("it is told", async || {
        (!events(&posts).is_empty()).then_some(())
    })
    .await;
    server.db.run("ROLLBACK").await;
    let told = posts.lock().unwrap()[0].clone();
    assert_eq!(told["incident"], "the database", "{told}");
    let why = told["why"].as_str().unwrap();
    assert!(why.starts_with("the database has "), "{why}");
    assert!(
        why.contains(" seconds: ") && why.contains("look at"),
        "{why}"
    );
    assert!(!why.contains("pool"), "{why}");
    until("its end is told", async || {
        (events(&posts).len() > 1).then_some(())
    })
    .await;
    let over = posts.lock().unwrap()[1].clone();
    assert_eq!(
        (&over["event"], &over["since"]),
        (&"over".into(), &told["since"])
    );
}

#[tokio::test]
async fn f01_a_gateway_that_refuses_us_and_a_used_up_budget_are_told() {
    let (posts, hook) = webhook().await;
    let (sms, relay) = (Sms::start().await, Scripted::start().await);
    let config = format!("[operator]\nalert = [\"{hook}\"]\n{}", relay.block(""));
    let server = Setup::new(Engine::Sqlite)
        .config(&config)
        .gateway(&sms)
        .set("RESET__PROVE_BY", "sms_code")
        .set("SMS__BUDGET_PER_HOUR", 1)
        .start()
        .await;
    sms.behave(Manner::Account);
    server.browser().begin("anna").await;
    until("it is told", async || {
        (!events(&posts).is_empty()).then_some(())
    })
    .await;
    let told = events(&posts);
    assert!(
        told[0].1.starts_with("gateway http at 127.0.0.1:"),
        "{told:?}"
    );
    until("the budget is told", async || {
        for who in ["bjorn", "anna"] {
            server.browser().begin(who).await;
        }
        let told = events(&posts);
        let is_budget = |(_, what): &(String, String)| what == "text messages are held back";
        told.iter().any(is_budget).then_some(())
    })
    .await;
}
