//! What a stop does to a second factor: one that came with what is stopped goes, one that was there before stays (decision 0011).

use rekey::texts::{Language, ServerText};

use super::{NEW, OLD, change_password, press, recover};
use crate::support::sms::Sms;
use crate::support::{
    ACCOUNT_FACTOR, Engine, GOOD, OTHER_GOOD, Phone, Setup, Smtp, mailed_sentence, on_both_engines,
    recovery_codes,
};

on_both_engines!(
    one_of_the_same_session_falls_with_it,
    one_that_was_demanded_at_sign_in_falls_too,
    one_that_came_after_a_changed_password_falls_too,
    one_that_was_there_before_stays_whichever_app_it_is_now,
    one_that_is_older_than_a_day_stays
);

/// Whom mails with this subject have gone to, of those that were not looked at yet.
fn told(smtp: &Smtp, subject: &str) -> Vec<String> {
    let letters = smtp.unread().into_iter();
    let meant = letters.filter(|letter| letter.subject() == subject);
    let mut to: Vec<String> = meant.flat_map(|letter| letter.to).collect();
    to.sort();
    to
}

async fn one_of_the_same_session_falls_with_it(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let setup = Setup::stopped(engine).relay(&smtp).gateway(&sms);
    let server = setup.start().await;
    let mut thief = server.browser();
    thief.enrol(&server, "anna").await;
    // The news of that.
    smtp.next_to(OLD).await;
    let notice = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
    let (mut owner, page) = press(&server, &notice).await;
    // Everybody learns of it, by mail and by text message, but the address that was the thief's.
    server.settle().await;
    let off = "Tvåstegsverifiering är avstängd hos Rekey";
    assert_eq!(told(&smtp, off), [OLD]);
    let off = mailed_sentence(Language::Sv, ServerText::SmsFactorOff, &[("site", "Rekey")]);
    let texts = sms.requests();
    assert!(
        texts.iter().any(|text| text.fields["text"] == off),
        "{texts:?}"
    );
    // Nothing asks her for the thief's phone, neither the reset nor the sign-in.
    recover(&mut owner, &page, &mut smtp, GOOD).await;
    assert_eq!(server.facts("factor_removed").await, 1);
    let codes = "SELECT COUNT(*) FROM recovery_codes";
    assert_eq!(server.db.number(codes).await, 0);
}

async fn one_that_was_demanded_at_sign_in_falls_too(engine: Engine) {
    let (old, new) = ("grace.holm@demo.example", "grace@new.example");
    for changes_password in [false, true] {
        let mut smtp = Smtp::start();
        let server = Setup::stopped(engine).relay(&smtp).start().await;
        let grace = &server.passwords["grace"];
        let mut thief = server.browser();
        let page = thief.sign_in("grace", grace).await;
        assert_eq!(page.path, "/sign-in/set-up");
        thief.set_up(&server, &page).await;
        smtp.next_to(old).await;
        let notice = if changes_password {
            change_password(&mut thief, grace, &mut smtp, old).await
        } else {
            server.change_mail(&mut thief, &mut smtp, old, new).await
        };
        let (mut owner, page) = press(&server, &notice).await;
        assert!(!thief.is_signed_in().await);
        server.settle().await;
        assert_eq!(told(&smtp, "Two-step verification is off at Rekey"), [old]);
        let code = smtp.code_to(old).await;
        let page = owner.give(&page, &code).await;
        assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
        owner.choose(&page, OTHER_GOOD).await;
        // It is still demanded, and now it will be hers.
        let page = owner.sign_in("grace", OTHER_GOOD).await;
        assert_eq!(page.path, "/sign-in/set-up");
        assert_eq!(server.facts("factor_removed").await, 1);
    }
}

/// The thief has read the mailbox, and has had no session yet when the password was changed.
async fn one_that_came_after_a_changed_password_falls_too(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut thief, page) = server.proved(&mut smtp, "anna").await;
    thief.choose(&page, GOOD).await;
    let notice = smtp.next_to(OLD).await;
    thief.sign_in("anna", GOOD).await;
    thief.confirm_with(GOOD).await;
    let page = thief.get(ACCOUNT_FACTOR).await;
    thief.set_up(&server, &page).await;
    let (mut owner, page) = press(&server, &notice).await;
    recover(&mut owner, &page, &mut smtp, OTHER_GOOD).await;
    assert_eq!(server.facts("factor_removed").await, 1);
}

async fn one_that_was_there_before_stays_whichever_app_it_is_now(engine: Engine) {
    for changes_app in [false, true] {
        let mut smtp = Smtp::start();
        let server = Setup::stopped(engine).relay(&smtp).start().await;
        let (mut phone, _) = server.browser().enrol(&server, "anna").await;
        smtp.next_to(OLD).await;
        let mut thief = server.browser();
        let page = thief.sign_in("anna", &server.passwords["anna"]).await;
        let seen = phone.fresh(&server).await;
        assert_eq!(thief.show(&page, &seen).await.path, "/account");
        if changes_app {
            let page = thief.get(ACCOUNT_FACTOR).await;
            let page = thief.submit(&page, 1, &[]).await;
            phone = Phone::read(&page);
            let code = phone.code(&server, 0);
            let page = thief.submit(&page, 0, &[("totp", &code)]).await;
            recovery_codes(&page);
            smtp.next_to(OLD).await;
        }
        let notice = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
        let (mut owner, page) = press(&server, &notice).await;
        let code = smtp.code_to(OLD).await;
        let page = owner.give(&page, &code).await;
        assert_eq!(page.path, "/forgot-password/factor");
        let code = phone.fresh(&server).await;
        let page = owner.show(&page, &code).await;
        assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
        assert_eq!(server.facts("factor_removed").await, 0);
        assert_eq!(server.db.number("SELECT COUNT(*) FROM factors").await, 1);
    }
}

async fn one_that_is_older_than_a_day_stays(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut thief = server.browser();
    thief.enrol(&server, "anna").await;
    smtp.next_to(OLD).await;
    let notice = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
    server.advance(24 * 3600 + 60).await;
    let (mut owner, page) = press(&server, &notice).await;
    let code = smtp.code_to(OLD).await;
    let page = owner.give(&page, &code).await;
    // Who is who is then a question for a person.
    assert_eq!(page.path, "/forgot-password/factor");
    assert!(page.body.contains("href=\"/help/contact\""));
    assert_eq!(server.facts("factor_removed").await, 0);
}
