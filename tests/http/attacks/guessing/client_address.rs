//! Whose address a request counts against, and what does not depend on any address.

use super::super::Stored;
use crate::client_address::{narrow, passes};
use crate::support::{Engine, Setup, Smtp, on_both_engines};

on_both_engines!(a35_spoofed_client_ip);

async fn a35_spoofed_client_ip(engine: Engine) {
    nobody_but_a_trusted_proxy_names_the_client(engine).await;
    a_trusted_proxy_names_the_client(engine).await;
    behind_two_proxies_the_last_untrusted_address_counts(engine).await;
    limits_of_an_account_do_not_ask_for_the_address(engine).await;
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

async fn limits_of_an_account_do_not_ask_for_the_address(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup
        .set("SITE__TRUSTED_PROXIES", "127.0.0.1")
        .start()
        .await;
    let stored = Stored::of(&server, "anna").await;
    let from = |number| {
        let client = format!("2001:db8:{number}::1");
        server.browser().with("x-forwarded-for", &client)
    };
    for number in 0..7 {
        from(number).begin("anna").await;
        server.settle().await;
    }
    assert_eq!(smtp.taken(), 5);
    let mut refused = Vec::new();
    for number in 0..12 {
        let mut browser = from(number);
        let fields = [("identifier", "anna"), ("password", "fel")];
        let answer = browser.post_data("/api/sign-in", &fields).await;
        refused.extend(answer.problems());
    }
    assert_eq!(
        refused[9..],
        ["sign_in_refused", "sign_in_wait", "sign_in_wait"]
    );
    stored.is_unchanged(&server).await;
}
