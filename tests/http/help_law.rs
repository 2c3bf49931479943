//! What the law wants said: the accessibility statement (DOS-lagen 2018:1937, Directive (EU) 2016/2102 art. 7; STANDARDS O20), the privacy
//! notice (GDPR art. 13; R07), both linked from every page and filled from the configuration; and the poster.

use rekey::texts::{Language, ServerText};

use crate::help::says;
use crate::support::sms::Sms;
use crate::support::{Engine, Server, Setup, Smtp, on_sqlite};

on_sqlite!(
    o20_every_page_links_the_statement_and_the_notice,
    o20_the_statement_says_what_is_configured,
    o20_what_nobody_has_said_is_said_to_be_missing,
    o20_the_faults_of_the_program_are_told_whatever_is_configured,
    o20_the_statement_answers_the_standard_clause_by_clause,
    o20_what_is_exempt_is_told_where_it_is_configured,
    o20_the_law_is_that_of_the_language_or_of_the_organisation,
    r07_the_notice_says_who_answers_on_what_ground_and_for_whom,
    r07_the_notice_names_who_gets_a_part_of_a_hash,
    r07_the_notice_tells_of_sources_transfers_and_cookies,
    r07_the_notice_tells_how_long_things_are_kept,
    contacts_can_be_pressed_except_on_a_shared_machine,
    check_names_what_is_missing,
    the_short_address_leads_to_the_reset,
    the_poster_has_the_steps_in_every_language
);

fn english(text: ServerText, values: &[(&str, &str)]) -> String {
    says(Language::En, text, values)
}

async fn o20_every_page_links_the_statement_and_the_notice(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let mut pages = vec![
        browser.get("/sign-in").await,
        browser.get("/forgot-password").await,
        browser.begin("nobody").await,
        browser.look("/help").await,
        browser.look("/help/reset").await,
        browser.look("/stop/code").await,
        browser.look("/nowhere").await,
    ];
    let mut signed_in = server.browser();
    pages.push(signed_in.sign_in("anna", &server.passwords["anna"]).await);
    pages.push(signed_in.look("/account/security").await);
    pages.push(signed_in.look("/account/confirm").await);
    for page in pages {
        let (_, foot) = page.body.split_once("<footer>").unwrap_or_default();
        for link in ["/help/accessibility", "/help/privacy"] {
            let marked = format!("<a href=\"{link}\">");
            assert!(foot.contains(&marked), "{}: {link}: {foot}", page.path);
        }
        assert_eq!(page.body.matches("<footer>").count(), 1, "{}", page.path);
    }
}

async fn o20_the_statement_says_what_is_configured(engine: Engine) {
    let server = Setup::new(engine)
        .set("HELP__CONTROLLER", "The municipality")
        .set("HELP__ACCESSIBILITY_STATUS", "partial")
        .set("HELP__ACCESSIBILITY_ASSESSED", "2026-10-05")
        .set("HELP__ACCESSIBILITY_ASSESSOR", "Testers Ltd")
        .set(
            "HELP__ACCESSIBILITY_SHORTCOMINGS",
            "The logo is faint,The map has no text",
        )
        .set("HELP__ACCESSIBILITY_CONTACT", "access@example.org")
        .set("HELP__ACCESSIBILITY_URL", "https://example.org/statement")
        .start()
        .await;
    let mut browser = server.browser();
    let page = browser.look("/help/accessibility").await;
    for wanted in [
        "The municipality",
        "partially compliant",
        "Testers Ltd",
        "Contact: access@example.org",
        "EN 301 549",
        "Last updated",
    ] {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    assert!(page.text().contains("2026"), "{}", page.text());
    for item in ["The logo is faint", "The map has no text"] {
        assert!(page.body.contains(&format!("<li>{item}</li>")), "{item}");
    }
    assert!(page.body.contains("href=\"https://example.org/statement\""));
    let unassessed = english(ServerText::LawStatementUnknown, &[]);
    assert!(!page.text().contains(&unassessed));
}

async fn o20_what_nobody_has_said_is_said_to_be_missing(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    for language in Language::ALL {
        let tag = language.tag();
        let page = browser
            .look(&format!("/help/accessibility?lang={tag}"))
            .await;
        for text in [
            ServerText::LawStatementUnknown,
            ServerText::LawStatementFaultsUnknown,
            ServerText::LawNobody,
            ServerText::LawStatementUntested,
        ] {
            let said = says(language, text, &[]);
            assert!(page.text().contains(&said), "{tag}: {said}");
        }
        let page = browser.look(&format!("/help/privacy?lang={tag}")).await;
        for text in [
            ServerText::LawPrivacyNoController,
            ServerText::LawPrivacyBasisUnknown,
            ServerText::LawNobody,
        ] {
            let said = says(language, text, &[]);
            assert!(page.text().contains(&said), "{tag}: {said}");
        }
    }
}

async fn o20_the_faults_of_the_program_are_told_whatever_is_configured(engine: Engine) {
    let assessed = Setup::new(engine)
        .set("HELP__ACCESSIBILITY_STATUS", "full")
        .set("HELP__ACCESSIBILITY_ASSESSED", "2026-10-05");
    for (setup, then) in [
        (Setup::new(engine), ServerText::LawStatementFaultsUnknown),
        (assessed, ServerText::LawStatementNoFaults),
    ] {
        let server = setup.start().await;
        let mut browser = server.browser();
        for language in Language::ALL {
            let tag = language.tag();
            let page = browser
                .look(&format!("/help/accessibility?lang={tag}"))
                .await;
            // The numbers of the clauses in docs/accessibility.md that are met in part.
            for clause in ["(WCAG 2.2.1)", "(WCAG 3.1.2)"] {
                assert!(page.text().contains(clause), "{tag}: {clause}");
            }
            let then = says(language, then, &[]);
            assert!(page.text().contains(&then), "{tag}: {then}");
        }
    }
}

async fn o20_the_statement_answers_the_standard_clause_by_clause(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    for language in Language::ALL {
        let tag = language.tag();
        let path = format!("/help/accessibility?lang={tag}");
        let page = browser.look(&path).await;
        let foreign = |words: &str| match language {
            Language::En => words.to_owned(),
            _ => format!("<span lang=\"en\">{words}</span>"),
        };
        for (clause, answer) in [
            ("9.1.1.1 Non-text content", ServerText::LawClauseMet),
            ("9.2.2.1 Timing adjustable", ServerText::LawClauseInPart),
            ("8 Hardware", ServerText::LawClauseAbsent),
        ] {
            let (clause, answer) = (foreign(clause), says(language, answer, &[]));
            let row = format!("<th scope=\"row\">{clause}</th><td>{answer}</td>");
            assert!(page.body.contains(&row), "{tag}: {row}");
        }
        let ask = says(language, ServerText::LawStatementAsk, &[]);
        assert!(page.text().contains(&ask), "{tag}: {ask}");
    }
}

async fn o20_what_is_exempt_is_told_where_it_is_configured(engine: Engine) {
    let exempt = english(ServerText::LawStatementExempt, &[]);
    let burden = english(ServerText::LawStatementBurden, &[]);
    for (key, told, untold) in [
        ("HELP__ACCESSIBILITY_EXEMPT", &exempt, &burden),
        ("HELP__ACCESSIBILITY_BURDEN", &burden, &exempt),
    ] {
        let setup = Setup::new(engine).set(key, "The old map");
        let page = setup.start().await;
        let page = page.browser().look("/help/accessibility").await;
        assert!(page.body.contains("<li>The old map</li>"), "{key}");
        assert!(page.text().contains(told), "{key}");
        assert!(!page.text().contains(untold), "{key}");
    }
    let server = Setup::new(engine).start().await;
    let page = server.browser().look("/help/accessibility").await.text();
    let heading = english(ServerText::LawStatementExemptHeading, &[]);
    assert!(!page.contains(&heading), "{page}");
}

async fn o20_the_law_is_that_of_the_language_or_of_the_organisation(engine: Engine) {
    let (digg, uu) = (
        "https://www.digg.se/tdosanmalan",
        "https://www.uutilsynet.no",
    );
    let (imy, datatilsynet) = ("https://www.imy.se", "https://www.datatilsynet.no");
    let look = async |server: &Server, tag: &str, swedish: bool, norwegian: bool| {
        let mut browser = server.browser();
        for (path, of_sweden, of_norway) in [
            ("/help/accessibility", digg, uu),
            ("/help/privacy", imy, datatilsynet),
        ] {
            let page = browser.look(&format!("{path}?lang={tag}")).await;
            let leads = |to: &str| page.body.contains(&format!("<a href=\"{to}\">"));
            assert_eq!(leads(of_sweden), swedish, "{path} {tag}");
            assert_eq!(leads(of_norway), norwegian, "{path} {tag}");
        }
    };
    let server = Setup::new(engine).start().await;
    look(&server, "sv", true, false).await;
    look(&server, "nb", false, true).await;
    look(&server, "en", true, true).await;
    let server = Setup::new(engine).set("HELP__COUNTRY", "SE").start().await;
    for tag in ["sv", "nb", "en"] {
        look(&server, tag, true, false).await;
    }
}

async fn r07_the_notice_says_who_answers_on_what_ground_and_for_whom(engine: Engine) {
    let sms = Sms::start().await;
    let server = Setup::new(engine)
        .gateway(&sms)
        .set("HELP__CONTROLLER", "The municipality")
        .set("HELP__PRIVACY_CONTACT", "data@example.org")
        .set("HELP__DATA_PROTECTION_OFFICER", "Eva Ek")
        .set("HELP__LEGAL_BASIS", "public_task")
        .set("HELP__RECIPIENTS", "46elks AB: text messages")
        .set("HELP__PRIVACY_URL", "https://example.org/privacy")
        .start()
        .await;
    let page = server.browser().look("/help/privacy").await;
    let object = english(ServerText::LawPrivacyRightsObject, &[]);
    let texts = english(ServerText::LawPrivacyRecipientsTexts, &[]);
    for wanted in [
        "The municipality is the data controller",
        "Contact: data@example.org",
        "Data protection officer: Eva Ek",
        "article 6.1 e",
        "46elks AB: text messages",
        &object,
        &texts,
    ] {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    assert!(page.body.contains("href=\"https://example.org/privacy\""));
    // A contract gives another right, and without a gateway nobody gets numbers.
    let smtp = Smtp::start();
    let server = Setup::new(engine)
        .production(&smtp)
        .set("HELP__LEGAL_BASIS", "contract")
        .start()
        .await;
    let page = server.browser().look("/help/privacy").await.text();
    assert!(page.contains(&english(ServerText::LawPrivacyRightsMove, &[])));
    assert!(!page.contains(&object), "{page}");
    assert!(!page.contains(&texts), "{page}");
}

async fn r07_the_notice_names_who_gets_a_part_of_a_hash(engine: Engine) {
    for (url, is_told) in [
        ("https://range.example.org", true),
        ("http://127.0.0.1:9", false),
    ] {
        let server = Setup::new(engine)
            .set("PASSWORD__BREACHED", "range")
            .set("PASSWORD__BREACHED_URL", url)
            .start()
            .await;
        for language in Language::ALL {
            let tag = language.tag();
            let path = format!("/help/privacy?lang={tag}");
            let page = server.browser().look(&path).await.text();
            assert_eq!(page.contains("range.example.org"), is_told, "{tag}: {page}");
        }
    }
}

async fn r07_the_notice_tells_of_sources_transfers_and_cookies(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let unset = server.browser().look("/help/privacy").await.text();
    for wanted in [
        "Whoever gave you your account entered your name",
        "It does not say here yet whether they leave the EU",
        "That the account recognises the device, and the language you have chosen: a year.",
        "Where you are to go back to: 2 hours.",
        "had to show who you are: 15 minutes.",
        "Recovery codes that you have just got: 10 minutes.",
        "put right on a page: 5 minutes.",
    ] {
        assert!(unset.contains(wanted), "{wanted}: {unset}");
    }
    let server = Setup::new(engine)
        .set("HELP__TRANSFERS__SV", "ingenstans")
        .set("HELP__TRANSFERS__EN", "nowhere")
        .start()
        .await;
    for (tag, wanted) in [
        ("en", "Outside the EU and the EEA: nowhere"),
        ("sv", "Utanför EU och EES: ingenstans"),
    ] {
        let path = format!("/help/privacy?lang={tag}");
        let page = server.browser().look(&path).await.text();
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let record = server.command(&["processing"], "").await;
    let record = String::from_utf8_lossy(&record.stdout).into_owned();
    assert!(record.contains("- Transfers to third countries: nowhere"));
}

async fn r07_the_notice_tells_how_long_things_are_kept(engine: Engine) {
    let server = Setup::new(engine).set("PASSWORD__HISTORY", 7).start().await;
    let page = server.browser().look("/help/privacy").await.text();
    for (text, time) in [
        (ServerText::LawPrivacyKeptReset, "a day"),
        (ServerText::LawPrivacyKeptLinks, "30 days"),
        (ServerText::LawPrivacyKeptTries, "30 days"),
        (ServerText::LawPrivacyKeptLimits, "2 days"),
        (ServerText::LawPrivacyKeptDevices, "a year"),
        (ServerText::LawPrivacyKeptFormer, "8 days"),
        (ServerText::LawPrivacyKeptChanges, "40 days"),
        (ServerText::LawPrivacyKeptEvents, "a year"),
    ] {
        let wanted = english(text, &[("lifetime", time)]);
        assert!(page.contains(&wanted), "{wanted}: {page}");
    }
    assert!(page.contains("Your last 7 passwords"), "{page}");
    let feedback = english(
        ServerText::LawPrivacyKeptFeedback,
        &[("lifetime", "180 days")],
    );
    assert!(!page.contains(&feedback), "nobody is asked");
}

async fn contacts_can_be_pressed_except_on_a_shared_machine(engine: Engine) {
    let server = Setup::new(engine)
        .set("SUPPORT__CONTACT__SV", "Ring 010-123 45 67")
        .set("HELP__ACCESSIBILITY_CONTACT", "access@example.org")
        .set("HELP__PRIVACY_CONTACT", "https://example.org/data?a=1&b=2")
        .set("HELP__DATA_PROTECTION_OFFICER", "Eva, eva@example.org")
        .start()
        .await;
    let pressed = [
        ("/help/reset", "<a href=\"tel:+46101234567\">"),
        (
            "/help/accessibility",
            "<a href=\"mailto:access@example.org\">access@example.org</a>",
        ),
        (
            "/help/privacy",
            "<a href=\"https://example.org/data?a=1&#38;b=2\">",
        ),
        (
            "/help/privacy",
            "Eva, <a href=\"mailto:eva@example.org\">eva@example.org</a>",
        ),
    ];
    let mut browser = server.browser();
    for (path, link) in pressed {
        let page = browser.look(path).await;
        assert!(page.body.contains(link), "{path}: {link}: {}", page.body);
    }
    let page = browser.look("/help/reset").await;
    assert!(page.body.contains("<span lang=\"sv\">Ring <a href="));
    let mut kiosk = server.browser();
    for (path, link) in pressed {
        let page = kiosk.look(&format!("{path}?kiosk=1")).await;
        assert!(!page.body.contains(link), "{path}: {link}");
    }
    let page = kiosk.look("/help/privacy").await.text();
    assert!(page.contains("Eva, eva@example.org"), "{page}");
}

async fn check_names_what_is_missing(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let said = server.command(&["check"], "").await;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    for key in [
        "accessibility_status",
        "accessibility_contact",
        "controller",
        "privacy_contact",
        "legal_basis",
        "transfers",
    ] {
        assert!(said.contains(key), "{key}: {said}");
    }
    let server = Setup::new(engine)
        .set("HELP__CONTROLLER", "The municipality")
        .set("HELP__ACCESSIBILITY_STATUS", "full")
        .set("HELP__ACCESSIBILITY_ASSESSED", "2026-10-05")
        .set("HELP__LEGAL_BASIS", "contract")
        .set("HELP__TRANSFERS", "none")
        .set("SUPPORT__CONTACT", "Support, 010-1")
        .start()
        .await;
    let said = server.command(&["check"], "").await;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(!said.contains("accessibility statement"), "{said}");
    assert!(!said.contains("privacy notice"), "{said}");
}

async fn the_short_address_leads_to_the_reset(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let page = server.browser().look("/forgot").await;
    assert_eq!((page.status, page.location()), (303, "/forgot-password"));
}

async fn the_poster_has_the_steps_in_every_language(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let page = browser.look("/help/poster").await;
    let short = format!("{}/forgot", server.base.replace("http://", ""));
    for language in Language::ALL {
        let own = format!("<section lang=\"{}\">", language.tag());
        let (_, part) = page.body.split_once(&own).unwrap();
        let (part, _) = part.split_once("</section>").unwrap();
        assert_eq!(part.matches("<li>").count(), 3, "{part}");
        assert!(part.contains(&short), "{part}");
    }
    let picture = english(ServerText::PosterPicture, &[("address", &short)]);
    assert!(
        page.body
            .contains(&format!("role=\"img\" aria-label=\"{picture}\""))
    );
    let from = browser.look("/help/for-administrators").await;
    assert!(from.body.contains("href=\"/help/poster\""));
}
