//! Real answers against the table, and what is shown of them.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Vectors {
    smtp: Vec<Smtp>,
    gateways: Vec<Gateway>,
}

#[derive(Deserialize)]
struct Smtp {
    of: String,
    phase: String,
    reply: Vec<String>,
    verdict: String,
}

#[derive(Deserialize)]
struct Gateway {
    of: String,
    status: u16,
    body: String,
    verdict: String,
}

#[derive(Deserialize)]
struct TwilioFault {
    code: u32,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../../../tests/vectors/answers.json")).unwrap()
}

fn phase(name: &str) -> Phase {
    [
        Phase::Connect,
        Phase::Hello,
        Phase::StartTls,
        Phase::Auth,
        Phase::Mail,
        Phase::Rcpt,
        Phase::Data,
        Phase::End,
    ]
    .into_iter()
    .find(|phase| phase.to_string() == name)
    .unwrap()
}

#[test]
fn f01_every_answer_of_a_relay_means_what_the_table_says() {
    for case in vectors().smtp {
        let code = case.reply[0][..3].parse().unwrap();
        let words: Vec<_> = case
            .reply
            .iter()
            .map(|line| line.get(4..).unwrap_or(""))
            .collect();
        let text = without_addresses(&words.join(" "));
        let (verdict, _) = of_reply(&Reply {
            phase: phase(&case.phase),
            code,
            text: &text,
        });
        assert_eq!(
            verdict.as_str(),
            case.verdict,
            "{} {}: {:?}",
            case.of,
            case.phase,
            case.reply
        );
    }
}

#[test]
fn f01_every_answer_of_a_gateway_means_what_the_table_says() {
    for case in vectors().gateways {
        let verdict = match case.of.as_str() {
            "twilio" => {
                let fault = serde_json::from_str::<TwilioFault>(&case.body).ok();
                twilio(case.status, fault.map(|fault| fault.code))
            }
            "46elks" => elks(case.status, &case.body),
            _ => http(case.status),
        };
        assert_eq!(
            verdict.as_str(),
            case.verdict,
            "{} {} {}",
            case.of,
            case.status,
            case.body
        );
    }
}

#[test]
fn an_enhanced_code_is_read_strictly() {
    for (word, read) in [
        ("5.1.10", "5.1.10"),
        ("(#5.1.1)", "5.1.1"),
        ("550-5.7.26", "5.7.26"),
        ("#5.1.0", "5.1.0"),
        ("5.4.1:", "5.4.1"),
    ] {
        assert_eq!(
            Enhanced::parse(word)
                .map(|code| code.to_string())
                .as_deref(),
            Some(read)
        );
    }
    for word in [
        "",
        "anna@demo.example",
        "5.1",
        "5.1.1.1",
        "3.1.1",
        "5.+1.1",
        "5.1.1000",
        "5.9.1",
        "192.0.2.1",
        "mx5.1.1",
    ] {
        assert_eq!(Enhanced::parse(word), None, "{word}");
    }
}

#[test]
fn what_is_quoted_holds_no_address_and_no_control_character() {
    let recipient = "anna.berg@demo.example";
    for (said, shown) in [
        ("<anna.berg@demo.example>: no such user", "… no such user"),
        ("ANNA.BERG is unknown", "… is unknown"),
        ("see https://x.example/?a=anna.berg%40demo.example", "see …"),
        ("anna.berg=40demo.example is bad", "… is bad"),
        ("\"anna berg\"@demo.example x", "… x"),
        ("a\u{7}b\u{1b}[31m\u{202e}c d", "a?b?[31m?c d"),
        ("två ord", "två ord"),
    ] {
        assert_eq!(quotable(&without_addresses(said), recipient), shown);
    }
    let long = quotable(&"x ".repeat(900), recipient);
    assert!(long.chars().count() <= 201, "{long}");
    // A name before the @ that is a usual word keeps nothing from being understood.
    assert_eq!(quotable("User unknown", "user@demo.example"), "… unknown");
}
