//! The mails: headers that keep programs from answering, both parts complete, the account's language, nobody's words as markup.

use std::collections::BTreeSet;

use rekey::texts::{Catalogue, Language, ServerText};

use crate::support::{Engine, GOOD, ReceivedMail, Server, Setup, Smtp, on_both_engines, on_sqlite};

on_both_engines!(
    w15_name_the_devices_that_were_signed_out,
    take_nobodys_words_as_markup
);

on_sqlite!(
    are_well_formed_in_every_language,
    tell_all_there_is_to_know,
    name_no_browser_and_system_but_their_families
);

const PEOPLE: [(&str, &str, Language); 3] = [
    ("anna", "anna.berg@demo.example", Language::Sv),
    ("bjorn", "bjorn.dahl@demo.example", Language::Nb),
    ("grace", "grace.holm@demo.example", Language::En),
];

/// STANDARDS L02 to L05, L07.
fn check_form(letter: &ReceivedMail, to: &str, language: Language) {
    assert_eq!(letter.from, "rekey@localhost");
    assert_eq!(letter.to, [to]);
    assert_eq!(letter.header("auto-submitted"), ["auto-generated"]);
    assert_eq!(
        letter.header("x-auto-response-suppress"),
        ["OOF, AutoReply"]
    );
    assert_eq!(letter.header("content-language"), [language.tag()]);
    assert_eq!(letter.header("mime-version"), ["1.0"]);
    for once in ["from", "to", "date", "message-id", "subject"] {
        assert_eq!(letter.header(once).len(), 1, "{once}: {}", letter.raw);
    }
    for never in ["bcc", "cc", "list-unsubscribe", "list-id", "precedence"] {
        assert!(letter.header(never).is_empty(), "{never}: {}", letter.raw);
    }
    assert!(letter.header("message-id")[0].ends_with("@localhost>"));
    assert!(!letter.subject().chars().any(|c| c.is_ascii_digit()));
    let message = letter.message();
    let types: Vec<String> = message
        .parts
        .iter()
        .filter_map(|part| {
            let kind = mail_parser::MimeHeaders::content_type(part)?;
            Some(format!("{}/{}", kind.ctype(), kind.subtype()?))
        })
        .collect();
    assert_eq!(types, ["multipart/alternative", "text/plain", "text/html"]);
    let html = letter.html();
    assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())));
    for foreign in ["<img", "src=", "url(", "<script", "@import"] {
        assert!(!html.contains(foreign), "{foreign} in {html}");
    }
}

/// STANDARDS L11: what a link shows is where it leads, and it leads to us.
fn check_links(letter: &ReceivedMail, server: &Server) {
    let html = letter.html();
    for link in html.split("<a href=\"").skip(1) {
        let (target, rest) = link.split_once('"').unwrap();
        let (attributes, rest) = rest.split_once('>').unwrap();
        let (shown, _) = rest.split_once("</a>").unwrap();
        // A button has words; the bare address stands under it.
        let is_button = attributes.contains("style=");
        assert!(is_button || target == shown, "{shown}");
        assert!(html.contains(&format!(">{target}</a>")), "{target}");
        let below = target.strip_prefix(&server.base);
        assert!(
            below.is_some_and(|path| path.is_empty() || path.starts_with('/')),
            "{target}"
        );
        assert!(letter.text().contains(target), "{}", letter.text());
    }
}

async fn are_well_formed_in_every_language(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut ids = BTreeSet::new();
    for (who, to, language) in PEOPLE {
        let (mut browser, page, code) = server.mailed(&mut smtp, who).await;
        let page = browser.give(&page, &code.code()).await;
        browser.choose(&page, GOOD).await;
        let notice = smtp.next().await;
        let words = Catalogue::built_in(language);
        let site = [("site", "Rekey")];
        assert_eq!(
            code.subject(),
            words.fill_server(ServerText::MailCodeSubject, &site)
        );
        assert_eq!(
            notice.subject(),
            words.fill_server(ServerText::MailChangedSubject, &site)
        );
        for letter in [&code, &notice] {
            check_form(letter, to, language);
            check_links(letter, &server);
            ids.insert(letter.header("message-id")[0].clone());
        }
    }
    assert_eq!(ids.len(), 6, "every mail has a Message-ID of its own");
}

async fn tell_all_there_is_to_know(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let setup = setup.set("SUPPORT__CONTACT", "IT-stöd, 010-123 45 67");
    let server = setup.set("SITE__NAME", "Exempelkommun").start().await;
    let (mut browser, page, code) = server.mailed(&mut smtp, "grace").await;
    let page_after = browser.give(&page, &code.code()).await;
    browser.choose(&page_after, GOOD).await;
    let notice = smtp.next().await;
    let plain = |letter: &ReceivedMail| {
        letter
            .text()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    for wanted in [
        "Exempelkommun Choose a new password Hello Grace Holm,",
        "Account: grace",
        "(30 minutes)",
        "Use the newest e-mail",
        "If this was not you",
        "Questions? IT-stöd, 010-123 45 67",
        &format!("Case number: {}", page.reference()),
    ] {
        assert!(plain(&code).contains(wanted), "{wanted}: {}", code.text());
    }
    let html = code.html();
    assert!(html.contains(&format!(">{}</p>", code.code())), "{html}");
    for wanted in [
        "Exempelkommun The password was changed Hello Grace Holm,",
        "Account: grace When: ",
        "We have signed the account out on all devices.",
        "If this was not you",
        "IT-stöd",
    ] {
        assert!(
            plain(&notice).contains(wanted),
            "{wanted}: {}",
            notice.text()
        );
    }
    assert_eq!(notice.code_if_any(), None);
    for letter in [&code, &notice] {
        assert!(!letter.raw.contains(GOOD) && !letter.text().contains(GOOD));
        assert!(!letter.text().contains('{'), "{}", letter.text());
    }
}

async fn w15_name_the_devices_that_were_signed_out(engine: Engine) {
    for after in ["sign_in", "signed_in"] {
        let mut smtp = Smtp::start();
        let setup = Setup::new(engine).relay(&smtp);
        let server = setup.set("RESET__AFTER", after).start().await;
        for (who, _, language) in PEOPLE {
            let (mut browser, page, code) = server.mailed(&mut smtp, who).await;
            let page = browser.give(&page, &code.code()).await;
            browser.choose(&page, GOOD).await;
            // An administrator has to set up a second factor first.
            let here = browser.is_signed_in().await;
            assert_eq!(here, after == "signed_in" && who != "grace");
            let said = if here {
                ServerText::MailChangedSignedOutOthers
            } else {
                ServerText::MailChangedSignedOut
            };
            let notice = smtp.next().await.text();
            let words = Catalogue::built_in(language);
            assert!(notice.contains(words.server(said)), "{after}: {notice}");
        }
    }
}

async fn name_no_browser_and_system_but_their_families(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (browser, page, code) = server.mailed(&mut smtp, "grace").await;
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let mut browser = browser.with("user-agent", agent);
    let page = browser.give(&page, &code.code()).await;
    browser.choose(&page, GOOD).await;
    let notice = smtp.next().await.text();
    assert!(notice.contains("Browser: Firefox, Linux\n"), "{notice}");
    for too_much in ["X11", "x86_64", "140", "127.0.0.1"] {
        assert!(
            !notice.replace(&server.base, "").contains(too_much),
            "{notice}"
        );
    }
}

async fn take_nobodys_words_as_markup(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let lines = match engine {
        Engine::Sqlite => "char(13) || char(10)",
        Engine::Postgres => "chr(13) || chr(10)",
    };
    let name = format!("'A' || {lines} || 'Bcc: x' || {lines} || '&lt;b&gt; {{site}}'");
    server
        .db
        .run(&format!(
            "UPDATE accounts SET name = {name} WHERE user_name = 'anna'"
        ))
        .await;
    let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
    assert_eq!(letter.to, ["anna.berg@demo.example"]);
    assert!(letter.header("bcc").is_empty(), "{}", letter.raw);
    assert_eq!(letter.header("to").len(), 1);
    let message = letter.message();
    let to = message.to().unwrap().first().unwrap();
    assert_eq!(to.address(), Some("anna.berg@demo.example"));
    let html = letter.html();
    assert!(!html.contains("&lt;b") && html.contains("{site}"), "{html}");
}
