//! What a message looks like when it leaves.

use std::sync::Arc;

use mail_parser::{MessageParser, MimeHeaders};

use super::*;
use crate::server::delivery::messages::Picture;

/// What a relay would get, from development's mailbox.
async fn raw(mail: &Outgoing) -> DevMail {
    let mailbox = Arc::new(DevMailbox::new());
    let mailer = Mailer::from_config(&settings(&[]), Some(Arc::clone(&mailbox))).unwrap();
    let accepted = mailer.send(mail).await.unwrap();
    assert_eq!(
        (accepted.relay.as_str(), accepted.answer.as_str()),
        ("mailbox", "250")
    );
    mailbox.list().remove(0)
}

#[tokio::test]
async fn the_header_is_what_the_standards_ask() {
    let mail = raw(&anna()).await;
    let message = MessageParser::default().parse(&mail.raw).unwrap();

    let from = message.from().unwrap().first().unwrap();
    assert_eq!(from.address(), Some("rekey@rekey.example"));
    assert_eq!(from.name(), Some("Rekey för alla"));
    let to = message.to().unwrap();
    assert_eq!(to.iter().count(), 1);
    assert_eq!(
        to.first().unwrap().address(),
        Some("anna.berg@demo.example")
    );
    assert_eq!(to.first().unwrap().name(), Some("Anna Bergström"));
    assert_eq!(
        message.reply_to().unwrap().first().unwrap().address(),
        Some("help@rekey.example")
    );
    assert_eq!(message.message_id(), Some("j0b@rekey.example"));
    assert_eq!(mail.message_id, "<j0b@rekey.example>");
    assert_eq!(message.date().unwrap().to_timestamp(), AT / 1_000_000);
    assert_eq!(message.subject(), Some(mail.subject.as_str()));
    for (name, value) in [
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("MIME-Version", "1.0"),
        ("Content-Language", "sv"),
    ] {
        assert_eq!(
            message.header_raw(name).map(str::trim),
            Some(value),
            "{name}"
        );
    }
    assert!(message.cc().is_none() && message.bcc().is_none());
    for header in message.headers() {
        let name = header.name.as_str().to_ascii_lowercase();
        assert!(
            !name.starts_with("list-") && !["precedence", "sender"].contains(&&*name),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_body_has_text_first_and_is_unharmed() {
    let mail = raw(&anna()).await;
    let message = MessageParser::default().parse(&mail.raw).unwrap();
    assert!(message.is_content_type("multipart", "alternative"));
    assert_eq!(message.parts.len(), 3);
    assert!(message.parts[1].is_text() && message.parts[2].is_text_html());
    let unix = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    assert_eq!(unix(&message.body_text(0).unwrap()), mail.text.trim());
    assert_eq!(unix(&message.body_html(0).unwrap()), mail.html.trim());
    assert!(mail.raw.is_ascii(), "no relay needs 8BITMIME");
    assert!(
        mail.raw
            .split("\r\n")
            .all(|line| line.len() <= 998 && !line.contains(['\r', '\n']))
    );
    assert!(mail.raw.matches("charset=utf-8").count() >= 2);
}

#[tokio::test]
async fn a_logo_goes_with_the_part_that_shows_it() {
    let picture = Picture {
        content_id: "logo-k7q2@rekey.example".into(),
        bytes: (0..=u8::MAX).collect::<Vec<_>>().into(),
    };
    let mut with_logo = anna();
    with_logo.rendered.picture = Some(picture.clone());
    let mail = raw(&with_logo).await;
    let message = MessageParser::default().parse(&mail.raw).unwrap();
    let types: Vec<_> = message
        .parts
        .iter()
        .map(|part| {
            let kind = part.content_type().unwrap();
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
        })
        .collect();
    let expected = "multipart/alternative text/plain multipart/related text/html image/png";
    assert_eq!(types.join(" "), expected);
    let logo = &message.parts[4];
    assert_eq!(logo.content_id(), Some(&*picture.content_id));
    assert_eq!(logo.contents(), &*picture.bytes);
    assert!(logo.content_disposition().unwrap().is_inline());
    assert!(mail.raw.is_ascii(), "no relay needs 8BITMIME");
    // Whatever recognises duplicates by content recognises a second attempt.
    assert_eq!(raw(&with_logo).await.raw, mail.raw);
    let lines: Vec<_> = mail.raw.split("\r\n").collect();
    let mut boundaries: Vec<_> = message
        .parts
        .iter()
        .filter_map(|part| part.content_type()?.attribute("boundary"))
        .collect();
    boundaries.sort_unstable();
    boundaries.dedup();
    assert_eq!(boundaries.len(), 2, "each has its own: {boundaries:?}");
    for boundary in boundaries {
        let end = format!("--{boundary}--");
        assert_eq!(lines.iter().filter(|line| **line == end).count(), 1);
    }
}

#[tokio::test]
async fn a_name_adds_no_header_and_no_recipient() {
    for name in [
        "A\r\nBcc: x@evil.example <b>",
        "A\nSubject: x",
        "A\rBcc: x@evil.example",
        "A\r\n\r\nbody",
        "\"A\" <x@evil.example>, B",
        "=?utf-8?q?A=0D=0ABcc:_x@evil.example?=",
    ] {
        let mail = raw(&outgoing("anna.berg@demo.example", name)).await;
        let message = MessageParser::default().parse(&mail.raw).unwrap();
        let clean = raw(&anna()).await;
        let clean = MessageParser::default().parse(&clean.raw).unwrap();
        assert!(
            message.bcc().is_none() && message.cc().is_none(),
            "{name:?}"
        );
        assert_eq!(message.subject(), clean.subject(), "{name:?}");
        assert_eq!(message.headers().len(), clean.headers().len(), "{name:?}");
        let to: Vec<_> = message
            .to()
            .unwrap()
            .iter()
            .map(|to| to.address())
            .collect();
        assert_eq!(to, [Some("anna.berg@demo.example")], "{name:?}");
    }
}

#[tokio::test]
async fn a_date_beyond_the_form_does_no_harm() {
    for date_us in [i64::MIN, -1, 0, i64::MAX] {
        let mail = Outgoing { date_us, ..anna() };
        assert!(raw(&mail).await.raw.contains("\nDate: "));
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_before_any_relay() {
    let relay = FakeRelay::start(Manners::default()).await;
    let mailer = mailer(&[&relay]);
    for to in [
        "",
        "anna",
        "anna@",
        "@demo.example",
        "a@b.example, c@d.example",
        "a@b.example\r\nRCPT TO:<x@evil.example>",
        "\"a\r\nb\"@demo.example",
        "\"a b\"@demo.example",
        "a>@demo.example",
        "Anna <a@demo.example>",
    ] {
        let error = mailer.send(&outgoing(to, "Anna")).await.unwrap_err();
        assert_eq!(error, SendError::NoAddress, "{to:?}");
    }
    assert_eq!(relay.connections(), 0);
}

#[tokio::test]
async fn an_international_domain_leaves_in_ascii() {
    let relay = FakeRelay::start(Manners::default()).await;
    let mailer = mailer(&[&relay]);
    mailer
        .send(&outgoing("anna@Räksmörgås.example", "Anna"))
        .await
        .unwrap();
    assert_eq!(
        relay.taken()[0].to,
        "RCPT TO:<anna@xn--rksmrgs-5wao1o.example>"
    );

    let error = mailer
        .send(&outgoing("åsa@demo.example", "Åsa"))
        .await
        .unwrap_err();
    assert!(why(&error).contains("SMTPUTF8"), "{error}");
    let utf8 = FakeRelay::start(Manners {
        extensions: vec!["8BITMIME", "SMTPUTF8"],
        ..Manners::default()
    })
    .await;
    let mailer = self::mailer(&[&utf8]);
    mailer
        .send(&outgoing("åsa@demo.example", "Åsa"))
        .await
        .unwrap();
    assert_eq!(
        utf8.taken()[0].from,
        "MAIL FROM:<rekey@rekey.example> BODY=8BITMIME SMTPUTF8"
    );
}
