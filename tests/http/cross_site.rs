//! Requests from other origins and for other hosts (STANDARDS A11, J11, J12). Posts from elsewhere and mailed links are among the attacks
//! (A06, A47).

use reqwest::Method;

use super::malformed::{POSTS, send_raw};
use crate::support::{Browser, Engine, Setup, Smtp, on_sqlite};

on_sqlite!(
    nothing_is_shared_across_origins,
    foreign_hosts_are_sent_away
);

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
