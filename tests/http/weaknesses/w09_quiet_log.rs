//! W9, and "quiet logs": no request of a stranger, nor of somebody who is signed in, is answered with a fault or makes a line of level ERROR.

mod routes;

use reqwest::Method;

use crate::feedback::asking;
use crate::malformed::send_raw;
use crate::support::{Browser, Engine, Server, Setup, Smtp, on_both_engines};
use routes::{filled_in, routes};

on_both_engines!(
    w09_nul_and_long_paths_are_no_fault,
    w09_nothing_at_any_route_is_a_fault
);

/// Every field that a form of ours has.
const FIELDS: [&str; 27] = [
    "account",
    "answer",
    "channel",
    "code",
    "confirm_password",
    "contact",
    "do",
    "form",
    "identifier",
    "lang",
    "mail",
    "name",
    "new_password",
    "next",
    "page",
    "password",
    "phone",
    "postal_code",
    "replace",
    "return",
    "robot",
    "robot_proof",
    "session",
    "stop_code",
    "totp",
    "words",
    "x",
];

/// What nobody means to send, percent-encoded.
const JUNK: [&str; 16] = [
    "%00",
    "anna%00",
    "%2500",
    "%ff%fe",
    "%",
    "%zz",
    "",
    "%27%22%3C%3E%5C",
    "99999999999999999999999",
    "-1",
    "%F0%9F%90%9F%E2%80%AE%EF%BB%BF",
    "anna%40demo.example%0D%0Abcc%3A+x",
    "..%2F..%2Fetc%2Fpasswd",
    "%5B%5D",
    "eyJhIjpudWxsfQ%3D%3D",
    "%EF%BF%BF%ED%A0%80",
];

fn form(token: &str, junk: &str) -> String {
    let fields = FIELDS.iter().map(|field| format!("&{field}={junk}"));
    format!("token={token}{}", fields.collect::<String>())
}

async fn post(browser: &Browser, path: &str, accept: &str, body: String) -> u16 {
    let request = browser
        .request(Method::POST, path)
        .header("accept", accept)
        .header("origin", &browser.origin)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    Browser::send(path, request).await.status
}

async fn get(browser: &Browser, path: &str) -> u16 {
    let request = browser
        .request(Method::GET, path)
        .header("accept", "text/html");
    Browser::send(path, request).await.status
}

/// Fails where the log holds a line of level ERROR.
async fn assert_quiet(server: &Server) {
    // The id of a request is random, and may begin with "panic".
    let wrong = |line: &str| line.contains("\"ERROR\"") || line.contains("panicked at");
    let wrong = server.logged(wrong).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn w09_nul_and_long_paths_are_no_fault(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get("/account/security/name").await;
    let token = page.form(0).value("token").to_owned();
    for value in ["%00", "a%00", "%00a", "%2500"] {
        let body = format!("token={token}&session={value}");
        let status = post(&browser, "/account/security/sessions", "text/html", body).await;
        let expected = if value == "%2500" { 303 } else { 400 };
        assert_eq!(status, expected, "session={value}");
    }
    let nonsense = "/forgot-password?lang=%00&return=%00&lost=%00";
    assert_eq!(get(&server.browser(), nonsense).await, 200);
    assert_eq!(get(&browser, "/help/%00").await, 404);
    for length in [200, 255, 256, 257, 300, 1000, 4000, 5000, 20_000] {
        let long = "a".repeat(length);
        for path in [
            format!("/{long}"),
            format!("/pkg/{long}"),
            format!("/{long}/{long}"),
            format!("/{}", "a/".repeat(length)),
            format!("/favicon.svg/{long}"),
            format!("/{}", "%C3%A5".repeat(length.min(4000))),
        ] {
            assert_eq!(get(&browser, &path).await, 404, "{length}");
        }
    }
    for path in ["/favicon.svg/x", "/pkg", "/pkg/", "//pkg"] {
        let request = browser
            .request(Method::GET, path)
            .header("accept", "text/html");
        let answer = Browser::send(path, request).await;
        assert_eq!(
            answer.status,
            404,
            "{path}: {:?}",
            answer.header("location")
        );
    }
    assert_quiet(&server).await;
}

async fn w09_nothing_at_any_route_is_a_fault(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = asking(engine)
        .relay(&smtp)
        .set("RESET__ROBOT_CHECK", "always")
        .set("RESET__PROVE_BY", "mail_code,mail_link")
        .start()
        .await;
    let (begun, token) = begin(&server).await;
    // Without a proof the look-up comes later.
    server.advance(60).await;
    smtp.next().await;
    let routes = routes();
    assert!(routes.len() > 45, "{routes:?}");
    for route in &routes {
        let stranger = server.browser();
        let signed_in = sign_in(&server).await;
        let mut browsers = vec![(&stranger, "x"), (&begun, token.as_str())];
        browsers.push((&signed_in.0, &signed_in.1));
        for (browser, token) in browsers {
            for junk in JUNK {
                let at = filled_in(route, junk);
                assert!(
                    get(browser, &format!("{at}?{}", form(token, junk))).await < 500,
                    "{at} {junk}"
                );
                let body = form(token, junk);
                for accept in ["text/html", "application/json"] {
                    let status = post(browser, &at, accept, body.clone()).await;
                    assert!(status < 500, "{status}: POST {at} {accept} {body}");
                }
            }
            let at = filled_in(route, "a");
            for body in [
                String::new(),
                "&&==&".to_owned(),
                "a".repeat(16 * 1024),
                "token=a&token=b&session=&session=".to_owned(),
            ] {
                assert!(post(browser, &at, "text/html", body).await < 500, "{at}");
            }
            cookies(browser, &at).await;
        }
        headers(&server, &filled_in(route, "a")).await;
    }
    server.settle().await;
    assert_quiet(&server).await;
}

/// A browser in the middle of a reset, and the token of its form.
async fn begin(server: &Server) -> (Browser, String) {
    let mut browser = server.browser();
    let page = browser.get("/forgot-password").await;
    let fields = [("identifier", "anna"), ("robot", "on")];
    let page = browser.submit(&page, 0, &fields).await;
    assert_eq!(page.path, "/forgot-password/code", "{:?}", page.errors());
    let token = page
        .form_to("/api/forgot-password/code")
        .value("token")
        .to_owned();
    (browser, token)
}

/// A browser that is signed in, and the token of its forms.
async fn sign_in(server: &Server) -> (Browser, String) {
    let mut browser = server.browser();
    browser.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let page = browser.get("/account/security/name").await;
    let token = page.form(0).value("token").to_owned();
    (browser, token)
}

/// Each of our cookies with something that we never put into it.
async fn cookies(browser: &Browser, path: &str) {
    let names = [
        "flow", "session", "device", "sign-in", "link", "stop", "said", "written", "codes",
        "return", "wanted", "language",
    ];
    for value in [
        "a",
        "%00",
        "AAAA",
        "a.b.c",
        "å",
        "\"",
        "AAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let mut odd = browser.clone();
        for name in names {
            odd.jar.insert(format!("rekey-{name}"), value.to_owned());
        }
        assert!(get(&odd, path).await < 500, "{path} {value}");
        let body = form("x", "a");
        assert!(
            post(&odd, path, "text/html", body).await < 500,
            "{path} {value}"
        );
    }
}

/// Requests that are not even HTTP, and headers that say nothing.
async fn headers(server: &Server, path: &str) {
    let host = server.base.trim_start_matches("http://");
    let junk = [
        "range: bytes=9999999999-1\r\nif-modified-since: x\r\nif-none-match: \"\r\n",
        "accept-language: \u{e5},;q=x\r\nuser-agent: \u{e5}\r\nx-forwarded-for: \u{e5}\r\n",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "content-length: -1\r\n",
        "expect: x\r\nupgrade: h2c\r\nconnection: upgrade\r\n",
        "content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "content-type: application/x-www-form-urlencoded\r\ncontent-length: 0\r\n",
    ];
    for method in [
        "GET", "POST", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "X\u{7f}",
    ] {
        for lines in junk {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nhost: {host}\r\norigin: {}\r\nconnection: close\r\n{lines}\r\n",
                server.base
            );
            let answer = send_raw(server, request.as_bytes()).await;
            let status: u16 = answer
                .split(' ')
                .nth(1)
                .and_then(|code| code.parse().ok())
                .unwrap_or(0);
            assert!(status < 500, "{method} {path} {lines}: {answer}");
        }
    }
}
