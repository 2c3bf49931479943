//! An app or another site sends people here and gets them back, if its address is one of those that are allowed (journey row K9).

use crate::support::{Engine, GOOD, Setup, Smtp, english, on_both_engines};
use rekey::texts::Text;

on_both_engines!(an_allowed_place_is_led_back_to, no_other_place_is);

fn setup(engine: Engine, smtp: &Smtp) -> Setup {
    let allowed = "[accounts]\nreturn_urls = [\"https://app.example/start?from=rekey\", \"exampleapp://done\"]\n";
    Setup::new(engine).relay(smtp).config(allowed)
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
