//! The whole journey by plain forms, from "I forgot" to signed in again, in each language.

use rekey::texts::{Catalogue, Language, ServerText, Text};

use crate::support::{Engine, GOOD, Setup, Smtp, on_both_engines, on_sqlite, sentence};

on_both_engines!(in_swedish, signed_in_at_once_where_the_journey_says_so);

on_sqlite!(in_norwegian, in_english);

/// One person's journey. Everything the person reads is in `language`; the page asks for nothing twice.
async fn walk(engine: Engine, language: Language, who: &str, address: &str) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine)
        .relay(&smtp)
        .set("ACCOUNTS__REQUIRE_FACTOR", "nobody")
        .start()
        .await;
    let mut browser = server.browser().speaking(language.tag());
    let say = |text| sentence(language, text, &[]);

    let page = browser.get("/forgot-password").await;
    assert_eq!(page.heading(), say(Text::IdentifyTitle));
    assert_eq!(page.language(), language.tag());

    let page = browser.submit(&page, 0, &[("identifier", address)]).await;
    assert_eq!(page.path, "/forgot-password/code");
    assert_eq!(page.heading(), say(Text::CodeTitle));
    let sent = sentence(language, Text::CodeSentTo, &[("identifier", address)]);
    assert!(page.text().contains(&sent), "{}", page.text());
    assert!(page.errors().is_empty());

    let letter = smtp.next().await;
    assert_eq!(letter.to, [address]);
    assert!(letter.text().contains(&page.reference()));

    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
    assert_eq!(page.heading(), say(Text::NewTitle));
    // For the password manager, which must know whose password it keeps.
    assert!(page.body.contains("autocomplete=\"username\""));
    assert!(page.body.contains(&format!("value=\"{who}\"")));

    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    assert_eq!(page.heading(), say(Text::DoneTitle));
    assert!(!browser.is_signed_in().await, "nobody is signed in by it");
    let page = browser.get("/forgot-password/done").await;
    assert_eq!(page.heading(), say(Text::DoneAlreadyTitle));

    let page = browser.sign_in(who, &server.passwords[who]).await;
    assert_eq!(page.errors(), [say(Text::ProblemSignInRefused)]);
    let page = browser.sign_in(who, GOOD).await;
    assert_eq!(page.path, "/account");
    let name = server
        .db
        .text(&format!(
            "SELECT name FROM accounts WHERE user_name = '{who}'"
        ))
        .await;
    assert_eq!(
        page.heading(),
        Catalogue::built_in(language).fill_server(ServerText::StartTitle, &[("name", &name)])
    );

    let page = browser.submit(&page, 0, &[]).await;
    assert_eq!(page.path.split('?').next(), Some("/sign-in"));
    assert_eq!(page.notice(), say(Text::SignInSignedOut));
    assert_eq!(page.language(), language.tag());
    assert!(!browser.is_signed_in().await);

    let notice = smtp.next().await;
    assert_eq!(notice.to, [address]);
    server.settle().await;
    assert!(smtp.unread().is_empty(), "two mails and no more");
}

async fn in_swedish(engine: Engine) {
    walk(engine, Language::Sv, "anna", "anna.berg@demo.example").await;
}

async fn in_norwegian(engine: Engine) {
    walk(engine, Language::Nb, "bjorn", "bjorn.dahl@demo.example").await;
}

async fn in_english(engine: Engine) {
    walk(engine, Language::En, "grace", "grace.holm@demo.example").await;
}

async fn signed_in_at_once_where_the_journey_says_so(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("RESET__AFTER", "signed_in").start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    assert!(
        page.text()
            .contains(&sentence(Language::En, Text::DoneSignedIn, &[]))
    );
    assert!(browser.is_signed_in().await);
}
