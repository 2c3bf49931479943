//! The clock of development: it is set, moved, stopped and set running again, and workers go on under a stopped one.

use rekey::texts::Text;

use crate::support::{Engine, Server, Setup, Smtp, english, on_both_engines, until};

on_both_engines!(
    it_is_set_moved_and_stopped,
    workers_go_on_while_it_is_stopped
);

/// Turns it: what it shows then, and whether it runs.
async fn turn(server: &Server, how: &[(&str, &str)]) -> (String, bool) {
    let answer = server.browser().post_data("/dev/clock", how).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let said = answer.json();
    let now = said["now"].as_str().expect("a time").to_owned();
    (now, said["runs"].as_bool().expect("yes or no"))
}

/// Waits until the machine's clock has gone on by a second.
async fn a_second_passes(server: &Server) {
    let before = server.now();
    until("a second passes", async || {
        (server.now() > before + 1).then_some(())
    })
    .await;
}

async fn it_is_set_moved_and_stopped(engine: Engine) {
    let server = Setup::new(engine).start().await;
    assert!(turn(&server, &[]).await.1, "it runs at first");
    let at = "2040-01-31T10:00:00Z";
    let stopped = turn(&server, &[("at", at), ("runs", "false")]).await;
    assert_eq!(stopped, (at.to_owned(), false));
    a_second_passes(&server).await;
    assert_eq!(turn(&server, &[]).await, stopped);
    let moved = turn(&server, &[("seconds", "61")]).await;
    assert_eq!(moved, ("2040-01-31T10:01:01Z".to_owned(), false));
    // Back too, as a clock is that was wrong.
    let back = turn(&server, &[("at", "2039-12-31T23:59:59+01:00")]).await;
    assert_eq!(back, ("2039-12-31T22:59:59Z".to_owned(), false));

    let (_, runs) = turn(&server, &[("runs", "true")]).await;
    assert!(runs);
    until("it goes on from there", async || {
        let (now, _) = turn(&server, &[]).await;
        assert!(now.starts_with("2039-12-31T2"), "{now}");
        (now != back.0).then_some(())
    })
    .await;
    let (now, runs) = turn(&server, &[("at", at), ("seconds", "7200")]).await;
    assert!(now.starts_with("2040-01-31T12:0") && runs, "{now}");

    for refused in [
        ("at", "yesterday"),
        ("at", "1969-12-31T23:59:59Z"),
        ("seconds", "-1"),
        ("seconds", "34560001"),
        ("runs", "perhaps"),
    ] {
        let answer = server.browser().post_data("/dev/clock", &[refused]).await;
        assert_eq!(answer.status, 422, "{refused:?}");
    }
}

async fn workers_go_on_while_it_is_stopped(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    for who in ["anna", "bjorn"] {
        let (mut browser, page, letter) = server.mailed(&mut smtp, who).await;
        let page = browser.give(&page, &letter.code()).await;
        assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
    }
    // Lifetimes end by what it shows, to the second.
    let (mut browser, page, letter) = server.mailed(&mut smtp, "grace").await;
    a_second_passes(&Setup::new(engine).start().await).await;
    server.advance(30 * 60 - 1).await;
    let same = browser.get("/forgot-password/code").await;
    assert_eq!(same.heading(), english(Text::CodeTitle));
    server.advance(1).await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    assert_eq!(server.facts("code_proved").await, 2);
}
