//! W10: one check of names at every door, and nothing that mail programs make a link of in mails.

use rekey::texts::{Language, ServerText};

use crate::support::{
    Browser, Engine, Server, Setup, Smtp, mailed_sentence, on_both_engines, on_sqlite,
};

on_both_engines!(
    w10_no_name_is_a_number_or_a_code_at_any_door,
    w10_a_name_that_was_stored_before_stands_in_no_mail,
    w10_no_user_name_looks_like_another
);

on_sqlite!(
    w10_no_name_is_a_link_at_any_door,
    w10_whoever_joins_initials_to_a_name_is_told_what_to_write
);

const LINKS: [&str; 12] = [
    "https://evil.example/login",
    "evil.example/login",
    "www.evil.example",
    "Anna evil.example",
    "\u{ff45}vil\u{ff0e}example",
    "evil\u{3002}example",
    "evil\u{2024}example",
    "//evil/login",
    "tel:112",
    "anna@evil.example",
    "Anna\u{202e}Berg",
    "192.0.2.1/login",
];

async fn w10_no_name_is_a_link_at_any_door(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let path = "/account/security/name";
    let unusable = mailed_sentence(Language::En, ServerText::AccountWrongNameUnusable, &[]);
    for name in LINKS {
        let mail = ["--mail", "karin@demo.example"];
        let add = ["account", "add", "--user-name", "karin", "--name", name];
        let refused = server.command(&[&add[..], &mail].concat(), "").await;
        assert_eq!(refused.status.code(), Some(1), "{name:?}");
        let why = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(why.contains("cannot be used as a name"), "{name:?}: {why}");
        let page = browser.get(path).await;
        let page = browser.post_to(&page, path, &[("name", name)]).await;
        assert_eq!(page.errors(), std::slice::from_ref(&unusable), "{name:?}");
    }
    // A user name stands in mails too.
    for user_name in [
        "https://evil.example",
        "evil.example/login",
        "www.evil.example",
    ] {
        let add = [
            "account",
            "add",
            "--name",
            "M",
            "--mail",
            "karin@demo.example",
            "--user-name",
        ];
        let refused = server.command(&[&add[..], &[user_name]].concat(), "").await;
        assert_eq!(refused.status.code(), Some(1), "{user_name:?}");
    }
    let long = "å".repeat(101);
    let add = [
        "account",
        "add",
        "--user-name",
        "karin",
        "--mail",
        "karin@demo.example",
        "--name",
    ];
    let refused = server.command(&[&add[..], &[&long]].concat(), "").await;
    assert_eq!(refused.status.code(), Some(1), "a name has an end");
    assert_eq!(server.db.number("SELECT COUNT(*) FROM accounts").await, 6);
    // And what people are called is no link.
    for (number, name) in [
        "J.R.R. Tolkien",
        "Dr. Karin Ek",
        "Berg/Ek",
        "Åsa-Märta O'Brien",
    ]
    .iter()
    .enumerate()
    {
        let who = format!("anna.berg{number}");
        server
            .add(&who, "karin@demo.example", &["--name", name])
            .await;
    }
}

/// Gives a name at both doors: the errors of the page, and what the command line says where it refuses.
async fn give(server: &Server, browser: &mut Browser, name: &str) -> (Vec<String>, Option<String>) {
    let path = "/account/security/name";
    let page = browser.get(path).await;
    let page = browser.post_to(&page, path, &[("name", name)]).await;
    let who = format!(
        "v{}",
        server.db.number("SELECT COUNT(*) FROM accounts").await
    );
    let mail = ["--mail", "karin@demo.example", "--no-password"];
    let add = ["account", "add", "--user-name", &who, "--name", name];
    let done = server.command(&[&add[..], &mail].concat(), "").await;
    let why = String::from_utf8_lossy(&done.stderr).into_owned();
    (page.errors(), (!done.status.success()).then_some(why))
}

async fn w10_no_name_is_a_number_or_a_code_at_any_door(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let digits = ServerText::AccountWrongNameDigits;
    let said = mailed_sentence(Language::En, digits, &[("max", "4")]);
    for name in [
        "Ring 08-123 456 78",
        "070-1740605",
        "774 993 är din kod",
        "\u{ff17}\u{ff17}\u{ff14}\u{ff19}\u{ff19}\u{ff13}",
    ] {
        let (errors, why) = give(&server, &mut browser, name).await;
        assert_eq!(errors, std::slice::from_ref(&said), "{name:?}");
        let why = why.unwrap_or_default();
        assert!(why.contains("at most 4 digits"), "{name:?}: {why}");
    }
    for name in ["Johan 3", "Anna 2", "Carl XVI Gustaf", "Anna 1985"] {
        let (errors, why) = give(&server, &mut browser, name).await;
        assert_eq!((errors, why), (vec![], None), "{name:?}");
    }
    // One that was stored before stands in no mail.
    let rename = "UPDATE accounts SET name = '774 993 är din kod' WHERE user_name = 'anna'";
    server.db.run(rename).await;
    let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
    let to = letter.header("to").join(" ");
    for part in [letter.text(), letter.html(), to] {
        assert!(!part.contains("774"), "{part}");
    }
}

async fn w10_whoever_joins_initials_to_a_name_is_told_what_to_write(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    // There is no such domain, so no program makes a link of it.
    for name in ["Anna B.Berg", "St.Olof", "М.Горький", "J.R.R.Tolkien"] {
        let (errors, why) = give(&server, &mut browser, name).await;
        assert_eq!((errors, why), (vec![], None), "{name:?}");
    }
    let said = mailed_sentence(Language::En, ServerText::AccountWrongNameJoined, &[]);
    for name in ["Anna B.Info", "Bo.Se", "М.Рф", "Kurt.Berg", "Evil.Example"] {
        let (errors, why) = give(&server, &mut browser, name).await;
        assert_eq!(errors, std::slice::from_ref(&said), "{name:?}");
        let why = why.unwrap_or_default();
        assert!(
            why.contains("a space after each full stop"),
            "{name:?}: {why}"
        );
        // What the sentence says to write is taken.
        let cured = name.replace('.', ". ");
        let (errors, why) = give(&server, &mut browser, &cured).await;
        assert_eq!((errors, why), (vec![], None), "{cured:?}");
    }
}

async fn w10_a_name_that_was_stored_before_stands_in_no_mail(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 50).start().await;
    for name in LINKS {
        server
            .db
            .run(&format!(
                "UPDATE accounts SET name = '{name}' WHERE user_name = 'anna'"
            ))
            .await;
        let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
        let to = letter.header("to").join(" ");
        for part in [letter.text(), letter.html(), to] {
            assert!(!part.contains("evil"), "{name:?}: {part}");
            assert!(!part.contains(name), "{name:?}: {part}");
        }
        assert_eq!(letter.to, ["anna.berg@demo.example"]);
    }
}

async fn w10_no_user_name_looks_like_another(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let add = |who: &'static str| {
        let server = &server;
        async move {
            let add = [
                "account",
                "add",
                "--name",
                "M",
                "--mail",
                "m@demo.example",
                "--no-password",
                "--user-name",
                who,
            ];
            server.command(&add, "").await
        }
    };
    // Full-width, Cyrillic, Greek, a ligature, a mathematical letter.
    for who in [
        "\u{ff41}nna",
        "\u{430}nna",
        "ann\u{3b1}",
        "o\u{fb03}ce",
        "\u{1d41a}nna",
    ] {
        let refused = add(who).await;
        assert_eq!(refused.status.code(), Some(1), "{who:?}");
        let why = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(why.contains("must not mix alphabets"), "{who:?}: {why}");
    }
    for who in ["анна", "åsa.öberg", "anna.berg"] {
        assert!(add(who).await.status.success(), "{who:?}");
    }
}
