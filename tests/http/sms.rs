//! Text messages through each kind of gateway, sent from the command line. The database plays no part, so one engine is enough.

use std::process::Output;

use axum::http::header;

use crate::support::sms::{ACCOUNT, ELKS_ID, Manner, PASSWORD, Request, Sms, TWILIO_ID, USER};
use crate::support::{Engine, Server, Setup, Smtp};

const NUMBER: &str = "+46701740605";
const TEST: [&str; 4] = ["sms", "test", "--to", NUMBER];

/// A kind of gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Elks,
    Twilio,
    Form,
    Json,
}

const KINDS: [Kind; 4] = [Kind::Elks, Kind::Twilio, Kind::Form, Kind::Json];

/// A server that sends through this gateway, beside a proxy that nobody must use.
fn setup(kind: Kind, sms: &Sms, password: &str) -> Setup {
    let base = format!("http://127.0.0.1:{}", sms.port());
    let setup = Setup::new(Engine::Sqlite)
        .variable("http_proxy", "http://127.0.0.1:1")
        .variable("ALL_PROXY", "http://127.0.0.1:1")
        .set("SMS__PASSWORD", password)
        .set("SMS__TIMEOUT_SECONDS", 1)
        .set("SMS__SENDER", "Rekey");
    match kind {
        Kind::Elks => setup
            .set("SMS__GATEWAY", "46elks")
            .set("SMS__URL", format!("{base}/a1"))
            .set("SMS__USER", USER),
        Kind::Twilio => setup
            .set("SMS__GATEWAY", "twilio")
            .set("SMS__URL", base)
            .set("SMS__USER", USER)
            .set("SMS__ACCOUNT", ACCOUNT),
        Kind::Form => setup
            .set("SMS__GATEWAY", "http")
            .set("SMS__URL", format!("{base}/send?key=k-canary-6631"))
            .set("SMS__USER", USER),
        Kind::Json => setup
            .set("SMS__GATEWAY", "http")
            .set("SMS__URL", format!("{base}/send"))
            .set("SMS__FORMAT", "json")
            .set("SMS__FIELD_TO", "recipient")
            .set("SMS__FIELD_TEXT", "body")
            .set("SMS__FIELD_SENDER", "originator"),
    }
}

/// What a command printed and logged, which never holds a secret or the number.
fn said(output: &Output) -> String {
    let printed = String::from_utf8_lossy(&output.stdout);
    let logged = String::from_utf8_lossy(&output.stderr);
    let said = format!("{printed}{logged}");
    for secret in ["1740605", "canary", "#000000"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
    said
}

/// Sends one that is expected to fail; what was said and what the gateway got.
async fn fails(server: &Server, sms: &Sms) -> (String, Vec<Request>) {
    let failed = server.command(&TEST, "").await;
    assert_eq!(failed.status.code(), Some(1), "{}", said(&failed));
    let said = said(&failed);
    assert!(
        said.contains("rekey: the text message was not taken"),
        "{said}"
    );
    (said, sms.requests())
}

#[tokio::test]
async fn each_gateway_gets_what_its_interface_asks_for() {
    for kind in KINDS {
        let sms = Sms::start().await;
        let server = setup(kind, &sms, PASSWORD).start().await;
        let sent = server.command(&TEST, "").await;
        assert_eq!(sent.status.code(), Some(0), "{kind:?}: {}", said(&sent));
        let (name, id, path, to, text, sender) = match kind {
            Kind::Elks => ("46elks", ELKS_ID, "/a1/sms", "to", "message", "from"),
            Kind::Twilio => {
                let path = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json";
                ("twilio", TWILIO_ID, path, "To", "Body", "From")
            }
            Kind::Form => (
                "http",
                "202",
                "/send?key=k-canary-6631",
                "to",
                "text",
                "from",
            ),
            Kind::Json => ("http", "202", "/send", "recipient", "body", "originator"),
        };
        let taken = format!("taken by {name} at 127.0.0.1:{}: {id}\n", sms.port());
        assert_eq!(said(&sent), taken, "{kind:?}");
        let requests = sms.requests();
        assert_eq!(requests.len(), 1, "{kind:?}");
        let request = &requests[0];
        assert_eq!(request.path, path);
        assert_eq!(request.fields[to], NUMBER, "{kind:?}");
        assert_eq!(request.fields[sender], "Rekey", "{kind:?}");
        let swedish =
            "Det här är ett test-sms. Det visar att Rekey kan skicka sms.\n\n@127.0.0.1 #000000";
        assert_eq!(request.fields[text], swedish, "{kind:?}");
        let more = match kind {
            Kind::Elks => Some(("dontlog", "message")),
            Kind::Twilio => Some(("ValidityPeriod", "600")),
            Kind::Form | Kind::Json => None,
        };
        if let Some((field, value)) = more {
            assert_eq!(request.fields[field], value);
        }
        assert_eq!(request.fields.len(), 3 + usize::from(more.is_some()));
        let is_own = matches!(kind, Kind::Form | Kind::Json);
        let key = request.header("idempotency-key");
        assert_eq!(key.len() > 20 && key.starts_with('"'), is_own, "{key}");
        assert!(request.header(header::USER_AGENT).starts_with("rekey/"));
        assert_eq!(request.header(header::REFERER), "");
    }
}

#[tokio::test]
async fn a_refusal_for_good_is_told_from_a_bad_moment() {
    use Manner::{Account, BadNumber, Busy, Fault};
    for (kind, manner, meant) in [
        (Kind::Elks, BadNumber, "cannot reach the recipient (400)"),
        (
            Kind::Elks,
            Account,
            "is at fault, or refuses this server (403: Not enough credits)",
        ),
        (Kind::Elks, Busy, "cannot take it now (429)"),
        (Kind::Elks, Fault, "cannot take it now (500)"),
        (
            Kind::Twilio,
            BadNumber,
            "cannot reach the recipient (400, error 21211)",
        ),
        (
            Kind::Twilio,
            Account,
            "is at fault, or refuses this server (400, error 21606)",
        ),
        (Kind::Twilio, Busy, "cannot take it now (429, error 20429)"),
        (Kind::Twilio, Fault, "cannot take it now (500)"),
        (
            Kind::Form,
            BadNumber,
            "does not seem to know the recipient (422)",
        ),
        (
            Kind::Form,
            Account,
            "is at fault, or refuses this server (402)",
        ),
        (Kind::Form, Busy, "cannot take it now (429)"),
        (Kind::Json, Fault, "cannot take it now (503)"),
    ] {
        let sms = Sms::start().await;
        let server = setup(kind, &sms, PASSWORD).start().await;
        sms.behave(manner);
        let (said, requests) = fails(&server, &sms).await;
        assert!(
            said.ends_with(&format!(" {meant}\n")),
            "{kind:?} {manner:?}: {said}"
        );
        assert_eq!(requests.len(), 1, "one message is one request");
    }
}

#[tokio::test]
async fn a_wrong_password_can_be_mended() {
    for (kind, meant) in [
        (
            Kind::Elks,
            "401: API access requires Basic HTTP authentication.",
        ),
        (Kind::Twilio, "401, error 20003"),
        (Kind::Form, "401"),
        (Kind::Json, "401"),
    ] {
        let sms = Sms::start().await;
        let server = setup(kind, &sms, "x-canary-7741").start().await;
        let (said, _) = fails(&server, &sms).await;
        let meant = format!("is at fault, or refuses this server ({meant}");
        assert!(said.contains(&meant), "{kind:?}: {said}");
    }
}

#[tokio::test]
async fn a_gateway_that_hangs_or_is_gone_is_given_up() {
    let sms = Sms::start().await;
    let server = setup(Kind::Form, &sms, PASSWORD).start().await;
    sms.behave(Manner::Hang);
    let (said, requests) = fails(&server, &sms).await;
    assert!(said.ends_with("(timed out)\n"), "{said}");
    assert_eq!(requests.len(), 1);

    let gone = setup(Kind::Form, &sms, PASSWORD)
        .set("SMS__URL", "http://127.0.0.1:1/send?key=k-canary-6631")
        .start()
        .await;
    let (said, requests) = fails(&gone, &sms).await;
    assert!(said.contains("(connect: "), "{said}");
    assert!(requests.is_empty());
}

/// An operator who looks for a fault turns everything on, libraries included (STANDARDS N03).
#[tokio::test]
async fn not_even_the_widest_log_has_number_or_secret() {
    for kind in KINDS {
        let sms = Sms::start().await;
        let server = setup(kind, &sms, PASSWORD).variable("REKEY_LOG", "trace");
        let server = server.start().await;
        let sent = server.command(&TEST, "").await;
        assert_eq!(sent.status.code(), Some(0), "{kind:?}");
        assert!(said(&sent).contains("\"level\":\"TRACE\""), "{kind:?}");
        sms.behave(Manner::BadNumber);
        let (said, _) = fails(&server, &sms).await;
        assert!(said.contains("recipient"), "{kind:?}: {said}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for kind in KINDS {
        let sms = Sms::start().await;
        let server = setup(kind, &sms, PASSWORD).start().await;
        sms.behave(Manner::Redirect);
        let (said, requests) = fails(&server, &sms).await;
        assert!(said.ends_with("(307)\n"), "{kind:?}: {said}");
        assert_eq!(requests.len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn only_whole_numbers_of_allowed_countries_are_asked_for() {
    let sms = Sms::start().await;
    let server = setup(Kind::Elks, &sms, PASSWORD).start().await;
    for wrong in ["070174", "+46", "anna", "+46 070 x"] {
        let refused = server.command(&["sms", "test", "--to", wrong], "").await;
        assert_eq!(refused.status.code(), Some(2), "{wrong}");
    }
    let abroad = server
        .command(&["sms", "test", "--to", "+371 2117-40605"], "")
        .await;
    assert_eq!(abroad.status.code(), Some(1));
    let said = said(&abroad);
    assert!(said.contains("country is not allowed"), "{said}");
    assert!(sms.requests().is_empty(), "the gateway was not asked");

    let norwegian = ["sms", "test", "--to", "+47 41-74 06 05", "--language", "nb"];
    let sent = server.command(&norwegian, "").await;
    assert_eq!(sent.status.code(), Some(0));
    let request = &sms.requests()[0];
    assert_eq!(request.fields["to"], "+4741740605");
    assert!(request.fields["message"].starts_with("Dette er en test-SMS."));
    // As at every other door, a number of the own country is read without its code.
    let national = server
        .command(&["sms", "test", "--to", "070-174 06 05"], "")
        .await;
    assert_eq!(national.status.code(), Some(0));
    assert_eq!(sms.requests()[0].fields["to"], "+46701740605");
}

#[tokio::test]
async fn check_names_the_gateway_and_sends_nothing() {
    let sms = Sms::start().await;
    let server = setup(Kind::Form, &sms, PASSWORD).start().await;
    let checked = server.command(&["check"], "").await;
    assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
    let line = format!("sms gateway: http at 127.0.0.1:{}\n", sms.port());
    assert!(said(&checked).contains(&line), "{}", said(&checked));
    assert!(!said(&checked).contains("sms text"), "one message each");
    assert!(sms.requests().is_empty());

    let dashed = setup(Kind::Form, &sms, PASSWORD)
        .set("SITE__NAME", "Rekey – lösenord")
        .start()
        .await;
    let checked = dashed.command(&["check"], "").await;
    for tag in ["sv", "nb", "en"] {
        let line = format!("sms text {tag}: ");
        assert!(said(&checked).contains(&line), "{}", said(&checked));
    }
    assert!(said(&checked).contains("since '–' is not in the alphabet"));
}

#[tokio::test]
async fn without_a_gateway_none_is_sent() {
    let smtp = Smtp::start();
    let server = Setup::new(Engine::Sqlite).production(&smtp).start().await;
    let checked = server.command(&["check"], "").await;
    let line = "sms gateway: none: codes go by mail only\n";
    assert!(said(&checked).contains(line), "{}", said(&checked));
    let failed = server.command(&TEST, "").await;
    assert_eq!(failed.status.code(), Some(1));
    assert!(said(&failed).contains("no gateway takes text messages"));

    let dev = Setup::new(Engine::Sqlite).start().await;
    let sent = dev.command(&TEST, "").await;
    assert_eq!(sent.status.code(), Some(0), "{}", said(&sent));
    assert!(said(&sent).starts_with("taken by mailbox: "));
}
