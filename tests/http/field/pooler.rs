//! F35: PgBouncer in transaction mode stands before the database.

use crate::support::{Engine, GOOD, PATIENCE, Pooler, Setup, Smtp, create_postgres, program};

#[tokio::test]
async fn f35_a_pooler_in_transaction_mode_works() {
    let database = create_postgres(None).await;
    let pooler = Pooler::before(&database, 6).await;
    let mut smtp = Smtp::start();
    let url = format!("{}?statement-cache-capacity=0", pooler.url(&database));
    let setup = Setup::new(Engine::Postgres).relay(&smtp);
    let server = setup.database(&url, &database).start().await;
    server.add("anna", "anna.berg@demo.example", &[]).await;
    // Many at once, so that transactions really change servers.
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..60 {
        let mut browser = server.browser();
        asking.spawn(async move {
            let page = browser.begin(&format!("nobody{number}")).await;
            let page = browser.give(&page, "000000").await;
            assert_eq!(page.path, "/forgot-password/code", "{}", page.body);
        });
    }
    asking.join_all().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    assert!(server.opens("anna", GOOD).await);
    assert_eq!(browser.get("/readyz").await.status, 200);
    let log = server.whole_log().await;
    assert!(!log.contains("prepared statement"), "{log}");
}

#[tokio::test]
async fn f35_a_pooler_that_loses_statements_is_named_at_the_start() {
    let database = create_postgres(None).await;
    let pooler = Pooler::before(&database, 6).await;
    let folder = tempfile::tempdir().unwrap();
    let start = tokio::process::Command::new(program())
        .args(["serve", "--dev"])
        .env_clear()
        .env("REKEY__SITE__LISTEN", "127.0.0.1:0")
        .env("REKEY__DATABASE__URL", pooler.url(&database))
        .env("REKEY__KEYS__FILE", folder.path().join("key"))
        .current_dir(folder.path())
        .kill_on_drop(true)
        .output();
    let ended = tokio::time::timeout(PATIENCE, start)
        .await
        .expect("it gives up")
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("pooler in transaction mode"), "{said}");
    assert!(said.contains("statement-cache-capacity=0"), "{said}");
}
