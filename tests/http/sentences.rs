//! Every error of every field, as a sentence, in the summary and at the field, in each language (STANDARDS O13).

use rekey::texts::{Language, Text};

use crate::support::{Browser, Engine, Page, Setup, Smtp, on_sqlite, sentence};

on_sqlite!(
    in_swedish,
    in_norwegian,
    in_english,
    of_narrower_policies,
    never_link_to_a_field_that_is_not_there,
    never_give_a_password_back
);

type Numbers<'a> = &'a [(&'a str, &'a str)];

/// A page that refuses one field: the sentence stands in the summary and at the field, and the title begins with the word for it.
fn check(page: &Page, language: Language, field: &str, text: Text, numbers: Numbers<'_>) {
    let wanted = sentence(language, text, numbers);
    assert!(!wanted.contains('{'), "{wanted}");
    assert_eq!(page.status, 200);
    assert_eq!(page.language(), language.tag());
    assert!(
        page.errors().contains(&wanted),
        "{wanted}: {:?}",
        page.errors()
    );
    let link = page.body.contains(&format!("<a href=\"#{field}\""));
    if page.body.contains(&format!("id=\"{field}\"")) {
        assert!(link, "the summary links to the field");
        assert_eq!(page.error_at(field).as_ref(), Some(&wanted));
        let described = format!("{field}-error");
        assert!(
            page.body.matches(&described).count() >= 2,
            "the field is described by it"
        );
    }
    let prefix = sentence(language, Text::CommonErrorPrefix, &[]);
    assert!(page.title().starts_with(&prefix), "{}", page.title());
}

async fn identify(browser: &mut Browser, language: Language) {
    let long = "a".repeat(255);
    for (typed, text, numbers) in [
        ("", Text::ProblemIdentifierEmpty, &[][..]),
        ("  \u{a0} ", Text::ProblemIdentifierEmpty, &[]),
        (&long, Text::ProblemIdentifierTooLong, &[("max", "254")]),
        ("anna\nberg", Text::ProblemIdentifierUnusable, &[]),
        ("anna\u{7}", Text::ProblemIdentifierUnusable, &[]),
    ] {
        let page = browser.begin(typed).await;
        check(&page, language, "identifier", text, numbers);
        assert_eq!(page.path, "/forgot-password");
    }
    let page = browser.begin(&long).await;
    assert_eq!(page.field("identifier"), long, "nobody types it twice");
    let page = browser.get("/forgot-password").await;
    assert!(page.errors().is_empty(), "an error is shown once");
}

async fn code(browser: &mut Browser, page: Page, language: Language, wrong: &str) {
    let mut page = page;
    for (typed, text, numbers) in [
        ("", Text::ProblemCodeEmpty, &[][..]),
        (" - ", Text::ProblemCodeEmpty, &[]),
        ("12 3", Text::ProblemCodeTooShort, &[("count", "3")]),
        ("1234567", Text::ProblemCodeTooLong, &[("count", "7")]),
        ("12345x", Text::ProblemCodeNotDigits, &[]),
        (wrong, Text::ProblemCodeWrong, &[("count", "4")]),
        (wrong, Text::ProblemCodeWrong, &[("count", "3")]),
        (wrong, Text::ProblemCodeWrong, &[("count", "2")]),
        (wrong, Text::ProblemCodeWrongLast, &[]),
        (wrong, Text::ProblemCodeTriesUsedUp, &[]),
        (wrong, Text::ProblemCodeTriesUsedUp, &[]),
    ] {
        page = browser.give(&page, typed).await;
        check(&page, language, "code", text, numbers);
        assert_eq!(page.path, "/forgot-password/code");
    }
}

async fn password(browser: &mut Browser, page: Page, language: Language) {
    let mut page = page;
    let (short, long) = ("å".repeat(14), "å".repeat(129));
    for (typed, text, numbers) in [
        ("", Text::ProblemPasswordEmpty, &[][..]),
        (
            &short,
            Text::ProblemPasswordTooShort,
            &[("min", "15"), ("count", "14")],
        ),
        (
            &long,
            Text::ProblemPasswordTooLong,
            &[("max", "128"), ("count", "129")],
        ),
        ("fyra gröna\tkatter", Text::ProblemPasswordControl, &[]),
        ("AnnaBerg2026AnnaBerg", Text::ProblemPasswordPersonal, &[]),
        ("123456789987654321", Text::ProblemPasswordCommon, &[]),
    ] {
        page = browser.choose(&page, typed).await;
        check(&page, language, "new_password", text, numbers);
        assert_eq!(page.path, "/forgot-password/new");
    }
    for (confirm, text) in [
        ("", Text::ProblemConfirmEmpty),
        ("fyra gröna hattar", Text::ProblemConfirmDiffers),
    ] {
        let both = [
            ("new_password", "fyra gröna katter"),
            ("confirm_password", confirm),
        ];
        page = browser.submit(&page, 0, &both).await;
        check(&page, language, "confirm_password", text, &[]);
        assert_eq!(page.errors().len(), 1);
    }
}

async fn sign_in(browser: &mut Browser, language: Language) {
    let page = browser.sign_in("", "").await;
    check(
        &page,
        language,
        "identifier",
        Text::ProblemIdentifierEmpty,
        &[],
    );
    check(
        &page,
        language,
        "password",
        Text::ProblemSignInPasswordEmpty,
        &[],
    );
    let page = browser.sign_in("anna", "fel").await;
    let refused = sentence(language, Text::ProblemSignInRefused, &[]);
    assert_eq!(page.errors(), [refused]);
    assert_eq!(page.field("identifier"), "anna");
}

async fn all(engine: Engine, language: Language) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser().speaking(language.tag());
    identify(&mut browser, language).await;

    let page = browser.begin("anna").await;
    let early = browser.ask_again(&page).await;
    let too_early = (1..=30).map(|seconds| {
        let seconds = seconds.to_string();
        sentence(
            language,
            Text::ProblemResendTooEarly,
            &[("seconds", &seconds)],
        )
    });
    assert!(
        too_early.into_iter().any(|one| early.errors() == [one]),
        "{:?}",
        early.errors()
    );
    let first = smtp.next().await;
    server.advance(31).await;
    let page = browser.ask_again(&early).await;
    assert_eq!(page.notice(), sentence(language, Text::CodeResent, &[]));
    let second = smtp.next().await;
    server.settle().await;
    let replaced = browser.give(&page, &first.code()).await;
    let left = [("count", "5")];
    check(
        &replaced,
        language,
        "code",
        Text::ProblemCodeReplaced,
        &left,
    );
    server.advance(30 * 60).await;
    let expired = browser.give(&page, &second.code()).await;
    check(&expired, language, "code", Text::ProblemCodeExpired, &[]);

    let page = browser.begin("anna").await;
    let letter = smtp.next().await;
    server.settle().await;
    code(&mut browser, page, language, &letter.wrong_code()).await;

    let page = browser.begin("anna").await;
    let letter = smtp.next().await;
    let page = browser.give(&page, &letter.code()).await;
    password(&mut browser, page, language).await;
    sign_in(&mut browser, language).await;
}

async fn in_swedish(engine: Engine) {
    all(engine, Language::Sv).await;
}

async fn in_norwegian(engine: Engine) {
    all(engine, Language::Nb).await;
}

async fn in_english(engine: Engine) {
    all(engine, Language::En).await;
}

async fn of_narrower_policies(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let setup = setup.set("PASSWORD__CHARACTERS", "letters_and_digits");
    let server = setup.start().await;
    let (mut browser, mut page) = server.proved(&mut smtp, "anna").await;
    for (typed, text, values) in [
        (
            "4 gröna katter",
            Text::ProblemPasswordNotAscii,
            &[("character", "ö")][..],
        ),
        (
            "fyra\u{200b} katter 4",
            Text::ProblemPasswordNotAscii,
            &[("character", "U+200B")],
        ),
        ("fyra glada katter", Text::ProblemPasswordNoDigit, &[]),
        ("4657 8371 9301 22", Text::ProblemPasswordNoLetter, &[]),
    ] {
        let typed = format!("{typed}, {typed}");
        page = browser.choose(&page, &typed).await;
        check(&page, Language::En, "new_password", text, values);
    }
}

async fn never_link_to_a_field_that_is_not_there(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    server.advance(31 * 60).await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.errors().len(), 1);
    for link in page.body.split("<a href=\"#").skip(1) {
        let target = link.split('"').next().unwrap();
        assert!(
            page.body.contains(&format!("id=\"{target}\"")),
            "#{target} leads nowhere"
        );
    }
}

async fn never_give_a_password_back(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let both = [
        ("new_password", "kort-canary"),
        ("confirm_password", "annan-canary"),
    ];
    let page = browser.submit(&page, 0, &both).await;
    assert!(!page.body.contains("canary"));
    let page = browser.sign_in("anna", "gammal-canary").await;
    assert!(!page.body.contains("canary"));
    let data = browser
        .post_data(
            "/api/sign-in",
            &[("identifier", "anna"), ("password", "gammal-canary")],
        )
        .await;
    assert_eq!(data.problems(), ["sign_in_refused"]);
    assert!(!data.body.contains("canary"));
}
