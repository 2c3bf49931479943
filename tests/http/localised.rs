//! Names, contacts and sentences of the configuration stand in the language of the page or mail, and where they do not, `lang` says so
//! (rows Z5 and V2 of the walk).

use rekey::texts::{Language, ServerText, Text};

use crate::support::sms::Sms;
use crate::support::{Engine, GOOD, Setup, Smtp, mailed_sentence, on_sqlite, sentence};

on_sqlite!(
    pages_say_them_in_their_language,
    a_string_is_shown_as_it_is,
    a_variable_names_its_language,
    contacts_are_marked_inside_sentences,
    the_portal_has_its_name_in_the_language_of_the_page,
    the_help_and_the_law_say_them_too,
    messages_say_them_in_their_language,
    no_name_of_the_site_is_a_password
);

const NAMES: &str =
    "[site]\nname = { sv = \"Kommunen i Exempel\", en = \"The Example municipality\" }\n";
const ASK: &str = "Spør den som har ansvar for <lønn>.";
const CONTACTS: &str = "[support]\ncontact = { sv = \"Servicedesk\", en = \"Service desk\" }\n\
    unknown_address.nb = \"Spør den som har ansvar for <lønn>.\"\n";

async fn pages_say_them_in_their_language(engine: Engine) {
    let server = Setup::new(engine).config(NAMES).start().await;
    let mut browser = server.browser();
    for (lang, name) in [
        ("sv", "Kommunen i Exempel"),
        ("en", "The Example municipality"),
        ("nb", "Kommunen i Exempel"),
    ] {
        for path in ["/sign-in", "/forgot-password", "/help", "/no-such-page"] {
            let page = browser.look(&format!("{path}?lang={lang}")).await;
            assert!(page.title().ends_with(&format!(" – {name}")), "{path}");
            assert!(
                page.body.contains(&format!(">{name}<")),
                "{path} {lang}: {}",
                page.body
            );
            let is_marked = page.body.contains("lang=\"sv\">Kommunen i Exempel<");
            assert_eq!(is_marked, lang == "nb", "{path} {lang}: {}", page.body);
        }
    }
    let scope = sentence(
        Language::En,
        Text::IdentifyScope,
        &[("site", "The Example municipality")],
    );
    let page = browser.look("/forgot-password?lang=en").await;
    assert!(page.text().contains(&scope), "{}", page.text());
    // Inside a sentence, only the name is in another language.
    let page = browser.look("/forgot-password?lang=nb").await;
    let marked = "<span lang=\"sv\">Kommunen i Exempel</span>";
    assert_eq!(page.body.matches(marked).count(), 1, "{}", page.body);
}

async fn a_string_is_shown_as_it_is(engine: Engine) {
    let server = Setup::new(engine)
        .config(
            "[site]\nname = \"Kommunen\"\n[support]\nunknown_address = \"Fråga receptionen.\"\n",
        )
        .start()
        .await;
    let mut browser = server.browser();
    for path in ["/sign-in", "/forgot-password", "/help", "/help/contact"] {
        let page = browser.look(&format!("{path}?lang=en")).await;
        assert!(page.title().ends_with(" – Kommunen"), "{path}");
        assert!(
            !page.body.contains("lang=\"sv\">Komm"),
            "{path}: nobody has said"
        );
        assert!(!page.body.contains(" lang=\"en\">Kommunen"), "{path}");
    }
    let page = browser.look("/help/contact?lang=en").await;
    assert!(
        page.body.contains("<p>Fråga receptionen.</p>"),
        "{}",
        page.body
    );
}

async fn a_variable_names_its_language(engine: Engine) {
    let server = Setup::new(engine)
        .set("SITE__NAME", "Kommunen")
        .set("SITE__NAME__EN", "The municipality")
        .start()
        .await;
    let mut browser = server.browser();
    for (lang, name) in [("en", "The municipality"), ("nb", "Kommunen")] {
        let page = browser.look(&format!("/sign-in?lang={lang}")).await;
        assert!(page.title().ends_with(&format!(" – {name}")), "{lang}");
    }
}

async fn contacts_are_marked_inside_sentences(engine: Engine) {
    let server = Setup::new(engine).config(CONTACTS).start().await;
    let mut browser = server.browser();
    let (before, after) = ("<span lang=\"nb\">", "</span>");
    let page = browser.look("/forgot-password?lang=en").await;
    let contact = ASK.replace('<', "&#60;").replace('>', "&#62;");
    let marked = format!("{before}{contact}{after}");
    assert!(page.body.contains(&marked), "{}", page.body);
    let told = mailed_sentence(
        Language::En,
        ServerText::HelpNoteUnknownAddress,
        &[("contact", ASK)],
    );
    assert!(page.text().contains(&told), "{}", page.text());
    let page = browser.look("/forgot-password?lang=nb").await;
    assert!(page.text().contains(ASK), "{}", page.text());
    assert!(!page.body.contains(before), "{}", page.body);
    for path in ["/help/contact", "/help/no-message"] {
        let page = browser.look(&format!("{path}?lang=en")).await;
        assert!(page.body.contains(&marked), "{path}: {}", page.body);
        let page = browser.look(&format!("{path}?lang=nb")).await;
        assert!(page.body.contains(&contact), "{path}: {}", page.body);
        assert!(!page.body.contains(before), "{path}: {}", page.body);
    }
    let page = browser.look("/help?lang=en").await;
    let told = mailed_sentence(
        Language::En,
        ServerText::HelpContact,
        &[("contact", "Service desk")],
    );
    assert!(page.text().contains(&told), "{}", page.text());
    let page = browser.look("/help?lang=nb").await;
    let marked = "<span lang=\"sv\">Servicedesk</span>";
    assert!(page.body.contains(marked), "{}", page.body);
}

async fn the_portal_has_its_name_in_the_language_of_the_page(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine)
        .relay(&smtp)
        .set("RESET__AFTER", "signed_in")
        .config(
            "[accounts]\nportal_url = \"https://portal.example/\"\n\
             portal_name = { sv = \"Till portalen\", en = \"To the portal\" }\n",
        )
        .start()
        .await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    browser.choose(&page, GOOD).await;
    for path in ["/forgot-password/done", "/account"] {
        for (lang, name, is_marked) in [
            ("sv", "Till portalen", false),
            ("en", "To the portal", false),
            ("nb", "Till portalen", true),
        ] {
            let page = browser.get(&format!("{path}?lang={lang}")).await;
            let link = format!(">{name}</a>");
            assert!(page.body.contains(&link), "{path} {lang}: {}", page.body);
            let (before, _) = page.body.split_once(&link).expect("the link");
            let (_, tag) = before.rsplit_once('<').expect("its tag");
            let marked = tag.contains(" lang=\"sv\"");
            assert_eq!(marked, is_marked, "{path} {lang}: {}", page.body);
        }
    }
}

async fn the_help_and_the_law_say_them_too(engine: Engine) {
    let server = Setup::new(engine)
        .config(
            "[[accounts.federated]]\nid = \"sso\"\nreset_url = \"https://sso.example/\"\n\
             name = { sv = \"Organisationens inloggning\", en = \"The organisation's sign-in\" }\n\
             [help]\ncontroller = { sv = \"Nämnden\", en = \"The board\" }\n\
             data_protection_officer.sv = \"Ombudet\"\n\
             accessibility_contact.sv = \"Tillgänglighet\"\n\
             accessibility_status = \"partial\"\naccessibility_assessed = \"2026-11-24\"\n\
             accessibility_shortcomings = [{ sv = \"Kartan\", en = \"The map\" }, { sv = \"Filmen\" }]\n",
        )
        .start()
        .await;
    let mut browser = server.browser();
    let marked = |words: &str| format!("<span lang=\"sv\">{words}</span>");
    let page = browser.look("/help/other-sign-in?lang=en").await;
    let link = "<a href=\"https://sso.example/\">The organisation&#39;s sign-in</a>";
    assert!(page.body.contains(link), "{}", page.body);
    let page = browser.look("/help/other-sign-in?lang=nb").await;
    let link = "<a href=\"https://sso.example/\" lang=\"sv\">Organisationens inloggning</a>";
    assert!(page.body.contains(link), "{}", page.body);
    let page = browser.look("/help/privacy?lang=en").await;
    assert!(page.text().contains("The board"), "{}", page.text());
    assert!(page.body.contains(&marked("Ombudet")), "{}", page.body);
    let page = browser.look("/help/accessibility?lang=en").await;
    for words in [
        "<li>The map</li>",
        &marked("Filmen"),
        &marked("Tillgänglighet"),
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
}

async fn messages_say_them_in_their_language(engine: Engine) {
    let mut smtp = Smtp::start();
    let sms = Sms::start().await;
    let server = Setup::new(engine)
        .relay(&smtp)
        .gateway(&sms)
        .set("RESET__PROVE_BY", "mail_code,sms_code")
        .set("RESET__IDENTIFIERS", "mail,user_name,phone")
        .config(&format!("{NAMES}{CONTACTS}"))
        .start()
        .await;
    for (who, language, name, contact) in [
        ("anna", Language::Sv, "Kommunen i Exempel", "Servicedesk"),
        (
            "grace",
            Language::En,
            "The Example municipality",
            "Service desk",
        ),
        ("bjorn", Language::Nb, "Kommunen i Exempel", "Servicedesk"),
    ] {
        let (_, _, letter) = server.mailed(&mut smtp, who).await;
        let subject = mailed_sentence(language, ServerText::MailCodeSubject, &[("site", name)]);
        assert_eq!(letter.subject(), subject);
        assert!(
            letter.text().starts_with(&format!("{name}\n\n")),
            "{}",
            letter.text()
        );
        let told = mailed_sentence(language, ServerText::MailContact, &[("contact", contact)]);
        let dense = letter
            .text()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(dense.contains(&told), "{dense}");
        let html = letter.html();
        for words in [name, contact] {
            let marked = format!("<span lang=\"sv\">{words}</span>");
            assert_eq!(html.contains(&marked), who == "bjorn", "{marked}: {html}");
        }
    }
    server.browser().begin("+46701740606").await;
    let (_, text) = sms.next().await;
    let code = mailed_sentence(
        Language::Nb,
        ServerText::SmsCode,
        &[("site", "Kommunen i Exempel")],
    );
    let (_, rest) = code.split_once("{code}").expect("a code");
    assert!(text.contains(rest), "{text}");
}

async fn no_name_of_the_site_is_a_password(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).config(NAMES).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    for name in ["Kommunen i Exempel", "The Example municipality"] {
        let refused = browser.choose(&page, name).await;
        assert_eq!(refused.path, "/forgot-password/new", "{name}");
        let told = refused.error_at("new_password");
        assert!(told.is_some(), "{name}");
    }
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
}
