//! Posts from elsewhere and requests for other hosts (STANDARDS A11, J11, J12; ATTACKS A06, A47).

use reqwest::Method;

use super::malformed::{POSTS, send_raw};
use crate::support::{Browser, Engine, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    posts_from_elsewhere_are_refused,
    nobody_is_signed_out_from_elsewhere,
    nothing_is_shared_across_origins,
    foreign_hosts_are_sent_away,
    mailed_links_name_the_configured_address
);

/// `Sec-Fetch-Site`, whether `Origin` is ours, some other one, or missing; and whether it passes.
const MATRIX: [(Option<&str>, Option<&str>, bool); 18] = [
    (Some("same-origin"), Some("ours"), true),
    (Some("same-origin"), None, true),
    (Some("same-origin"), Some("https://evil.example"), false),
    (Some("same-origin"), Some("null"), false),
    (Some("none"), Some("ours"), true),
    (Some("none"), Some("null"), false),
    (Some("none"), None, false),
    (Some("same-site"), Some("ours"), false),
    (Some("same-site"), Some("https://evil.example"), false),
    (Some("same-site"), None, false),
    (Some("cross-site"), Some("ours"), false),
    (Some("cross-site"), Some("https://evil.example"), false),
    (Some("cross-site"), Some("null"), false),
    (Some("cross-site"), None, false),
    (None, Some("ours"), true),
    (None, Some("https://evil.example"), false),
    (None, Some("null"), false),
    (None, None, false),
];

async fn matrix(server: &Server, paths: &[&str]) {
    let browser = server.browser();
    for path in paths {
        for (site, origin, passes) in MATRIX {
            for accept in ["text/html", "application/json"] {
                let mut request = browser
                    .request(Method::POST, path)
                    .header("accept", accept)
                    .form(&[("seconds", "0"), ("identifier", "")]);
                if let Some(site) = site {
                    request = request.header("sec-fetch-site", site);
                }
                if let Some(origin) = origin {
                    let origin = if origin == "ours" {
                        &browser.origin
                    } else {
                        origin
                    };
                    request = request.header("origin", origin);
                }
                let answer = Browser::send(path, request).await;
                assert_eq!(answer.status != 403, passes, "{path} {site:?} {origin:?}");
                if !passes && accept == "text/html" {
                    assert_eq!(answer.heading(), "That did not come from this page");
                }
            }
        }
    }
}

async fn posts_from_elsewhere_are_refused(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).start().await;
    matrix(&server, &POSTS).await;
    matrix(&server, &["/dev/clock"]).await;
    let server = Setup::new(engine).production(&smtp).start().await;
    matrix(&server, &POSTS).await;
}

async fn nobody_is_signed_out_from_elsewhere(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    let form = page.form(0);
    assert_eq!(form.action, "/api/sign-out");
    let mut elsewhere = browser.clone();
    elsewhere.origin = "https://evil.example".to_owned();
    assert_eq!(elsewhere.post(&form, &[]).await.status, 403);
    assert!(browser.is_signed_in().await);
}

async fn nothing_is_shared_across_origins(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let browser = server.browser();
    for (method, path) in [
        (Method::OPTIONS, POSTS[0]),
        (Method::GET, "/forgot-password"),
        (Method::GET, "/account"),
    ] {
        let request = browser
            .request(method, path)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST");
        let answer = Browser::send(path, request).await;
        for (name, _) in &answer.headers {
            assert!(
                !name.as_str().starts_with("access-control-"),
                "{path}: {name}"
            );
        }
        let passes = path == "/forgot-password" && answer.status == 200;
        assert!(
            passes || (300..500).contains(&answer.status),
            "{}",
            answer.status
        );
    }
}

async fn foreign_hosts_are_sent_away(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let ours = server.base.trim_start_matches("http://");
    let port = ours.rsplit(':').next().unwrap();
    let get = |line: &str, hosts: &[&str]| {
        let hosts: Vec<String> = hosts.iter().map(|host| format!("host: {host}")).collect();
        let hosts = hosts.join("\r\n");
        format!("GET {line} HTTP/1.1\r\n{hosts}\r\naccept: text/html\r\nconnection: close\r\n\r\n")
    };
    let status = async |request: String| {
        let answer = send_raw(&server, request.as_bytes()).await;
        let code = answer.split(' ').nth(1).unwrap_or_default().to_owned();
        (code, answer)
    };
    assert_eq!(status(get("/sign-in", &[ours])).await.0, "200");
    for foreign in [
        "evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1",
        "localhost:1",
        "",
    ] {
        let (code, answer) = status(get("/sign-in", &[foreign])).await;
        assert!(code == "421" || code == "400", "{foreign}: {answer}");
        assert!(foreign.is_empty() || !answer.contains(foreign) || foreign == "127.0.0.1");
    }
    let twice = status(get("/sign-in", &[ours, "evil.example"])).await.0;
    assert!(twice == "421" || twice == "400", "{twice}");
    let absolute = status(get("http://evil.example/sign-in", &[ours])).await.0;
    assert!(absolute == "421" || absolute == "400", "{absolute}");
    // Under development people type "localhost"; they are led to the one address that forms work from.
    let (code, answer) = status(get("/sign-in?lang=nb", &[&format!("localhost:{port}")])).await;
    assert_eq!(code, "303");
    assert!(
        answer.contains(&format!("location: {}/sign-in?lang=nb\r\n", server.base)),
        "{answer}"
    );

    let smtp = Smtp::start();
    let server = Setup::new(engine).production(&smtp).start().await;
    let mut browser = server.browser();
    assert_eq!(browser.look("/sign-in").await.status, 200);
    for host in ["evil.example", "rekey.test.evil.example", "rekey.test:8443"] {
        let request = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = request
            .get(format!("{}/sign-in", server.base))
            .header("host", host);
        assert_eq!(
            Browser::send("/sign-in", request).await.status,
            421,
            "{host}"
        );
    }
    let probe = reqwest::Client::builder().no_proxy().build().unwrap();
    let probe = probe.get(format!("{}/healthz", server.base));
    assert_eq!(
        Browser::send("/healthz", probe).await.status,
        200,
        "a load balancer may ask"
    );
    for dev_only in ["/dev/mailbox", "/dev/clock"] {
        assert_eq!(browser.look(dev_only).await.status, 404);
        let posted = browser.post_data(dev_only, &[("seconds", "1")]).await;
        assert!([404, 405].contains(&posted.status), "{}", posted.status);
    }
}

async fn mailed_links_name_the_configured_address(engine: Engine) {
    let mut smtp = Smtp::start();
    for production in [false, true] {
        let setup = Setup::new(engine);
        let server = if production {
            setup.production(&smtp).start().await
        } else {
            setup.relay(&smtp).start().await
        };
        let mut browser = server
            .browser()
            .with("x-forwarded-host", "evil.example")
            .with("x-forwarded-proto", "gopher")
            .with("x-forwarded-port", "666")
            .with("x-forwarded-prefix", "/evil")
            .with("x-original-url", "/evil")
            .with("forwarded", "host=evil.example;proto=gopher");
        let page = browser.begin("anna").await;
        let code = smtp.next().await;
        let page = browser.give(&page, &code.code()).await;
        browser.choose(&page, crate::support::GOOD).await;
        let notice = smtp.next().await;
        for letter in [code, notice] {
            let whole = format!("{}{}{}", letter.raw, letter.text(), letter.html());
            for forged in ["evil", "gopher", "666/"] {
                assert!(!whole.contains(forged), "{forged}: {}", letter.text());
            }
            assert!(letter.text().contains(&browser.origin), "{}", letter.text());
        }
    }
}
