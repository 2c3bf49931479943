//! Recipient and link construction: a request reaches one mailbox, the stored one, and decides nothing about what the mail says.

mod host_and_sender;

use reqwest::Method;

use super::Stored;
use crate::identifiers::{ask, post};
use crate::support::{Browser, Engine, ReceivedMail, Setup, Smtp, on_both_engines};

on_both_engines!(
    a01_many_recipients,
    a02_unicode_case_collision,
    a04_header_injection
);

const FORGOT: &str = "/api/forgot-password/identify";

/// Ways to write two addresses where one is asked for.
fn two_in_one(victim: &str, attacker: &str) -> Vec<String> {
    let (v, a) = (victim.replace('@', "%40"), attacker.replace('@', "%40"));
    let mut bodies = vec![
        format!("identifier%5B%5D={v}&identifier%5B%5D={a}"),
        format!("identifier[]={v}&identifier[]={a}"),
        format!("identifier%5B0%5D={v}&identifier%5B1%5D={a}"),
        format!("identifier={v}&identifier={a}"),
        format!("identifier={a}&identifier={v}"),
        format!("identifier={v}&to={a}&email={a}&mail={a}&cc={a}"),
    ];
    for separator in [
        ",", ";", "%20", "%7C", "%00", "%0A", "%0D%0A", "%09", "%2C%20",
    ] {
        bodies.push(format!("identifier={v}{separator}{a}"));
    }
    bodies
}

async fn a01_many_recipients(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 50).start().await;
    let stored = Stored::of(&server, "anna").await;
    let browser = server.browser();
    let victim = "anna.berg@demo.example";
    // The attacker is a stranger, or has an account of his own.
    for attacker in ["evil@evil.example", "bjorn.dahl@demo.example"] {
        for body in two_in_one(victim, attacker) {
            let answer = post(&browser, &body).await;
            assert!(answer.status < 500, "{body}: {}", answer.status);
        }
        for both in [
            serde_json::json!({ "identifier": [victim, attacker] }),
            serde_json::json!({ "identifier": victim, "mail": attacker }),
        ] {
            let request = browser.request(Method::POST, FORGOT);
            let request = request.header("origin", &browser.origin).json(&both);
            let answer = Browser::send(FORGOT, request).await;
            assert!((400..500).contains(&answer.status), "{}", answer.status);
        }
        server.settle().await;
    }
    let mut requests = Vec::new();
    for letter in smtp.unread() {
        let name = match letter.to.as_slice() {
            [to] if to == victim => "anna",
            [to] if to == "bjorn.dahl@demo.example" => "bjorn",
            other => panic!("{other:?}"),
        };
        assert_eq!(letter.header("to").len(), 1);
        assert!(letter.header("to")[0].contains(&letter.to[0]));
        assert!(!letter.raw.contains("evil"));
        // Each mailbox gets what is about its own account only.
        let text = letter.text();
        let accounts: Vec<&str> = text
            .split_whitespace()
            .filter(|word| ["anna", "bjorn"].contains(word))
            .collect();
        assert_eq!(accounts, [name], "{text}");
        requests.push(reference_in(&letter));
    }
    let letters = requests.len();
    assert!(letters > 0, "some of them are read as one of the two");
    requests.sort();
    requests.dedup();
    assert_eq!(requests.len(), letters, "one request, one mail");
    stored.is_unchanged(&server).await;
}

/// The case number in a mail.
fn reference_in(letter: &ReceivedMail) -> String {
    let text = letter.text();
    let word = text.split_whitespace().find(|word| {
        word.len() == 7 && word.chars().nth(3) == Some('-') && word.to_uppercase() == **word
    });
    word.unwrap_or_else(|| panic!("no case number: {text}"))
        .to_owned()
}

async fn a02_unicode_case_collision(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    server.add("mike", "mike@example.org", &[]).await;
    server.add("straße", "strasse@example.org", &[]).await;
    server.add("Ann", "Ann.Other@Example.ORG", &[]).await;
    let stored = Stored::of(&server, "mike").await;
    for typed in [
        "m\u{131}ke@example.org",
        "mi\u{212a}e@example.org",
        "MI\u{212a}E@EXAMPLE.ORG",
        "MI\u{212a}E",
        "m\u{130}ke",
        "mike\u{ff20}example.org",
        "mike@example\u{3002}org.",
        "straße@example.org",
        "strasse",
        "ｍｉｋｅ",
        "m\u{456}ke@example.org",
        "mike+x@example.org",
        "m.ike@example.org",
    ] {
        ask(&server, typed).await;
    }
    server.settle().await;
    let reached: Vec<_> = smtp.unread().into_iter().map(|letter| letter.to).collect();
    assert_eq!(reached, Vec::<Vec<String>>::new());
    // Other case, and what cannot be seen, is the same address; the mail goes to the one that is stored.
    for (same, at) in [
        ("MIKE@Example.ORG", "mike@example.org"),
        ("mike@example.org\u{200b}", "mike@example.org"),
        ("ann.other@example.org", "Ann.Other@Example.ORG"),
        ("ANN", "Ann.Other@Example.ORG"),
    ] {
        ask(&server, same).await;
        let letter = smtp.next().await;
        // Only the domain may change its spelling on the way: its case means nothing.
        let (local, domain) = at.split_once('@').unwrap();
        let (sent_local, sent_domain) = letter.to[0].split_once('@').unwrap();
        assert_eq!(sent_local, local, "{same}");
        assert!(sent_domain.eq_ignore_ascii_case(domain), "{same}");
        let message = letter.message();
        let to = message.to().unwrap().first().unwrap();
        assert_eq!(to.address(), Some(&*letter.to[0]));
    }
    stored.is_unchanged(&server).await;
}

async fn a04_header_injection(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 50).start().await;
    let stored = Stored::of(&server, "anna").await;
    let browser = server.browser();
    for end in ["%0D%0A", "%0A", "%0D", "%C2%85", "%E2%80%A8", "%0B", "%00"] {
        for header in ["Bcc:evil%40evil.example", "Subject:forged"] {
            for who in ["anna", "anna.berg%40demo.example"] {
                let answer = post(&browser, &format!("identifier={who}{end}{header}")).await;
                assert!(answer.status < 500, "{end}: {}", answer.status);
            }
        }
    }
    server.settle().await;
    assert!(smtp.unread().is_empty(), "none of them is anybody's name");
    ask(&server, "anna\r\n").await;
    let usual = smtp.next().await;
    assert!(usual.header("bcc").is_empty());
    assert_eq!(usual.header("subject").len(), 1);
    // Names and addresses that came into the directory with line breaks in them.
    for (number, end) in ["\r\n", "\n", "\r"].into_iter().enumerate() {
        let evil = format!("{end}Bcc: evil@evil.example{end}Subject: forged{end}{end}forged");
        let who = format!("v{number}");
        let mail = format!("{who}@corp.example");
        for (user_name, mail) in [
            (format!("{who}{evil}"), mail.clone()),
            (who.clone(), format!("{mail}{evil}")),
        ] {
            let add = ["account", "add", "--name", "V", "--user-name", &user_name];
            let add = [&add[..], &["--mail", &mail]].concat();
            assert_eq!(server.command(&add, "").await.status.code(), Some(1));
        }
        // Refused today; one that came into the directory before is put on one line.
        let name = format!("V{evil}");
        let add = ["account", "add", "--user-name", &who, "--mail", &mail];
        let add = [&add[..], &["--name", &name]].concat();
        assert_eq!(server.command(&add, "").await.status.code(), Some(1));
        server.add(&who, &mail, &[]).await;
        let rename = format!("UPDATE accounts SET name = '{name}' WHERE user_name = '{who}'");
        server.db.run(&rename).await;
        ask(&server, &who).await;
        let letter = smtp.next().await;
        assert_eq!(letter.to, [mail.as_str()]);
        for once in ["to", "from", "subject", "message-id"] {
            assert_eq!(letter.header(once).len(), 1, "{once}: {}", letter.raw);
        }
        for never in ["bcc", "cc", "reply-to"] {
            assert!(letter.header(never).is_empty(), "{never}: {}", letter.raw);
        }
        assert_eq!(letter.subject(), usual.subject());
        let message = letter.message();
        let to = message.to().unwrap().first().unwrap();
        assert_eq!(to.address(), Some(mail.as_str()));
    }
    stored.is_unchanged(&server).await;
}
