//! `?kiosk=1`: a shared machine keeps nothing, leads nowhere else, and forgets when it is told to (the minute itself is in
//! end2end/tests/walk-help.spec.ts).

use rekey::texts::{Language, ServerText};

use crate::help::says;
use crate::support::{ACCOUNT_FACTOR, Engine, Page, Phone, Setup, on_sqlite};

on_sqlite!(
    no_cookie_outlives_the_browser,
    nothing_leads_out,
    it_lasts_until_it_is_left,
    everything_is_forgotten_at_the_end,
    nobody_else_is_signed_out_by_a_link,
    without_scripts_a_page_gives_up_by_itself,
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
    for path in ["/sign-in?kiosk=1", "/help/reset"] {
        let page = browser.look(path).await;
        let refresh =
            "<noscript><meta http-equiv=\"refresh\" content=\"60; url=/kiosk/over\"></noscript>";
        assert!(page.body.contains(refresh), "{path}");
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
