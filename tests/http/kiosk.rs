//! `?kiosk=1`: a shared machine keeps nothing, leads nowhere else, and forgets when it is told to (the minute itself is in
//! end2end/tests/walk-kiosk.spec.ts).

use rekey::texts::{Language, ServerText, Text};
use reqwest::Method;

use crate::help::says;
use crate::support::{
    ACCOUNT_FACTOR, Browser, Engine, Page, Phone, Server, Setup, on_sqlite, sentence,
};

on_sqlite!(
    no_cookie_outlives_the_browser,
    nothing_leads_out,
    it_lasts_until_it_is_left,
    everything_is_forgotten_at_the_end,
    nobody_else_is_signed_out_by_a_link,
    without_scripts_a_page_gives_up_by_itself,
    a_closed_page_is_forgotten_too,
    whoever_is_there_is_not_forgotten,
    what_the_app_posts_too_late_is_answered_with_the_first_page,
    a_machine_that_was_left_cannot_be_made_another,
    files_are_no_sign_of_anybody,
    the_first_page_says_that_it_has_forgotten,
    no_field_comes_back,
    recovery_codes_stay_off_its_disk
);

fn english(text: ServerText) -> String {
    says(Language::En, text, &[])
}

/// The cookies that a page sets, without those that it removes.
fn set(page: &Page) -> Vec<String> {
    let mut set = page.set_cookies();
    set.retain(|cookie| !cookie.contains("Max-Age=0"));
    set
}

async fn no_cookie_outlives_the_browser(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let mut pages = vec![
        browser.look("/sign-in?kiosk=1&lang=sv").await,
        browser.look("/help?lang=en").await,
    ];
    let page = browser.get("/forgot-password").await;
    let fields = [("identifier", "nobody")];
    pages.push(browser.post(&page.form(0), &fields).await);
    let page = browser.get("/sign-in").await;
    let password = &*server.passwords["anna"];
    let fields = [("identifier", "anna"), ("password", password)];
    pages.push(browser.post(&page.form(0), &fields).await);
    assert!(browser.is_signed_in().await);
    let all: Vec<String> = pages.iter().flat_map(set).collect();
    for name in [
        "rekey-kiosk",
        "rekey-language",
        "rekey-flow",
        "rekey-session",
    ] {
        assert!(
            all.iter().any(|cookie| cookie.contains(name)),
            "{name}: {all:?}"
        );
    }
    for cookie in all {
        assert!(!cookie.contains("Max-Age"), "{cookie}");
        assert!(!cookie.contains("rekey-device"), "{cookie}");
    }
    let page = browser.look("/account/security").await;
    assert!(!page.body.contains("id=\"stay\""), "it forgets sooner");
}

async fn nothing_leads_out(engine: Engine) {
    let server = Setup::new(engine)
        .set("HELP__FEEDBACK", "true")
        .set("HELP__CONTROLLER", "The municipality")
        .set("HELP__PRIVACY_URL", "https://example.org/privacy")
        .set("HELP__PHONE_GUIDE_URL", "https://example.org/mobile")
        .set("ACCOUNTS__PORTAL_URL", "https://portal.example.org")
        .set("ACCOUNTS__RETURN_URLS", "https://app.example.org/done")
        .start()
        .await;
    let paths = [
        "/forgot-password?return=https%3A%2F%2Fapp.example.org%2Fdone",
        "/help/feedback?page=sign-in",
        "/help/reset",
        "/help/accessibility",
        "/help/privacy",
        "/account",
    ];
    for (query, leads) in [("?kiosk=1", false), ("?kiosk=0", true)] {
        let mut browser = server.browser();
        browser.get(&format!("/sign-in{query}")).await;
        let signed_in = browser.sign_in("anna", &server.passwords["anna"]).await;
        assert_eq!(signed_in.path, "/account");
        for path in paths {
            let page = browser.look(path).await;
            assert_eq!(page.status, 200, "{path}");
            let out = page.body.contains("href=\"http");
            assert_eq!(out, leads, "{path}: {}", page.body);
        }
        let page = browser.look("/help/accessibility").await;
        assert!(page.text().contains("digg.se/tdosanmalan"), "as text");
    }
}

async fn it_lasts_until_it_is_left(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let (note, leave) = (
        english(ServerText::KioskNote),
        english(ServerText::KioskLeave),
    );
    let page = browser.get("/sign-in?kiosk=1").await;
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("script-src 'self'"), "{policy}");
    for path in [
        "/sign-in",
        "/forgot-password",
        "/help",
        "/nowhere",
        "/stop/code",
    ] {
        let page = browser.look(path).await;
        assert!(page.body.contains(&note), "{path}: {}", page.body);
        let link = format!("<a href=\"?kiosk=0\">{leave}</a>");
        assert!(page.body.contains(&link), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self'"), "{path}: {policy}");
        let warning = english(ServerText::KioskText);
        assert!(!page.shown().contains(&warning), "{path}");
        assert!(
            page.body.contains("<script src=\"/kiosk.js\" defer>"),
            "{path}"
        );
    }
    let page = browser.get("/help?kiosk=0").await;
    assert!(!page.body.contains(&note));
    let page = browser.get("/sign-in").await;
    assert!(!page.body.contains(&note));
    assert!(!page.body.contains("/kiosk.js"));
}

async fn everything_is_forgotten_at_the_end(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    browser.get("/sign-in?kiosk=1&lang=sv").await;
    browser.begin("nobody").await;
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let mut thief = browser.clone();
    let over = browser.get("/kiosk/over").await;
    assert_eq!(over.path, "/forgot-password");
    for name in [
        "rekey-flow",
        "rekey-session",
        "rekey-language",
        "rekey-said",
    ] {
        assert_eq!(browser.cookie(name), None, "{name}");
    }
    assert!(
        browser.cookie("rekey-kiosk").is_some(),
        "it is shared still"
    );
    assert!(
        !thief.is_signed_in().await,
        "the session has ended, not its cookie alone"
    );
}

async fn nobody_else_is_signed_out_by_a_link(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    browser.get("/kiosk/over").await;
    assert!(browser.is_signed_in().await);
    browser.get("/kiosk/over?kiosk=1").await;
    assert!(
        browser.is_signed_in().await,
        "a link cannot make it a shared machine and end it at once"
    );
}

async fn without_scripts_a_page_gives_up_by_itself(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    for (path, over) in [
        ("/sign-in?kiosk=1", "/kiosk/over?left=1"),
        ("/help/reset", "/kiosk/over?left=1"),
        // It stays as it is, and has nothing to tell.
        ("/forgot-password", "/kiosk/over"),
    ] {
        let page = browser.look(path).await;
        let refresh = format!(
            "<noscript><meta http-equiv=\"refresh\" content=\"60; url={over}\"></noscript>"
        );
        assert!(page.body.contains(&refresh), "{path}: {}", page.body);
    }
}

/// A shared machine at which anna is signed in and has begun a reset.
async fn with_anna(server: &Server) -> Browser {
    let mut browser = server.browser();
    browser.get("/sign-in?kiosk=1&lang=sv").await;
    browser.begin("anna.berg@demo.example").await;
    browser.sign_in("anna", &server.passwords["anna"]).await;
    assert!(browser.is_signed_in().await);
    browser
}

fn forgotten(language: Language) -> String {
    sentence(language, Text::IdentifyForgotten, &[])
}

async fn a_closed_page_is_forgotten_too(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    for path in ["/account", "/forgot-password/code", "/help", "/?kiosk=1"] {
        let mut browser = with_anna(&server).await;
        let mut thief = browser.clone();
        thief.get("/help?kiosk=0").await;
        server.advance(91).await;
        let page = browser.get(path).await;
        assert_eq!(page.path, "/forgot-password", "{path}");
        assert_eq!(page.notice(), forgotten(Language::En), "{path}");
        assert!(!page.body.contains("anna.berg"), "{path}");
        for name in ["rekey-flow", "rekey-session", "rekey-language"] {
            assert_eq!(browser.cookie(name), None, "{path}: {name}");
        }
        let page = browser.look("/account").await;
        assert_eq!(page.location(), "/sign-in", "{path}");
        assert!(!thief.is_signed_in().await, "{path}: the session has ended");
    }
}

async fn whoever_is_there_is_not_forgotten(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = with_anna(&server).await;
    // Somebody who types for minutes, as the page tells the server.
    for _ in 0..4 {
        server.advance(80).await;
        let request = browser.request(Method::GET, "/kiosk/here");
        let here = Browser::send("/kiosk/here", request).await;
        assert_eq!((here.status, here.body.as_str()), (204, ""));
        browser.keep(&here);
    }
    server.advance(80).await;
    assert!(browser.is_signed_in().await);
    // Elsewhere nothing of this is remembered.
    let mut other = server.browser();
    other.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let here = other.look("/kiosk/here").await;
    assert_eq!(here.set_cookies(), Vec::<String>::new());
    server.advance(200).await;
    assert!(other.is_signed_in().await);
}

async fn what_the_app_posts_too_late_is_answered_with_the_first_page(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = with_anna(&server).await;
    server.advance(91).await;
    let fields = [("token", ""), ("code", "123456")];
    let answer = browser
        .post_data("/api/forgot-password/code", &fields)
        .await;
    assert_eq!(answer.status, 401);
    let json = answer.json();
    assert_eq!(json["at"], "/forgot-password");
    assert_eq!(json["state"]["notice"], "forgotten");
    assert!(!answer.body.contains("anna"), "{}", answer.body);
    assert_eq!(browser.cookie("rekey-session"), None);
    // The page says too late that somebody is there.
    let mut browser = with_anna(&server).await;
    server.advance(91).await;
    let request = browser.request(Method::GET, "/kiosk/here");
    let here = Browser::send("/kiosk/here", request).await;
    assert_eq!(here.status, 401);
    browser.keep(&here);
    assert!(!browser.is_signed_in().await);
}

async fn a_machine_that_was_left_cannot_be_made_another(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = with_anna(&server).await;
    server.advance(91).await;
    let page = browser.get("/account?kiosk=0").await;
    assert_eq!(page.path, "/forgot-password");
    assert!(!browser.is_signed_in().await);
    // One that holds nothing is let go on, to where it was led.
    let mut browser = server.browser();
    browser.get("/sign-in?kiosk=1").await;
    server.advance(91).await;
    let page = browser.get("/help").await;
    assert_eq!(page.path, "/help");
}

async fn files_are_no_sign_of_anybody(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = with_anna(&server).await;
    server.advance(60).await;
    for path in ["/kiosk.js", "/favicon.svg", "/manifest.webmanifest"] {
        let file = browser.look(path).await;
        assert_eq!(file.set_cookies(), Vec::<String>::new(), "{path}");
    }
    server.advance(40).await;
    let file = browser.look("/kiosk.js").await;
    assert_eq!(file.set_cookies(), Vec::<String>::new());
    let page = browser.get("/account").await;
    assert_eq!(page.path, "/forgot-password");
}

async fn the_first_page_says_that_it_has_forgotten(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = with_anna(&server).await;
    let page = browser.get("/kiosk/over").await;
    assert_eq!(page.notice(), forgotten(Language::En));
    // Once: whoever stands before it a minute later has left nothing there.
    let page = browser.get("/kiosk/over").await;
    assert_eq!(page.notice(), "");
    for language in Language::ALL {
        browser = browser.speaking(language.tag());
        let page = browser.get("/kiosk/over?left=1").await;
        assert_eq!(page.path, "/forgot-password");
        assert_eq!(page.notice(), forgotten(language));
    }
}

async fn no_field_comes_back(engine: Engine) {
    let server = Setup::stopped(engine)
        .set("HELP__FEEDBACK", "true")
        .set("HELP__CONTROLLER", "The municipality")
        .set("HELP__PRIVACY_URL", "https://example.org/privacy")
        .set("RESET__ASK_POSTAL_CODE", "true")
        .start()
        .await;
    let pages = [
        "/sign-in",
        "/forgot-password",
        "/help/feedback?page=sign-in",
        "/account/security/password",
        "/account/security/name",
        "/account/security/mail",
        "/account/security/phone",
        "/account/confirm",
        "/stop/code",
    ];
    for (query, comes_back) in [("?kiosk=1", false), ("?kiosk=0", true)] {
        let mut browser = server.browser();
        browser.get(&format!("/sign-in{query}")).await;
        let mut filled_in = 0;
        let mut look = |page: &Page| {
            for field in fields(page) {
                let is_off = field.contains("autocomplete=\"off\"");
                assert!(is_off || comes_back, "{}: {field}", page.path);
                filled_in += usize::from(!is_off);
            }
        };
        for path in &pages[..2] {
            look(&browser.get(path).await);
        }
        look(&browser.begin("anna.berg@demo.example").await);
        browser.sign_in("anna", &server.passwords["anna"]).await;
        for path in &pages[2..] {
            let page = browser.look(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(!fields(&page).is_empty(), "{path}: {}", page.body);
            look(&page);
        }
        assert_eq!(filled_in > 8, comes_back, "{filled_in}");
    }
}

/// The fields of a page in which something can be written, as they stand in its markup.
fn fields(page: &Page) -> Vec<&str> {
    let tags = page.body.split('<').filter(|tag| {
        let kinds = ["hidden", "radio", "checkbox"].map(|kind| format!("type=\"{kind}\""));
        tag.starts_with("textarea")
            || (tag.starts_with("input") && kinds.iter().all(|kind| !tag.contains(kind)))
    });
    tags.map(|tag| tag.split('>').next().unwrap_or_default())
        .collect()
}

async fn recovery_codes_stay_off_its_disk(engine: Engine) {
    const FILE: &str = "/account/security/factor/codes/file";
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.get("/sign-in?kiosk=1").await;
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get(ACCOUNT_FACTOR).await;
    let page = browser.submit(&page, 0, &[]).await;
    let code = Phone::read(&page).code(&server, 0);
    let page = browser.submit(&page, 0, &[("totp", &code)]).await;
    assert_eq!(page.path, "/account/security/factor/codes");
    assert!(!page.body.contains(FILE), "{}", page.body);
    let file = browser.look(FILE).await;
    assert_eq!(file.location(), "/account/security/factor/codes");
    // Elsewhere they can be taken along.
    let mut own = browser.clone();
    let page = own.get("/account/security/factor/codes?kiosk=0").await;
    assert!(page.body.contains(FILE), "{}", page.body);
}
