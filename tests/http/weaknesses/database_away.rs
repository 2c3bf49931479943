//! W3: a database that is locked, read-only, restarted or cut off, and comes back: 503 meanwhile, nothing lost, no restart of the server.

use std::time::Duration;

use futures::StreamExt as _;
use futures::future::join_all;
use futures::stream::FuturesUnordered;

use super::full_disk::{assert_try_again, until_ready};
use crate::support::{Browser, Cluster, Engine, GOOD, Setup, Smtp, done_within, timed, until};

#[tokio::test]
async fn w03_a_lock_of_another_process_passes() {
    let mut smtp = Smtp::start();
    let server = Setup::new(Engine::Sqlite).relay(&smtp).start().await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    server.db.run("BEGIN IMMEDIATE").await;
    let answer = browser.give(&page, &letter.wrong_code()).await;
    assert_try_again(&answer);
    until_ready(&server, 503).await;
    server.db.run("ROLLBACK").await;
    until_ready(&server, 200).await;
    let answer = browser.give(&page, &letter.code()).await;
    assert_eq!(answer.path, "/forgot-password/new");
    assert_eq!(
        server.db.number("SELECT MIN(tries_left) FROM flows").await,
        4
    );
}

/// Ends every other connection to the database of this server.
const CUT: &str = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[tokio::test]
async fn w03_connections_that_are_cut_cost_one_answer_at_the_most() {
    let mut smtp = Smtp::start();
    let server = Setup::new(Engine::Postgres).relay(&smtp).start().await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    for _ in 0..3 {
        server.db.number(CUT).await;
        // Those that idled are found out before they are used.
        let page = server.browser().begin("nobody").await;
        assert_eq!(page.path, "/forgot-password/code", "{}", page.body);
    }
    // In the middle of a transaction.
    server.db.run("BEGIN").await;
    server
        .db
        .run("LOCK TABLE limits IN ACCESS EXCLUSIVE MODE")
        .await;
    let form = page.form_to("/api/forgot-password/code");
    let request = browser.form_post(&form, &[("code", &letter.wrong_code())]);
    let under_way =
        tokio::spawn(async move { Browser::send("/api/forgot-password/code", request).await });
    until("the post waits", async || {
        let waiting = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        (server.db.number(waiting).await > 0).then_some(())
    })
    .await;
    server.db.number(CUT).await;
    assert_try_again(&under_way.await.unwrap());
    server.db.run("ROLLBACK").await;
    until_ready(&server, 200).await;
    assert_eq!(
        server.db.number("SELECT MIN(tries_left) FROM flows").await,
        5
    );
    let answer = browser.give(&page, &letter.code()).await;
    assert_eq!(answer.path, "/forgot-password/new");
}

#[tokio::test]
async fn w03_postgres_may_be_stopped_in_the_middle_of_a_journey() {
    let cluster = Cluster::start();
    let mut smtp = Smtp::start();
    let url = cluster.url();
    let setup = Setup::new(Engine::Postgres)
        .relay(&smtp)
        .database(&url, &url);
    let server = setup.start().await;
    server.add("anna", "anna.berg@demo.example", &[]).await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    until_ready(&server, 200).await;

    cluster.down();
    assert_try_again(&browser.give(&page, &letter.wrong_code()).await);
    until_ready(&server, 503).await;
    assert_eq!(
        browser.get("/help").await.status,
        503,
        "it shows where one is"
    );
    assert_eq!(browser.get("/healthz").await.status, 200);
    cluster.up();
    until_ready(&server, 200).await;
    let page = browser.get("/forgot-password/code").await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");

    // Away for a moment only: whoever posts meanwhile waits, and is answered.
    cluster.down();
    let form = page.form(0);
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let request = browser.form_post(&form, &both);
    let under_way =
        tokio::spawn(async move { Browser::send("/api/forgot-password/new", request).await });
    cluster.up();
    let answer = under_way.await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(answer.location(), "/forgot-password/done");
    assert!(server.opens("anna", GOOD).await);
    let notice = smtp.next().await;
    assert_eq!(notice.code_if_any(), None, "workers go on too");
}

#[tokio::test]
async fn w03_a_database_that_may_only_be_read_is_not_ready() {
    let mut smtp = Smtp::start();
    let server = Setup::new(Engine::Postgres).relay(&smtp).start().await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let name = server
        .db
        .text("SELECT CAST(current_database() AS TEXT)")
        .await;
    let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    server.db.run(&set).await;
    server.db.number(CUT).await;
    until_ready(&server, 503).await;
    assert_try_again(&browser.give(&page, &letter.code()).await);
    assert_eq!(browser.get("/forgot-password/code").await.status, 200);
    server
        .db
        .run("SET default_transaction_read_only = off")
        .await;
    let reset = format!("ALTER DATABASE {name} RESET default_transaction_read_only");
    server.db.run(&reset).await;
    until_ready(&server, 200).await;
    let answer = browser.give(&page, &letter.code()).await;
    assert_eq!(answer.path, "/forgot-password/new");
}

/// Sooner than this comes whoever does not wait as long as the first one, who waits for ten seconds; one is what they wait.
const SOON: Duration = Duration::from_secs(8);

#[tokio::test]
async fn w03_a_database_that_is_known_to_be_away_keeps_nobody_waiting() {
    let cluster = Cluster::start();
    let url = cluster.url();
    let setup = Setup::new(Engine::Postgres).database(&url, &url);
    let server = setup.start().await;
    let begun = server.browser().begin("anna").await;
    assert_eq!(begun.path, "/forgot-password/code");
    let logged = async |what: &str| server.whole_log().await.matches(what).count();
    let mut back_after = Vec::new();
    for round in 1..=2 {
        cluster.down();
        // Whoever comes first waits for it: it may only be restarted.
        assert_try_again(&server.browser().begin("bjorn").await);
        done_within(SOON, async || {
            let posts = (0..8).map(|number| {
                let mut browser = server.browser();
                async move { browser.begin(&format!("nobody{number}")).await }
            });
            join_all(posts).await.iter().for_each(assert_try_again);
        })
        .await;
        let mut reader = server.browser();
        reader.jar.insert("rekey-flow".to_owned(), "x".to_owned());
        done_within(SOON, async || {
            let page = reader.get("/forgot-password/code").await;
            assert_eq!(page.status, 503);
        })
        .await;
        cluster.up();
        let taken = until("it is taken again", async || {
            let page = server.browser().begin("grace").await;
            (page.path == "/forgot-password/code").then_some(())
        });
        back_after.push(timed(taken).await.1);
        until_ready(&server, 200).await;
        // It is asked twice a second, and may be used before that.
        until("it is known to be back", async || {
            (logged("the database answers again").await == round).then_some(())
        })
        .await;
        assert_eq!(logged("the database does not answer").await, round);
    }
    let soonest = back_after.iter().min();
    assert!(soonest < Some(&SOON), "{back_after:?}");
}

#[tokio::test]
async fn w03_a_busy_database_is_waited_for_as_long_as_before() {
    let server = Setup::new(Engine::Postgres).start().await;
    let mut browser = server.browser();
    let page = browser.get("/forgot-password").await;
    let form = page.form(0);
    let ask = |who: &str| {
        let request = browser.form_post(&form, &[("identifier", who)]);
        async move { Browser::send("/api/forgot-password/identify", request).await }
    };
    server.db.run("BEGIN").await;
    let lock = "LOCK TABLE limits IN ACCESS EXCLUSIVE MODE";
    server.db.run(lock).await;
    // More than may write at once: somebody waits in vain for a turn.
    let names: Vec<String> = (0..14).map(|number| format!("nobody{number}")).collect();
    let mut posts: FuturesUnordered<_> = names.iter().map(|who| ask(who)).collect();
    let first = posts.next().await.expect("somebody is answered");
    assert_eq!(first.status, 503, "nobody was kept waiting");
    // Whoever comes after that waits too, and is answered well once it is free.
    let free = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        server.db.run("ROLLBACK").await;
    };
    let ((late, ()), took) = timed(async { futures::join!(ask("later"), free) }).await;
    assert_eq!(late.status, 303, "{}", late.body);
    assert!(took >= Duration::from_secs(2), "{took:?}");
}
