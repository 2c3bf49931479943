//! The key file: made at a really first start, and never replaced without being told.

use crate::support::{Engine, Setup, on_both_engines};

on_both_engines!(a_lost_key_stops_the_start);

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
