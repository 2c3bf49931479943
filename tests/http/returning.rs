//! An app or another site sends people here and gets them back, if its address is one of those that are allowed (journey row K9).

use crate::support::{Engine, GOOD, Page, Phone, Setup, Smtp, english, on_sqlite, recovery_codes};
use rekey::texts::Text;

on_sqlite!(
    an_allowed_place_is_led_back_to,
    no_other_place_is,
    sign_in_leads_back_to_a_site,
    sign_in_offers_the_way_back_to_an_app,
    the_second_factor_leads_back_too,
    one_that_is_set_up_leads_back_once_its_codes_are_saved,
    whoever_must_change_the_password_is_led_back_later
);

fn setup(engine: Engine, smtp: &Smtp) -> Setup {
    let allowed = "[accounts]\nreturn_urls = [\"https://app.example/start?from=rekey\", \"exampleapp://done\"]\n";
    Setup::stopped(engine).relay(smtp).config(allowed)
}

async fn an_allowed_place_is_led_back_to(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    for (asked, place) in [
        (
            "https%3A%2F%2Fapp.example%2Fstart%3Ffrom%3Drekey",
            "https://app.example/start?from=rekey",
        ),
        ("exampleapp%3A%2F%2Fdone", "exampleapp://done"),
    ] {
        let mut browser = server.browser();
        let page = browser
            .get(&format!("/forgot-password?lang=nb&return={asked}"))
            .await;
        assert_eq!(page.language(), "nb");
        let page = browser.submit(&page, 0, &[("identifier", "anna")]).await;
        let letter = smtp.next().await;
        let page = browser.give(&page, &letter.code()).await;
        let password = if place.starts_with("https") {
            GOOD
        } else {
            crate::support::OTHER_GOOD
        };
        let page = browser.choose(&page, password).await;
        assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
        assert!(
            page.body.contains(&format!("href=\"{place}\"")),
            "{place}: {}",
            page.body
        );
        assert_eq!(smtp.next().await.code_if_any(), None, "the notice");
        server.settle().await;
    }
}

async fn no_other_place_is(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let mut browser = server.browser();
    for asked in [
        "https://evil.example/",
        "https://app.example/",
        "https://app.example/start?from=rekey&more=1",
        "https://app.example.evil.example/start?from=rekey",
        "javascript:alert(1)",
        "//evil.example",
        "exampleapp://other",
    ] {
        let query: String = url::form_urlencoded::byte_serialize(asked.as_bytes()).collect();
        let page = browser
            .look(&format!("/forgot-password?return={query}"))
            .await;
        assert_eq!(page.status, 200, "{asked}");
        assert_eq!(browser.cookie("rekey-return"), None, "{asked}");
    }
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let page = browser.choose(&page, GOOD).await;
    assert!(!page.text().contains(&english(Text::DoneToReturn)));
}

const SITE: &str = "https://app.example/start?from=rekey";

fn asking(page: &str, place: &str) -> String {
    let place: String = url::form_urlencoded::byte_serialize(place.as_bytes()).collect();
    format!("{page}?return={place}")
}

async fn sign_in_leads_back_to_a_site(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let password = server.passwords["anna"].clone();
    let right = [("identifier", "anna"), ("password", &*password)];
    let mut browser = server.browser();
    let page = browser.get(&asking("/sign-in", SITE)).await;
    // Browsers hold the redirection after a form against the policy of its page.
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self' https://app.example;"),
        "{policy}"
    );
    let wrong = [("identifier", "anna"), ("password", "fel")];
    let page = browser.submit(&page, 0, &wrong).await;
    assert_eq!(page.path, "/sign-in");
    let answer = browser.post(&page.form(0), &right).await;
    assert_eq!((answer.status, answer.location()), (303, SITE));
    assert!(browser.is_signed_in().await);
    assert_eq!(browser.cookie("rekey-return"), None, "once only");
    // Somebody who is signed in already is not sent there: the site would send them here again.
    let page = browser.get(&asking("/sign-in", SITE)).await;
    assert_eq!(page.path, "/account");
    assert!(
        page.body.contains(&format!("href=\"{SITE}\"")),
        "{}",
        page.body
    );
    // The browser's half goes there by itself.
    let mut other = server.browser();
    other.look(&asking("/forgot-password", SITE)).await;
    let answer = other.post_data("/api/sign-in", &right).await;
    assert_eq!(answer.json()["at"], SITE);
    assert_eq!(other.cookie("rekey-return"), None);
    // Nowhere else.
    let mut third = server.browser();
    let page = third
        .get(&asking("/sign-in", "https://evil.example/"))
        .await;
    let answer = third.post(&page.form(0), &right).await;
    assert_eq!(answer.location(), "/account");
}

async fn sign_in_offers_the_way_back_to_an_app(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let mut browser = server.browser();
    browser.look(&asking("/sign-in", "exampleapp://done")).await;
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(page.path, "/account");
    assert!(
        page.body.contains("href=\"exampleapp://done\""),
        "{}",
        page.body
    );
    assert!(page.text().contains(&english(Text::DoneToReturn)));
}

/// Browsers follow the redirection after the page's form to the site.
fn may_lead_there(page: &Page) {
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self' https://app.example;"),
        "{policy}"
    );
}

async fn the_second_factor_leads_back_too(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let mut browser = server.browser();
    browser.look(&asking("/sign-in", SITE)).await;
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(page.path, "/sign-in/factor");
    may_lead_there(&page);
    let code = phone.fresh(&server).await;
    let answer = browser.post(&page.form(0), &[("totp", &code)]).await;
    assert_eq!((answer.status, answer.location()), (303, SITE));
    assert!(browser.is_signed_in().await);
    assert_eq!(browser.cookie("rekey-return"), None, "once only");
}

async fn one_that_is_set_up_leads_back_once_its_codes_are_saved(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let mut browser = server.browser();
    browser.look(&asking("/sign-in", SITE)).await;
    let page = browser.sign_in("grace", &server.passwords["grace"]).await;
    assert_eq!(page.path, "/sign-in/set-up");
    let page = browser.submit(&page, 0, &[]).await;
    let code = Phone::read(&page).code(&server, 0);
    let page = browser.submit(&page, 0, &[("totp", &code)]).await;
    assert_eq!(recovery_codes(&page).len(), 10);
    may_lead_there(&page);
    let saved = [("saved", "yes")];
    let answer = browser.post(&page.form(0), &saved).await;
    assert_eq!((answer.status, answer.location()), (303, SITE));
    assert!(browser.is_signed_in().await);
    assert_eq!(browser.cookie("rekey-return"), None, "once only");
}

async fn whoever_must_change_the_password_is_led_back_later(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let mut browser = server.browser();
    browser.look(&asking("/sign-in", SITE)).await;
    let page = browser.sign_in("maja", &server.passwords["maja"]).await;
    assert_eq!(page.path, "/forgot-password/new");
    let page = browser.choose(&page, GOOD).await;
    assert!(
        page.body.contains(&format!("href=\"{SITE}\"")),
        "{}",
        page.body
    );
    // The change has signed in already: the link of the last page leads back.
    assert!(browser.is_signed_in().await);
}
