//! Headers on every answer, whatever it is (STANDARDS J02 to J10, J19).

use std::collections::BTreeSet;

use crate::support::{Browser, Engine, Page, Server, Setup, Smtp, on_sqlite};

on_sqlite!(
    are_on_every_answer,
    carry_a_fresh_nonce_for_each_page,
    demand_https_in_production_only,
    let_files_be_kept_and_pages_not
);

/// One answer of every kind.
async fn answers(server: &Server) -> Vec<(u16, Page)> {
    let site = server.folder().join("target/site/pkg");
    std::fs::create_dir_all(&site).unwrap();
    std::fs::write(site.join("rekey.css"), "body{}").unwrap();
    std::fs::write(site.join("rekey.abc123.wasm"), "x").unwrap();
    std::fs::write(server.folder().join("target/site/favicon.svg"), "<svg/>").unwrap();
    let mut browser = server.browser();
    let mut all = Vec::new();
    let page = browser.get("/forgot-password").await;
    all.push((200, page.clone()));
    all.push((
        303,
        browser.post(&page.form(0), &[("identifier", "anna")]).await,
    ));
    for (status, path) in [
        (200, "/forgot-password/code"),
        (200, "/sign-in"),
        (200, "/help"),
        (200, "/help/no-message"),
        (404, "/help/nope"),
        (404, "/brand/logo"),
        (303, "/account"),
        (303, "/"),
        (404, "/nope"),
        (404, "/pkg/nope.js"),
        (405, "/api/sign-in"),
        (200, "/pkg/rekey.css"),
        (200, "/pkg/rekey.abc123.wasm"),
        (200, "/favicon.svg"),
        (200, "/manifest.webmanifest"),
        (200, "/healthz"),
    ] {
        let answer = browser.look(path).await;
        all.push((status, answer));
    }
    let fields = [("identifier", "")];
    all.push((422, browser.post_data("/api/sign-in", &fields).await));
    let foreign = Browser::send("/x", browser.request(reqwest::Method::POST, "/api/sign-in")).await;
    all.push((403, foreign));
    let stranger = reqwest::Client::builder().no_proxy().build().unwrap();
    let misdirected = stranger
        .get(format!("{}/sign-in", server.base))
        .header("host", "evil.example");
    all.push((421, Browser::send("/sign-in", misdirected).await));
    let long = "a".repeat(20_000);
    all.push((
        413,
        browser.post(&page.form(0), &[("identifier", &long)]).await,
    ));
    let fields = [("identifier", "anna")];
    let mut last = browser.post(&page.form(0), &fields).await;
    while last.status == 303 {
        last = browser.post(&page.form(0), &fields).await;
    }
    all.push((429, last));
    all
}

fn check(status: u16, page: &Page, production: bool) {
    let path = &page.path;
    assert_eq!(page.status, status, "{path}: {}", page.body);
    let once = |name: &str| {
        let all: Vec<_> = page.headers.get_all(name).iter().collect();
        assert_eq!(all.len(), 1, "{status} {path}: {name}: {all:?}");
        all[0].to_str().unwrap().to_owned()
    };
    assert_eq!(once("x-content-type-options"), "nosniff");
    assert_eq!(once("x-frame-options"), "DENY");
    assert_eq!(once("referrer-policy"), "same-origin");
    assert_eq!(once("cross-origin-opener-policy"), "same-origin");
    assert_eq!(once("cross-origin-resource-policy"), "same-origin");
    assert_eq!(once("x-robots-tag"), "noindex");
    let permissions = once("permissions-policy");
    for closed in [
        "camera=()",
        "microphone=()",
        "geolocation=()",
        "payment=()",
        "usb=()",
    ] {
        assert!(permissions.contains(closed), "{permissions}");
    }
    let policy = once("content-security-policy");
    for wanted in [
        "default-src 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "style-src 'self'",
    ] {
        assert!(policy.contains(wanted), "{policy}");
    }
    for never in [
        "unsafe-inline",
        "'unsafe-eval'",
        "*",
        "data:",
        "http:",
        "https:",
    ] {
        assert!(!policy.contains(never), "{policy}");
    }
    if production {
        assert!(!policy.contains("ws:"), "{policy}");
        assert_eq!(
            once("strict-transport-security"),
            "max-age=31536000",
            "the public host of the tests is a registered domain itself"
        );
    } else {
        assert_eq!(page.header("strict-transport-security"), None);
    }
    if page.body.starts_with("<!DOCTYPE") {
        assert_eq!(once("content-type"), "text/html; charset=utf-8");
    }
    let kept = status == 200
        && (path.starts_with("/pkg/")
            || path.starts_with("/favicon")
            || path.starts_with("/manifest"));
    assert_eq!(
        once("cache-control") == "no-store, no-transform",
        !kept,
        "{status} {path}"
    );
}

async fn are_on_every_answer(engine: Engine) {
    let smtp = Smtp::start();
    for production in [false, true] {
        let setup = Setup::new(engine)
            .set("LIMITS__REQUESTS_BURST", 10)
            .set("LIMITS__REQUESTS_PER_ADDRESS_PER_MINUTE", 1);
        let setup = if production {
            setup.production(&smtp)
        } else {
            setup
        };
        let server = setup.start().await;
        for (status, page) in answers(&server).await {
            check(status, &page, production);
        }
    }
}

async fn demand_https_in_production_only(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).production(&smtp).start().await;
    let page = server.browser().look("/nope").await;
    assert!(page.header("strict-transport-security").is_some());
    let server = Setup::new(engine).start().await;
    let page = server.browser().look("/nope").await;
    assert_eq!(page.header("strict-transport-security"), None);
}

async fn carry_a_fresh_nonce_for_each_page(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let mut nonces = BTreeSet::new();
    for path in [
        "/forgot-password",
        "/forgot-password",
        "/sign-in",
        "/forgot-password?lang=nb",
        "/sign-in",
    ] {
        let page = browser.look(path).await;
        let policy = page.header("content-security-policy").unwrap();
        let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
        let nonce = rest.split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 22, "{nonce}");
        for script in page.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(
                tag.contains(&format!("nonce=\"{nonce}\"")),
                "{path}: <script{tag}>"
            );
        }
        assert!(!page.body.contains(" style=\""), "{path}");
        assert!(!page.body.contains(" onclick"), "{path}");
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 5);
    // Pages that have no scripts allow none.
    for path in ["/nope", "/help", "/help/no-message"] {
        let page = browser.look(path).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'none'"), "{path}: {policy}");
        assert!(!page.body.contains("<script"), "{path}");
    }
}

async fn let_files_be_kept_and_pages_not(engine: Engine) {
    let server = Setup::new(engine).start().await;
    for (_, page) in answers_of_files(&server).await {
        assert!(
            page.header("cache-control").unwrap().contains("max-age="),
            "{}",
            page.path
        );
    }
    // A file whose name stays while its content changes, as under `make watch`, is asked for each time.
    let plain = server.browser().look("/pkg/rekey.css").await;
    assert_eq!(plain.header("cache-control"), Some("no-cache"));
    let wasm = server.browser().look("/pkg/rekey.abc123.wasm").await;
    assert!(
        wasm.header("cache-control").unwrap().contains("immutable"),
        "{wasm:?}"
    );
    assert_eq!(wasm.header("content-type"), Some("application/wasm"));
    let compressed = server
        .browser()
        .with("accept-encoding", "br")
        .look("/pkg/rekey.css")
        .await;
    assert_eq!(compressed.header("content-encoding"), Some("br"));
    assert!(
        compressed
            .header("vary")
            .is_some_and(|vary| vary.contains("accept-encoding"))
    );
}

async fn answers_of_files(server: &Server) -> Vec<(u16, Page)> {
    let site = server.folder().join("target/site/pkg");
    std::fs::create_dir_all(&site).unwrap();
    std::fs::write(site.join("rekey.css"), "body{}").unwrap();
    std::fs::write(site.join("rekey.css.br"), "compressed").unwrap();
    std::fs::write(site.join("rekey.abc123.wasm"), "x").unwrap();
    let mut browser = server.browser();
    vec![(200, browser.look("/pkg/rekey.abc123.wasm").await)]
}
