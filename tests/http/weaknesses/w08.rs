//! W8: only messages of resets replace messages of resets; a code for somebody who is signed in ends with what it is for.

use std::collections::BTreeMap;

use crate::support::{
    ACCOUNT_FACTOR, Browser, Engine, GOOD, Manner, ReceivedMail, Server, Setup, Smtp,
    on_both_engines, until,
};

on_both_engines!(
    w08_a_strangers_request_takes_no_code_of_the_security_page,
    w08_nor_does_what_the_same_session_does,
    w08_a_code_ends_with_its_session_or_the_password,
    w08_a_newer_code_of_the_session_takes_its_place
);

const OLD: &str = "anna.berg@demo.example";
const NEW: &str = "anna@new.example";
const OTHER: &str = "anna@other.example";

/// Anna, signed in, and a relay that takes nothing now.
async fn deferred(server: &Server, smtp: &Smtp) -> Browser {
    smtp.behave(Manner::Later);
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    browser
}

/// The relay takes mail again: all that comes, by whom it is for.
async fn delivered(server: &Server, smtp: &Smtp) -> BTreeMap<String, Vec<ReceivedMail>> {
    // What is being tried while the clock is moved is put off from the new time, and with the clock stopped never comes.
    let under_way = "SELECT COUNT(*) FROM jobs WHERE state = 'waiting' AND kind = 'mail' AND NOT (attempts > 0 AND leased_until = 0)";
    until("every mail has been put off", async || {
        (server.db.number(under_way).await == 0).then_some(())
    })
    .await;
    smtp.behave(Manner::Take);
    server.advance(61).await;
    server.settle().await;
    let mut letters: BTreeMap<String, Vec<ReceivedMail>> = BTreeMap::new();
    for letter in smtp.unread() {
        letters.entry(letter.to.concat()).or_default().push(letter);
    }
    letters
}

async fn w08_a_strangers_request_takes_no_code_of_the_security_page(engine: Engine) {
    for prove_by in ["mail_code", "mail_link"] {
        let smtp = Smtp::start();
        let setup = Setup::stopped(engine).relay(&smtp);
        let server = setup.set("RESET__PROVE_BY", prove_by).start().await;
        let mut anna = deferred(&server, &smtp).await;
        anna.ask_mail(NEW, None).await;
        let mut elsewhere = anna.sign_in_elsewhere(&server, "anna").await;
        let page = elsewhere.open("/account/confirm").await;
        elsewhere.post_to(&page, "/account/confirm/send", &[]).await;
        server.put_off(2).await;
        let mut stranger = server.browser();
        let page = stranger.begin("anna").await;
        let asked = page.reference();
        until("the request is looked up", async || {
            let sent = "SELECT COUNT(*) FROM jobs WHERE purpose = 'code' AND attempts > 0";
            (server.db.number(sent).await > 0).then_some(())
        })
        .await;
        server.advance(31).await;
        stranger.ask_again(&page).await;
        let newest = server.browser().begin(OLD).await.reference();
        until("the newest request is looked up", async || {
            let sent = "SELECT COUNT(*) FROM flows WHERE outcome = 'sent'";
            let asked = "SELECT COUNT(*) FROM jobs WHERE kind = 'resolve' AND state = 'waiting'";
            let (sent, asked) = (server.db.number(sent).await, server.db.number(asked).await);
            (sent == 1 && asked == 0).then_some(())
        })
        .await;

        let letters = delivered(&server, &smtp).await;
        let of_new = letters.get(NEW).map_or(0, Vec::len);
        assert_eq!(
            of_new, 1,
            "{prove_by}: the code of the new address was lost"
        );
        let page = anna.give_contact_code(&letters[NEW][0].code()).await;
        assert_eq!(page.path, "/account/security", "{:?}", page.errors());
        // Of the resets the newest, besides one that a sender had in its hands, and the other code of the security page.
        assert!(letters[OLD].len() >= 2, "{prove_by}");
        let of_reset = |letter: &ReceivedMail| {
            let text = letter.text();
            text.contains(&newest) || text.contains(&asked)
        };
        let person = letters[OLD].iter().find(|letter| !of_reset(letter));
        let code = person.expect("the code that shows who it is").code();
        let page = elsewhere.open("/account/confirm/code").await;
        let page = elsewhere
            .post_to(&page, "/account/confirm/code", &[("code", &code)])
            .await;
        assert!(page.errors().is_empty(), "{:?}", page.errors());
    }
}

async fn w08_nor_does_what_the_same_session_does(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut anna = deferred(&server, &smtp).await;
    anna.ask_mail(NEW, None).await;
    let mut elsewhere = anna.sign_in_elsewhere(&server, "anna").await;
    elsewhere.ask_mail(OTHER, None).await;
    server.put_off(2).await;
    // A second factor ends every other session, and what that waits for with it.
    let page = anna.get(ACCOUNT_FACTOR).await;
    let (_, _, page) = anna.set_up(&server, &page).await;
    assert_eq!(page.path, ACCOUNT_FACTOR);
    assert!(!elsewhere.is_signed_in().await);
    let letters = delivered(&server, &smtp).await;
    assert!(!letters.contains_key(OTHER), "its session has ended");
    assert!(letters.contains_key(NEW), "accepted, and lost");
    let page = anna.give_contact_code(&letters[NEW][0].code()).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
}

async fn w08_a_code_ends_with_its_session_or_the_password(engine: Engine) {
    for what in ["sign-out", "password", "operator"] {
        let smtp = Smtp::start();
        let server = Setup::stopped(engine).relay(&smtp).start().await;
        let mut anna = deferred(&server, &smtp).await;
        anna.ask_mail(NEW, None).await;
        server.put_off(1).await;
        match what {
            "sign-out" => {
                let page = anna.get("/account").await;
                anna.post(&page.form_to("/api/sign-out"), &[]).await;
            }
            "password" => {
                let present = &*server.passwords["anna"];
                let fields = [
                    ("password", present),
                    ("new_password", GOOD),
                    ("confirm_password", GOOD),
                ];
                let page = anna.get("/account/security/password").await;
                let page = anna.post_to(&page, "/api/account/password", &fields).await;
                assert_eq!(page.path, "/account/security", "{:?}", page.errors());
            }
            _ => {
                let ended = server.command(&["account", "sign-out", "anna"], "").await;
                assert!(ended.status.success(), "{ended:?}");
            }
        }
        let letters = delivered(&server, &smtp).await;
        assert!(
            !letters.contains_key(NEW),
            "{what}: it opens nothing any more"
        );
        let kept = "SELECT COUNT(*) FROM jobs WHERE purpose = 'confirmation' AND body_sealed <> ''";
        assert_eq!(server.db.number(kept).await, 0, "{what}");
    }
}

async fn w08_a_newer_code_of_the_session_takes_its_place(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut anna = deferred(&server, &smtp).await;
    anna.ask_mail(OTHER, None).await;
    server.put_off(1).await;
    anna.ask_mail(NEW, None).await;
    server.put_off(2).await;
    let letters = delivered(&server, &smtp).await;
    assert!(!letters.contains_key(OTHER), "nobody waits for it");
    let page = anna.give_contact_code(&letters[NEW][0].code()).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
}
