//! After the change: every session and every other flow of the account is over (STANDARDS D04, D05; ATTACKS A29, A43).

use rekey::texts::Text;

use crate::support::{Engine, GOOD, OTHER_GOOD, Setup, Smtp, english, on_both_engines};

on_both_engines!(
    all_sessions_end,
    all_other_flows_end,
    the_old_password_is_refused,
    other_people_are_left_alone,
    asking_changes_nothing,
    a_flow_of_an_account_that_is_disabled_meanwhile_is_a_decoy
);

async fn all_sessions_end(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut signed_in = Vec::new();
    for _ in 0..3 {
        let mut browser = server.browser();
        let page = browser.sign_in("anna", &server.passwords["anna"]).await;
        assert_eq!(page.path, "/account");
        signed_in.push(browser);
    }
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    for other in &mut signed_in {
        assert!(other.is_signed_in().await, "until the password is saved");
    }
    let page = browser.choose(&page, GOOD).await;
    assert!(page.text().contains(&english(Text::DoneSignedOut)));
    for other in &mut signed_in {
        assert!(!other.is_signed_in().await);
    }
    assert!(!browser.is_signed_in().await);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM sessions").await, 0);
}

async fn all_other_flows_end(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    // One flow is proved, one is proved after it, and one waits for its code.
    let (mut early, early_page) = server.proved(&mut smtp, "anna").await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let (mut waiting, waiting_page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");

    let page = early.choose(&early_page, OTHER_GOOD).await;
    assert_eq!(page.path, "/forgot-password");
    assert_eq!(page.errors(), [english(Text::ProblemFlowExpired)]);
    let page = waiting.give(&waiting_page, &letter.code()).await;
    assert_eq!(
        page.path, "/forgot-password/code",
        "it goes on like one that never had an account"
    );
    let data = waiting.get("/forgot-password/new").await;
    assert_eq!(data.path, "/forgot-password/code");
    assert!(server.opens("anna", GOOD).await);
    assert!(!server.opens("anna", OTHER_GOOD).await);
}

async fn the_old_password_is_refused(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let old = server.passwords["anna"].clone();
    assert!(server.opens("anna", &old).await);
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    assert!(
        server.opens("anna", &old).await,
        "the proof alone changes nothing"
    );
    browser.choose(&page, GOOD).await;
    assert!(!server.opens("anna", &old).await);
    assert!(server.opens("anna", GOOD).await);
    // Spelled with the letter and its ring apart it is the same password; in other case or shorter it is not (STANDARDS C04, C11).
    assert!(
        server
            .opens(
                "anna",
                &GOOD.replace('å', "a\u{30a}").replace('ö', "o\u{308}")
            )
            .await
    );
    assert!(!server.opens("anna", &GOOD.to_uppercase()).await);
    assert!(!server.opens("anna", GOOD.split_at(10).0).await);
    assert!(!server.opens("anna", &format!(" {GOOD}")).await);
}

async fn other_people_are_left_alone(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut bjorn = server.browser();
    bjorn.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let (mut grace, grace_page, letter) = server.mailed(&mut smtp, "grace").await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    // A user name in the form decides nothing (STANDARDS B06).
    let both = [
        ("new_password", GOOD),
        ("confirm_password", GOOD),
        ("username", "bjorn"),
        ("identifier", "bjorn"),
    ];
    let page = browser.submit(&page, 0, &both).await;
    assert_eq!(page.path, "/forgot-password/done");
    assert!(bjorn.is_signed_in().await);
    assert!(!server.opens("bjorn", GOOD).await);
    let page = grace.give(&grace_page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn asking_changes_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut anna = server.browser();
    anna.sign_in("anna", &server.passwords["anna"]).await;
    let stored = "SELECT hash FROM passwords WHERE account_id = (SELECT id FROM accounts WHERE user_name = 'anna')";
    let before = server.db.text(stored).await;
    for _ in 0..10 {
        let mut stranger = server.browser();
        let page = stranger.begin("anna").await;
        stranger.give(&page, "000000").await;
    }
    smtp.next().await;
    server.settle().await;
    assert!(anna.is_signed_in().await);
    assert!(server.opens("anna", &server.passwords["anna"]).await);
    assert_eq!(server.db.text(stored).await, before);
}

async fn a_flow_of_an_account_that_is_disabled_meanwhile_is_a_decoy(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let (mut waiting, page, letter) = server.mailed(&mut smtp, "anna").await;
    let (mut proved, proved_page) = server.proved(&mut smtp, "bjorn").await;
    server
        .db
        .run("UPDATE accounts SET state = 'disabled'")
        .await;
    let told = proved.choose(&proved_page, GOOD).await;
    assert_ne!(told.path, "/forgot-password/done");
    let told = waiting.give(&page, &letter.code()).await;
    assert_eq!(
        told.path, "/forgot-password/code",
        "no code can be right any more"
    );
    server.db.run("UPDATE accounts SET state = 'active'").await;
    assert!(!server.opens("bjorn", GOOD).await);
}
