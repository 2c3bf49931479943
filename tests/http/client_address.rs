//! The one limit that is told: by client address (STANDARDS A05). Who may name that address is among the attacks (A35).

use rekey::texts::{Language, Text};

use crate::support::{Browser, Engine, Page, Server, Setup, on_both_engines, sentence};

on_both_engines!(
    too_many_requests_are_told_when_to_come_back,
    every_post_of_the_journey_counts,
    the_wait_ends
);

/// A server on which a client address has three requests.
pub fn narrow(engine: Engine) -> Setup {
    Setup::stopped(engine)
        .set("LIMITS__REQUESTS_BURST", 3)
        .set("LIMITS__REQUESTS_PER_ADDRESS_PER_MINUTE", 1)
}

/// What the log tells of proxies whose word about a client cannot be read.
pub async fn told(server: &Server) -> Vec<String> {
    let about = |line: &str| line.contains("X-Forwarded-For of a trusted proxy");
    server.logged(about).await
}

async fn ask(browser: &mut Browser) -> Page {
    let page = browser.get("/forgot-password").await;
    browser.post(&page.form(0), &[("identifier", "anna")]).await
}

/// Whether a client's next request is let through.
pub async fn passes(server: &Server, forwarded: &[(&'static str, &str)]) -> bool {
    let mut browser = server.browser();
    for (name, value) in forwarded {
        browser = browser.with(name, value);
    }
    match ask(&mut browser).await.status {
        303 => true,
        429 => false,
        other => panic!("{other}"),
    }
}

async fn too_many_requests_are_told_when_to_come_back(engine: Engine) {
    let server = narrow(engine).start().await;
    for language in Language::ALL {
        let mut browser = server.browser().speaking(language.tag());
        let mut answer = ask(&mut browser).await;
        while answer.status == 303 {
            answer = ask(&mut browser).await;
        }
        assert_eq!(answer.status, 429);
        assert_eq!(answer.header("retry-after"), Some("60"));
        assert_eq!(answer.language(), language.tag());
        let told = sentence(language, Text::ProblemTooManyRequests, &[("minutes", "1")]);
        assert!(answer.text().contains(&told), "{}", answer.text());
        assert_eq!(
            answer.heading(),
            sentence(language, Text::ErrorPageTooManyTitle, &[])
        );
    }
    let data = server
        .browser()
        .post_data("/api/forgot-password/identify", &[("identifier", "anna")])
        .await;
    assert_eq!(data.status, 429);
    assert_eq!(data.header("retry-after"), Some("60"));
    assert_eq!(data.problems(), ["too_many_requests"]);
    assert_eq!(
        data.json()["state"]["problems"][0]["problem"]["too_many_requests"]["minutes"],
        1
    );
    // The requests that were let through are all that there are.
    assert_eq!(server.db.number("SELECT COUNT(*) FROM flows").await, 3);
}

async fn every_post_of_the_journey_counts(engine: Engine) {
    for path in ["identify", "code", "resend"] {
        let server = narrow(engine).start().await;
        let mut browser = server.browser();
        let page = browser.begin("anna").await;
        let token = page.form(0).value("token").to_owned();
        let path = format!("/api/forgot-password/{path}");
        let fields = [
            ("token", &*token),
            ("code", "123456"),
            ("identifier", "bjorn"),
        ];
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(browser.post_data(&path, &fields).await.status);
        }
        assert_ne!(statuses[1], 429, "{path}");
        assert_eq!(statuses[2], 429, "{path}");
    }
    // A step that is not reached yet, and a session that never was, are no way around the limit.
    for (path, before) in [("/api/forgot-password/new", 422), ("/api/sign-out", 200)] {
        let server = narrow(engine).start().await;
        let mut browser = server.browser();
        let page = browser.begin("anna").await;
        let token = page.form(0).value("token").to_owned();
        let mut statuses = Vec::new();
        for _ in 0..3 {
            browser
                .jar
                .insert("rekey-session".to_owned(), "made-up".to_owned());
            let fields = [("token", &*token)];
            statuses.push(browser.post_data(path, &fields).await.status);
        }
        assert_eq!(statuses, [before, before, 429], "{path}");
    }
    let server = narrow(engine).start().await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let fields = [("identifier", "anna"), ("password", "fel")];
        statuses.push(
            server
                .browser()
                .post_data("/api/sign-in", &fields)
                .await
                .status,
        );
    }
    assert_eq!(statuses, [422, 422, 422, 429]);
}

async fn the_wait_ends(engine: Engine) {
    let server = narrow(engine).start().await;
    for _ in 0..3 {
        assert!(passes(&server, &[]).await);
    }
    assert!(!passes(&server, &[]).await);
    server.advance(61).await;
    assert!(passes(&server, &[]).await);
    assert!(!passes(&server, &[]).await);
}
