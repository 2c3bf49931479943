//! W4: what is compared is what is written to, so no spelling of one mailbox is a way around a limit.

use rekey::texts::{Language, ServerText, Text};

use crate::support::{
    Browser, Engine, Page, Setup, Smtp, english, mailed_sentence, on_both_engines,
};

on_both_engines!(
    w04_no_spelling_of_one_mailbox_gets_more_than_five_codes,
    w04_what_changes_on_its_way_is_refused_at_every_door
);

/// One mailbox: each was sent to, or would be, as `target@victim.example`, or is delivered like it.
const SPELLINGS: [&str; 24] = [
    "target@\u{ff56}ictim.example",
    "target@victim\u{3002}example",
    "target@vic\u{ad}tim.example",
    "target@victim\u{ff0e}example",
    "target@victim\u{ff61}example",
    "target@\u{24e5}ictim.example",
    "target@\u{1d42f}ictim.example",
    "target@vic\u{200b}tim.example",
    "target@vic\u{2060}tim.example",
    "target@victim.example",
    "TARGET@Victim.Example",
    "target@victim.example.",
    "\u{200b}target@victim.example",
    "tar\u{ad}get@victim.example",
    "\"target\"@victim.example",
    "\"tar\\get\"@victim.example",
    "=?utf-8?q?target?=@victim.example",
    "target+1@victim.example",
    "target+2@victim.example",
    "<target@victim.example>",
    "Target <target@victim.example>",
    "mailto:target@victim.example",
    "target(1)@victim.example",
    "\u{ff54}arget@victim.example",
];

const PATH: &str = "/account/security/mail";

fn say(text: ServerText) -> String {
    mailed_sentence(Language::En, text, &[])
}

async fn ask(browser: &mut Browser, typed: &str) -> Page {
    let page = browser.get(PATH).await;
    browser.post_to(&page, PATH, &[("mail", typed)]).await
}

async fn w04_no_spelling_of_one_mailbox_gets_more_than_five_codes(engine: Engine) {
    let smtp = Smtp::start();
    let mut server = Setup::new(engine).relay(&smtp).start().await;
    let mut people = vec!["anna".to_owned(), "bjorn".to_owned()];
    let password = server
        .add("karin", "karin@demo.example", &["--language", "en"])
        .await;
    server.passwords.insert("karin".to_owned(), password);
    people.push("karin".to_owned());
    for (who, spellings) in people.iter().zip(SPELLINGS.chunks(8)) {
        let mut browser = server.browser();
        browser.sign_in(who, &server.passwords[who]).await;
        for typed in spellings {
            let page = ask(&mut browser, typed).await;
            for error in page.errors() {
                let is_known = [
                    say(ServerText::AccountWrongMailUnusable),
                    say(ServerText::AccountWrongCodesUsedUp),
                ]
                .contains(&error);
                assert!(is_known, "{typed:?}: {error}");
            }
            // A newer code takes the place of one that has not left yet.
            server.settle().await;
        }
    }
    assert_eq!(
        smtp.taken(),
        5,
        "codes to one mailbox, however it is written"
    );
}

async fn w04_what_changes_on_its_way_is_refused_at_every_door(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for typed in [
        "target@\u{ff56}ictim.example",
        "target@victim\u{3002}example",
        "target@victim\u{ff0e}example",
        "target@victim\u{ff61}example",
        "target@\u{24e5}ictim.example",
        "target@\u{1d42f}ictim.example",
        "target@victim.ex\u{2024}ample",
        "\u{ff54}arget@victim.example",
        "tar\u{212a}et@victim.example",
        "o\u{fb03}ce@victim.example",
        "target\u{ff20}victim.example",
        "=?utf-8?q?target?=@victim.example",
        "\"tar get\"@victim.example",
        "target(comment)@victim.example",
        "target%victim.example@relay.example",
        "target@[192.0.2.1]",
    ] {
        let page = server.browser().begin(typed).await;
        assert_eq!(
            page.errors(),
            [english(Text::ProblemIdentifierUnusable)],
            "{typed:?}"
        );
        let page = ask(&mut browser, typed).await;
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
        let test = ["mail", "test", "--to", typed];
        assert_eq!(
            server.command(&test, "").await.status.code(),
            Some(1),
            "{typed:?}"
        );
    }
    // What was asked for under an earlier version is read again before it counts.
    let page = ask(&mut browser, "anna@new.example").await;
    assert_eq!(page.path, "/account/security/code");
    server.settle().await;
    server
        .db
        .run("UPDATE confirmations SET address = 'anna@\u{ff4e}ew.example', address_canonical = 'anna@\u{ff4e}ew.example'")
        .await;
    let code = smtp.unread().pop().expect("a letter").code();
    let page = browser.give_contact_code(&code).await;
    assert_eq!(page.errors(), [say(ServerText::AccountWrongMailUnusable)]);
    let added = "SELECT COUNT(*) FROM contacts WHERE address LIKE 'anna@%'";
    assert_eq!(server.db.number(added).await, 0);
    assert_eq!(smtp.taken(), 1);
}
