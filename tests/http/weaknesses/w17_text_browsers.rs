//! W17: browsers that send `Referer` alone, as lynx and w3m do, reach every step.

use rekey::texts::Text;

use crate::malformed::send_raw;
use crate::support::html::all_between;
use crate::support::{
    ACCOUNT_FACTOR, Browser, Engine, GOOD, Page, Phone, Setup, Smtp, english, on_sqlite,
    recovery_codes,
};

on_sqlite!(
    w17_text_browsers_post,
    w17_a_language_leaves_no_query_behind,
    w17_no_form_stands_at_an_address_with_a_query,
    w17_bytes_that_are_no_text_stand_in_a_referer,
    w17_each_field_has_a_label_and_a_line,
    w17_no_rule_stands_in_any_way_before_something_is_typed,
    w17_cookies_come_back_from_lynx
);

async fn w17_text_browsers_post(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut browser = server.browser().referring();
    let page = browser.begin("anna").await;
    assert_eq!(page.path, "/forgot-password/code", "{}", page.heading());
    let letter = smtp.next().await;
    server.settle().await;
    let page = browser.give(&page, "000000").await;
    assert_eq!(page.path, "/forgot-password/code", "{}", page.heading());
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new", "{}", page.heading());
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{}", page.heading());
    let page = browser.sign_in("anna", GOOD).await;
    assert_eq!(page.path, "/account", "{}", page.heading());
    let page = browser.get("/account/security/sessions").await;
    let answer = browser
        .post(&page.form_to("/account/security/sessions"), &[])
        .await;
    assert_eq!(answer.status, 303, "{}", answer.heading());
    // The form's token is asked for as ever.
    let mut form = page.form_to("/account/security/sessions");
    form.hidden.retain(|(name, _)| name != "token");
    let answer = browser.post(&form, &[("token", "")]).await;
    let page = browser.follow(answer).await;
    assert!(!page.errors().is_empty(), "{}", page.text());
    let page = browser.get("/account").await;
    browser.submit(&page, 0, &[]).await;
    assert!(!browser.is_signed_in().await);
    // Nobody can make a browser send a referer of ours, but many can make it send another.
    for origin in [
        "https://evil.example",
        "http://127.0.0.1:1",
        "https://127.0.0.1",
    ] {
        let mut elsewhere = server.browser().referring();
        let page = elsewhere.get("/forgot-password").await;
        elsewhere.origin = origin.to_owned();
        let answer = elsewhere
            .post(&page.form(0), &[("identifier", "anna")])
            .await;
        assert_eq!(answer.status, 403, "{origin}");
    }
}

/// Of a page whose address has a query lynx sends no `Referer`.
async fn w17_a_language_leaves_no_query_behind(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser().referring();
    for (asked, led) in [
        ("/forgot-password?lang=nb", "/forgot-password"),
        ("/sign-in?lang=nb", "/sign-in"),
        ("/help/reset?lang=nb", "/help/reset"),
        (
            "/forgot-password?return=nonsense&lang=nb",
            "/forgot-password",
        ),
    ] {
        let answer = browser.look(asked).await;
        assert_eq!((answer.status, answer.location()), (303, led));
        let page = browser.follow(answer).await;
        assert!(page.body.contains(r#"<html lang="nb""#), "{}", page.body);
    }
    // Whoever comes to a later step without a flow is told where the form is, at an address without a query.
    for asked in ["/forgot-password?lost=1", "/forgot-password/code"] {
        let mut browser = server.browser().referring();
        let page = led(&mut browser, asked, true).await;
        assert_eq!(page.path, "/forgot-password", "{asked}");
        let said = english(Text::ProblemFlowMissing);
        assert!(page.shown().contains(&said), "{asked}: {}", page.text());
        let page = browser.get("/forgot-password").await;
        assert!(page.errors().is_empty(), "it is said once");
        // One that keeps no cookies is told too, and not led about for ever.
        let page = led(&mut browser, asked, false).await;
        assert!(page.shown().contains(&said), "{asked}: {}", page.text());
    }
    // It leads nowhere but to pages of ours, and elsewhere nothing changes.
    for path in ["//evil.example/?lang=nb", "/help//evil.example?lang=nb"] {
        let answer = browser.look(path).await;
        assert!(answer.status != 303, "{path}: {}", answer.location());
    }
    let answer = server.browser().look("/sign-in?lang=nb").await;
    assert_eq!(answer.status, 200, "other browsers need no second request");
}

/// The pages of an account that go by their address: what it says stands behind the path, and the post comes through.
async fn w17_no_form_stands_at_an_address_with_a_query(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut browser = server.browser().referring();
    let password = server.passwords["anna"].clone();
    // Asked for before anybody is signed in, and come to after it.
    let page = browser.get("/account/security").await;
    assert_eq!(page.path, "/sign-in");
    browser.sign_in("anna", &password).await;
    server.advance(6 * 60).await;
    let security = browser.get("/account/security").await;
    let link = security
        .body
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|href| href.contains("/mail?replace="))
        .expect("an address can be replaced")
        .to_owned();
    let asked = browser.get(&link).await;
    assert!(
        asked.path.starts_with("/account/confirm/-/"),
        "{}",
        asked.path
    );
    let answer = browser
        .post(&asked.form_to("/account/confirm"), &[("password", "wrong")])
        .await;
    let again = browser.follow(answer).await;
    assert!(!again.errors().is_empty(), "{}", again.text());
    assert!(!again.path.contains('?'), "{}", again.path);
    // Another language of the same page.
    let again = browser.get(&format!("{}?lang=nb", again.path)).await;
    assert_eq!((again.path.contains('?'), again.language()), (false, "nb"));
    let answer = browser
        .post(
            &again.form_to("/account/confirm"),
            &[("password", &password)],
        )
        .await;
    let replace = browser.follow(answer).await;
    assert!(
        replace.path.starts_with("/account/security/mail/-/"),
        "{}",
        replace.path
    );
    let form = replace.form_to("/account/security/mail");
    let id = link.split_once('=').unwrap().1;
    assert_eq!(form.value("replace"), id);
    let answer = browser.post(&form, &[("mail", "new@demo.example")]).await;
    assert_eq!(answer.location(), "/account/security/code");
    smtp.next().await;
    let page = browser
        .get(&format!("/account/security/remove?contact={id}"))
        .await;
    assert!(page.path.starts_with("/account/security/remove/-/"));
    assert_eq!((page.status, page.path.contains('?')), (200, false));
    // Without a page of that name there is none behind it either.
    for path in ["/account/nothing/-/61", "/nothing/-/61", "/account/-/zz"] {
        assert_eq!(browser.look(path).await.status, 404, "{path}");
    }
}

/// Without styles a field and what follows it stand on one line unless a block ends between them, and what is hidden is shown.
async fn w17_each_field_has_a_label_and_a_line(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut browser, new) = server.proved(&mut smtp, "anna").await;
    let sign_in = browser.get("/sign-in").await;
    let first = browser.get("/forgot-password").await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get(ACCOUNT_FACTOR).await;
    let page = browser.submit(&page, 0, &[]).await;
    let code = Phone::read(&page).code(&server, 0);
    let codes = browser.submit(&page, 0, &[("totp", &code)]).await;
    recovery_codes(&codes);
    server.advance(6 * 60).await;
    let confirm = browser.get("/account/confirm").await;
    for page in [new, sign_in, first, codes, confirm] {
        let body = &*page.body;
        assert!(!body.contains("type=\"button\""), "{}: {body}", page.path);
        for field in all_between(body, "<input", ">")
            .into_iter()
            .filter(is_typed_in)
        {
            let id = field
                .split_once(" id=\"")
                .and_then(|(_, rest)| rest.split_once('"'));
            let (id, _) = id.unwrap_or_else(|| panic!("{}: {field}", page.path));
            assert!(
                body.contains(&format!("<label for=\"{id}\"")),
                "{}: {id}",
                page.path
            );
        }
        for (at, _) in body.match_indices("<label ") {
            let before = body[..at].rsplit('<').find(|tag| !tag.starts_with('!'));
            let field = before.and_then(|tag| tag.strip_prefix("input"));
            assert!(
                !field.as_ref().is_some_and(is_typed_in),
                "{}: {field:?}",
                page.path
            );
        }
    }
}

/// Whether these are the attributes of a field for text.
fn is_typed_in(attributes: &&str) -> bool {
    let kinds = ["hidden", "radio", "checkbox"];
    !kinds
        .iter()
        .any(|kind| attributes.contains(&format!("type=\"{kind}\"")))
}

/// Without scripts nothing changes while somebody types.
async fn w17_no_rule_stands_in_any_way_before_something_is_typed(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (_, page) = server.proved(&mut smtp, "anna").await;
    let text = page.text();
    assert!(text.contains(&english(Text::NewRulesTitle)), "{text}");
    for state in [Text::NewMet, Text::NewUnmet, Text::NewLater] {
        let said = format!(" {}", english(state));
        assert!(
            !page.body.contains(&format!("<b>{}</b>", said.trim())),
            "{said}: {text}"
        );
    }
    let left = english(Text::NewRulesLeft);
    let (_, left) = left.rsplit_once('}').unwrap();
    assert!(!text.contains(left), "{text}");
}

/// w3m sends an address as it was typed, in whatever encoding the terminal has.
async fn w17_bytes_that_are_no_text_stand_in_a_referer(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let host = server.base.trim_start_matches("http://");
    let body = "identifier=anna";
    for (referer, status) in [
        (&b"/forgot-password?q=k\xe5re"[..], "303"),
        (b"/\xff\xfe", "303"),
        (b".evil.example/\xe5", "403"),
        (b"\xe5/", "403"),
    ] {
        let head = format!(
            "POST /api/forgot-password/identify HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nreferer: {}",
            body.len(),
            server.base
        );
        let tail = format!("\r\n\r\n{body}");
        let request = [head.as_bytes(), referer, tail.as_bytes()].concat();
        let answer = send_raw(&server, &request).await;
        let said = referer.escape_ascii();
        assert_eq!(answer.split(' ').nth(1), Some(status), "{said}");
    }
}

/// lynx takes an attribute that it does not know for another cookie, and whatever stands behind it for that one's.
async fn w17_cookies_come_back_from_lynx(engine: Engine) {
    let smtp = Smtp::start();
    for production in [false, true] {
        let setup = Setup::new(engine);
        let server = if production {
            setup.production(&smtp).start().await
        } else {
            setup.start().await
        };
        let mut browser = server.browser();
        let page = browser.look("/forgot-password?lang=nb").await;
        let begun = browser.post(&page.form(0), &[("identifier", "anna")]).await;
        let cookies = [page.set_cookies(), begun.set_cookies()].concat();
        assert!(cookies.len() >= 2, "{cookies:?}");
        for cookie in cookies {
            let attributes: Vec<&str> = cookie.split("; ").collect();
            assert_eq!(attributes[1], "Path=/", "{cookie}");
            assert_eq!(attributes.last(), Some(&"SameSite=Lax"), "{cookie}");
            assert!(attributes.contains(&"HttpOnly"), "{cookie}");
            assert_eq!(attributes.contains(&"Secure"), production, "{cookie}");
        }
    }
}

/// Follows to where an address leads, as w3m does: two redirections in a row from one path are a loop to it.
async fn led(browser: &mut Browser, asked: &str, keeps_cookies: bool) -> Page {
    let (mut place, mut before) = (asked.to_owned(), String::new());
    loop {
        if !keeps_cookies {
            browser.jar.clear();
        }
        let answer = browser.look(&place).await;
        if answer.status != 303 {
            assert_eq!(answer.status, 200, "{asked}: {place}");
            return answer;
        }
        let path = place.split('?').next().unwrap().to_owned();
        assert_ne!(path, before, "{asked}: {place} is a loop");
        before = path;
        place = answer.location().to_owned();
    }
}
