//! People are told apart by their directory: whoever is of another one is no account of the built-in directory, whatever their name.

use crate::support::{Engine, GOOD, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    user_names_are_unique_in_their_directory,
    nobody_is_taken_for_a_namesake
);

/// Adds somebody named like anna, unless their directory has one.
async fn add(server: &Server, id: &str, directory: &str) {
    server
        .db
        .run(&format!(
            "INSERT INTO accounts (id, directory, external_key, user_name, user_name_canonical, name, language, role, state, created_at, reading) \
             VALUES ('{id}', '{directory}', '{id}', 'anna', 'anna', 'Anna', 'en', 'member', 'active', 1, 1) ON CONFLICT DO NOTHING"
        ))
        .await;
}

async fn annas(server: &Server) -> i64 {
    let annas = "SELECT COUNT(*) FROM accounts WHERE user_name = 'anna'";
    server.db.number(annas).await
}

async fn user_names_are_unique_in_their_directory(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let own = "SELECT COUNT(*) FROM accounts WHERE directory = 'builtin' AND external_key = id";
    let all = "SELECT COUNT(*) FROM accounts";
    assert_eq!(server.db.number(own).await, server.db.number(all).await);
    add(&server, "here", "builtin").await;
    assert_eq!(annas(&server).await, 1);
    add(&server, "there", "elsewhere").await;
    add(&server, "too", "elsewhere").await;
    assert_eq!(annas(&server).await, 2);
}

async fn nobody_is_taken_for_a_namesake(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    add(&server, "there", "elsewhere").await;
    server
        .db
        .run("INSERT INTO contacts (id, account_id, kind, address, address_canonical, confirmed_at, resets_from) \
              SELECT 'shared', 'there', kind, address, address_canonical, 1, 0 FROM contacts WHERE address = 'anna.berg@demo.example'")
        .await;
    // As if that directory had written one here, which the built-in one must not take for its own.
    server
        .db
        .run("INSERT INTO passwords (account_id, hash, key_id, changed_at) SELECT 'there', hash, key_id, 1 FROM passwords WHERE account_id = (SELECT id FROM accounts WHERE user_name = 'bjorn')")
        .await;
    let bjorn = &server.passwords["bjorn"];
    assert!(!server.opens("anna.berg@demo.example", bjorn).await);
    for named in ["anna", "anna.berg@demo.example"] {
        let (mut browser, page) = server.proved(&mut smtp, named).await;
        assert!(page.text().contains("anna"), "{}", page.text());
        let page = browser.choose(&page, GOOD).await;
        assert_eq!(
            page.path,
            "/forgot-password/done",
            "{named}: {:?}",
            page.errors()
        );
        server.settle().await;
        smtp.unread();
    }
    assert!(server.opens("anna", GOOD).await);
    let theirs = "SELECT changed_at FROM passwords WHERE account_id = 'there'";
    assert_eq!(server.db.number(theirs).await, 1, "untouched");
}
