//! F33: a proxy that adds `Referrer-Policy: no-referrer` makes browsers send `Origin: null`; and everything else that says where a post
//! comes from, together with everything else.

use reqwest::Method;

use crate::feedback::asking;
use crate::malformed::POSTS;
use crate::support::{Browser, Engine, Server, Setup, Smtp, on_sqlite};

on_sqlite!(
    f33_a_plain_form_passes_behind_a_proxy_that_hides_referrers,
    f33_every_way_to_say_where_a_post_comes_from
);

/// Places of the server's own pages besides those that the browser's half posts to.
const DRAWN: [&str; 4] = [
    "/help/feedback",
    "/account/security/name",
    "/sign-in/factor",
    "/stop",
];

async fn f33_a_plain_form_passes_behind_a_proxy_that_hides_referrers(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser().with("sec-fetch-site", "same-origin");
    browser.origin = "null".to_owned();
    let page = browser.begin("anna").await;
    assert_eq!(page.path, "/forgot-password/code", "{}", page.heading());
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(page.path, "/account", "{}", page.heading());
}

/// What an origin or a referer says, with `OURS` for our own origin; and whether it is ours.
const ORIGINS: [(&[&str], bool); 9] = [
    (&[], false),
    (&["OURS"], true),
    (&["null"], false),
    (&["https://evil.example"], false),
    (&["OURS.evil.example"], false),
    (&["OURS/"], false),
    (&[""], false),
    (&["OURS", "OURS"], false),
    (&["OURS", "https://evil.example"], false),
];

const REFERERS: [(&[&str], bool); 10] = [
    (&[], false),
    (&["OURS/sign-in?next=%2F"], true),
    (&["OURS"], true),
    (&["https://evil.example/"], false),
    (&["OURS.evil.example/"], false),
    (&["https://evil.example/OURS"], false),
    (&["/sign-in"], false),
    (&["null"], false),
    (&["OURS/", "OURS/"], false),
    (&["https://evil.example/", "OURS/"], false),
];

const SITES: [&[&str]; 8] = [
    &[],
    &["same-origin"],
    &["none"],
    &["same-site"],
    &["cross-site"],
    &["SAME-ORIGIN"],
    &["same-origin", "same-origin"],
    &["cross-site", "same-origin"],
];

/// What is right, written out anew.
fn passes(site: &[&str], origin: (&[&str], bool), referer: (&[&str], bool)) -> bool {
    if site.len() > 1 || origin.0.len() > 1 || referer.0.len() > 1 {
        return false;
    }
    match (site.first(), origin.0.first()) {
        (Some(&"same-origin"), None | Some(&"null")) => true,
        (Some(&("same-origin" | "none")) | None, Some(_)) => origin.1,
        (None, None) => referer.1,
        _ => false,
    }
}

async fn matrix(server: &Server, path: &str) {
    let browser = server.browser();
    for site in SITES {
        for origin in ORIGINS {
            for referer in REFERERS {
                let mut request = browser
                    .request(Method::POST, path)
                    .header("accept", "text/html")
                    .form(&[("identifier", "")]);
                let said = [
                    ("sec-fetch-site", site),
                    ("origin", origin.0),
                    ("referer", referer.0),
                ];
                for (name, values) in said {
                    for value in values {
                        request = request.header(name, value.replace("OURS", &browser.origin));
                    }
                }
                let answer = Browser::send(path, request).await;
                assert_eq!(
                    answer.status != 403,
                    passes(site, origin, referer),
                    "{path}: {said:?}: {}",
                    answer.status
                );
            }
        }
    }
}

async fn f33_every_way_to_say_where_a_post_comes_from(engine: Engine) {
    let smtp = Smtp::start();
    let production = Setup::new(engine).production(&smtp).start().await;
    matrix(&production, POSTS[0]).await;
    let server = asking(engine).start().await;
    for path in [POSTS[5], DRAWN[0]] {
        matrix(&server, path).await;
    }
    // Every other place by the few that matter.
    for path in POSTS.iter().chain(&DRAWN) {
        for (name, value, expected) in [
            ("referer", "OURS/sign-in", true),
            ("referer", "https://evil.example/", false),
            ("origin", "null", false),
            ("origin", "OURS", true),
            ("sec-fetch-site", "same-site", false),
            ("sec-fetch-site", "none", false),
            ("sec-fetch-site", "same-origin", true),
        ] {
            let browser = server.browser();
            let request = browser
                .request(Method::POST, path)
                .header("accept", "text/html")
                .header(name, value.replace("OURS", &browser.origin))
                .form(&[("identifier", "")]);
            let answer = Browser::send(path, request).await;
            assert_eq!(answer.status != 403, expected, "{path}: {name}: {value}");
        }
    }
}
