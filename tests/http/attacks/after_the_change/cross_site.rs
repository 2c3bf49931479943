//! What another site makes a browser do: post to us, show us in a frame, sign somebody in as the attacker.

use rekey::texts::Text;
use reqwest::Method;

use super::super::Stored;
use crate::malformed::POSTS;
use crate::support::{Browser, Engine, Form, GOOD, Page, Server, Setup, Smtp, english, on_sqlite};

on_sqlite!(a47_csrf_and_framing);

async fn a47_csrf_and_framing(engine: Engine) {
    posts_from_elsewhere_are_refused(engine).await;
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    nobody_is_signed_out(&server).await;
    nobody_is_signed_in_as_the_attacker(&server).await;
    no_step_is_taken(&server, &mut smtp).await;
    stored.is_unchanged(&server).await;
}

/// `Sec-Fetch-Site`, whether `Origin` is ours, some other one, or missing; and whether it passes.
const MATRIX: [(Option<&str>, Option<&str>, bool); 18] = [
    (Some("same-origin"), Some("ours"), true),
    (Some("same-origin"), None, true),
    (Some("same-origin"), Some("https://evil.example"), false),
    (Some("same-origin"), Some("null"), true),
    (Some("none"), Some("ours"), true),
    (Some("none"), Some("null"), false),
    (Some("none"), None, false),
    (Some("same-site"), Some("ours"), false),
    (Some("same-site"), Some("https://evil.example"), false),
    (Some("same-site"), None, false),
    (Some("cross-site"), Some("ours"), false),
    (Some("cross-site"), Some("https://evil.example"), false),
    (Some("cross-site"), Some("null"), false),
    (Some("cross-site"), None, false),
    (None, Some("ours"), true),
    (None, Some("https://evil.example"), false),
    (None, Some("null"), false),
    (None, None, false),
];

async fn matrix(server: &Server, paths: &[&str]) {
    let browser = server.browser();
    for path in paths {
        for (site, origin, passes) in MATRIX {
            for accept in ["text/html", "application/json"] {
                let mut request = browser
                    .request(Method::POST, path)
                    .header("accept", accept)
                    .form(&[("seconds", "0"), ("identifier", "")]);
                if let Some(site) = site {
                    request = request.header("sec-fetch-site", site);
                }
                if let Some(origin) = origin {
                    let origin = if origin == "ours" {
                        &browser.origin
                    } else {
                        origin
                    };
                    request = request.header("origin", origin);
                }
                let answer = Browser::send(path, request).await;
                assert_eq!(answer.status != 403, passes, "{path} {site:?} {origin:?}");
                if !passes && accept == "text/html" {
                    assert_eq!(answer.heading(), english(Text::ErrorPageRefusedTitle));
                }
            }
        }
    }
}

async fn posts_from_elsewhere_are_refused(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).start().await;
    matrix(&server, &POSTS).await;
    matrix(&server, &["/dev/clock"]).await;
    let server = Setup::new(engine).production(&smtp).start().await;
    matrix(&server, &POSTS).await;
}

/// A browser that is signed in stays so.
async fn nobody_is_signed_out(server: &Server) {
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    let form = page.form(0);
    assert_eq!(form.action, "/api/sign-out");
    assert_eq!(from_elsewhere(&browser, &form, &[]).await.status, 403);
    assert!(browser.is_signed_in().await);
}

/// A post as a page of another site makes it: with the cookies, and without our origin.
async fn from_elsewhere(browser: &Browser, form: &Form, fields: &[(&str, &str)]) -> Page {
    let mut elsewhere = browser.clone();
    elsewhere.origin = "https://evil.example".to_owned();
    elsewhere.post(form, fields).await
}

/// Whoever does not know that somebody else is signed in writes their secrets into that account.
async fn nobody_is_signed_in_as_the_attacker(server: &Server) {
    let mut victim = server.browser();
    let form = victim.get("/sign-in").await.form(0);
    let his = [
        ("identifier", "bjorn"),
        ("password", &server.passwords["bjorn"]),
    ];
    let answer = from_elsewhere(&victim, &form, &his).await;
    assert_eq!(answer.status, 403);
    assert!(answer.set_cookies().is_empty());
    assert!(!victim.is_signed_in().await);
    // Nor is the victim put into a flow that the attacker began.
    let form = victim.get("/forgot-password").await.form(0);
    let answer = from_elsewhere(&victim, &form, &[("identifier", "bjorn")]).await;
    assert_eq!(answer.status, 403);
    assert!(answer.set_cookies().is_empty());
    let page = victim.get("/forgot-password/code").await;
    assert_eq!(page.path.split('?').next(), Some("/forgot-password"));
}

/// Not even with the form's token, which another site cannot know.
async fn no_step_is_taken(server: &Server, smtp: &mut Smtp) {
    let (mut victim, page, letter) = server.mailed(smtp, "anna").await;
    assert_unframed(&page);
    let form = page.form_to("/api/forgot-password/code");
    let fields = [("code", &*letter.code())];
    assert_eq!(from_elsewhere(&victim, &form, &fields).await.status, 403);
    server.advance(31).await;
    let form = page.form_to("/api/forgot-password/resend");
    assert_eq!(from_elsewhere(&victim, &form, &[]).await.status, 403);
    let page = victim.give(&page, &letter.code()).await;
    assert_unframed(&page);
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let answer = from_elsewhere(&victim, &page.form(0), &both).await;
    assert_eq!(answer.status, 403);
    assert_eq!(smtp.taken(), 1);
    for path in ["/forgot-password", "/sign-in", "/help", "/nope", "/healthz"] {
        assert_unframed(&victim.look(path).await);
    }
    victim.sign_in("anna", &server.passwords["anna"]).await;
    assert_unframed(&victim.get("/account").await);
}

fn assert_unframed(page: &Page) {
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'none'"), "{}", page.path);
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
}
