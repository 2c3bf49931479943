//! Stopping in order: what is under way is finished, and the exit code says that all is well.

use std::os::unix::process::ExitStatusExt as _;

use crate::support::{
    Browser, Engine, GOOD, Manner, PATIENCE, Setup, Smtp, on_both_engines, until,
};

on_both_engines!(
    a_signal_ends_it_with_success,
    a_request_under_way_is_answered,
    a_mail_under_way_is_finished,
    what_was_accepted_before_is_sent_after,
    silent_connections_are_closed
);

async fn a_signal_ends_it_with_success(engine: Engine) {
    for signal in ["TERM", "INT"] {
        let mut server = Setup::new(engine).start().await;
        server.browser().begin("anna").await;
        server.signal(signal);
        let status = server.wait().await;
        assert_eq!(status.code(), Some(0), "{signal}: {:?}", status.signal());
        for event in ["sys_startup", "sys_shutdown"] {
            server.until_logged(&format!("\"event\":\"{event}\"")).await;
        }
    }
}

async fn a_request_under_way_is_answered(engine: Engine) {
    let setup = Setup::new(engine).set("HASHING__SIGN_IN_DEADLINE_MS", 1500);
    let mut server = setup.start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let both = [
        ("identifier", "anna"),
        ("password", server.passwords["anna"].as_str()),
    ];
    let form = page.form(0);
    let request = browser.form_post(&form, &both);
    let answer = tokio::spawn(async move { Browser::send("/api/sign-in", request).await });
    until("the request is under way", async || {
        let begun = "SELECT COUNT(*) FROM limits";
        (server.db.number(begun).await > 0).then_some(())
    })
    .await;
    server.signal("TERM");
    let answer = answer.await.unwrap();
    assert_eq!(answer.location(), "/account");
    assert_eq!(server.wait().await.code(), Some(0));
}

async fn a_mail_under_way_is_finished(engine: Engine) {
    let mut smtp = Smtp::start();
    let mut server = Setup::new(engine).relay(&smtp).start().await;
    smtp.behave(Manner::Swallow);
    server.browser().begin("anna").await;
    smtp.next().await;
    server.signal("TERM");
    // It waits for the relay's word, which never comes, and then gives up waiting: it must not hang for good.
    assert_eq!(server.wait().await.code(), Some(0));
}

async fn what_was_accepted_before_is_sent_after(engine: Engine) {
    let mut smtp = Smtp::start();
    let mut server = Setup::new(engine).relay(&smtp).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    smtp.down().await;
    browser.choose(&page, GOOD).await;
    server.signal("TERM");
    assert_eq!(server.wait().await.code(), Some(0));
    smtp.up();
    server.start().await;
    let notice = smtp.next().await;
    assert_eq!(notice.code_if_any(), None);
    server.settle().await;
    assert_eq!(smtp.taken(), 2);
}

async fn silent_connections_are_closed(engine: Engine) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let server = Setup::new(engine).start().await;
    let address = server.base.trim_start_matches("http://").to_owned();
    // Nothing at all, half a request, half of what HTTP/2 begins with.
    let says: [&[u8]; 3] = [b"", b"GET / HT", b"PRI * HTTP/2.0\r\n"];
    let closed = says.map(|says| {
        let address = address.clone();
        tokio::spawn(async move {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.write_all(says).await.unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
        })
    });
    for closed in closed {
        tokio::time::timeout(PATIENCE, closed)
            .await
            .expect("the server closes it")
            .unwrap();
    }
}
