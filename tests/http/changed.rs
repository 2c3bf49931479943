//! After the change: what it does to the old password and to other people, which is nothing (STANDARDS D04, D05).

use crate::support::{Engine, GOOD, Setup, Smtp, on_both_engines};

on_both_engines!(
    the_old_password_is_refused,
    other_people_are_left_alone,
    asking_changes_nothing
);

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
