//! F40: which names browsers are told to keep to https for.

use crate::malformed::send_raw;
use crate::support::{Engine, Setup, Smtp, on_sqlite};

on_sqlite!(f40_hsts_spares_other_services_of_the_domain);

async fn f40_hsts_spares_other_services_of_the_domain(engine: Engine) {
    let smtp = Smtp::start();
    let cases = [
        (
            "https://rekey.example.org",
            None,
            true,
            "rekey.example.org and every name below it",
        ),
        (
            "https://example.org",
            None,
            false,
            "example.org alone: it is a registered domain",
        ),
        ("https://example.co.uk", None, false, "example.co.uk alone"),
        ("https://kommun.se:8443", None, false, "kommun.se alone"),
        (
            "https://example.org",
            Some("true"),
            true,
            "every name below it. It is a registered domain",
        ),
        (
            "https://rekey.example.org",
            Some("false"),
            false,
            "rekey.example.org alone; [site] hsts_subdomains = true",
        ),
    ];
    for (url, key, covers, sentence) in cases {
        let mut setup = Setup::new(engine)
            .production(&smtp)
            .set("SITE__PUBLIC_URL", url);
        if let Some(key) = key {
            setup = setup.set("SITE__HSTS_SUBDOMAINS", key);
        }
        let server = setup.start().await;
        let host = url.trim_start_matches("https://");
        let expected = if covers {
            "max-age=31536000; includeSubDomains\r\n"
        } else {
            "max-age=31536000\r\n"
        };
        for path in ["/sign-in", "/help", "/nope", "/healthz", "/api/sign-in"] {
            let request =
                format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            let answer = send_raw(&server, request.as_bytes()).await;
            let header = format!("strict-transport-security: {expected}");
            assert!(answer.contains(&header), "{url} {key:?} {path}: {answer}");
        }
        let checked = server.command(&["check"], "").await;
        let said = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(
            said.contains("hsts: ") && said.contains(sentence),
            "{url} {key:?}: {said}"
        );
    }
}
