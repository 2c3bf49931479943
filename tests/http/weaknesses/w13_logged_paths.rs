//! W13: a token stands in no line of the log, however the address that it came in was bent.

use reqwest::Method;

use crate::malformed::send_raw;
use crate::support::{Browser, Engine, Setup, Smtp, on_sqlite};

on_sqlite!(w13_no_path_that_could_hold_a_secret_is_logged);

async fn w13_no_path_that_could_hold_a_secret_is_logged(engine: Engine) {
    let smtp = Smtp::start();
    for production in [false, true] {
        let setup = Setup::new(engine).variable("REKEY_LOG", "debug");
        let server = if production {
            setup.production(&smtp).start().await
        } else {
            setup.start().await
        };
        let browser = server.browser();
        let token = "0dd-S3cret_T0ken-of-a-link";
        for path in [
            "/r/T",
            "//r/T",
            "///r/T",
            "/R/T",
            "/r//T",
            "/r/T/",
            "/r/T/x",
            "/r/./T",
            "/r/../T",
            "/%72/T",
            "/r%2FT",
            "/r%2fT/",
            "/x/r/T",
            "/forgot-password/r/T",
            "/forgot-password/new/T",
            "/T",
            "/T/r",
            "/rT",
            "/stop/T",
            "//stop/T",
            "/stop/T/",
            "/Stop/T",
            "/stop/code/T",
            "/sms/reports/T/T",
            "//sms/reports/T/T",
            "/sms/reports/T",
            "/help/T",
            "/help/feedback/T",
            "/api/T",
            "/api/robot-check/T",
            "/api/forgot-password/T",
            "/account/T",
            "/account/security/T",
            "/pkg/T",
            "/pkg/T.css",
            "/pkg/r/T",
            "/pkg/rekey.css/T",
            "/favicon.svg/T",
            "/.well-known/T",
            "/dev/T",
            "/sign-in/T",
            "/r/T?x=T",
            "/r;T",
            "/r/T%00",
        ] {
            let path = path.replace('T', token);
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT] {
                // From elsewhere: a post is refused, and that is logged too.
                let request = browser
                    .request(method, &path)
                    .header("origin", "https://evil.example");
                Browser::send(&path, request).await;
            }
        }
        let host = browser.origin.split_once("://").unwrap().1;
        for line in [
            format!("GET {}/r/{token} HTTP/1.1", browser.origin),
            format!("GET /r/{token} HTTP/1.0"),
        ] {
            send_raw(
                &server,
                format!("{line}\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes(),
            )
            .await;
            send_raw(
                &server,
                format!("{line}\r\nhost: evil.example\r\nconnection: close\r\n\r\n").as_bytes(),
            )
            .await;
        }
        let log = server.whole_log().await;
        for line in log.lines() {
            assert!(!line.contains(token), "{line}");
        }
        for kept in [
            "\"path\":\"/r/{",
            "\"path\":\"/stop/{",
            "\"path\":\"/help/{topic}\"",
            "\"path\":\"/healthz\"",
        ] {
            assert!(
                log.contains(kept),
                "what is no secret helps whoever reads the log: {kept}"
            );
        }
    }
}
