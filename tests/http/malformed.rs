//! Requests that nobody's browser sends: too long, not UTF-8, the wrong method, unknown paths (STANDARDS A12, J13, J14, K04, K05).

use rekey::texts::{Language, Text};
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Browser, Engine, Page, Server, Setup, on_sqlite, sentence};

on_sqlite!(
    bodies_have_a_limit,
    what_is_not_a_form_is_refused,
    what_is_not_utf8_is_refused,
    a_form_says_that_it_is_one,
    server_functions_answer_posts_only,
    unknown_paths_have_a_page_in_the_persons_language,
    well_known_paths_lead_where_they_should,
    nothing_tells_what_it_is_made_of,
    a_request_has_a_number
);

/// The places that forms are posted to.
pub const POSTS: [&str; 7] = [
    "/api/forgot-password/identify",
    "/api/forgot-password/code",
    "/api/forgot-password/resend",
    "/api/forgot-password/new",
    "/api/password-advice",
    "/api/sign-in",
    "/api/sign-out",
];

const FORM: &str = "application/x-www-form-urlencoded";

async fn post_bytes(browser: &Browser, path: &str, kind: &str, body: Vec<u8>) -> Page {
    let request = browser
        .request(Method::POST, path)
        .header("accept", "text/html")
        .header("origin", &browser.origin)
        .header("content-type", kind)
        .body(body);
    Browser::send(path, request).await
}

async fn bodies_have_a_limit(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let head = |path: &str, length: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\norigin: {}\r\naccept: text/html\r\naccept-language: en\r\n\
             content-type: {FORM}\r\n{length}\r\nconnection: close\r\n\r\n",
            server.base.trim_start_matches("http://"),
            server.base
        )
    };
    for path in POSTS {
        for size in [17 * 1024, 1024 * 1024] {
            // Refused for the length that it announces, before any of it is sent.
            let length = format!("content-length: {size}");
            let answer = send_raw(&server, head(path, &length).as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
            let title = sentence(Language::En, Text::ErrorPageMalformedTitle, &[]);
            assert!(answer.contains(&format!("<h1>{title}</h1>")));
        }
    }
    // The same without saying beforehand how much it is.
    let chunk = "a".repeat(1000);
    let head = head(POSTS[0], "transfer-encoding: chunked");
    let body = format!("3e8\r\n{chunk}\r\n").repeat(17);
    let raw = format!("{head}{body}0\r\n\r\n");
    let answer = send_raw(&server, raw.as_bytes()).await;
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert!(
        !answer.contains("location: /forgot-password/code"),
        "{answer}"
    );
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 0);
}

/// Sends bytes and reads what comes back.
pub async fn send_raw(server: &Server, bytes: &[u8]) -> String {
    let address = server.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn what_is_not_a_form_is_refused(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let browser = server.browser();
    let bodies: [(&str, &[u8]); 3] = [
        (FORM, b"identifier%5B%5D=anna&identifier%5B%5D=bjorn"),
        ("application/json", b"{\"identifier\":[\"anna\",\"bjorn\"]}"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
    ];
    for path in POSTS {
        for (kind, body) in bodies {
            let answer = post_bytes(&browser, path, kind, body.to_vec()).await;
            // A field that is not read is an empty field, for which the page says so.
            let refused = (400..500).contains(&answer.status) || answer.status == 303;
            assert!(refused, "{path} {kind} {body:?}: {}", answer.status);
            assert_ne!(
                answer.header("location"),
                Some("/forgot-password/code"),
                "{kind}"
            );
        }
    }
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 0);
    assert!(!server.whole_log().await.contains("panic"));
}

async fn what_is_not_utf8_is_refused(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let browser = server.browser();
    let bodies: [&[u8]; 3] = [
        b"identifier=\xff\xfe",
        b"identifier=%ff%fe",
        b"identifier=anna&\xc3\x28=\xa0\xa1",
    ];
    for path in POSTS {
        for body in bodies {
            let answer = post_bytes(&browser, path, FORM, body.to_vec()).await;
            // Either at once, or by the page, which says what is wrong with the field.
            let led_on = answer.header("location") == Some("/forgot-password/code");
            let refused = (400..500).contains(&answer.status) || answer.status == 303 && !led_on;
            let body = body.escape_ascii();
            assert!(
                refused,
                "{path} {body}: {} {:?}",
                answer.status,
                answer.header("location")
            );
        }
    }
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 0);
}

async fn a_form_says_that_it_is_one(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let browser = server.browser();
    for kind in ["text/plain", "application/octet-stream", "text/html"] {
        let answer = post_bytes(&browser, POSTS[0], kind, b"identifier=anna".to_vec()).await;
        assert!(
            (400..500).contains(&answer.status),
            "{kind}: {}",
            answer.status
        );
    }
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 0);
}

async fn server_functions_answer_posts_only(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let browser = server.browser();
    for path in POSTS {
        for method in [
            Method::GET,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
            Method::HEAD,
        ] {
            let request = browser
                .request(method.clone(), &format!("{path}?identifier=anna"))
                .header("accept", "text/html")
                .header("origin", &browser.origin);
            let answer = Browser::send(path, request).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(
                answer.header("cache-control"),
                Some("no-store, no-transform")
            );
        }
    }
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 0);
}

async fn unknown_paths_have_a_page_in_the_persons_language(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let paths = [
        "/nope",
        "/reset/x.css",
        "/forgot-password/nope",
        "/forgot-password/nope/",
        "/pkg/nope.js",
        "/.git/config",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/metrics",
        "/Leptos.toml",
    ];
    for language in Language::ALL {
        let mut browser = server.browser().speaking(language.tag());
        for path in paths {
            let page = browser.look(path).await;
            assert_eq!(page.status, 404, "{path}");
            assert_eq!(page.language(), language.tag());
            assert_eq!(
                page.heading(),
                sentence(language, Text::ErrorPageNotFoundTitle, &[])
            );
            assert_eq!(page.header("cache-control"), Some("no-store, no-transform"));
            assert!(
                page.body.contains("href=\"/help/changed-contact\""),
                "there is a way out"
            );
        }
        // A program gets no page.
        let request = browser
            .request(Method::GET, "/nope")
            .header("accept", "*/*");
        let data = Browser::send("/nope", request).await;
        assert_eq!(data.status, 404);
        assert!(!data.body.contains("<html"));
    }
}

async fn well_known_paths_lead_where_they_should(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let change = browser.look("/.well-known/change-password").await;
    assert!([302, 303, 307].contains(&change.status));
    assert_eq!(change.location(), "/forgot-password");
    let reliable =
        "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200";
    assert_eq!(browser.look(reliable).await.status, 404);
    let first = browser.look("/").await;
    assert_eq!((first.status, first.location()), (303, "/sign-in"));
    for probe in ["/healthz", "/readyz"] {
        assert_eq!(browser.look(probe).await.status, 200);
    }
    let manifest = browser.look("/manifest.webmanifest").await;
    assert_eq!(
        manifest.header("content-type"),
        Some("application/manifest+json")
    );
    assert_eq!(manifest.json()["start_url"], "/forgot-password");
}

async fn nothing_tells_what_it_is_made_of(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let pages = [
        browser.look("/forgot-password").await,
        browser.look("/nope").await,
        browser.post_data(POSTS[0], &[("identifier", "")]).await,
    ];
    for page in pages {
        for banner in ["server", "x-powered-by", "via"] {
            assert_eq!(page.header(banner), None);
        }
    }
    let request = browser
        .request(Method::TRACE, "/")
        .header("accept", "text/html");
    let trace = Browser::send("/", request).await;
    assert!([403, 405, 501].contains(&trace.status), "{}", trace.status);
}

async fn a_request_has_a_number(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let browser = server.browser();
    let mut seen = Vec::new();
    for path in ["/forgot-password", "/nope", "/api/sign-in"] {
        let request = browser
            .request(Method::GET, path)
            .header("x-request-id", "mine\",\"event\":\"forged");
        let page = Browser::send(path, request).await;
        let number = page.header("x-request-id").unwrap().to_owned();
        assert!(
            number.len() >= 20 && number.chars().all(|c| c.is_ascii_alphanumeric()),
            "{number}"
        );
        seen.push(number);
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
    let log = server.whole_log().await;
    assert!(seen.iter().all(|number| log.contains(number)), "{log}");
    assert!(!log.contains("forged"));
}
