//! A password that outlives "this was not me" may be the owner's or a thief's: it opens the account, and changes nothing there until another
//! one is chosen in a reset (W16, W1; docs/decisions/0033-a-password-that-outlives-a-revert-changes-nothing.md).

use rekey::texts::ServerText;

use super::former_contacts::{DAY, OLD, change_password, replaced, signed_in, start};
use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, Server, Smtp, english_server, on_both_engines,
};

on_both_engines!(
    w16_no_page_changes_anything_under_a_password_that_outlived_a_revert,
    w16_nor_does_any_post,
    w16_whoever_reverted_chooses_another_and_is_alone,
    w16_a_held_password_that_must_be_changed_opens_nothing,
    w16_the_page_says_of_a_held_password_what_it_is
);

fn says() -> String {
    english_server(ServerText::AccountHeld)
}

const PLACES: [&str; 6] = [
    "/account/security/name",
    "/account/security/mail",
    "/account/security/phone",
    "/account/security/password",
    "/account/security/factor",
    "/account/security/factor/app",
];

/// The address was replaced, and three days later somebody else signs in with the same password and changes it. Then the old address presses
/// "this was not me": its browser, and the page that it says it on.
async fn reverted(server: &Server, smtp: &mut Smtp) -> (Browser, Page) {
    let password = server.passwords["anna"].clone();
    let (_, notice) = replaced(server, smtp).await;
    server.advance(3 * DAY).await;
    let mut later = signed_in(server, &password).await;
    change_password(server, smtp, &mut later, (&password, GOOD)).await;
    let mut reader = server.browser();
    let page = reader.open(&notice.stop()).await;
    let page = reader.post_to(&page, "/stop", &[]).await;
    assert_eq!(page.path, "/stop/done", "{}", page.text());
    assert!(!later.is_signed_in().await);
    (reader, page)
}

async fn w16_no_page_changes_anything_under_a_password_that_outlived_a_revert(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let mut free = signed_in(&server, &server.passwords["anna"]).await;
    assert!(
        !free
            .open("/account/security")
            .await
            .text()
            .contains(&says())
    );
    let page = free.open(PLACES[1]).await;
    assert_eq!(page.path, PLACES[1], "a password that is not held");

    let (_, page) = reverted(&server, &mut smtp).await;
    assert!(
        page.text().contains("Nothing can be changed"),
        "{}",
        page.text()
    );
    let mut thief = signed_in(&server, GOOD).await;
    let page = thief.open("/account/security").await;
    assert!(page.text().contains(&says()), "{}", page.text());
    for place in PLACES {
        let page = thief.open(place).await;
        assert!(
            page.path.starts_with("/account/confirm"),
            "{place}: {}",
            page.path
        );
        assert!(page.text().contains(&says()), "{place}: {}", page.text());
        assert!(!page.body.contains("name=\"password\""), "{place}");
        assert!(
            page.body.contains("href=\"/forgot-password\""),
            "{}",
            page.body
        );
    }
}

async fn w16_nor_does_any_post(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    reverted(&server, &mut smtp).await;
    let mut other = signed_in(&server, GOOD).await;
    let mut thief = signed_in(&server, GOOD).await;
    // Where two are signed in, the page has a form, and so what all forms of the session carry.
    let page = thief.open("/account/security/sessions").await;
    let id = server.contact(OLD).await;
    let new_password = [
        ("password", GOOD),
        ("new_password", OTHER_GOOD),
        ("confirm_password", OTHER_GOOD),
    ];
    let posts: [(&str, &[(&str, &str)]); 9] = [
        ("/account/confirm", &[("password", GOOD)]),
        ("/account/confirm/send", &[("contact", &id)]),
        ("/account/security/name", &[("name", "Thief")]),
        ("/account/security/mail", &[("mail", "thief@evil.example")]),
        ("/account/security/phone", &[("phone", "070-174 06 99")]),
        ("/account/security/remove", &[("contact", &id)]),
        ("/account/security/factor", &[("do", "begin")]),
        ("/api/account/password", &new_password),
        ("/account/security/sessions", &[]),
    ];
    for (action, fields) in posts {
        let answer = thief.post_to(&page, action, fields).await;
        assert!(
            answer.text().contains(&says()),
            "{action}: {}",
            answer.text()
        );
    }
    assert!(other.is_signed_in().await);
    server.settle().await;
    let mails = smtp.unread();
    assert!(
        mails
            .iter()
            .all(|mail| mail.code_if_any().is_none() || mail.to == [OLD]),
        "no code to anybody but the one who reverted"
    );
    for (table, sql) in [
        (
            "names",
            "SELECT COUNT(*) FROM accounts WHERE name = 'Thief'",
        ),
        ("codes", "SELECT COUNT(*) FROM confirmations"),
        ("factors", "SELECT COUNT(*) FROM factors"),
    ] {
        assert_eq!(server.db.number(sql).await, 0, "{table}");
    }
    assert!(
        server.opens("anna", GOOD).await,
        "the password is as it was"
    );
}

async fn w16_whoever_reverted_chooses_another_and_is_alone(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let (mut owner, _) = reverted(&server, &mut smtp).await;
    let mut thief = signed_in(&server, GOOD).await;
    let page = owner.get("/forgot-password/code").await;
    let code = smtp.code_to(OLD).await;
    let page = owner.give(&page, &code).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
    // Whatever the thief presses meanwhile, the reset goes on.
    signed_in(&server, GOOD).await;
    thief.confirm_with(GOOD).await;
    let sessions = thief.open("/account/security/sessions").await;
    // The second form is the one for all others.
    thief.submit(&sessions, 1, &[]).await;
    let page = owner.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/new", "the held one itself");
    let page = owner.choose(&page, OTHER_GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    assert!(!thief.is_signed_in().await);
    assert!(!server.opens("anna", GOOD).await);
    server.advance(2 * 3600).await;
    let mut owner = signed_in(&server, OTHER_GOOD).await;
    let page = owner.open(PLACES[1]).await;
    assert_eq!(page.path, PLACES[1], "nothing is held any more");
}

async fn w16_a_held_password_that_must_be_changed_opens_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = super::former_contacts::setup(engine, &smtp);
    let server = setup.set("PASSWORD__MAX_AGE_DAYS", 90).start().await;
    reverted(&server, &mut smtp).await;
    assert!(server.opens("anna", GOOD).await);
    server.advance(91 * DAY).await;
    let mut thief = server.browser();
    let page = thief.sign_in("anna", GOOD).await;
    assert_eq!(page.path, "/sign-in", "no choice of another password");
    let mut bjorn = server.browser();
    let page = bjorn.sign_in("bjorn", &server.passwords["bjorn"]).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
}

async fn w16_the_page_says_of_a_held_password_what_it_is(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let password = server.passwords["anna"].clone();
    let mut thief = signed_in(&server, &password).await;
    let notice = change_password(&server, &mut smtp, &mut thief, (&password, GOOD)).await;
    server.advance(3 * DAY).await;
    let (mut owner, page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = owner.give(&page, &letter.code()).await;
    let page = owner.choose(&page, OTHER_GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    let mut reader = server.browser();
    let page = reader.open(&notice.stop()).await;
    let page = reader.post_to(&page, "/stop", &[]).await;
    assert!(
        page.text().contains("Nothing can be changed"),
        "{}",
        page.text()
    );
    assert!(server.opens("anna", OTHER_GOOD).await, "it still does");
}
