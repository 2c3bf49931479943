//! Accounts and contacts that are disabled, removed or changed while a reset is under way.

use super::Stored;
use super::strangers::Strangers;
use crate::support::{Engine, GOOD, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    a48_disabled_while_the_mail_waits,
    a48_deleted_while_the_mail_waits,
    a10_deleted_meanwhile,
    a29_disabled_while_the_password_is_compared,
    a29_disabled_between_the_check_and_the_change,
    a48_disabled_before_the_new_password
);

async fn a48_disabled_while_the_mail_waits(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    smtp.down().await;
    both_ask(&server).await;
    let disable = "UPDATE accounts SET state = 'disabled' WHERE user_name = 'anna'";
    server.db.run(disable).await;
    only_bjorn_is_sent_one(&server, &mut smtp).await;
}

async fn a48_deleted_while_the_mail_waits(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    smtp.down().await;
    both_ask(&server).await;
    let delete = "DELETE FROM accounts WHERE user_name = 'anna'";
    server.db.run(delete).await;
    only_bjorn_is_sent_one(&server, &mut smtp).await;
}

/// Asks for anna and bjorn, whose mails both wait for the relay. None is on its way: under a stopped clock none is tried again.
async fn both_ask(server: &Server) {
    for who in ["anna", "bjorn"] {
        server.browser().begin(who).await;
    }
    server.put_off(2).await;
}

/// The relay is back, and takes what is still to be sent.
async fn only_bjorn_is_sent_one(server: &Server, smtp: &mut Smtp) {
    smtp.up();
    server.advance(61).await;
    server.settle().await;
    assert_eq!(smtp.next().await.to, ["bjorn.dahl@demo.example"]);
    assert_eq!(smtp.taken(), 1, "no mail to whoever is gone");
}

async fn a10_deleted_meanwhile(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut strangers = Strangers::asking(&server, &["anna", "kalle"]);
    strangers.begin().await;
    server.settle().await;
    let delete = "DELETE FROM accounts WHERE user_name = 'anna'";
    server.db.run(delete).await;
    strangers.look("deleted", "/forgot-password/code").await;
    strangers.guess(2).await;
}

/// Disables everybody as soon as a row comes into this table.
async fn disabled_with(server: &Server, table: &str) {
    let disable = "UPDATE accounts SET state = 'disabled'";
    let trigger = format!("CREATE TRIGGER meanwhile AFTER INSERT ON {table}");
    match server.engine {
        Engine::Sqlite => {
            let statement = format!("{trigger} BEGIN {disable}; END");
            server.db.run(&statement).await;
        }
        Engine::Postgres => {
            let function = format!(
                "CREATE FUNCTION meanwhile() RETURNS trigger AS $$ BEGIN {disable}; RETURN NULL; END $$ LANGUAGE plpgsql"
            );
            server.db.run(&function).await;
            let statement = format!("{trigger} FOR EACH ROW EXECUTE FUNCTION meanwhile()");
            server.db.run(&statement).await;
        }
    }
}

async fn a29_disabled_while_the_password_is_compared(engine: Engine) {
    let server = Setup::new(engine).start().await;
    disabled_with(&server, "sign_in_tries").await;
    let anna = server.passwords["anna"].clone();
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &anna).await;
    assert_eq!(page.path, "/sign-in", "{}", page.text());
    assert!(!browser.is_signed_in().await);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM sessions").await, 0);
}

async fn a29_disabled_between_the_check_and_the_change(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    disabled_with(&server, "password_intents").await;
    let page = browser.choose(&page, GOOD).await;
    assert_ne!(page.path, "/forgot-password/done");
    stored.is_unchanged(&server).await;
}

async fn a48_disabled_before_the_new_password(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let field = "name=\"new_password\"";
    assert!(page.body.contains(field), "{}", page.text());
    server
        .db
        .run("UPDATE accounts SET state = 'disabled'")
        .await;
    let page = browser.get("/forgot-password/new").await;
    assert!(!page.body.contains(field), "{}", page.text());
}

/// Anna asks with this; between the look-up and the transaction that goes on with it, this becomes of her contacts. Who gets a message.
async fn mailed_after(asked: &str, becomes: &str) -> Vec<String> {
    let smtp = Smtp::start();
    let server = Setup::stopped(Engine::Postgres).relay(&smtp).start().await;
    server.db.run("BEGIN").await;
    let hold = "UPDATE accounts SET id = id WHERE user_name = 'anna'";
    server.db.run(hold).await;
    server.browser().begin(asked).await;
    // The worker knows whom it means, and waits to lock them.
    server.until_one_waits().await;
    server.db.run(becomes).await;
    server.db.run("COMMIT").await;
    server.settle().await;
    smtp.unread().into_iter().flat_map(|mail| mail.to).collect()
}

#[tokio::test]
async fn a48_a_contact_that_goes_after_the_look_up_gets_no_message() {
    const OLD: &str = "anna.berg@demo.example";
    const NEW: &str = "anna@new.example";
    let contact = format!("contacts WHERE address = '{OLD}'");
    let removed = format!("DELETE FROM {contact}");
    let ended = format!("UPDATE contacts SET ends_at = 1 WHERE address = '{OLD}'");
    let changed = format!(
        "UPDATE contacts SET address = '{NEW}', address_canonical = '{NEW}' WHERE address = '{OLD}'"
    );
    for asked in ["anna", OLD] {
        // As long as it stays, the same wait ends with a mail.
        let stays = format!("SELECT 1 FROM {contact}");
        assert_eq!(mailed_after(asked, &stays).await, [OLD], "{asked}");
        for gone in [&removed, &ended] {
            assert_eq!(mailed_after(asked, gone).await, [""; 0], "{asked}: {gone}");
        }
    }
    assert_eq!(mailed_after("anna", &changed).await, [NEW]);
    assert_eq!(mailed_after(OLD, &changed).await, [""; 0]);
}
