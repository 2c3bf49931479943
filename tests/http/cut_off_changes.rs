//! A change of a password that a crash cuts off between its intent and its completion: nothing is half done, it is told, and the person goes on.

use reqwest::RequestBuilder;

use crate::support::{Engine, GOOD, OTHER_GOOD, Server, Setup, Smtp, on_both_engines, until};

on_both_engines!(
    a_reset_that_was_cut_off_is_told_and_finished,
    a_link_that_was_cut_off_still_works,
    the_change_of_somebody_signed_in_is_cut_off,
    what_a_living_node_is_at_is_left_alone,
    a_database_that_fails_in_the_midst_takes_no_attempt,
    whoever_was_taken_for_dead_writes_nothing,
    refusals_leave_nothing_open
);

/// Longer than any node is at a change.
const LIVES_FOR: i64 = 600;

/// A former password whose hash takes minutes to compare with on any machine: whoever is killed meanwhile is killed before the completion.
const SLOW: &str = "$argon2id$v=19$m=19456,t=100000,p=1$c29tZSBzYWx0IG9yIG90aGVy$5VtWOO3cGWYQHEMaGbTLDNfdLBRiOlBWvnGgM8d1TqE";

fn setup(engine: Engine, smtp: &Smtp) -> Setup {
    Setup::new(engine)
        .relay(smtp)
        .set("PASSWORD__HISTORY", 2)
        .set("RESET__CHOOSE_ATTEMPTS", 2)
}

async fn open(server: &Server) -> i64 {
    let open = "SELECT COUNT(*) FROM password_intents WHERE completed_at IS NULL";
    server.db.number(open).await
}

/// From now on it takes minutes until the directory knows whether anna has had a password.
async fn slow_down(server: &Server) {
    server
        .db
        .run(&format!(
            "INSERT INTO former_passwords (id, account_id, hash, replaced_at) SELECT 'slow', id, '{SLOW}', 1 FROM accounts WHERE user_name = 'anna'"
        ))
        .await;
}

/// Posts a form, and kills the server when its intent stands and the password is being looked at.
async fn cut_off(server: &mut Server, request: RequestBuilder) {
    slow_down(server).await;
    let posted = tokio::spawn(request.send());
    until("the intent stands", async || {
        (open(server).await > 0).then_some(())
    })
    .await;
    server.kill().await;
    assert!(posted.await.unwrap().is_err(), "it was cut off");
    server.db.run("DELETE FROM former_passwords").await;
    assert_eq!(open(server).await, 1, "it was killed in between");
    let written = server.facts("authn_password_change").await;
    assert_eq!(written, added(server).await, "nothing is written");
}

/// Passwords that were set when accounts were made.
async fn added(server: &Server) -> i64 {
    let added = "SELECT COUNT(*) FROM audit WHERE event = 'authn_password_change' AND detail = 'account_added'";
    server.db.number(added).await
}

/// Starts it again. On PostgreSQL the intent may be another node's until it is old enough.
async fn take_up(server: &mut Server) {
    server.start().await;
    if server.engine == Engine::Postgres {
        assert_eq!(open(server).await, 1, "it may be another node's");
        server.advance(LIVES_FOR + 1).await;
        until("it is ended", async || {
            (open(server).await == 0).then_some(())
        })
        .await;
    }
    assert_eq!(open(server).await, 0, "ended before anybody is let in");
    let told = "SELECT COUNT(*) FROM audit WHERE event = 'authn_password_change_fail' AND actor = 'system'";
    assert_eq!(server.db.number(told).await, 1);
    server
        .until_logged("a change of a password was cut off")
        .await;
}

async fn a_reset_that_was_cut_off_is_told_and_finished(engine: Engine) {
    let mut smtp = Smtp::start();
    let mut server = setup(engine, &smtp).start().await;
    let anna = server.passwords["anna"].clone();
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let request = browser.form_post(&page.form(0), &both);
    cut_off(&mut server, request).await;
    take_up(&mut server).await;
    assert!(server.opens("anna", &anna).await, "the old one holds");
    assert!(!server.opens("anna", GOOD).await);
    let reference = server.db.text("SELECT reference FROM flows").await;
    let shown = server.command(&["flow", "show", &reference], "").await;
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("cut off, nothing written"), "{shown}");
    // Both attempts are left: the one that was cut off is given back.
    browser.visit(&server);
    let page = browser.get("/forgot-password/new").await;
    let page = browser.choose(&page, &anna).await;
    assert_ne!(page.path, "/forgot-password/done", "{}", page.text());
    let page = browser.choose(&page, OTHER_GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    assert!(server.opens("anna", OTHER_GOOD).await);
    assert_eq!(open(&server).await, 0);
}

async fn a_link_that_was_cut_off_still_works(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = setup(engine, &smtp).set("RESET__PROVE_BY", "mail_link");
    let mut server = setup.start().await;
    server.browser().begin("anna").await;
    let letter = smtp.next().await;
    server.settle().await;
    let mut browser = server.browser();
    let page = browser.get(&letter.link()).await;
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let request = browser.form_post(&page.form(0), &both);
    cut_off(&mut server, request).await;
    take_up(&mut server).await;
    let left = server.db.number("SELECT choices_left FROM links").await;
    assert_eq!(
        (left, server.db.number("SELECT choosing FROM links").await),
        (2, 0)
    );
    let mut browser = server.browser();
    let page = browser.get(&letter.link()).await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    assert!(server.opens("anna", GOOD).await);
}

async fn the_change_of_somebody_signed_in_is_cut_off(engine: Engine) {
    let smtp = Smtp::start();
    let mut server = setup(engine, &smtp).start().await;
    let anna = server.passwords["anna"].clone();
    let mut browser = server.browser();
    browser.sign_in("anna", &anna).await;
    let page = browser.get("/account/security/password").await;
    let all = [
        ("password", anna.as_str()),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let request = browser.form_post(&page.form_to("/api/account/password"), &all);
    cut_off(&mut server, request).await;
    take_up(&mut server).await;
    browser.visit(&server);
    assert!(browser.is_signed_in().await, "nothing has ended");
    assert!(server.opens("anna", &anna).await);
    assert!(!server.opens("anna", GOOD).await);
}

async fn what_a_living_node_is_at_is_left_alone(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let insert = |id: &str, at: i64| {
        format!(
            "INSERT INTO password_intents (id, account_id, cause, created_at) \
             SELECT '{id}', id, 'reset', CAST({at} AS BIGINT) * 1000000 FROM accounts WHERE user_name = 'anna'"
        )
    };
    server
        .db
        .run(&insert("old", server.now() - LIVES_FOR + 5))
        .await;
    server.db.run(&insert("young", server.now())).await;
    server.advance(30).await;
    until("the old one is ended", async || {
        (open(&server).await == 1).then_some(())
    })
    .await;
    let left = "SELECT id FROM password_intents WHERE completed_at IS NULL";
    assert_eq!(server.db.text(left).await, "young");
}

/// Passwords cannot be written from now on; on PostgreSQL as if that would pass.
async fn refuse_passwords(server: &Server) {
    let does = match server.engine {
        Engine::Sqlite => "BEGIN SELECT RAISE(ABORT, 'refused'); END",
        Engine::Postgres => {
            let function = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
                            'BEGIN RAISE EXCEPTION ''refused'' USING ERRCODE = ''55P03''; END'";
            server.db.run(function).await;
            "FOR EACH ROW EXECUTE FUNCTION refuse()"
        }
    };
    let trigger = format!("CREATE TRIGGER refuses BEFORE UPDATE ON passwords {does}");
    server.db.run(&trigger).await;
}

async fn allow_passwords(server: &Server) {
    let on = match server.engine {
        Engine::Sqlite => "",
        Engine::Postgres => " ON passwords",
    };
    server.db.run(&format!("DROP TRIGGER refuses{on}")).await;
}

async fn a_database_that_fails_in_the_midst_takes_no_attempt(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = setup(engine, &smtp).set("RESET__CHOOSE_ATTEMPTS", 1);
    let server = setup.start().await;
    let anna = server.passwords["anna"].clone();
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    refuse_passwords(&server).await;
    for times in 1..=2 {
        let both = [("new_password", GOOD), ("confirm_password", GOOD)];
        let answer = browser.form_post(&page.form(0), &both).send().await;
        let expected = match engine {
            Engine::Sqlite => 500,
            Engine::Postgres => 503,
        };
        assert_eq!(answer.unwrap().status(), expected, "{times}");
        until("it is ended and told", async || {
            let told = server.facts("authn_password_change_fail").await;
            (told == times && open(&server).await == 0).then_some(())
        })
        .await;
        let left = server.db.number("SELECT choices_left FROM flows").await;
        assert_eq!(left, 1, "it is given back");
        let under_way = server.db.number("SELECT choosing FROM flows").await;
        assert_eq!(under_way, 0);
    }
    assert!(server.opens("anna", &anna).await, "the old one holds");
    allow_passwords(&server).await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    assert!(server.opens("anna", GOOD).await);
}

/// From now on every intent is ended as soon as it stands, as another node would which has waited for ten minutes.
async fn abandon_intents(server: &Server) {
    let end = "UPDATE password_intents SET completed_at = 1, outcome = 'abandoned'";
    let does = match server.engine {
        Engine::Sqlite => format!("BEGIN {end}; END"),
        Engine::Postgres => {
            let function = format!(
                "CREATE FUNCTION abandon() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {end}; RETURN NULL; END $$"
            );
            server.db.run(&function).await;
            "FOR EACH ROW EXECUTE FUNCTION abandon()".to_owned()
        }
    };
    let trigger = format!("CREATE TRIGGER abandons AFTER INSERT ON password_intents {does}");
    server.db.run(&trigger).await;
}

async fn whoever_was_taken_for_dead_writes_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let anna = server.passwords["anna"].clone();
    let (browser, page) = server.proved(&mut smtp, "anna").await;
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    abandon_intents(&server).await;
    let answer = browser.form_post(&page.form(0), &both).send().await;
    let answer = answer.unwrap();
    // What it asks for is to be asked once more; it is no fault of ours.
    assert_eq!(answer.status(), 503);
    assert!(!server.whole_log().await.contains("ERROR"));
    assert!(server.opens("anna", &anna).await, "the old one holds");
    assert!(!server.opens("anna", GOOD).await);
    let outcome = "SELECT outcome FROM password_intents";
    assert_eq!(server.db.text(outcome).await, "abandoned");
}

async fn refusals_leave_nothing_open(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let anna = server.passwords["anna"].clone();
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let page = browser.choose(&page, &anna).await;
    assert_ne!(page.path, "/forgot-password/done");
    assert_eq!(open(&server).await, 0);
    let ended = "SELECT outcome FROM password_intents";
    assert_eq!(server.db.text(ended).await, "not_written");
    assert_eq!(
        server.facts("authn_password_change_fail").await,
        0,
        "no fault"
    );
}
