//! The language of a page: `?lang=`, then the cookie, then `Accept-Language` (STANDARDS O10).

use rekey::texts::{Language, Text};

use crate::feedback::asking;
use crate::support::{Engine, Setup, Smtp, on_sqlite, sentence};

on_sqlite!(
    follow_the_browser,
    follow_the_cookie_before_the_browser,
    can_be_switched_without_losing_the_step,
    keep_what_was_typed_where_something_can_be,
    are_those_that_are_offered,
    can_be_rewritten
);

async fn follow_the_browser(engine: Engine) {
    let server = Setup::new(engine).start().await;
    for (accepted, language) in [
        ("sv", Language::Sv),
        ("sv-FI,en;q=0.5", Language::Sv),
        ("nb-NO", Language::Nb),
        ("no", Language::Nb),
        ("nn-NO,nn;q=0.9", Language::Nb),
        ("en-GB,en;q=0.8,sv;q=0.6", Language::En),
        ("de,fr;q=0.9,en;q=0.1", Language::En),
        ("en;q=0.2,nb;q=0.8", Language::Nb),
        ("en;q=0,sv", Language::Sv),
        ("de", Language::Sv),
        ("", Language::Sv),
        ("*", Language::Sv),
        (";;q=,,é", Language::Sv),
    ] {
        let mut browser = server.browser().speaking(accepted);
        for path in ["/forgot-password", "/nope"] {
            let page = browser.look(path).await;
            assert_eq!(page.language(), language.tag(), "{accepted:?} {path}");
        }
        let page = browser.look("/forgot-password").await;
        assert_eq!(page.heading(), sentence(language, Text::IdentifyTitle, &[]));
        assert!(page.set_cookies().is_empty());
    }
}

/// The script is tried in a browser (`end2end/tests/walk-language.spec.ts`).
async fn keep_what_was_typed_where_something_can_be(engine: Engine) {
    let server = asking(engine).start().await;
    let mut browser = server.browser();
    let script = "<script src=\"/language.js\"";
    for path in [
        "/forgot-password",
        "/sign-in",
        "/help/feedback?page=sign-in",
    ] {
        let page = browser.look(path).await;
        assert!(page.body.contains(script), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(!policy.contains("script-src 'none'"), "{path}: {policy}");
    }
    let text = include_str!("../../public/language.js");
    let kept = text.lines().find(|line| line.contains("NAMES =")).unwrap();
    let kept = kept.replace("postal_code", "");
    for never in ["password", "code", "totp"] {
        assert!(!kept.contains(never), "{kept}");
    }
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for part in ["name", "mail"] {
        let page = browser.look(&format!("/account/security/{part}")).await;
        assert!(page.body.contains(script), "{part}");
    }
    for path in ["/help/link", "/account/security"] {
        assert!(!browser.look(path).await.body.contains(script), "{path}");
    }
}

async fn follow_the_cookie_before_the_browser(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser().speaking("sv");
    let page = browser.look("/help?lang=nb").await;
    assert_eq!(page.language(), "nb");
    assert_eq!(browser.cookie("rekey-language"), Some("nb"));
    assert_eq!(browser.look("/sign-in").await.language(), "nb");
    assert_eq!(browser.look("/nope").await.language(), "nb");
    assert_eq!(browser.look("/nope?lang=en").await.language(), "en");
    for nonsense in ["xx", "", "%00", "../sv", "en'"] {
        let page = browser.look(&format!("/sign-in?lang={nonsense}")).await;
        assert_eq!((page.status, page.language()), (200, "nb"), "{nonsense}");
    }
    browser
        .jar
        .insert("rekey-language".to_owned(), "klingon".to_owned());
    assert_eq!(browser.look("/sign-in").await.language(), "sv");
}

async fn can_be_switched_without_losing_the_step(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    let page = browser.begin("anna").await;
    let reference = page.reference();
    for language in Language::ALL {
        let switch = format!("href=\"?lang={}\"", language.tag());
        assert!(page.body.contains(&switch));
        let page = browser
            .get(&format!("/forgot-password/code?lang={}", language.tag()))
            .await;
        assert_eq!(page.heading(), sentence(language, Text::CodeTitle, &[]));
        assert_eq!(page.reference(), reference);
    }
    // What was refused is said in the language of the page that says it.
    let page = browser.get("/forgot-password/code?lang=sv").await;
    let page = browser.give(&page, "1").await;
    let told = sentence(Language::Sv, Text::ProblemCodeTooShort, &[("count", "1")]);
    assert_eq!(page.errors(), [told]);
    let letter = smtp.next().await;
    assert_eq!(
        letter.header("content-language"),
        ["sv"],
        "the account's, not the page's"
    );
    browser.get("/forgot-password/code?lang=en").await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.heading(), sentence(Language::En, Text::NewTitle, &[]));
}

async fn are_those_that_are_offered(engine: Engine) {
    let setup = Setup::new(engine).set("LANGUAGES__OFFERED", "nb,en");
    let server = setup.set("LANGUAGES__DEFAULT", "nb").start().await;
    let mut browser = server.browser().speaking("sv,de");
    let page = browser.look("/sign-in").await;
    assert_eq!(page.language(), "nb");
    assert!(!page.body.contains("lang=sv"));
    let page = browser.look("/sign-in?lang=sv").await;
    assert_eq!(page.language(), "nb");
    assert!(page.set_cookies().is_empty());
    browser
        .jar
        .insert("rekey-language".to_owned(), "sv".to_owned());
    assert_eq!(
        browser.look("/sign-in").await.language(),
        "nb",
        "a cookie from before"
    );
}

async fn can_be_rewritten(engine: Engine) {
    let config = "[texts.en]\n\"identify.submit\" = \"Off <we> go & \\\"on\\\"\"\n\"mail.code_subject\" = \"A code for {site}\"\n";
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).config(config).start().await;
    let page = server.browser().get("/forgot-password").await;
    assert!(
        page.text().contains("Off <we> go & \"on\""),
        "{}",
        page.text()
    );
    let (_, _, letter) = server.mailed(&mut smtp, "grace").await;
    assert_eq!(letter.subject(), "A code for Rekey");
}
