//! W19: however many messages wait, a claim finds what is due by one step, and looking for work writes nothing.

use rekey::server::store::jobs::{CLAIM, CLAIM_FREE, DUE, DUE_IN_HAND, NEXT};

use super::full_disk::assert_try_again;
use crate::support::{Engine, Server, Setup, Smtp, on_both_engines};

on_both_engines!(w19_claims_are_found_by_their_index);

/// Messages that wait, tried and put off, beside a few that are due.
async fn let_wait(server: &Server, many: i64) {
    let numbers = match server.engine {
        Engine::Sqlite => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) SELECT i FROM n"
        ),
        Engine::Postgres => format!("SELECT i FROM generate_series(1, {many}) AS n(i)"),
    };
    let insert = format!(
        "INSERT INTO jobs (id, kind, purpose, body_sealed, state, run_at, leased_until, attempts, created_at, expires_at) \
         SELECT 'job' || i, 'mail', 'code', '', 'waiting', 9000000000000000 + i, 0, 1, 1, 9100000000000000 FROM ({numbers}) AS all_of_them"
    );
    server.db.run(&insert).await;
}

/// The plan of a statement, in one line.
async fn plan(server: &Server, statement: &str) -> String {
    let mut filled = statement.to_owned();
    for (place, value) in [
        ("$1", "'mail'"),
        ("$2", "1000"),
        ("$3", "2000"),
        ("$4", "16"),
    ] {
        filled = filled.replace(place, value);
    }
    let (explain, column) = match server.engine {
        Engine::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        Engine::Postgres => ("EXPLAIN", 0),
    };
    server
        .db
        .lines(&format!("{explain} {filled}"), column)
        .await
}

async fn w19_claims_are_found_by_their_index(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let_wait(&server, 100_000).await;
    for analysed in [false, true] {
        if analysed {
            server.db.run("ANALYZE").await;
        } else if engine == Engine::Postgres {
            // It plans by what it has counted, which it does by itself after so many rows.
            continue;
        }
        let (claims, due) = match engine {
            Engine::Sqlite => (CLAIM, DUE),
            Engine::Postgres => (CLAIM_FREE, DUE_IN_HAND),
        };
        for statement in [due, claims, NEXT] {
            let plan = plan(&server, statement).await;
            assert!(plan.contains("jobs_due"), "{plan}");
            assert!(
                !plan.contains("SCAN jobs") && !plan.contains("Seq Scan"),
                "{plan}"
            );
            assert!(
                !plan.contains("TEMP B-TREE") && !plan.contains("Sort"),
                "{plan}"
            );
            if engine == Engine::Sqlite {
                // The jobs to claim one by one, not every job that waits.
                assert!(plan.contains("(kind=?"), "{plan}");
                assert!(!plan.contains("(state=?"), "{plan}");
                assert!(statement != CLAIM || plan.contains("(id=?)"), "{plan}");
            }
        }
    }
    let mut browser = server.browser();
    let page = browser.begin("anna").await;
    let letter = smtp.next().await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

#[tokio::test]
async fn w19_workers_that_find_nothing_do_not_ask_to_write() {
    let server = Setup::new(Engine::Sqlite).start().await;
    let_wait(&server, 10).await;
    server.settle_resolves().await;
    // Nobody else can write. Two posts one after the other wait in vain, each as long as a worker would: workers look every second, so one
    // that asks in its first look has given up before the second post does.
    server.db.run("BEGIN IMMEDIATE").await;
    for who in ["anna", "bjorn"] {
        assert_try_again(&server.browser().begin(who).await);
    }
    server.db.run("ROLLBACK").await;
    let log = server.whole_log().await;
    assert!(!log.contains("cannot claim work"), "{log}");
}
