//! F08, F11, F12: addresses and numbers as people have them, read alike at every door.

use rekey::texts::{Language, ServerText, Text};

use crate::support::sms::Sms;
use crate::support::{Engine, Setup, Smtp, english, mailed_sentence, on_both_engines, on_sqlite};

on_both_engines!(
    f11_a_number_is_read_alike_at_every_door,
    f12_an_address_is_understood_as_it_is_pasted
);

on_sqlite!(
    f08_what_can_never_be_mailed_is_no_address_at_any_door,
    f12_what_names_nobody_here_is_said_at_once
);

fn say(text: ServerText) -> String {
    mailed_sentence(Language::En, text, &[])
}

async fn f08_what_can_never_be_mailed_is_no_address_at_any_door(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for typed in [
        "\"quoted local\"@example.org",
        "\"a@b\"@example.org",
        "\"a..b\"@example.org",
        "a..b@example.org",
        "a.@example.org",
        "a@example..org",
        "a@-example.org",
        "a@ex_ample.org",
        "a@xn--a.example",
        "a@192.0.2.1",
        "a b@example.org",
        "anna\u{2013}berg@example.org",
        "a@example.org, b@example.org",
    ] {
        let page = server.browser().begin(typed).await;
        assert_eq!(
            page.errors(),
            [english(Text::ProblemIdentifierUnusable)],
            "{typed:?}"
        );
        let path = "/account/security/mail";
        let page = browser.get(path).await;
        let page = browser.post_to(&page, path, &[("mail", typed)]).await;
        assert_eq!(
            page.errors(),
            [say(ServerText::AccountWrongMailUnusable)],
            "{typed:?}"
        );
        let add = [
            "account",
            "add",
            "--name",
            "M",
            "--user-name",
            "v",
            "--mail",
            typed,
        ];
        let refused = server.command(&add, "").await;
        assert_eq!(refused.status.code(), Some(1), "{typed:?}");
        let why = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(why.contains("give an e-mail address"), "{typed:?}: {why}");
    }
    server.settle().await;
    assert_eq!(smtp.taken(), 0);
}

async fn f11_a_number_is_read_alike_at_every_door(engine: Engine) {
    let (sms, mut smtp) = (Sms::start().await, Smtp::start());
    let server = Setup::new(engine)
        .relay(&smtp)
        .gateway(&sms)
        .set("RESET__IDENTIFIERS", "mail,phone,user_name")
        .set("LIMITS__MESSAGES_BURST", 100)
        .set("ACCOUNTS__REQUIRE_FACTOR", "nobody")
        .start()
        .await;
    let spellings = [
        "\u{202d}+46 70 174 06 12\u{202c}",
        "\u{2068}070-174 06 12\u{2069}",
        "070\u{2212}174 06 12",
        "070\u{2011}174\u{a0}06\u{a0}12",
        "070\u{200b}174\u{ad}06\u{feff}12",
        "tel:+46-70-174-06-12",
        "tel:0701740612;phone-context=+46",
        "\u{ff0b}\u{ff14}\u{ff16}701740612",
        "(+46) 70 174 06 12",
        "\"070-174 06 12\",",
    ];
    // The command line.
    let mut password = String::new();
    for (number, typed) in spellings.iter().enumerate() {
        let who = format!("v{number}");
        server
            .db
            .run("DELETE FROM contacts WHERE address_canonical = '+46701740612'")
            .await;
        let mail = format!("{who}@demo.example");
        password = server.add(&who, &mail, &["--phone", typed]).await;
        let stored = "SELECT address FROM contacts WHERE address_canonical = '+46701740612'";
        assert_eq!(server.db.text(stored).await, "+46701740612", "{typed:?}");
    }
    // The first step and sign-in: the last of them has it.
    for typed in spellings {
        let page = server.browser().begin(typed).await;
        assert_eq!(page.path, "/forgot-password/code", "{typed:?}");
        assert_eq!(smtp.next().await.to, ["v9@demo.example"], "{typed:?}");
        assert!(server.opens(typed, &password).await, "{typed:?}");
    }
    // The security page, and how it is shown.
    server
        .db
        .run("DELETE FROM contacts WHERE address_canonical = '+46701740612'")
        .await;
    let path = "/account/security/phone";
    for (round, typed) in spellings.into_iter().enumerate() {
        if round % 5 == 0 {
            server.advance(6 * 3600).await;
        }
        let mut browser = server.browser();
        browser.sign_in("grace", &server.passwords["grace"]).await;
        let page = browser.get(path).await;
        let page = browser.post_to(&page, path, &[("phone", typed)]).await;
        assert_eq!(
            page.path,
            "/account/security/code",
            "{typed:?}: {:?}",
            page.errors()
        );
        assert!(
            page.text().contains("070-174 06 12"),
            "{typed:?}: {}",
            page.text()
        );
        let (to, text) = sms.next().await;
        assert_eq!(to, "+46701740612", "{typed:?}");
        if round == 9 {
            let code: String = text.chars().filter(char::is_ascii_digit).take(6).collect();
            let page = browser.give_contact_code(&code).await;
            assert!(page.text().contains("070-174 06 12"), "{}", page.text());
        }
    }
}

async fn f12_an_address_is_understood_as_it_is_pasted(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 100).start().await;
    let address = "asa.ek@demo.example";
    let pasted = [
        "Åsa Ek <asa.ek@demo.example>",
        "\"Ek, Åsa\" <asa.ek@demo.example>",
        "'asa.ek@demo.example' <asa.ek@demo.example>",
        "<asa.ek@demo.example>",
        "mailto:asa.ek@demo.example",
        "mailto:asa.ek%40demo.example?subject=Hej",
        "asa.ek@demo.example,",
        "asa.ek@demo.example.",
        "\"asa.ek@demo.example\"",
        "\u{2068}asa.ek@demo.example\u{2069}",
        "asa\u{200b}.ek@demo.example",
        "asa.ek @demo.example",
    ];
    // The command line.
    let password = server
        .add("asa", pasted[0], &["--name", "Åsa Ek", "--language", "en"])
        .await;
    let stored = "SELECT address FROM contacts WHERE address_canonical = 'asa.ek@demo.example'";
    assert_eq!(server.db.text(stored).await, address);
    // The first step and sign-in.
    for typed in pasted {
        let page = server.browser().begin(typed).await;
        assert!(page.text().contains(address), "{typed:?}: {}", page.text());
        assert!(!page.text().contains('<'), "{typed:?}: {}", page.text());
        assert_eq!(smtp.next().await.to, [address], "{typed:?}");
        assert!(server.opens(typed, &password).await, "{typed:?}");
    }
    // The security page: it is hers already.
    let mut browser = server.browser();
    browser.sign_in("asa", &password).await;
    let path = "/account/security/mail";
    for typed in pasted {
        let page = browser.get(path).await;
        let page = browser.post_to(&page, path, &[("mail", typed)]).await;
        assert_eq!(
            page.errors(),
            [say(ServerText::AccountWrongContactKnown)],
            "{typed:?}"
        );
    }
    // A domain in its own letters goes in ASCII and is shown as people write it.
    for typed in ["Åsa <asa@EXÄMPLE.se>", "asa@xn--exmple-cua.se"] {
        let page = browser.get(path).await;
        let page = browser.post_to(&page, path, &[("mail", typed)]).await;
        assert!(
            page.text().contains("asa@exämple.se"),
            "{typed:?}: {}",
            page.text()
        );
        assert_eq!(smtp.next().await.to, ["asa@xn--exmple-cua.se"], "{typed:?}");
    }
    // What is none is said to be none, whoever has an account.
    for typed in [
        "Åsa Ek <asa.ek@demo.example",
        "Åsa Ek asa.ek@demo.example",
        "asa.ek@demo.example <",
        "asa.ek@",
    ] {
        let page = server.browser().begin(typed).await;
        assert_eq!(
            page.errors(),
            [english(Text::ProblemIdentifierUnusable)],
            "{typed:?}"
        );
    }
}

/// A service that takes addresses and numbers only: nobody waits for a message that cannot come.
async fn f12_what_names_nobody_here_is_said_at_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let setup = setup.set("LIMITS__MESSAGES_BURST", 100);
    let server = setup.set("RESET__IDENTIFIERS", "mail,phone").start().await;
    for (typed, said) in [
        // Of another kind, also where somebody has that name.
        ("anna", Text::ProblemIdentifierEmptyMailPhone),
        ("nobody", Text::ProblemIdentifierEmptyMailPhone),
        ("070-174", Text::ProblemIdentifierEmptyMailPhone),
        ("08-465 004 00", Text::ProblemIdentifierEmptyMailPhone),
        ("19701225-1234", Text::ProblemIdentifierEmptyMailPhone),
        ("anna.x.example", Text::ProblemIdentifierEmptyMailPhone),
        // Misspelt.
        ("070 174 09 22 (ankn 12)", Text::ProblemIdentifierUnusable),
        ("anna(at)x.example", Text::ProblemIdentifierUnusable),
        ("anna%2540x.example", Text::ProblemIdentifierUnusable),
    ] {
        let mut browser = server.browser();
        let page = browser.begin(typed).await;
        assert_eq!(page.path, "/forgot-password", "{typed:?}");
        assert_eq!(page.errors(), [english(said)], "{typed:?}");
        assert_eq!(
            page.error_at("identifier"),
            Some(english(said)),
            "{typed:?}"
        );
    }
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 0);
    // What can be read after all is.
    let number = ["--phone", "070 174 09 22"];
    server.add("karin", "karin@demo.example", &number).await;
    for typed in [
        "karin%40demo.example",
        "karin&#64;demo.example",
        "070 174 09 22 (jobb)",
    ] {
        let page = server.browser().begin(typed).await;
        assert_eq!(page.path, "/forgot-password/code", "{typed:?}");
        assert_eq!(smtp.next().await.to, ["karin@demo.example"], "{typed:?}");
    }
    // The same where addresses only are taken, and where user names only are.
    for (kinds, typed, said) in [
        ("mail", "anna", Text::ProblemIdentifierEmptyMail),
        ("mail", "070 174 09 22", Text::ProblemIdentifierEmptyMail),
        (
            "user_name",
            "anna.berg@demo.example",
            Text::ProblemIdentifierEmptyUserName,
        ),
    ] {
        let setup = Setup::new(engine).set("RESET__IDENTIFIERS", kinds);
        let server = setup.start().await;
        let page = server.browser().begin(typed).await;
        assert_eq!(page.errors(), [english(said)], "{kinds}: {typed:?}");
    }
}
