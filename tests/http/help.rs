//! The help: every page in every language, what it says of the configuration, and the ways to it (journeys H1, H2, K7, K8, Z3, Z12, Z13, V2,
//! V9, A11, A15, O4, O10).

use std::collections::BTreeSet;

use rekey::texts::{Catalogue, Language, ServerText};

use crate::support::{Engine, Setup, Smtp, on_sqlite};

on_sqlite!(
    every_page_is_there_in_every_language,
    it_says_what_is_configured,
    it_says_what_is_sent,
    it_shows_where_other_services_reset_passwords,
    it_names_a_person_for_each_reason,
    the_steps_lead_to_it,
    a_case_number_is_shown_where_there_is_one,
    the_first_step_tells_everybody_what_is_needed,
    it_says_when_it_was_changed
);

/// The names of the pages in their addresses. They stay: people and other pages link to them.
pub const TOPICS: [&str; 13] = [
    "no-message",
    "link",
    "changed-contact",
    "forgotten-password",
    "no-password",
    "reset",
    "change",
    "register-phone",
    "contact",
    "for-administrators",
    "for-mail-administrators",
    "accessibility",
    "privacy",
];

/// That of what not every service has, besides the registering of a phone.
pub const MORE: [&str; 1] = ["other-sign-in"];

/// A sentence of the help, filled in.
pub fn says(language: Language, text: ServerText, values: &[(&str, &str)]) -> String {
    Catalogue::built_in(language).fill_server(text, values)
}

fn english(text: ServerText, values: &[(&str, &str)]) -> String {
    says(Language::En, text, values)
}

async fn every_page_is_there_in_every_language(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    for language in Language::ALL {
        let tag = language.tag();
        let overview = browser.look(&format!("/help?lang={tag}")).await;
        assert_eq!(
            overview.heading(),
            says(language, ServerText::HelpTitle, &[])
        );
        let mut headings = BTreeSet::new();
        for topic in TOPICS {
            let page = browser.look(&format!("/help/{topic}")).await;
            assert_eq!((page.status, page.language()), (200, tag), "{topic}");
            assert_eq!(page.body.matches("<h1").count(), 1, "{topic}");
            let heading = page.heading();
            assert_eq!(
                page.title(),
                format!("{} – Rekey", heading.replace('\u{ad}', ""))
            );
            // A small phone and large text have room for no longer part.
            let longest = heading
                .split([' ', '\u{ad}'])
                .map(|part| part.chars().count())
                .max();
            assert!(longest <= Some(20), "{heading:?}");
            assert!(
                !page.text().contains(['{', '}']),
                "{topic}: {}",
                page.text()
            );
            let begins = says(language, ServerText::HelpUpdated, &[("date", "")]);
            assert!(page.text().contains(&begins), "{topic} has no date");
            let person = says(language, ServerText::HelpContactNone, &[]);
            assert!(page.text().contains(&person), "{topic} ends with nobody");
            for other in Language::ALL {
                let switch = format!("href=\"?lang={}\"", other.tag());
                assert!(page.body.contains(&switch), "{topic}");
            }
            let listed = format!("<a href=\"/help/{topic}\">{}</a>", page.heading());
            assert!(overview.body.contains(&listed), "{listed}");
            headings.insert(page.heading());
        }
        assert_eq!(headings.len(), TOPICS.len());
        for topic in MORE {
            let path = format!("/help/{topic}");
            assert_eq!(browser.look(&path).await.status, 404, "{path}");
            assert!(!overview.body.contains(&path), "{path}");
        }
    }
    for nonsense in ["/help/nope", "/help/no-message/x", "//help"] {
        assert_eq!(browser.look(nonsense).await.status, 404, "{nonsense}");
    }
}

async fn it_says_what_is_configured(engine: Engine) {
    let server = Setup::new(engine)
        .set("MAIL__SENDER", "Us <codes@example.org>")
        .set("RESET__CODE_LIFETIME_MAIL", 60)
        .set("LIMITS__MESSAGES_BURST", 7)
        .set("LIMITS__MESSAGES_PER_HOUR", 2)
        .start()
        .await;
    let mut browser = server.browser();
    let page = browser.look("/help/no-message").await.text();
    for wanted in [
        "codes@example.org",
        "works for 60 minutes",
        "at most 7 messages in a short time to an account, then 2 an hour",
        "30 minutes or more",
        "spam folder",
        "in the bin",
        "rule in your e-mail program",
        ".se where it should be .com",
        "Ask whoever runs the e-mail server to let e-mail from codes@example.org through",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let steps = browser.look("/help/reset").await;
    assert_eq!(steps.body.matches("<ol").count(), 1);
    assert!(steps.text().contains("codes@example.org"));
    assert!(steps.text().contains("60 minutes"));
    let change = browser.look("/help/change").await;
    assert_eq!(change.body.matches("<ol").count(), 1);
    let old = browser.look("/help/forgotten-password").await.text();
    assert!(old.contains("cannot be shown, only reset"), "{old}");
    assert!(old.contains("may have saved it"), "{old}");
}

async fn it_says_what_is_sent(engine: Engine) {
    let lifetime = [("lifetime", "2 hours")];
    for (prove_by, links, code) in [
        ("mail_code", false, true),
        ("mail_link", true, false),
        ("mail_code,mail_link", true, true),
    ] {
        let server = Setup::new(engine)
            .set("RESET__PROVE_BY", prove_by)
            .set("RESET__LINK_LIFETIME", 120)
            .start()
            .await;
        let mut browser = server.browser();
        let page = browser.look("/help/link").await.text();
        let old = english(ServerText::HelpLinkOld, &lifetime);
        assert_eq!(page.contains(&old), links, "{prove_by}: {page}");
        let none = english(ServerText::HelpLinkNone, &[]);
        assert_eq!(page.contains(&none), !links, "{prove_by}: {page}");
        let page = browser.look("/help/no-message").await.text();
        assert_eq!(page.contains("The code works for"), code, "{prove_by}");
        let steps = browser.look("/help/reset").await.text();
        assert_eq!(steps.contains("press the link"), links, "{prove_by}");
        assert_eq!(
            steps.contains("enter the code") || steps.contains("Enter the code"),
            code
        );
        let title = browser.look("/help/no-message").await.heading();
        assert_eq!(title, english(ServerText::HelpNoMailTitle, &[]));
    }
    // Where no mail carries a proof, none is spoken of; nor is signing in elsewhere where nobody does.
    let server = Setup::new(engine)
        .set("RESET__PROVE_BY", "sms_code")
        .start()
        .await;
    let page = server.browser().look("/help/no-message").await;
    assert_eq!(page.heading(), english(ServerText::HelpNoTextTitle, &[]));
    assert!(!page.text().contains("e-mail"), "{}", page.text());
    assert!(!page.body.contains("/help/other-sign-in"), "{}", page.body);
}

async fn it_shows_where_other_services_reset_passwords(engine: Engine) {
    let config = "[[accounts.federated]]\nid = \"google\"\nname = \"Google\"\nreset_url = \"https://accounts.google.com/signin/recovery\"\n\
                  [[accounts.federated]]\nid = \"sso\"\nname = \"Our <own> sign-in\"\nreset_url = \"https://sso.example.org/?a=1&b=2\"\n";
    let server = Setup::new(engine).config(config).start().await;
    let page = server.browser().look("/help/other-sign-in").await;
    for link in [
        "<a href=\"https://accounts.google.com/signin/recovery\">Google</a>",
        "<a href=\"https://sso.example.org/?a=1&#38;b=2\">Our &#60;own&#62; sign-in</a>",
    ] {
        assert!(page.body.contains(link), "{}", page.body);
    }
    let heading = english(ServerText::HelpOtherSignInUnknownHeading, &[]);
    assert!(page.text().contains(&heading));
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let page = browser.look("/help/other-sign-in").await;
    assert_eq!(page.status, 404, "there is none to list");
    // Nor is anybody sent there: who signs in with a password reads of no other way.
    let page = browser.look("/help/no-message").await;
    assert!(!page.body.contains("/help/other-sign-in"), "{}", page.body);
    let none = english(ServerText::HelpNoMessageNoAccount, &[]);
    assert!(page.text().contains(&none), "{}", page.text());
}

async fn it_names_a_person_for_each_reason(engine: Engine) {
    let server = Setup::new(engine)
        .set("SUPPORT__CONTACT", "Everybody, 010-1")
        .set("SUPPORT__NO_PASSWORD", "Your manager")
        .set("SUPPORT__MAIL_BLOCKED", "Mail people, 010-2")
        .set("SUPPORT__LOST_EVERYTHING", "Customer service, 010-3")
        .set("SUPPORT__NO_PHONE", "The front desk")
        .set("RESET__PROVE_BY", "mail_code,sms_code")
        .start()
        .await;
    let mut browser = server.browser();
    for (topic, contact) in [
        ("no-message", "Mail people, 010-2"),
        ("for-mail-administrators", "Mail people, 010-2"),
        ("changed-contact", "Customer service, 010-3"),
        ("no-password", "Your manager"),
        ("reset", "Everybody, 010-1"),
        ("link", "Everybody, 010-1"),
    ] {
        let page = browser.look(&format!("/help/{topic}")).await;
        assert!(
            page.text().contains(&format!("Contact: {contact}")),
            "{topic}"
        );
        assert!(page.body.contains("<a href=\"/help/contact\">"), "{topic}");
    }
    let page = browser.look("/help/no-message").await.text();
    assert!(page.contains("You have not registered a mobile number: The front desk"));
    let page = browser.look("/help/contact").await.text();
    for wanted in [
        "The account has no active password",
        "Your manager",
        "Mail people, 010-2",
        "Customer service, 010-3",
        "The front desk",
        "Contact: Everybody, 010-1",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let unknown = english(ServerText::HelpReasonUnknownAddress, &[]);
    assert!(!page.contains(&unknown), "no contact of its own");
}

async fn the_steps_lead_to_it(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).set("RESET__PROVE_BY", "mail_code,mail_link");
    let server = setup.relay(&smtp).start().await;
    let mut browser = server.browser();
    let mut walked = vec![
        (browser.get("/sign-in").await, None),
        (browser.get("/forgot-password").await, None),
        (browser.look("/nope").await, None),
    ];
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    walked.push((page.clone(), Some("/help/no-message")));
    let damaged = browser.get("/r/nothing").await;
    walked.push((damaged, Some("/help/link")));
    let page = browser.give(&page, &letter.code()).await;
    walked.push((page, Some("/help/forgotten-password")));
    for (page, own) in walked {
        for link in own.into_iter().chain(["/help/changed-contact"]) {
            let marked = format!("<a href=\"{link}\">");
            assert!(page.body.contains(&marked), "{}: {link}", page.path);
            assert_eq!(browser.look(link).await.status, 200, "{link}");
        }
    }
}

async fn a_case_number_is_shown_where_there_is_one(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let asked = english(ServerText::HelpContactText, &[]);
    let page = browser.look("/help/no-message").await;
    assert!(!page.text().contains(&asked));
    assert!(
        page.body
            .contains("class=\"button\" href=\"/forgot-password\"")
    );
    let reference = browser.begin("nobody").await.reference();
    for path in ["/help", "/help/no-message", "/help/contact"] {
        let page = browser.look(path).await;
        assert!(page.text().contains(&asked), "{path}");
        assert_eq!(page.reference(), reference, "{path}");
        let back = "class=\"button\" href=\"/forgot-password/code\"";
        assert!(page.body.contains(back), "the way back: {path}");
    }
}

async fn the_first_step_tells_everybody_what_is_needed(engine: Engine) {
    let server = Setup::new(engine)
        .set("SUPPORT__UNKNOWN_ADDRESS", "Ask the payroll officer.")
        .set("SUPPORT__NO_PASSWORD", "Ask your manager.")
        .set("HELP__PHONE_GUIDE_URL", "https://example.org/mobile")
        .start()
        .await;
    let page = server.browser().get("/forgot-password").await;
    for (text, contact) in [
        (
            ServerText::HelpNoteUnknownAddress,
            "Ask the payroll officer.",
        ),
        (ServerText::HelpNoteNoPassword, "Ask your manager."),
        (ServerText::HelpResetPhone, ""),
    ] {
        let note = english(text, &[("contact", contact)]);
        assert!(page.text().contains(&note), "{note}: {}", page.text());
    }
    assert!(page.body.contains("href=\"https://example.org/mobile\""));
    let page = server.browser().look("/help/contact").await;
    let unknown = english(ServerText::HelpReasonUnknownAddress, &[]);
    assert!(page.text().contains(&unknown), "{}", page.text());
    let server = Setup::new(engine)
        .set("SUPPORT__CONTACT", "Somebody")
        .start()
        .await;
    let mut browser = server.browser();
    let page = browser.look("/help/contact").await;
    assert!(page.text().contains("Somebody"), "{}", page.text());
    let page = browser.get("/forgot-password").await;
    assert!(
        !page.text().contains("Somebody"),
        "said only where it helps"
    );
    for text in [
        ServerText::HelpNoteUnknownAddress,
        ServerText::HelpNoteNoPassword,
        ServerText::HelpResetPhone,
    ] {
        let note = english(text, &[("contact", "")]);
        assert!(!page.text().contains(note.trim()), "{note}");
    }
}

async fn it_says_when_it_was_changed(engine: Engine) {
    let server = Setup::new(engine)
        .set("HELP__UPDATED", "2031-02-03")
        .start()
        .await;
    let mut browser = server.browser();
    for (tag, said) in [
        ("sv", "Senast uppdaterad 3 februari 2031"),
        ("nb", "Sist oppdatert 3. februar 2031"),
        ("en", "Last updated on 3 February 2031"),
    ] {
        let page = browser.look(&format!("/help/reset?lang={tag}")).await;
        assert!(page.text().contains(said), "{}", page.text());
    }
    // An organisation that wrote before us has not changed anything since.
    let server = Setup::new(engine)
        .set("HELP__UPDATED", "2020-02-03")
        .start()
        .await;
    let page = server.browser().look("/help").await;
    assert!(!page.text().contains("2020"), "{}", page.text());
}
