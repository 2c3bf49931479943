//! W18 and W20: in a rush requests and workers share the writer, and tidying up gives way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::support::{
    Engine, Manner, Server, Setup, Smtp, measured, on_both_engines, timed, until,
};

on_both_engines!(
    w18_who_asks_in_a_rush_is_looked_up_in_it,
    w18_they_are_looked_up_in_the_order_in_which_they_are_due,
    w18_one_that_cannot_be_resolved_takes_none_along,
    w20_forgetting_gives_way_to_requests
);

/// Posts under way at once.
const AT_ONCE: u32 = 48;

/// Posts the first step so many times, many at once; how many were taken.
async fn ask(server: &Server, times: u32, name: &str) -> u32 {
    let mut browser = server.browser();
    let page = browser.get("/forgot-password").await;
    let form = Arc::new(page.form(0));
    let (next, taken) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let mut posting = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (browser, form, name) = (browser.clone(), form.clone(), name.to_owned());
        let (next, taken) = (next.clone(), taken.clone());
        posting.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= times {
                    break;
                }
                let who = format!("{name}{number}");
                let request = browser.form_post(&form, &[("identifier", &who)]);
                let answer = request.send().await.unwrap();
                assert_eq!(answer.status().as_u16(), 303);
                taken.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    posting.join_all().await;
    taken.load(Ordering::Relaxed)
}

async fn w18_who_asks_in_a_rush_is_looked_up_in_it(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    smtp.behave(Manner::Hang);
    // Hold all senders up.
    for who in ["anna", "bjorn", "grace"] {
        server.browser().begin(who).await;
    }
    // Without a share one of twenty was; who has just asked waits for a random half second.
    tokio::select! {
        () = until("many are looked up", async || {
            (server.db.number(RESOLVED).await >= 300).then_some(())
        }) => {}
        taken = ask(&server, 3600, "nobody") => {
            let meanwhile = server.db.number(RESOLVED).await;
            panic!("{meanwhile} of {taken} were looked up while the others asked");
        }
    }
    let taken = ask(&server, 200, "nobody").await;
    assert_eq!(taken, 200, "requests go on meanwhile");
    server.settle_resolves().await;
}

async fn w18_they_are_looked_up_in_the_order_in_which_they_are_due(engine: Engine) {
    let server = Setup::new(engine).start().await;
    ask(&server, 150, "nobody").await;
    server.settle_resolves().await;
    // All of them again, due long ago and all at once, the last one first.
    server
        .db
        .run("UPDATE jobs SET state = 'waiting', run_at = (SELECT MAX(created_at) FROM jobs) - created_at, finished_at = NULL WHERE kind = 'resolve'")
        .await;
    server.settle_resolves().await;
    let overtaken = "SELECT COUNT(*) FROM jobs a JOIN jobs b ON a.run_at < b.run_at AND a.finished_at > b.finished_at \
                     WHERE a.kind = 'resolve' AND b.kind = 'resolve'";
    assert_eq!(server.db.number(overtaken).await, 0);
    assert_eq!(server.db.number(RESOLVED).await, 150);
}

/// Nothing can be promised to this account any more: whatever is written about it fails.
async fn break_account(server: &Server, id: &str) {
    if server.engine == Engine::Postgres {
        let function = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END'";
        server.db.run(function).await;
    }
    let does = match server.engine {
        Engine::Sqlite => {
            format!("WHEN NEW.account_id = '{id}' BEGIN SELECT RAISE(ABORT, 'refused'); END")
        }
        Engine::Postgres => {
            format!("FOR EACH ROW WHEN (NEW.account_id = '{id}') EXECUTE FUNCTION refuse()")
        }
    };
    let trigger = format!("CREATE TRIGGER refuses BEFORE INSERT ON jobs {does}");
    server.db.run(&trigger).await;
}

async fn w18_one_that_cannot_be_resolved_takes_none_along(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let people = ["anna", "bjorn", "grace"];
    for who in people {
        server.browser().begin(who).await;
        smtp.next().await;
    }
    server.settle().await;
    let sent = server.facts("authn_token_created").await;
    let grace = "SELECT id FROM accounts WHERE user_name = 'grace'";
    break_account(&server, &server.db.text(grace).await).await;
    // All of them again, in one turn; the broken one is neither first nor last.
    server
        .db
        .run("UPDATE jobs SET state = 'waiting', run_at = created_at, finished_at = NULL WHERE kind = 'resolve'")
        .await;
    for _ in 1..people.len() {
        smtp.next().await;
    }
    until("it waits for another try", async || {
        let waiting = "SELECT COUNT(*) FROM jobs WHERE kind = 'resolve' AND state = 'waiting' AND last_answer = 'fault'";
        (server.db.number(waiting).await == 1).then_some(())
    })
    .await;
    // What the worker told of that turn stands before all of its next one.
    let nobodys = server.db.number(DECOYS).await;
    server.browser().begin("nobody").await;
    until("the next one is looked up", async || {
        (server.db.number(DECOYS).await > nobodys).then_some(())
    })
    .await;
    let now_sent = server.facts("authn_token_created").await;
    assert_eq!(now_sent - sent, 2, "nothing is told of what was taken back");
    let log = server.whole_log().await;
    let logged = log.matches("authn_token_created").count();
    assert_eq!(i64::try_from(logged).unwrap(), now_sent);
}

/// Old rows, and how many of them.
const OLD: i64 = 40_000;

async fn w20_forgetting_gives_way_to_requests(engine: Engine) {
    let mut server = Setup::new(engine).start().await;
    measured(async || {
        let (forgotten, took) = forgotten_while_asking(&mut server).await;
        let turns = 2 + took.as_secs() / 2;
        if forgotten <= A_TURN * i64::try_from(turns).unwrap() {
            return Ok(());
        }
        Err(format!("{forgotten} rows were forgotten in {took:?}"))
    })
    .await;
    until("it has forgotten them all", async || {
        (server.db.number(LEFT).await == 0).then_some(())
    })
    .await;
}

const LEFT: &str = "SELECT COUNT(*) FROM audit WHERE at = 1000";

/// Rows that are forgotten at once. While somebody always wants to write, that is every two seconds at the most.
const A_TURN: i64 = 250;

/// How many old rows are forgotten during many posts, and in which time.
async fn forgotten_while_asking(server: &mut Server) -> (i64, Duration) {
    let numbers = match server.engine {
        Engine::Sqlite => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {OLD}) SELECT i FROM n"
        ),
        Engine::Postgres => format!("SELECT i FROM generate_series(1, {OLD}) AS n(i)"),
    };
    server.kill().await;
    server.db.run("DELETE FROM audit WHERE at = 1000").await;
    let insert = format!(
        "INSERT INTO audit (id, at, event, detail) SELECT 'old' || i, 1000, 'reset_requested', '' FROM ({numbers}) AS all_of_them"
    );
    server.db.run(&insert).await;
    server.start().await;
    until("it has begun to forget", async || {
        (server.db.number(LEFT).await < OLD).then_some(())
    })
    .await;
    let before = server.db.number(LEFT).await;
    let (_, took) = timed(ask(server, 400, "nobody")).await;
    (before - server.db.number(LEFT).await, took)
}

/// Looked up, and how often the work for nobody was done.
const RESOLVED: &str = "SELECT COUNT(*) FROM jobs WHERE kind = 'resolve' AND state = 'done'";
const DECOYS: &str = "SELECT COUNT(*) FROM jobs WHERE purpose = 'decoy'";

#[tokio::test]
async fn w18_a_node_takes_what_another_has_not_in_hand() {
    let mut smtp = Smtp::start();
    let server = Setup::new(Engine::Postgres).relay(&smtp).start().await;
    let node = server.node().await;
    // Whoever looks anna up has to wait.
    server.db.run("BEGIN").await;
    let hold = "UPDATE accounts SET id = id WHERE user_name = 'anna'";
    server.db.run(hold).await;
    server.browser().begin("anna").await;
    server.until_one_waits().await;
    for number in 0..30 {
        let by = if number % 2 == 0 { &server } else { &node };
        by.browser().begin(&format!("nobody{number}")).await;
    }
    until("the other one does the rest", async || {
        (server.db.number(RESOLVED).await == 30).then_some(())
    })
    .await;
    server.until_one_waits().await;
    server.db.run("ROLLBACK").await;
    let letter = smtp.next().await;
    assert_eq!(letter.to, ["anna.berg@demo.example"]);
    server.settle().await;
    assert_eq!(server.db.number(RESOLVED).await, 31);
    assert_eq!(server.db.number(DECOYS).await, 30, "each of them once");
    assert_eq!(server.facts("authn_token_created").await, 1);
    assert_eq!(smtp.taken(), 1);
}

#[tokio::test]
async fn w18_two_nodes_look_everybody_up_once() {
    let mut smtp = Smtp::start();
    let server = Setup::new(Engine::Postgres).relay(&smtp).start().await;
    let node = server.node().await;
    let people = async {
        for who in ["anna", "bjorn", "grace"] {
            server.browser().begin(who).await;
        }
    };
    let (here, there, ()) =
        futures::join!(ask(&server, 400, "here"), ask(&node, 400, "there"), people);
    let all = i64::from(here + there) + 3;
    until("everybody is looked up", async || {
        (server.db.number(RESOLVED).await == all).then_some(())
    })
    .await;
    for _ in 0..3 {
        smtp.next().await;
    }
    server.settle().await;
    assert_eq!(server.db.number(DECOYS).await, all - 3, "each of them once");
    assert_eq!(smtp.taken(), 3);
    // But for what another node has in hand: one of some twenty turns, however long a turn takes on this machine.
    let overtaken = "SELECT COUNT(*) FROM jobs a JOIN jobs b ON a.finished_at > b.finished_at \
                     AND a.run_at + (SELECT (MAX(run_at) - MIN(run_at)) / 2 FROM jobs WHERE kind = 'resolve') < b.run_at \
                     WHERE a.kind = 'resolve' AND b.kind = 'resolve'";
    assert_eq!(server.db.number(overtaken).await, 0, "in their order");
    for node in [&server, &node] {
        let log = node.whole_log().await;
        assert!(!log.contains("cannot resolve"), "{log}");
    }
}
