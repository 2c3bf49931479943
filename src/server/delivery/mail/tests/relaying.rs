//! What a relay's answer leads to.

use std::time::Duration;

use mail_parser::MessageParser;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::*;

#[tokio::test]
async fn a_relay_takes_mails_over_one_connection() {
    let relay = FakeRelay::start(Manners::default()).await;
    let mailer = mailer(&[&relay]);
    for _ in 0..3 {
        let accepted = mailer.send(&anna()).await.unwrap();
        assert_eq!(accepted.relay, format!("127.0.0.1:{}", relay.port()));
        assert_eq!(accepted.answer, "250 2.0.0");
    }
    assert_eq!(relay.connections(), 1);
    let taken = relay.taken();
    assert_eq!(taken.len(), 3);
    assert_eq!(taken[0].from, "MAIL FROM:<rekey@rekey.example>");
    assert_eq!(taken[0].to, "RCPT TO:<anna.berg@demo.example>");
    let message = MessageParser::default().parse(&taken[2].message).unwrap();
    assert_eq!(message.message_id(), Some("j0b@rekey.example"));
    assert!(message.body_text(0).unwrap().contains("012 345"));
}

#[tokio::test]
async fn a_connection_that_the_relay_gave_up_is_replaced() {
    for enough_at in ["NOOP", "MAIL"] {
        let manners = Manners {
            mails_a_connection: 1,
            enough_at,
            ..Manners::default()
        };
        let relay = FakeRelay::start(manners).await;
        let mailer = mailer(&[&relay]);
        for _ in 0..3 {
            mailer.send(&anna()).await.unwrap();
        }
        assert_eq!((relay.connections(), relay.taken().len()), (3, 3));
    }
}

#[tokio::test]
async fn an_unknown_recipient_is_final_and_no_other_relay_is_asked() {
    let answer = "550 5.1.1 <anna.berg@demo.example>: no such user";
    let first = FakeRelay::start(Manners {
        rcpt: answer,
        ..Manners::default()
    })
    .await;
    let second = FakeRelay::start(Manners::default()).await;
    let mailer = mailer(&[&first, &second]);
    let relay = format!("127.0.0.1:{}", first.port());
    // The relay is not to blame, so it is asked first again.
    for _ in 0..2 {
        let error = mailer.send(&anna()).await.unwrap_err();
        assert!(matches!(error, SendError::Refused(_)), "{error}");
        assert_eq!(
            error.to_string(),
            format!("relay {relay} cannot reach the recipient (RCPT: 550 5.1.1 … no such user)")
        );
    }
    assert_eq!((first.connections(), second.connections()), (2, 0));
}

#[tokio::test]
async fn another_relay_may_take_what_one_refuses() {
    let relay = FakeRelay::start(Manners {
        data_end: "554 5.6.0 no",
        ..Manners::default()
    })
    .await;
    let error = mailer(&[&relay]).send(&anna()).await.unwrap_err();
    assert_eq!(why(&error), "end of DATA: 554 5.6.0");
}

#[tokio::test]
async fn what_is_about_the_relay_leads_to_the_next() {
    for (manners, why_first) in [
        (
            Manners {
                greeting: "554 no service",
                ..Manners::default()
            },
            "connect: 554 no service",
        ),
        (
            Manners {
                greeting: "421 4.3.2 later",
                ..Manners::default()
            },
            "connect: 421 4.3.2 later",
        ),
        (
            Manners {
                greeting: "SSH-2.0-anna.berg@demo.example",
                ..Manners::default()
            },
            "connect: an answer that is not SMTP",
        ),
        (
            Manners {
                mail: "550 5.7.60 not your sender",
                ..Manners::default()
            },
            "MAIL: 550 5.7.60 not your sender",
        ),
        (
            Manners {
                rcpt: "451 4.7.1 <anna.berg@demo.example> greylisted",
                ..Manners::default()
            },
            "RCPT: 451 4.7.1 … greylisted",
        ),
        (
            Manners {
                rcpt: "554 5.7.1 Relay access denied",
                ..Manners::default()
            },
            "RCPT: 554 5.7.1 Relay access denied",
        ),
        (
            Manners {
                rcpt: "530 5.7.0 sign in first",
                ..Manners::default()
            },
            "RCPT: 530 5.7.0 sign in first",
        ),
        (
            Manners {
                data: "250 2.0.0 ok",
                ..Manners::default()
            },
            "DATA: 250 out of order",
        ),
        (
            Manners {
                data_end: "354 go on",
                ..Manners::default()
            },
            "end of DATA: 354 out of order",
        ),
        (
            Manners {
                data_end: "452 4.3.1 disk full",
                ..Manners::default()
            },
            "end of DATA: 452 4.3.1",
        ),
    ] {
        let first = FakeRelay::start(manners).await;
        let error = mailer(&[&first]).send(&anna()).await.unwrap_err();
        assert_eq!(why(&error), why_first);
        assert!(!error.to_string().contains("anna"), "{error}");
        let second = FakeRelay::start(Manners::default()).await;
        let accepted = mailer(&[&first, &second]).send(&anna()).await.unwrap();
        assert_eq!(accepted.relay, format!("127.0.0.1:{}", second.port()));
        assert_eq!(second.taken().len(), 1);
    }
}

#[tokio::test]
async fn a_dead_relay_is_passed_over_and_then_asked_last() {
    let alive = FakeRelay::start(Manners::default()).await;
    let mut settings = settings(&[&alive]);
    settings.relays.insert(0, plain(fake::dead_port().await));
    let mailer = Mailer::from_config(&settings, None).unwrap();
    mailer.send(&anna()).await.unwrap();
    assert_eq!(alive.taken().len(), 1);

    settings.relays.truncate(1);
    let error = Mailer::from_config(&settings, None)
        .unwrap()
        .send(&anna())
        .await
        .unwrap_err();
    assert!(
        why(&error).starts_with("connect: Connection refused"),
        "{error}"
    );
}

#[tokio::test]
async fn a_relay_that_hangs_costs_its_time_once_and_never_mixes_up_mails() {
    let mut cases = JoinSet::new();
    for hangs_at in ["connect", "MAIL", "RCPT", "DATA", "end"] {
        cases.spawn(hang(hangs_at));
    }
    while let Some(case) = cases.join_next().await {
        case.unwrap();
    }
}

async fn hang(hangs_at: &'static str) {
    let hanging = FakeRelay::start(Manners {
        hangs_at,
        ..Manners::default()
    })
    .await;
    let alive = FakeRelay::start(Manners::default()).await;
    let mailer = mailer(&[&hanging, &alive]);
    let soon = Duration::from_millis(900);
    let mail = anna();
    let mut sending = Box::pin(mailer.send(&mail));
    assert!(timeout(soon, &mut sending).await.is_err(), "{hangs_at}");
    timeout(mailer.longest(), sending).await.unwrap().unwrap();
    let again = timeout(soon, mailer.send(&mail)).await;
    again.expect("it rests and is not asked").unwrap();
    assert_eq!(alive.taken().len(), 2);
    assert_eq!(
        hanging.connections(),
        1,
        "{hangs_at}: the half-used connection is not used again"
    );

    let error = self::mailer(&[&hanging]).send(&anna()).await.unwrap_err();
    let step = if hangs_at == "end" {
        "end of DATA"
    } else {
        hangs_at
    };
    assert_eq!(why(&error), format!("{step}: timed out"));
}
