//! A44: a mailbox is not enough where there is a second factor, and a reset does not take it away; A22 and A24 with it.

use super::Stored;
use crate::support::{Engine, GOOD, Phone, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    a44_a_mailbox_alone_resets_nothing,
    a22_the_cookie_from_before_the_code_shows_no_factor,
    a44_a_link_alone_resets_nothing,
    a44_guessing_in_a_reset_is_counted_with_the_sign_in,
    a24_codes_of_one_purpose_do_nothing_for_another
);

const FACTOR: &str = "/forgot-password/factor";
const BOTH: [(&str, &str); 2] = [("new_password", GOOD), ("confirm_password", GOOD)];

async fn victim(server: &Server) -> (Phone, Vec<String>, Stored) {
    let (phone, codes) = server.browser().enrol(server, "anna").await;
    (phone, codes, Stored::of(server, "anna").await)
}

async fn is_untouched(server: &Server, stored: &Stored) {
    stored.is_unchanged(server).await;
    let kept = "SELECT COUNT(*) FROM factors WHERE confirmed_at IS NOT NULL";
    assert_eq!(server.db.number(kept).await, 1);
    let mut owner = server.browser();
    let page = owner.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(page.path, "/sign-in/factor");
    let full = "SELECT COUNT(*) FROM sessions s JOIN accounts a ON a.id = s.account_id \
                WHERE a.user_name = 'anna' AND s.stage = 'full'";
    assert_eq!(server.db.number(full).await, 1, "the one that set it up");
}

async fn a44_a_mailbox_alone_resets_nothing(engine: Engine) {
    for after in ["sign_in", "signed_in"] {
        let mut smtp = Smtp::start();
        let setup = Setup::stopped(engine)
            .relay(&smtp)
            .set("RESET__AFTER", after);
        let server = setup.start().await;
        let (_, _, stored) = victim(&server).await;
        let (mut thief, page, letter) = server.mailed(&mut smtp, "anna").await;
        let before = thief.clone();
        let asked = thief.give(&page, &letter.code()).await;
        assert_eq!(asked.path, FACTOR);
        // Past it, with the cookies of both steps, as a form and as data.
        for mut browser in [thief.clone(), before] {
            let mut skip = asked.form(0);
            skip.action = "/api/forgot-password/new".to_owned();
            let answer = browser.post(&skip, &BOTH).await;
            assert_ne!(answer.location(), "/forgot-password/done");
            let token = asked.form(0).value("token").to_owned();
            let fields = [("token", &*token), BOTH[0], BOTH[1], ("account", "anna")];
            let data = browser.post_data("/api/forgot-password/new", &fields).await;
            assert_eq!(data.status, 422);
            assert!(!browser.is_signed_in().await);
        }
        assert!(server.facts("sequence_fail").await >= 2);
        // Nothing typed, and nothing that only looks like something.
        for typed in ["", "000000", "0000-0000-0000-0000", letter.code().as_str()] {
            assert_eq!(thief.show(&asked, typed).await.path, FACTOR, "{typed}");
        }
        // Even a flow that stood where it must not without it would change nothing.
        let jump = "UPDATE flows SET step = 'new' WHERE step = 'factor'";
        server.db.run(jump).await;
        let mut skip = asked.form(0);
        skip.action = "/api/forgot-password/new".to_owned();
        let answer = thief.post(&skip, &BOTH).await;
        assert_ne!(answer.location(), "/forgot-password/done");
        is_untouched(&server, &stored).await;
    }
}

/// Whoever has put a cookie of theirs into somebody's browser, or has seen one, holds that of before the code.
async fn a22_the_cookie_from_before_the_code_shows_no_factor(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (phone, _, stored) = victim(&server).await;
    let (mut owner, page, letter) = server.mailed(&mut smtp, "anna").await;
    let mut thief = owner.clone();
    let asked = owner.give(&page, &letter.code()).await;
    assert_ne!(thief.look(FACTOR).await.status, 200);
    let code = phone.fresh(&server).await;
    let answer = thief.post(&asked.form(0), &[("totp", &code)]).await;
    assert_ne!(answer.location(), "/forgot-password/new");
    assert_eq!(server.facts("factor_passed").await, 0);
    // The owner's own does, and the one from before it shows nothing more.
    let mut before = owner.clone();
    let page = owner.show(&asked, &code).await;
    assert_eq!(page.path, "/forgot-password/new");
    assert_ne!(before.get("/forgot-password/new").await.path, page.path);
    let answer = before.post(&page.form(0), &BOTH).await;
    assert_ne!(answer.location(), "/forgot-password/done");
    stored.is_unchanged(&server).await;
}

async fn a44_a_link_alone_resets_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let setup = setup.set("RESET__PROVE_BY", "mail_link");
    let server = setup.set("RESET__AFTER", "signed_in").start().await;
    let (phone, _, stored) = victim(&server).await;
    let mut thief = server.browser();
    thief.begin("anna").await;
    let mut letter = smtp.next().await;
    while letter.link_if_any().is_none() {
        letter = smtp.next().await;
    }
    let asked = thief.get(&letter.link()).await;
    assert_eq!(asked.path, FACTOR);
    let token = asked.form(0).value("token").to_owned();
    let mut skip = asked.form(0);
    skip.action = "/api/forgot-password/new".to_owned();
    assert_eq!(thief.post(&skip, &BOTH).await.location(), FACTOR);
    let fields = [("token", &*token), BOTH[0], BOTH[1]];
    let data = thief.post_data("/api/forgot-password/new", &fields).await;
    assert_eq!(data.json()["at"], FACTOR);
    let words = [("token", &*token), ("password", "anna anna anna anna")];
    let advice = thief.post_data("/api/password-advice", &words).await;
    assert_eq!(advice.body, "\"nothing\"");
    // The factor shown under one's own link opens no other one.
    let mut own = server.browser();
    own.enrol(&server, "bjorn").await;
    let mut attacker = server.browser();
    attacker.begin("bjorn").await;
    let mut his = smtp.next().await;
    while his.link_if_any().is_none() {
        his = smtp.next().await;
    }
    let page = attacker.get(&his.link()).await;
    let code = phone.fresh(&server).await;
    assert_eq!(
        attacker.show(&page, &code).await.path,
        FACTOR,
        "anna's phone"
    );
    is_untouched_by_link(&server, &stored).await;
}

async fn is_untouched_by_link(server: &Server, stored: &Stored) {
    stored.is_unchanged(server).await;
    let kept = "SELECT COUNT(*) FROM factors WHERE confirmed_at IS NOT NULL";
    assert_eq!(server.db.number(kept).await, 2);
}

async fn a44_guessing_in_a_reset_is_counted_with_the_sign_in(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (phone, _, stored) = victim(&server).await;
    let (mut thief, page, letter) = server.mailed(&mut smtp, "anna").await;
    let asked = thief.give(&page, &letter.code()).await;
    for _ in 0..3 {
        thief.show(&asked, &phone.wrong(&server)).await;
    }
    let mut other = server.browser();
    let at_sign_in = other.sign_in("anna", &server.passwords["anna"]).await;
    for _ in 0..2 {
        other.show(&at_sign_in, &phone.wrong(&server)).await;
    }
    let wait = "There were too many tries. Wait 1 min.";
    let right = phone.code(&server, 1);
    assert_eq!(thief.show(&asked, &right).await.errors(), [wait]);
    assert_eq!(other.show(&at_sign_in, &right).await.errors(), [wait]);
    // A day of it: never more than a hundred are looked at.
    for _ in 0..24 {
        for _ in 0..6 {
            thief.show(&asked, &phone.wrong(&server)).await;
            other.show(&at_sign_in, &phone.wrong(&server)).await;
        }
        server.advance(3600).await;
        let page = other.sign_in("anna", &server.passwords["anna"]).await;
        for _ in 0..6 {
            other.show(&page, &phone.wrong(&server)).await;
        }
    }
    let looked_at = server.facts("factor_wrong").await;
    assert!(
        (50..=100).contains(&looked_at),
        "{looked_at} were looked at"
    );
    stored.is_unchanged(&server).await;
}

async fn a24_codes_of_one_purpose_do_nothing_for_another(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (phone, codes, stored) = victim(&server).await;
    let (mut thief, page, letter) = server.mailed(&mut smtp, "anna").await;
    // What the phone shows is no security code, nor is a recovery code.
    for typed in [&phone.code(&server, 1), &codes[0]] {
        assert_eq!(thief.give(&page, typed).await.path, "/forgot-password/code");
    }
    let asked = thief.give(&page, &letter.code()).await;
    assert_eq!(asked.path, FACTOR);
    // The security code and somebody else's codes are no second factor.
    let (others_phone, others) = server.browser().enrol(&server, "bjorn").await;
    for typed in [&letter.code(), &others[0], &others_phone.code(&server, 1)] {
        assert_eq!(thief.show(&asked, typed).await.path, FACTOR);
    }
    // A form of the sign-in does nothing here, nor one of here there.
    let mut other = server.browser();
    let at_sign_in = other.sign_in("anna", &server.passwords["anna"]).await;
    let code = phone.fresh(&server).await;
    let mut mixed = asked.form(0);
    mixed.hidden = at_sign_in.form(0).hidden;
    let answer = thief.post(&mixed, &[("totp", &code)]).await;
    assert_eq!(answer.location(), FACTOR);
    let mut mixed = at_sign_in.form(0);
    mixed.hidden = asked.form(0).hidden;
    let answer = other.post(&mixed, &[("totp", &code)]).await;
    assert_eq!(answer.location(), "/sign-in/factor");
    assert_eq!(server.facts("factor_shown").await, 0);
    stored.is_unchanged(&server).await;
    // A recovery code in the sign-in's password field is a wrong password.
    assert!(!server.opens("anna", &codes[0]).await);
}
