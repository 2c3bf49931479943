//! W4: rows that were stored before there was one reading are read at the start, and nothing is merged.

use std::time::Duration;

use crate::support::{Engine, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    w04_rows_that_exist_are_read_once,
    w04_reading_goes_on_after_a_kill_and_beside_another_node
);

/// A contact as an earlier version has stored it.
async fn put(server: &Server, id: &str, who: &str, kind: &str, address: &str, canonical: &str) {
    server
        .db
        .run(&format!(
            "INSERT INTO contacts (id, account_id, kind, address, address_canonical, confirmed_at, resets_from) \
             SELECT '{id}', id, '{kind}', '{address}', '{canonical}', 1, 0 FROM accounts WHERE user_name = '{who}'"
        ))
        .await;
}

async fn user(server: &Server, user_name: &str) {
    server
        .db
        .run(&format!(
            "INSERT INTO accounts (id, external_key, user_name, user_name_canonical, name, language, role, state, created_at) \
             VALUES ('{user_name}', '{user_name}', '{user_name}', '{user_name}', 'M', 'sv', 'member', 'active', 1)"
        ))
        .await;
}

async fn row(server: &Server, id: &str) -> String {
    server
        .db
        .text(&format!(
            "SELECT address || ' ' || address_canonical || ' ' || CASE WHEN confirmed_at IS NULL THEN 'unconfirmed' ELSE 'confirmed' END \
             FROM contacts WHERE id = '{id}'"
        ))
        .await
}

async fn checked(server: &Server) -> String {
    let checked = server.command(&["check"], "").await;
    assert!(checked.status.success(), "{checked:?}");
    String::from_utf8_lossy(&checked.stdout).into_owned()
}

/// Id, kind, address and canonical form as they were stored, and how the row stands then.
const ROWS: [(&str, &str, &str, &str, &str); 8] = [
    // Where messages went is where they go: the confirmation stays.
    (
        "mapped",
        "mail",
        "target@\u{ff56}ictim.example",
        "target@\u{ff56}ictim.example",
        "target@victim.example target@victim.example confirmed",
    ),
    (
        "own",
        "mail",
        "Anna@Exämple.SE",
        "anna@xn--exmple-cua.se",
        "Anna@xn--exmple-cua.se anna@xn--exmple-cua.se confirmed",
    ),
    (
        "case",
        "mail",
        "Anna.B@DEMO.example",
        "anna.b@demo.example",
        "Anna.B@demo.example anna.b@demo.example confirmed",
    ),
    (
        "number",
        "phone",
        "070-174 06 50",
        "+46701740650",
        "+46701740650 +46701740650 confirmed",
    ),
    // Messages would go elsewhere, or nowhere.
    (
        "needless",
        "mail",
        "\"needless\"@demo.example",
        "\"needless\"@demo.example",
        "needless@demo.example needless@demo.example unconfirmed",
    ),
    (
        "decomposed",
        "mail",
        "A\u{30a}sa@demo.example",
        "åsa@demo.example",
        "Åsa@demo.example åsa@demo.example unconfirmed",
    ),
    (
        "quoted",
        "mail",
        "\"quoted local\"@demo.example",
        "\"quoted local\"@demo.example",
        "\"quoted local\"@demo.example \"quoted local\"@demo.example unconfirmed",
    ),
    // The account has it already: nothing is merged.
    (
        "same",
        "mail",
        "anna.berg@\u{ff44}emo.example",
        "anna.berg@\u{ff44}emo.example",
        "anna.berg@\u{ff44}emo.example anna.berg@\u{ff44}emo.example unconfirmed",
    ),
];

async fn w04_rows_that_exist_are_read_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let mut server = Setup::new(engine).relay(&smtp).start().await;
    server.kill().await;
    for (id, kind, address, canonical, _) in ROWS {
        put(&server, id, "anna", kind, address, canonical).await;
    }
    for name in ["kari\u{200b}n", "ann\u{200b}a"] {
        user(&server, name).await;
    }
    // Told before it is done, on a database as it was.
    let before = checked(&server).await;
    server.start().await;
    for (id, _, _, _, wanted) in ROWS {
        assert_eq!(row(&server, id).await, wanted, "{id}");
    }
    let name = "SELECT user_name_canonical FROM accounts WHERE id = ";
    assert_eq!(
        server.db.text(&format!("{name}'kari\u{200b}n'")).await,
        "karin"
    );
    assert_eq!(
        server.db.text(&format!("{name}'ann\u{200b}a'")).await,
        "ann\u{200b}a"
    );
    assert!(
        server.opens("anna", &server.passwords["anna"]).await,
        "hers stays hers"
    );
    let said = checked(&server).await;
    for said in [&before, &said] {
        for wanted in [
            "lost its confirmation",
            "anna  \"…@d….example",
            "same as another one",
            "anna  a…@\u{ff44}….example",
            "same as another account's",
            "ann\\u{200b}a",
        ] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        for never in ["needless", "quoted", "berg@", "target"] {
            assert!(!said.contains(never), "{never}: {said}");
        }
    }
    assert!(said.contains("anna  n…@d….example"), "{said}");
    // Proven again, it counts again.
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    // Five at most of a kind: one makes room.
    server
        .db
        .run("DELETE FROM contacts WHERE id = 'case'")
        .await;
    browser.ask_mail("needless@demo.example", None).await;
    let code = smtp.code_to("needless@demo.example").await;
    let page = browser.give_contact_code(&code).await;
    assert!(page.errors().is_empty(), "{:?}", page.errors());
    assert_eq!(
        row(&server, "needless").await,
        "needless@demo.example needless@demo.example confirmed"
    );
    assert!(!checked(&server).await.contains("n…@d….example"));
}

async fn w04_reading_goes_on_after_a_kill_and_beside_another_node(engine: Engine) {
    let mut server = Setup::new(engine).start().await;
    server.kill().await;
    server
        .db
        .run(
            "INSERT INTO contacts (id, account_id, kind, address, address_canonical, confirmed_at, resets_from) \
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) \
             SELECT 'many' || i, (SELECT id FROM accounts WHERE user_name = 'anna'), 'mail', 'a' || i || '@\u{ff44}emo.example', \
             'a' || i || '@\u{ff44}emo.example', 1, 0 FROM n",
        )
        .await;
    let left = "SELECT COUNT(*) FROM contacts WHERE reading = 0";
    let show = ["flow", "show", "AAA-AAA"];
    // Killed again and again, a little later each time.
    let mut seen = Vec::new();
    for patience in (1..12).map(|step| step * 60) {
        let patience = Duration::from_millis(patience);
        let _ = tokio::time::timeout(patience, server.command(&show, "")).await;
        seen.push(server.db.number(left).await);
    }
    assert!(
        seen.is_sorted_by(|earlier, later| earlier >= later),
        "{seen:?}"
    );
    let (one, other) = tokio::join!(server.command(&show, ""), server.command(&show, ""));
    for output in [one, other] {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("there is no reset"), "{said}");
    }
    assert_eq!(server.db.number(left).await, 0);
    let in_order = "SELECT COUNT(*) FROM contacts WHERE reading = 1 AND confirmed_at IS NOT NULL AND address LIKE 'a%@demo.example' AND address = address_canonical";
    assert!(server.db.number(in_order).await >= 6000);
    server.start().await;
}
