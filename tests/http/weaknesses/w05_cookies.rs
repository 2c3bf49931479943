//! W5: whatever cookies of other applications hold, ours are found among them.

use crate::malformed::send_raw;
use crate::support::{Browser, Engine, Server, Setup, Smtp, on_sqlite};

on_sqlite!(w05_other_cookies_hide_none_of_ours);

/// Cookies that another application, or any host beside ours, may have set. Names that sort before ours are sent before them.
const FOREIGN: [(&str, &str); 8] = [
    ("a-theme", "å"),
    ("z-theme", "å"),
    ("aé", "1"),
    ("a-quoted", "\"a; b\""),
    ("a-lone", "="),
    ("a-tab", "\t"),
    ("a-json", "{\"x\":[1,2]}"),
    ("a-emoji", "🐟"),
];

async fn w05_other_cookies_hide_none_of_ours(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for (name, value) in FOREIGN {
        let mut beside = browser.clone();
        beside.jar.insert(name.to_owned(), value.to_owned());
        assert!(beside.is_signed_in().await, "{name}={value}");
    }
    signs_in_and_resets_among_them(&server).await;
    bytes_that_are_no_text(&server, &browser).await;

    let smtp = Smtp::start();
    let server = Setup::new(engine).production(&smtp).start().await;
    signs_in_and_resets_among_them(&server).await;
}

async fn signs_in_and_resets_among_them(server: &Server) {
    let mut browser = server.browser();
    for (name, value) in FOREIGN {
        browser.jar.insert(name.to_owned(), value.to_owned());
    }
    let page = browser.begin("anna").await;
    assert_eq!(page.path, "/forgot-password/code");
    let page = browser.give(&page, "000000").await;
    assert!(!page.errors().is_empty(), "what was wrong is said");
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(page.path, "/account");
    assert!(browser.is_signed_in().await);
    browser.get("/sign-in?lang=nb").await;
    assert_eq!(browser.get("/help").await.language(), "nb");
}

async fn bytes_that_are_no_text(server: &Server, browser: &Browser) {
    let session = browser.cookie("rekey-session").unwrap();
    let ours = format!("rekey-session={session}");
    let lines: [&[&[u8]]; 6] = [
        &[b"theme=\xe5; ", ours.as_bytes()],
        &[ours.as_bytes(), b"; theme=\xe5"],
        &[b"\xff\xfe=1;", ours.as_bytes(), b";\x80"],
        &[b"theme=\xe5\r\ncookie: ", ours.as_bytes()],
        &[b"rekey-session=\xe5; ", ours.as_bytes()],
        &[b";;; =; ", ours.as_bytes()],
    ];
    for line in lines {
        let host = server.base.trim_start_matches("http://");
        let mut request =
            format!("GET /account HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\nconnection: close\r\ncookie: ")
                .into_bytes();
        request.extend(line.concat());
        request.extend(b"\r\n\r\n");
        let answer = send_raw(server, &request).await;
        let line = line.concat();
        assert!(
            answer.starts_with("HTTP/1.1 200"),
            "{}: {answer}",
            line.escape_ascii()
        );
    }
}
