//! The key file: made at a really first start, and never replaced without being told.

use rekey::texts::Text;

use crate::support::{Engine, Setup, Smtp, english, on_both_engines};

on_both_engines!(
    a_lost_key_stops_the_start,
    a_reset_under_a_lost_key_is_over_and_another_can_begin
);

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn a_lost_key_stops_the_start(engine: Engine) {
    let mut server = Setup::new(engine).start().await;
    server.kill().await;
    let key = server.folder().join("key");
    std::fs::remove_file(&key).unwrap();
    let refused = server.command(&["check"], "").await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        said(&refused).contains("restore it from the backup"),
        "{}",
        said(&refused)
    );
    assert!(!key.exists(), "nothing was made in its place");

    let made = server.command(&["keys", "new"], "").await;
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    assert_eq!(server.command(&["check"], "").await.status.code(), Some(0));
    let kept = server.command(&["keys", "new"], "").await;
    assert_eq!(kept.status.code(), Some(1), "a key that is there is kept");
}

async fn a_reset_under_a_lost_key_is_over_and_another_can_begin(engine: Engine) {
    let mut smtp = Smtp::start();
    let mut server = Setup::new(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    let page = browser.begin("anna").await;
    smtp.next().await;
    server.settle().await;
    server.kill().await;
    std::fs::remove_file(server.folder().join("key")).unwrap();
    let made = server.command(&["keys", "new"], "").await;
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    server.start().await;
    browser.visit(&server);

    for path in ["/sign-in", "/help", "/forgot-password"] {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    let answer = browser.submit(&page, 0, &[("code", "123456")]).await;
    assert_eq!(answer.path, "/forgot-password");
    assert!(answer.text().contains(&english(Text::ProblemFlowMissing)));
    browser.begin("anna").await;
    smtp.next().await;
}
