//! What the answers of the gateways mean, and what never shows.

use std::sync::Arc;
use std::time::Duration;

use super::client::Answer;
use super::*;
use crate::server::config::{self, Gateway};
use crate::server::delivery::dev_mailbox::DevMailbox;
use crate::server::delivery::verdict::Verdict;

fn answer(status: u16, body: &str) -> Answer {
    let body = body.to_owned();
    Answer {
        status,
        body,
        is_cut: false,
    }
}

fn elks() -> elks::Elks {
    let sms = config::Sms {
        sender: Some("Rekey".into()),
        user: Some("u1".into()),
        password: Some("canary".to_owned().into()),
        ..config::Sms::default()
    };
    elks::Elks::from_config(&sms).unwrap()
}

fn about(verdict: Verdict, said: &str) -> Result<String, GatewayFailure> {
    Err(GatewayFailure {
        verdict,
        said: said.to_owned(),
    })
}

fn recipient(said: &str) -> Result<String, GatewayFailure> {
    about(Verdict::Recipient, said)
}

fn us(said: &str) -> Result<String, GatewayFailure> {
    about(Verdict::Us, said)
}

fn passing(said: &str) -> Result<String, GatewayFailure> {
    about(Verdict::Passing, said)
}

#[test]
fn elks_says_it_in_one_sentence() {
    let id = "s70df59406a1b4643b96f3f91e0bfb7b0";
    let taken = format!(r#"{{"status":"created","to":"+46700000000","id":"{id}"}}"#);
    assert_eq!(elks().read(&answer(200, &taken)), Ok(id.to_owned()));
    for (status, body, meant) in [
        (200, "{}", us("200 without an id")),
        (200, r#"{"id":"a b\n"}"#, us("200 without an id")),
        (
            401,
            "API access requires Basic HTTP authentication. Read documentation or examples.",
            us(
                "401: API access requires Basic HTTP authentication. Read documentation or examples.",
            ),
        ),
        (403, "Missing key from", us("403: Missing key from")),
        (403, "Not enough credits", us("403: Not enough credits")),
        (403, r#"{"error":"Not enough credits"}"#, us("403")),
        (403, "Something else", us("403: Something else")),
        (
            403,
            "Invalid to number",
            recipient("403: Invalid to number"),
        ),
        (
            400,
            "+46700000000 is not a valid phone number",
            recipient("400"),
        ),
        (401, "wrong number canary", us("401")),
        (429, "", passing("429")),
        (500, "<html>012345</html>", passing("500")),
        (302, "", us("302")),
    ] {
        assert_eq!(elks().read(&answer(status, body)), meant, "{status} {body}");
    }
}

#[test]
fn twilio_says_it_with_a_code() {
    let id = format!("SM{}", "0".repeat(32));
    let taken = format!(r#"{{"sid":"{id}","status":"queued","body":"012345"}}"#);
    assert_eq!(twilio::read(&answer(201, &taken)), Ok(id));
    assert_eq!(twilio::read(&answer(201, "{}")), us("201 without a sid"));
    let body = r#"{"code":21211,"message":"The 'To' number +46700000000 is wrong","status":400}"#;
    assert_eq!(
        twilio::read(&answer(400, body)),
        recipient("400, error 21211")
    );
    assert_eq!(twilio::read(&answer(503, "<html>")), passing("503"));
}

#[test]
fn a_gateway_of_ones_own_says_it_by_its_status() {
    for status in [200, 201, 202, 204] {
        assert_eq!(http::read(&answer(status, "")), Ok(status.to_string()));
    }
    let meant = about(Verdict::PerhapsRecipient, "422");
    assert_eq!(http::read(&answer(422, "+46700000000")), meant);
    assert_eq!(http::read(&answer(503, "+46700000000")), passing("503"));
}

#[test]
fn addresses_are_the_published_ones_unless_configured() {
    assert_eq!(elks().url().as_str(), "https://api.46elks.com/a1/sms");
    let mut sms = config::Sms {
        gateway: Some(Gateway::Twilio),
        sender: Some("Rekey".into()),
        user: Some("SK1".into()),
        account: Some("AC1".into()),
        password: Some("p".to_owned().into()),
        ..config::Sms::default()
    };
    let gateway = SmsGateway::from_config(&sms, None).unwrap().unwrap();
    assert_eq!(gateway.name(), "twilio at api.twilio.com");
    assert_eq!(gateway.longest(), Duration::from_secs(10));
    let url = |sms: &config::Sms| twilio::Twilio::from_config(sms).unwrap().url().to_string();
    let path = "2010-04-01/Accounts/AC1/Messages.json";
    assert_eq!(url(&sms), format!("https://api.twilio.com/{path}"));
    sms.url = Some("https://api.dublin.ie1.twilio.com/".parse().unwrap());
    assert_eq!(
        url(&sms),
        format!("https://api.dublin.ie1.twilio.com/{path}")
    );
    sms.account = None;
    assert!(url(&sms).contains("/Accounts/SK1/"));
}

fn outgoing(to: &str) -> OutgoingSms {
    OutgoingSms {
        to: E164::parse(to).unwrap(),
        text: "012345 canary".into(),
        id: "j0b".into(),
        report_to: None,
        valid_for: 600,
    }
}

#[tokio::test]
async fn development_has_a_mailbox_and_production_nothing() {
    let sms = config::Sms::default();
    assert!(SmsGateway::from_config(&sms, None).unwrap().is_none());
    let mailbox = Arc::new(DevMailbox::new());
    let gateway = SmsGateway::from_config(&sms, Some(Arc::clone(&mailbox)));
    let gateway = gateway.unwrap().unwrap();
    assert_eq!(gateway.name(), "mailbox");
    let accepted = gateway.send(&outgoing("+46 70-174 06 05")).await.unwrap();
    assert_eq!(accepted.answer, "j0b");
    assert_eq!(mailbox.list_sms()[0].to, "+46701740605");
    assert_eq!(mailbox.list_sms()[0].text, "012345 canary");
    for abroad in ["+37127112233", "+12425551234", "+4571112233"] {
        let error = gateway.send(&outgoing(abroad)).await.unwrap_err();
        assert_eq!(error, SmsError::Country);
        assert!(!error.to_string().contains(abroad), "{error}");
    }
    assert_eq!(mailbox.list_sms().len(), 1);
}

#[test]
fn debug_shows_neither_number_nor_text() {
    let shown = format!(
        "{:?} {:?}",
        outgoing("+46701740605"),
        E164::parse("+46701740605")
    );
    for secret in ["0174", "canary", "012345"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
