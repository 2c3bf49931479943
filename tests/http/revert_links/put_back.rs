//! What a stop puts back: what there was before, neither more nor less, with all that was done in the same session.

use rekey::texts::{ServerText, Text};

use super::{NEW, OLD, change_password, press, recover, say};
use crate::support::{Engine, GOOD, OTHER_GOOD, Server, Setup, Smtp, english, on_both_engines};

on_both_engines!(
    an_address_that_was_given_up_and_taken_back_is_not_lost,
    what_was_to_end_anyway_still_ends,
    what_one_link_has_stopped_no_other_stops_again,
    the_link_of_a_password_takes_the_contacts_of_its_session_back,
    a_stopped_password_is_not_chosen_again
);

const DAY: i64 = 24 * 3600;

/// Whoever asks for a new password with this address gets none.
async fn is_nobodys(server: &Server, smtp: &Smtp, address: &str) {
    server.browser().begin(address).await;
    server.settle().await;
    for letter in smtp.unread() {
        assert_eq!(letter.code_if_any(), None, "to {:?}", letter.to);
    }
}

async fn an_address_that_was_given_up_and_taken_back_is_not_lost(engine: Engine) {
    for pressed in [0, 1] {
        let mut smtp = Smtp::start();
        let server = Setup::stopped(engine).relay(&smtp).start().await;
        let mut browser = server.browser();
        browser.sign_in("anna", &server.passwords["anna"]).await;
        // The old address speaks for both changes, so that neither waits.
        browser
            .confirm_by_code("/account/confirm", &mut smtp, OLD)
            .await;
        let notices = [
            server.change_mail(&mut browser, &mut smtp, OLD, NEW).await,
            server.change_mail(&mut browser, &mut smtp, NEW, OLD).await,
        ];
        // Of one session both fall, whichever is stopped.
        let (mut owner, page) = press(&server, &notices[pressed]).await;
        let page = recover(&mut owner, &page, &mut smtp, GOOD).await;
        assert!(
            page.text().contains(OLD) && !page.text().contains(NEW),
            "{pressed}: {}",
            page.text()
        );
        is_nobodys(&server, &smtp, NEW).await;
    }
}

async fn what_was_to_end_anyway_still_ends(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut owner = server.browser();
    owner.sign_in("anna", &server.passwords["anna"]).await;
    // For a day more the old one proves, and a thief takes that day away.
    server.change_mail(&mut owner, &mut smtp, OLD, NEW).await;
    let mut thief = owner.sign_in_elsewhere(&server, "anna").await;
    let path = "/account/security/remove";
    let old = server.contact(OLD).await;
    let page = thief.open(&format!("{path}?contact={old}")).await;
    let page = thief.post_to(&page, path, &[]).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    server.settle().await;
    let told = smtp.unread();
    assert_eq!(told.len(), 2);
    for letter in told {
        // The new one has never proved anything yet, and has nothing to say in this.
        let has_link = letter.text().contains("/stop/");
        assert_eq!(has_link, letter.to == [OLD], "{:?}", letter.to);
    }
    let notice = smtp.next_to(OLD).await;
    press(&server, &notice).await;
    // The old one has its day again.
    smtp.code_to(OLD).await;
    server.advance(DAY + 60).await;
    let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
    assert_eq!(letter.to, [NEW]);
    is_nobodys(&server, &smtp, OLD).await;
}

async fn what_one_link_has_stopped_no_other_stops_again(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut thief = server.browser();
    thief.sign_in("anna", &server.passwords["anna"]).await;
    let of_password = change_password(&mut thief, &server.passwords["anna"], &mut smtp, OLD).await;
    let third = "anna@third.example";
    thief.ask_mail(third, None).await;
    let code = smtp.next_to(third).await.code();
    thief.give_contact_code(&code).await;
    let second = smtp.next_to(OLD).await;
    let first = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
    // The owner has opened all of them, each in a tab of its own.
    let mut others = Vec::new();
    for notice in [of_password, second] {
        let mut tab = server.browser();
        let page = tab.open(&notice.stop()).await;
        others.push((notice, tab, page));
    }
    let (mut owner, page) = press(&server, &first).await;
    let page = recover(&mut owner, &page, &mut smtp, OTHER_GOOD).await;
    for address in [NEW, third] {
        assert!(!page.text().contains(address), "{}", page.text());
    }
    // Pressing the others now must not take away what she has just chosen.
    for (notice, mut tab, page) in others {
        let shown = tab.revert(&page).await;
        assert_eq!(shown.heading(), say(ServerText::AccountStopUsedTitle));
        let shown = server.browser().open(&notice.stop()).await;
        assert_eq!(shown.heading(), say(ServerText::AccountStopUsedTitle));
    }
    assert!(owner.is_signed_in().await);
    assert!(server.opens("anna", OTHER_GOOD).await);
    assert_eq!(server.facts("change_stopped").await, 1);
}

async fn the_link_of_a_password_takes_the_contacts_of_its_session_back(engine: Engine) {
    for contact_is_first in [false, true] {
        let mut smtp = Smtp::start();
        let server = Setup::stopped(engine).relay(&smtp).start().await;
        let first = &server.passwords["anna"];
        let mut thief = server.browser();
        thief.sign_in("anna", first).await;
        let (of_password, of_address) = if contact_is_first {
            let of_address = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
            let of_password = change_password(&mut thief, first, &mut smtp, OLD).await;
            (of_password, of_address)
        } else {
            let of_password = change_password(&mut thief, first, &mut smtp, OLD).await;
            let of_address = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
            (of_password, of_address)
        };
        // An address that was replaced undoes that, and with it what the same session did; of the password it is only told.
        let (pressed, other) = if contact_is_first {
            assert!(!of_password.text().contains("/stop"));
            (&of_address, None)
        } else {
            (&of_password, Some(&of_address))
        };
        let (mut owner, page) = press(&server, pressed).await;
        assert!(!server.opens("anna", GOOD).await);
        assert!(!thief.is_signed_in().await);
        let page = recover(&mut owner, &page, &mut smtp, OTHER_GOOD).await;
        assert!(
            page.text().contains(OLD) && !page.text().contains(NEW),
            "{}",
            page.text()
        );
        if let Some(other) = other {
            let page = server.browser().open(&other.stop()).await;
            assert_eq!(page.heading(), say(ServerText::AccountStopUsedTitle));
        }
        assert_eq!(server.facts("change_stopped").await, 1);
    }
}

/// Also where nothing else is remembered: the thief knows it.
async fn a_stopped_password_is_not_chosen_again(engine: Engine) {
    for is_of_password in [true, false] {
        let mut smtp = Smtp::start();
        let server = Setup::stopped(engine).relay(&smtp).start().await;
        let first = &server.passwords["anna"];
        let mut thief = server.browser();
        thief.sign_in("anna", first).await;
        let (notice, known) = if is_of_password {
            let notice = change_password(&mut thief, first, &mut smtp, OLD).await;
            (notice, GOOD)
        } else {
            let notice = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
            (notice, first.as_str())
        };
        let (mut owner, page) = press(&server, &notice).await;
        let code = smtp.code_to(OLD).await;
        let page = owner.give(&page, &code).await;
        let page = owner.choose(&page, known).await;
        assert_eq!(page.errors(), [english(Text::ProblemPasswordFormer)]);
        assert!(!server.opens("anna", known).await);
        let page = owner.choose(&page, OTHER_GOOD).await;
        assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
        assert!(server.opens("anna", OTHER_GOOD).await);
    }
}
