//! What people write to say who they are: spellings that are the same, look-alikes that are not, and attempts to reach more than one
//! mailbox (STANDARDS A09, A10, A13; ATTACKS A01, A02, A04).

use crate::support::{Browser, Engine, Page, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    are_read_generously,
    that_look_alike_are_not_the_same,
    reach_one_mailbox_at_most,
    cannot_carry_headers,
    are_nobodys_query
);

/// Posts a form body as it stands.
pub async fn post(browser: &Browser, body: &str) -> Page {
    let request = browser
        .request(reqwest::Method::POST, "/api/forgot-password/identify")
        .header("accept", "text/html")
        .header("origin", &browser.origin)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.to_owned());
    Browser::send("/api/forgot-password/identify", request).await
}

/// Asks for a code, in a browser of its own.
pub async fn ask(server: &Server, typed: &str) {
    let mut browser = server.browser();
    let page = browser.begin(typed).await;
    assert_eq!(page.status, 200, "{typed:?}");
}

async fn are_read_generously(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 50).start().await;
    for (who, mail) in [("ake", "Åke@Exämple.se")] {
        let add = [
            "account",
            "add",
            "--user-name",
            who,
            "--name",
            "Åke Ö",
            "--mail",
            mail,
        ];
        let added = server.command(&add, "").await;
        assert!(added.status.success(), "{added:?}");
    }
    for typed in [
        "anna",
        " anna\t",
        "ANNA",
        "Anna.Berg@demo.example",
        "anna.berg@DEMO.EXAMPLE ",
    ] {
        ask(&server, typed).await;
        assert_eq!(
            smtp.next().await.to,
            ["anna.berg@demo.example"],
            "{typed:?}"
        );
    }
    for typed in [
        "åke@exämple.se",
        "A\u{30a}ke@exa\u{308}mple.se",
        "ÅKE@xn--exmple-cua.se",
    ] {
        ask(&server, typed).await;
        let to = smtp.next().await.to;
        assert!(to[0].ends_with("@xn--exmple-cua.se"), "{typed:?}: {to:?}");
    }
}

async fn that_look_alike_are_not_the_same(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    for (user, mail) in [
        ("mike", "mike@example.org"),
        ("straße", "strasse@example.org"),
    ] {
        let add = [
            "account",
            "add",
            "--user-name",
            user,
            "--name",
            "M",
            "--mail",
            mail,
        ];
        let added = server.command(&add, "").await;
        assert!(added.status.success(), "{added:?}");
    }
    for typed in [
        "m\u{131}ke@example.org",
        "mi\u{212a}e@example.org",
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
    for same in ["MIKE@Example.ORG", "mike@example.org\u{200b}"] {
        ask(&server, same).await;
        let letter = smtp.next().await;
        assert_eq!(letter.to, ["mike@example.org"], "{same}");
        let message = letter.message();
        let to = message.to().unwrap().first().unwrap();
        assert_eq!(to.address(), Some("mike@example.org"));
    }
}

async fn reach_one_mailbox_at_most(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 50).start().await;
    let (anna, evil) = ("anna.berg%40demo.example", "evil%40evil.example");
    let browser = server.browser();
    for body in [
        format!("identifier%5B%5D={anna}&identifier%5B%5D={evil}"),
        format!("identifier[]={anna}&identifier[]={evil}"),
        format!("identifier%5B0%5D={anna}&identifier%5B1%5D={evil}"),
        format!("identifier={anna}&identifier={evil}"),
        format!("identifier={evil}&identifier={anna}"),
        format!("identifier={anna}&to={evil}&email={evil}&mail={evil}&cc={evil}"),
    ] {
        let answer = post(&browser, &body).await;
        assert!(answer.status < 500, "{body}: {}", answer.status);
    }
    for separator in [
        ",", ";", "%20", "%7C", "%00", "%0A", "%0D%0A", "%09", "%2C%20",
    ] {
        let answer = post(&browser, &format!("identifier={anna}{separator}{evil}")).await;
        assert!(answer.status < 500, "{separator}: {}", answer.status);
    }
    let request = browser
        .request(reqwest::Method::POST, "/api/forgot-password/identify")
        .header("origin", &browser.origin)
        .json(
            &serde_json::json!({ "identifier": ["anna.berg@demo.example", "evil@evil.example"] }),
        );
    let answer = Browser::send("/", request).await;
    assert!(answer.status < 500, "{}", answer.status);
    server.settle().await;
    for letter in smtp.unread() {
        assert_eq!(letter.to, ["anna.berg@demo.example"]);
        assert!(!letter.raw.contains("evil"));
    }
}

async fn cannot_carry_headers(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 50).start().await;
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
    let letter = smtp.next().await;
    assert!(letter.header("bcc").is_empty());
    assert_eq!(letter.header("subject").len(), 1);
}

async fn are_nobodys_query(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    for typed in [
        "' OR '1'='1",
        "anna'--",
        "anna\"; DROP TABLE accounts; --",
        "*)(uid=*",
        "%",
        "ann_",
        "a%",
        "$1",
        "{user_name}",
        "\\",
        "<script>alert(1)</script>",
    ] {
        let mut browser = server.browser();
        let page = browser.begin(typed).await;
        assert_eq!(page.path, "/forgot-password/code", "{typed}");
        assert!(page.text().contains(typed), "{typed}: {}", page.text());
        assert!(!page.body.contains("<script>alert"));
        let page = browser.sign_in(typed, typed).await;
        assert_eq!(page.errors().len(), 1);
    }
    server.settle().await;
    assert_eq!(smtp.taken(), 0);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM accounts").await, 3);
}
