//! Two servers never share an embedded database; the command line goes on beside one.

use std::os::unix::fs::symlink;
use std::time::Duration;

use crate::support::{Engine, Log, Server, Setup, timed, until_logged};

async fn server() -> Server {
    Setup::new(Engine::Sqlite).start().await
}

#[tokio::test]
async fn a_second_server_on_the_same_file_says_so_and_ends() {
    let server = server().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("other.db");
    symlink(server.folder().join("rekey.db"), &link).unwrap();
    for url in [
        format!("sqlite://{}/rekey.db", server.folder().display()),
        format!("sqlite://{}", link.display()),
    ] {
        let serve = server.command_with(&["serve"], "DATABASE__URL", &url);
        let (second, took) = timed(serve).await;
        let said = String::from_utf8_lossy(&second.stderr);
        assert_eq!(second.status.code(), Some(1), "{said}");
        assert!(said.contains("another `rekey serve`"), "{said}");
        assert!(said.contains(".db"), "it names the file: {said}");
        assert!(took > Duration::from_secs(2), "it waits a little");
        assert!(!String::from_utf8_lossy(&second.stdout).contains("listens"));
    }
    // The first one has noticed nothing, and the command line works beside it.
    server.add("mona", "mona@demo.example", &[]).await;
    let checked = server.command(&["check"], "").await;
    assert!(checked.status.success(), "{checked:?}");
    let page = server.browser().begin("anna").await;
    assert_eq!(page.path, "/forgot-password/code");
}

#[tokio::test]
async fn the_next_server_takes_over_from_one_that_ends() {
    for how in ["KILL", "TERM"] {
        let mut server = server().await;
        let log = Log::default();
        let ending = async {
            // Started while the first one still runs.
            until_logged(&log, "waiting for another server").await;
            server.signal(how);
        };
        let (next, ()) = futures::join!(server.node_with(Log::clone(&log)), ending);
        let page = next.browser().begin("anna").await;
        assert_eq!(page.path, "/forgot-password/code", "{how}");
        server.wait().await;
    }
}

#[tokio::test]
async fn two_servers_may_have_files_in_one_folder() {
    let one = server().await;
    let url = format!("sqlite://{}/beside.db", one.folder().display());
    let setup = Setup::new(Engine::Sqlite).database(&url, "sqlite::memory:");
    let other = setup.start().await;
    let page = other.browser().look("/readyz").await;
    assert_eq!(page.status, 200);
}
