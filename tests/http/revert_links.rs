//! "This was not me": what it undoes, what it ends, and that reading and scanning do nothing (ATTACKS A30, STANDARDS D02, I10).

mod codes;
mod factors;
mod put_back;

use rekey::texts::{Language, ServerText};

use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, ReceivedMail, Server, Setup, Smtp, mailed_sentence,
    on_both_engines,
};

on_both_engines!(
    reading_it_does_nothing,
    a_changed_password_is_stopped,
    a_changed_address_is_put_back,
    everything_that_was_done_with_it_is_undone,
    it_works_once_and_for_a_week,
    stopped_three_times_it_goes_to_support,
    the_token_leaves_the_address
);

const OLD: &str = "anna.berg@demo.example";
const NEW: &str = "anna@new.example";

fn say(text: ServerText) -> String {
    mailed_sentence(Language::En, text, &[])
}

/// Opens the link of a notice and presses its button: the browser, and the page on which a reset has begun.
async fn press(server: &Server, notice: &ReceivedMail) -> (Browser, Page) {
    let mut owner = server.browser();
    let page = owner.open(&notice.stop()).await;
    let page = owner.revert(&page).await;
    assert_eq!(page.path, "/forgot-password/code", "{}", page.text());
    (owner, page)
}

/// Goes on from there with the code that the old address gets, and signs in with the new password alone: the security page.
async fn recover(owner: &mut Browser, page: &Page, smtp: &mut Smtp, password: &str) -> Page {
    let code = smtp.code_to(OLD).await;
    let page = owner.give(page, &code).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
    let page = owner.choose(&page, password).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    let page = owner.sign_in("anna", password).await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
    owner.get("/account/security").await
}

/// A thief who is signed in and knows the password changes it: the notice of it to `address`.
async fn change_password(
    thief: &mut Browser,
    present: &str,
    smtp: &mut Smtp,
    address: &str,
) -> ReceivedMail {
    let page = thief.get("/account/security/password").await;
    let fields = [
        ("password", present),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let page = thief.post_to(&page, "/api/account/password", &fields).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    smtp.next_to(address).await
}

async fn reading_it_does_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let notice = server.change_mail(&mut browser, &mut smtp, OLD, NEW).await;
    for _ in 0..5 {
        let mut scanner = server.browser();
        let page = scanner.open(&notice.stop()).await;
        assert_eq!(page.heading(), say(ServerText::AccountStopContactsTitle));
    }
    assert!(browser.is_signed_in().await);
    assert_eq!(server.facts("change_stopped").await, 0);
    // Cut off, made up, from another machine.
    for path in ["/stop/", "/stop/abc", "/stop"] {
        let page = server.browser().open(path).await;
        assert!(!page.body.contains("action=\"/stop\""), "{path}");
    }
}

async fn a_changed_password_is_stopped(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut thief, page) = server.proved(&mut smtp, "anna").await;
    thief.choose(&page, GOOD).await;
    thief.sign_in("anna", GOOD).await;
    assert!(thief.is_signed_in().await);
    let notice = smtp.next_to(OLD).await;
    let mut owner = server.browser();
    let page = owner.open(&notice.stop()).await;
    assert_eq!(page.heading(), say(ServerText::AccountStopPasswordTitle));
    let page = owner.revert(&page).await;
    assert_eq!(page.path, "/forgot-password/code", "a reset is begun");
    assert!(!thief.is_signed_in().await);
    assert!(
        !server.opens("anna", GOOD).await,
        "the new password opens nothing"
    );
    let code = smtp.code_to(OLD).await;
    let page = owner.give(&page, &code).await;
    assert_eq!(page.path, "/forgot-password/new");
    let page = owner.choose(&page, OTHER_GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    assert!(server.opens("anna", OTHER_GOOD).await);
}

async fn a_changed_address_is_put_back(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut thief = server.browser();
    thief.sign_in("anna", &server.passwords["anna"]).await;
    let notice = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
    // Two days later the old address has gone out of use, and still its owner can stop it.
    server.advance(2 * 24 * 3600).await;
    let mut owner = server.browser();
    let page = owner.open(&notice.stop()).await;
    let page = owner.revert(&page).await;
    assert_eq!(page.path, "/forgot-password/code");
    assert!(!thief.is_signed_in().await);
    assert!(!server.opens("anna", &server.passwords["anna"]).await);
    // Whoever had put in the new one is told, in case it was the owner.
    let told = smtp.next_to(NEW).await;
    assert_eq!(told.subject(), "En ändring hos Rekey har stoppats");
    let code = smtp.code_to(OLD).await;
    let page = owner.give(&page, &code).await;
    assert_eq!(page.path, "/forgot-password/new");
    owner.choose(&page, GOOD).await;
    assert!(server.opens("anna", GOOD).await);
    smtp.next_to(OLD).await;
    server.settle().await;
    // The new one is nobody's.
    server.browser().begin(NEW).await;
    server.settle().await;
    let letters = smtp.unread();
    let to: Vec<_> = letters.iter().map(|letter| &letter.to).collect();
    assert!(letters.is_empty(), "{to:?}");
}

async fn everything_that_was_done_with_it_is_undone(engine: Engine) {
    let mut smtp = Smtp::start();
    // Where a code can go to her number too, her address is not the last that serves.
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .set("RESET__PROVE_BY", "mail_code,sms_code")
        .start()
        .await;
    let mut thief = server.browser();
    thief.sign_in("anna", &server.passwords["anna"]).await;
    // First one of their own is added, then the owner's are taken away.
    thief.ask_mail(NEW, None).await;
    let code = smtp.next_to(NEW).await.code();
    thief.give_contact_code(&code).await;
    smtp.next_to(OLD).await;
    let page = thief
        .open(&format!(
            "/account/security/remove?contact={}",
            server.contact(OLD).await
        ))
        .await;
    let page = thief.post_to(&page, "/account/security/remove", &[]).await;
    assert!(page.errors().is_empty(), "{:?}", page.errors());
    let notice = smtp.next_to(OLD).await;
    assert!(notice.text().contains("togs bort"), "{}", notice.text());
    let which = "\nTidigare adress: a…@d….example\n";
    assert!(notice.text().contains(which), "{}", notice.text());
    let mut owner = server.browser();
    let page = owner.open(&notice.stop()).await;
    // The page after the mail names the same, and no more.
    let which = "Former address: a…@d….example";
    assert!(page.text().contains(which), "{}", page.text());
    assert!(!page.text().contains(OLD) && !page.text().contains(NEW));
    owner.revert(&page).await;
    let mut left = server
        .db
        .number("SELECT COUNT(*) FROM contacts c JOIN accounts a ON a.id = c.account_id WHERE a.user_name = 'anna' AND c.confirmed_at IS NOT NULL AND c.ends_at IS NULL")
        .await;
    assert_eq!(left, 2, "the address and the number that were there before");
    left = server
        .db
        .number("SELECT COUNT(*) FROM contacts WHERE address = 'anna@new.example' AND confirmed_at IS NOT NULL")
        .await;
    assert_eq!(left, 0);
}

async fn it_works_once_and_for_a_week(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let first = server.change_mail(&mut browser, &mut smtp, OLD, NEW).await;
    let mut owner = server.browser();
    let page = owner.open(&first.stop()).await;
    let copy = owner.clone();
    owner.revert(&page).await;
    for mut again in [copy, server.browser()] {
        let shown = again.open(&first.stop()).await;
        assert_eq!(shown.heading(), say(ServerText::AccountStopUsedTitle));
        let shown = again.revert(&page).await;
        assert_eq!(shown.heading(), say(ServerText::AccountStopUsedTitle));
    }
    assert_eq!(server.facts("change_stopped").await, 1);
    smtp.code_to(OLD).await;
    // Another one, read after eight days.
    let (mut browser, page) = server.proved(&mut smtp, "bjorn").await;
    browser.choose(&page, GOOD).await;
    let late = smtp.next_to("bjorn.dahl@demo.example").await;
    server.advance(7 * 24 * 3600).await;
    let mut owner = server.browser();
    let page = owner.open(&late.stop()).await;
    assert_eq!(page.heading(), say(ServerText::AccountStopOverTitle));
    assert!(server.opens("bjorn", GOOD).await);
}

async fn stopped_three_times_it_goes_to_support(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .config("[support]\ncontact = \"Helpdesk, 019-21 10 00\"\n")
        .start()
        .await;
    let mut password = server.passwords["anna"].clone();
    for round in 1..=3 {
        let mut browser = server.browser();
        browser.sign_in("anna", &password).await;
        let new = format!("anna{round}@new.example");
        let notice = server.change_mail(&mut browser, &mut smtp, OLD, &new).await;
        let mut owner = server.browser();
        let page = owner.open(&notice.stop()).await;
        let page = owner.revert(&page).await;
        if round == 3 {
            assert_eq!(page.heading(), say(ServerText::AccountStopDisputedTitle));
            let again = owner.get("/stop").await;
            assert_eq!(again.heading(), page.heading(), "a reload says the same");
            assert!(page.text().contains("Helpdesk, 019-21 10 00"));
            break;
        }
        let code = smtp.code_to(OLD).await;
        let page = owner.give(&page, &code).await;
        password = format!("{GOOD} {round}");
        owner.choose(&page, &password).await;
        smtp.next_to(OLD).await;
        // The allowance of messages fills again.
        server.advance(6 * 3600).await;
    }
    // Nothing is changed here any more until somebody has looked, by whoever signs in.
    let (mut owner, page) = server.proved(&mut smtp, "anna").await;
    owner.choose(&page, OTHER_GOOD).await;
    owner.sign_in("anna", OTHER_GOOD).await;
    owner.confirm_with(OTHER_GOOD).await;
    let page = owner.get("/account/security").await;
    assert!(
        page.text().contains("were stopped several times"),
        "{}",
        page.text()
    );
    let page = owner.get("/account/security/mail").await;
    assert!(page.text().contains("Helpdesk, 019-21 10 00"));
    assert!(!page.body.contains("name=\"mail\""));
    assert_eq!(server.facts("confirmation_sent").await, 3);
}

async fn the_token_leaves_the_address(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let notice = server.change_mail(&mut browser, &mut smtp, OLD, NEW).await;
    let token = notice.stop().replace("/stop/", "");
    let mut owner = server.browser();
    let page = owner.look(&notice.stop()).await;
    assert_eq!((page.status, page.location()), (303, "/stop"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    for cookie in page.set_cookies() {
        assert!(!cookie.contains(&token));
    }
    let page = owner.follow(page).await;
    assert!(!page.body.contains(&token));
    for line in server.whole_log().await.lines() {
        assert!(!line.contains(&token), "{line}");
    }
    for (table, row) in server.db.dump().await {
        assert!(!row.contains(&token), "{table}: {row}");
    }
}
