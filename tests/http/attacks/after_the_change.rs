//! After the change, and the platform around it: what is over stays over, rules hold on every way in, and no copy is kept.

mod cross_site;
mod outbox;

use rekey::texts::Text;

use super::Stored;
use super::strangers::Strangers;
use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, english, on_both_engines,
    on_sqlite,
};

on_both_engines!(a43_sessions_survive, a48_revived_account, a51_policy_bypass);

on_sqlite!(a53_cached_reset_page);

async fn a43_sessions_survive(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let mut signed_in = Vec::new();
    for _ in 0..3 {
        let mut browser = server.browser();
        let page = browser.sign_in("anna", &server.passwords["anna"]).await;
        assert_eq!(page.path, "/account");
        signed_in.push(browser);
    }
    // One of them is the browser that resets, and somebody has a copy of its cookies.
    let mut browser = signed_in[0].clone();
    let page = browser.begin("anna").await;
    let letter = smtp.next().await;
    let page = browser.give(&page, &letter.code()).await;
    for other in &mut signed_in {
        let page = other.get("/account").await;
        assert!(page.body.contains("Anna Berg"), "until it is saved");
    }
    stored.is_unchanged(&server).await;
    let page = browser.choose(&page, GOOD).await;
    assert!(page.text().contains(&english(Text::DoneSignedOut)));
    stored.is_changed(&server).await;
    for other in &mut signed_in {
        assert!(!other.is_signed_in().await);
        let page = other.get("/account").await;
        assert_eq!(page.path, "/sign-in");
        assert!(!page.body.contains("Anna Berg"));
    }
    assert!(!browser.is_signed_in().await);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM sessions").await, 0);
    // No browser of theirs is known any more, but the one in which the change was made is (STANDARDS D05).
    let known = "SELECT COUNT(*) FROM devices";
    assert_eq!(server.db.number(known).await, 1);
    for _ in 0..10 {
        assert!(!server.opens("anna", "fel").await);
    }
    for mut other in signed_in {
        let page = other.sign_in("anna", GOOD).await;
        assert_eq!(page.path, "/sign-in", "it waits as any stranger's");
    }
    let page = browser.sign_in("anna", GOOD).await;
    assert_eq!(page.path, "/account");
    server.advance(61).await;
    assert!(server.opens("anna", GOOD).await);
    // Nor does the old password open a new one.
    assert!(!server.opens("anna", &server.passwords["anna"]).await);
}

async fn a48_revived_account(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    server.add("urban", "urban@demo.example", &[]).await;
    let gone = server.add("gustav", "gustav@demo.example", &[]).await;
    let of = |who: &str| format!("(SELECT id FROM accounts WHERE user_name = '{who}')");
    for statement in [
        "UPDATE accounts SET state = 'disabled' WHERE user_name = 'bjorn'".to_owned(),
        format!(
            "UPDATE contacts SET confirmed_at = NULL WHERE account_id = {}",
            of("urban")
        ),
        "DELETE FROM accounts WHERE user_name = 'gustav'".to_owned(),
    ] {
        server.db.run(&statement).await;
    }
    let stored = [
        Stored::of(&server, "bjorn").await,
        Stored::of(&server, "urban").await,
    ];
    let active = active(&server).await;
    // Each of them is told what somebody is told whom nobody knows.
    let asked = ["bjorn", "urban", "gustav", "kalle"];
    let mut strangers = Strangers::asking(&server, &asked);
    strangers.begin().await;
    server.settle().await;
    strangers.guess(6).await;
    strangers
        .look("the next step", "/forgot-password/new")
        .await;
    server.advance(31).await;
    strangers
        .look("the code again", "/forgot-password/code")
        .await;
    strangers.resend().await;
    server.settle().await;
    assert_eq!(smtp.taken(), 0);
    let passwords = [("bjorn", &server.passwords["bjorn"]), ("gustav", &gone)];
    for (who, password) in passwords {
        let page = server.browser().sign_in(who, password).await;
        assert_eq!(page.errors(), [english(Text::ProblemSignInRefused)]);
    }
    assert_eq!(self::active(&server).await, active, "nobody was activated");
    for stored in &stored {
        stored.is_unchanged(&server).await;
    }
    disabled_on_the_way(&server, &mut smtp).await;
}

async fn active(server: &Server) -> i64 {
    let query = "SELECT COUNT(*) FROM accounts a JOIN contacts c ON c.account_id = a.id \
                 WHERE a.state = 'active' AND c.confirmed_at IS NOT NULL";
    server.db.number(query).await
}

/// Disabled with the code in hand, and with the proof in hand: neither step finishes, and neither activates.
async fn disabled_on_the_way(server: &Server, smtp: &mut Smtp) {
    let (mut waiting, code_page, letter) = server.mailed(smtp, "anna").await;
    let (mut proved, new_page) = server.proved(smtp, "grace").await;
    let mut signed_in = server.browser();
    signed_in.sign_in("anna", &server.passwords["anna"]).await;
    let sent = smtp.taken();
    let stored = [
        Stored::of(server, "anna").await,
        Stored::of(server, "grace").await,
    ];
    let disable = "UPDATE accounts SET state = 'disabled'";
    server.db.run(disable).await;
    let page = waiting.give(&code_page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    server.advance(31).await;
    waiting.ask_again(&page).await;
    for password in [GOOD, OTHER_GOOD] {
        let page = proved.choose(&new_page, password).await;
        assert_eq!(page.path, "/forgot-password");
        assert_eq!(page.errors(), [english(Text::ProblemFlowExpired)]);
    }
    assert!(!signed_in.is_signed_in().await);
    server.settle().await;
    assert_eq!(smtp.taken(), sent, "no mail");
    assert_eq!(active(server).await, 0);
    for stored in &stored {
        stored.is_unchanged(server).await;
    }
}

/// What no rule lets through, and what is said about it. `NAME` stands for the person's user name.
const WEAK: [(&str, &str); 6] = [
    ("kort", "password_too_short"),
    ("fjorton tecken", "password_too_short"),
    ("123456789987654321", "password_common"),
    ("NAMENAMENAMENAME2026", "password_personal"),
    ("fyra gröna\tkatter på taket", "password_control"),
    ("", "password_empty"),
];

async fn a51_policy_bypass(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "bjorn").await;
    let (mut browser, page) = server.proved(&mut smtp, "bjorn").await;
    let token = page.form(0).value("token").to_owned();
    let long = "lång ".repeat(26);
    let weak = WEAK.into_iter().chain([(&*long, "password_too_long")]);
    for (password, problem) in weak {
        let mine = password.replace("NAME", "bjorn");
        let told = browser.choose(&page, &mine).await;
        assert_eq!(told.path, "/forgot-password/new", "{problem}");
        let by_data = with(&mut browser, &token, &mine, Some(&mine)).await;
        assert_eq!(by_data.status, 422, "{problem}");
        assert!(
            by_data.problems().contains(&problem.to_owned()),
            "{problem}"
        );
        assert_eq!(told.errors().len(), by_data.problems().len());
        // The first password of an account is held to the same rules.
        let added = from_command_line(&server, &password.replace("NAME", "karin")).await;
        assert_eq!(added.status.code(), Some(1), "{problem}");
    }
    // Only what was meant twice is taken.
    for (confirm, problem) in [
        (Some(OTHER_GOOD), "confirm_differs"),
        (Some(""), "confirm_empty"),
        (None, "confirm_empty"),
    ] {
        let told = with(&mut browser, &token, GOOD, confirm).await;
        assert_eq!(told.problems(), [problem]);
    }
    let as_json = browser
        .request(reqwest::Method::POST, "/api/forgot-password/new")
        .header("origin", &browser.origin)
        .json(&serde_json::json!({ "token": token, "new_password": "kort", "confirm_password": "kort" }));
    let refused = Browser::send("/api/forgot-password/new", as_json).await;
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    stored.is_unchanged(&server).await;
    let accounts = "SELECT COUNT(*) FROM accounts";
    assert_eq!(server.db.number(accounts).await, 6);
    // What none of the rules is against passes on both ways.
    assert_eq!(
        from_command_line(&server, GOOD).await.status.code(),
        Some(0)
    );
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done");
    a_list_that_cannot_be_read_stops_the_start(&server).await;
}

async fn with(browser: &mut Browser, token: &str, password: &str, confirm: Option<&str>) -> Page {
    let mut fields = vec![("token", token), ("new_password", password)];
    fields.extend(confirm.map(|confirm| ("confirm_password", confirm)));
    browser.post_data("/api/forgot-password/new", &fields).await
}

async fn from_command_line(server: &Server, password: &str) -> std::process::Output {
    let add = ["account", "add", "--user-name", "karin", "--name", "Karin"];
    let add = [
        &add[..],
        &["--mail", "karin@demo.example", "--password-stdin"],
    ]
    .concat();
    server.command(&add, &format!("{password}\n")).await
}

/// Passwords are never let through because the list of common ones is not there.
async fn a_list_that_cannot_be_read_stops_the_start(server: &Server) {
    let missing = "[password]\nblocklist = \"not-there.txt\"\n";
    std::fs::write(server.folder().join("more.toml"), missing).unwrap();
    let checked = server
        .command(&["check", "--config", "more.toml"], "")
        .await;
    assert_eq!(checked.status.code(), Some(1));
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(
        said.contains("[password] blocklist cannot be read"),
        "{said}"
    );
}

async fn a53_cached_reset_page(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let mut victim = server.browser();
    let mut pages = vec![victim.get("/forgot-password").await];
    let page = victim.begin("anna.berg@demo.example").await;
    let letter = smtp.next().await;
    pages.push(page.clone());
    let (token, reference) = (page.form(0).value("token").to_owned(), page.reference());
    let page = victim.give(&page, &letter.code()).await;
    pages.push(page.clone());
    pages.push(victim.get("/forgot-password/code").await);
    stored.is_unchanged(&server).await;
    victim.choose(&page, GOOD).await;
    pages.push(victim.get("/forgot-password/done").await);
    victim.sign_in("anna", GOOD).await;
    pages.push(victim.get("/account").await);
    for page in &pages {
        assert_eq!(page.status, 200, "{}", page.path);
        // Nothing that a cache may keep, and nothing that it could ask about later.
        assert_eq!(page.header("cache-control"), Some("no-store, no-transform"));
        for never in ["etag", "last-modified", "age", "expires"] {
            assert_eq!(page.header(never), None, "{}", page.path);
        }
        // The same address in another browser, as a cache would ask for it: nothing of V's.
        let mut other = server
            .browser()
            .with("if-none-match", "*")
            .with("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT");
        let own = other.get(&page.path).await;
        assert_eq!(own.status, 200, "{}", page.path);
        for of_victim in ["Anna Berg", "anna.berg", "\"anna\"", &token, &reference] {
            assert!(!own.body.contains(of_victim), "{}", page.path);
        }
    }
}
