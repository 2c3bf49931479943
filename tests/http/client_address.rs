//! The one limit that is told: by client address, which only a trusted proxy may name (STANDARDS A05, A06; ATTACKS A35).

use rekey::texts::{Language, Text};

use crate::support::{Browser, Engine, Page, Server, Setup, on_both_engines, sentence};

on_both_engines!(
    too_many_requests_are_told_when_to_come_back,
    every_post_of_the_journey_counts,
    the_wait_ends,
    nobody_but_a_trusted_proxy_names_the_client,
    a_trusted_proxy_names_the_client,
    behind_two_proxies_the_last_untrusted_address_counts
);

/// A server on which a client address has three requests.
pub fn narrow(engine: Engine) -> Setup {
    Setup::new(engine)
        .set("LIMITS__REQUESTS_BURST", 3)
        .set("LIMITS__REQUESTS_PER_ADDRESS_PER_MINUTE", 1)
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

async fn nobody_but_a_trusted_proxy_names_the_client(engine: Engine) {
    let server = narrow(engine).start().await;
    let forged: [&[(&str, &str)]; 6] = [
        &[("x-forwarded-for", "192.0.2.1")],
        &[("x-forwarded-for", "192.0.2.2, 192.0.2.3")],
        &[("x-real-ip", "192.0.2.4")],
        &[("forwarded", "for=192.0.2.5")],
        &[("x-forwarded-for", "2001:db8::1")],
        &[],
    ];
    let mut passed = 0;
    for headers in forged {
        passed += usize::from(passes(&server, headers).await);
    }
    assert_eq!(passed, 3, "all of them are one client");
}

async fn a_trusted_proxy_names_the_client(engine: Engine) {
    let setup = narrow(engine).set("SITE__TRUSTED_PROXIES", "127.0.0.1");
    let server = setup.start().await;
    let from = async |address: &str| passes(&server, &[("x-forwarded-for", address)]).await;
    for _ in 0..3 {
        assert!(from("192.0.2.1").await);
    }
    assert!(!from("192.0.2.1").await);
    assert!(
        from("192.0.2.2").await,
        "another client has a share of its own"
    );
    // What the client itself wrote in front of the proxy's word counts for nothing.
    assert!(!from("198.51.100.7, 192.0.2.1").await);
    assert!(!from("nonsense, 192.0.2.1").await);
    assert!(
        !passes(
            &server,
            &[("x-forwarded-for", "192.0.2.1"), ("x-real-ip", "192.0.2.9")]
        )
        .await
    );
    assert!(
        !passes(
            &server,
            &[
                ("x-forwarded-for", "192.0.2.1"),
                ("forwarded", "for=192.0.2.9")
            ]
        )
        .await
    );
    // IPv6 is one client by /64, the least that one customer gets.
    for rotating in [
        "2001:db8:1:2::1",
        "2001:db8:1:2:ffff::2",
        "2001:db8:1:2:1:2:3:4",
    ] {
        assert!(from(rotating).await);
    }
    assert!(!from("2001:db8:1:2:abcd::9").await);
    assert!(from("2001:db8:1:3::1").await);
    // The same address in its IPv6 dress.
    assert!(!from("::ffff:192.0.2.1").await);
}

async fn behind_two_proxies_the_last_untrusted_address_counts(engine: Engine) {
    let setup = narrow(engine).set("SITE__TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8");
    let server = setup.start().await;
    let from = async |chain: &str| passes(&server, &[("x-forwarded-for", chain)]).await;
    for inner in ["10.0.0.1", "10.0.0.2", "10.9.9.9"] {
        assert!(from(&format!("192.0.2.1, {inner}")).await);
    }
    assert!(!from("192.0.2.1, 10.0.0.3").await);
    assert!(
        !from("203.0.113.5, 192.0.2.1, 10.0.0.3").await,
        "a forged hop in front"
    );
    assert!(from("192.0.2.77, 10.0.0.1").await);
}
