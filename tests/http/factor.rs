//! The second factor: setting it up, showing it at sign-in, changing it, who must have one, notices (STANDARDS F08, G09, I03). What is typed:
//! `factor_tries`. In a reset: A44 among the attacks, and `factor_reset`.

use rekey::texts::ServerText;

use crate::secrets::hunt;
use crate::support::{
    ACCOUNT_FACTOR, Engine, Phone, Setup, Smtp, english_server, on_both_engines, on_sqlite,
    recovery_codes,
};

on_both_engines!(
    is_set_up_with_an_app_and_ten_codes,
    a_key_is_shown_to_its_session_only,
    is_asked_for_at_sign_in,
    an_administrator_must_set_one_up,
    new_codes_end_the_old_ones,
    another_app_ends_the_old_one,
    is_turned_off_only_where_nobody_demands_it,
    needs_somebody_who_has_just_shown_that_it_is_them,
    a_lost_one_is_removed_by_the_operator
);

on_sqlite!(the_organisation_decides_who_must);

const FACTOR: &str = "/sign-in/factor";
const SET_UP: &str = "/sign-in/set-up";

async fn is_set_up_with_an_app_and_ten_codes(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut elsewhere = server.browser();
    elsewhere.sign_in("anna", &server.passwords["anna"]).await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.get(ACCOUNT_FACTOR).await;
    assert_eq!(page.heading(), english_server(ServerText::FactorSetUpTitle));
    let page = browser.submit(&page, 0, &[]).await;
    assert_eq!(page.heading(), english_server(ServerText::FactorScanTitle));
    assert!(page.body.contains("<svg class=\"square\"") && page.body.contains(" d=\"M4 4h7v1h-7z"));
    assert!(!page.body.contains("style="), "the policy allows none");
    assert!(page.body.contains("otpauth://totp/Rekey:anna?secret="));
    let phone = Phone::read(&page);
    assert_eq!(phone.secret.len(), 20);
    assert_eq!(phone.key.len(), 32 + 7, "in groups of four");

    let wrong = phone.wrong(&server);
    let refused = browser.submit(&page, 0, &[("totp", &wrong)]).await;
    assert_eq!(
        refused.errors(),
        [english_server(ServerText::FactorProblemWrong)]
    );
    assert_eq!(refused.error_at("totp"), Some(refused.errors().concat()));
    assert_eq!(Phone::read(&refused).key, phone.key, "the same key");
    assert_eq!(server.facts("factor_enrolled").await, 0);

    let code = phone.code(&server, 0);
    let page = browser.submit(&refused, 0, &[("totp", &code)]).await;
    let codes = recovery_codes(&page);
    assert_eq!(codes.len(), 10);
    let again = browser.get(&page.path).await;
    assert_eq!(recovery_codes(&again), codes, "a reload loses nothing");
    // Not before a box says that they are saved.
    let unsaved = browser.submit(&page, 0, &[]).await;
    let said = english_server(ServerText::FactorProblemNotSaved);
    assert_eq!(unsaved.errors(), [said]);
    assert_eq!(recovery_codes(&unsaved), codes);
    let file = browser.get("/account/security/factor/codes/file").await;
    for (number, code) in (1..).zip(&codes) {
        assert!(file.body.contains(&format!("{number}. {code}\r\n")));
    }
    // Paper and file say whose they are, of which service, and since when.
    let site = page.body.split_once("<title>").unwrap().1;
    let site = site.split_once(" – ").unwrap().1.split_once('<').unwrap().0;
    for said in [
        "Account: anna. The codes were made on ",
        &*server.base,
        site,
    ] {
        assert!(file.body.contains(said), "{}", file.body);
        assert!(page.shown().contains(said), "{}", page.shown());
    }
    let disposition = file.header("content-disposition");
    assert_eq!(disposition, Some("attachment; filename=\"codes.txt\""));
    let saved = browser.submit(&page, 0, &[("saved", "yes")]).await;
    assert_eq!(saved.path, ACCOUNT_FACTOR);
    assert!(saved.text().contains("Recovery codes left: 10"));
    let gone = browser.get(&page.path).await;
    assert_eq!(
        gone.path, ACCOUNT_FACTOR,
        "and then they are not shown again"
    );

    assert_eq!(server.facts("factor_enrolled").await, 1);
    assert!(!elsewhere.is_signed_in().await, "opened without the factor");
    assert!(browser.is_signed_in().await);
    let letter = smtp.next().await;
    assert_eq!(letter.to, ["anna.berg@demo.example"]);
    assert_eq!(letter.subject(), "Tvåstegsverifiering är på hos Rekey");
    let mut secrets = vec![
        ("the key", phone.key.clone()),
        ("the packed key", phone.key.replace(' ', "")),
        ("the code", code),
    ];
    secrets.extend(codes.into_iter().map(|code| ("a recovery code", code)));
    hunt(&server, &secrets, &[]).await;
}

async fn a_key_is_shown_to_its_session_only(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut thief = server.browser();
    thief.sign_in("anna", &server.passwords["anna"]).await;
    let page = thief.get(ACCOUNT_FACTOR).await;
    let page = thief.submit(&page, 0, &[]).await;
    let known = Phone::read(&page);
    let mut owner = server.browser();
    owner.sign_in("anna", &server.passwords["anna"]).await;
    let offered = owner.get(ACCOUNT_FACTOR).await;
    assert_eq!(
        offered.heading(),
        english_server(ServerText::FactorSetUpTitle)
    );
    let (phone, _, _) = owner.set_up(&server, &offered).await;
    assert_ne!(phone.key, known.key);
    let late = thief
        .post(&page.form(0), &[("totp", &known.code(&server, 0))])
        .await;
    assert_ne!(late.location(), "/account/security/factor/codes");
    assert_eq!(server.facts("factor_enrolled").await, 1);
}

async fn is_asked_for_at_sign_in(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let mut browser = server.browser();
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(page.path, FACTOR);
    assert_eq!(page.heading(), english_server(ServerText::FactorAskTitle));
    assert!(!browser.is_signed_in().await);
    for closed in [ACCOUNT_FACTOR, "/account/security/factor/codes", SET_UP] {
        assert_eq!(browser.look(closed).await.location(), FACTOR, "{closed}");
    }
    for (typed, said) in [
        ("", ServerText::FactorProblemEmpty),
        ("12345", ServerText::FactorProblemUnusable),
        (&*phone.wrong(&server), ServerText::FactorProblemWrong),
    ] {
        let refused = browser.show(&page, typed).await;
        assert_eq!(refused.errors(), [english_server(said)], "{typed}");
        assert_eq!(
            refused.title(),
            format!(
                "Error: {} – Rekey",
                english_server(ServerText::FactorAskTitle)
            )
        );
        assert!(!browser.is_signed_in().await);
    }
    let mut before = browser.clone();
    let code = phone.fresh(&server).await;
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let page = browser.show(&page, &spaced).await;
    assert_eq!(page.path, ACCOUNT_FACTOR, "as was asked for before");
    assert_ne!(
        before.cookie("rekey-session"),
        browser.cookie("rekey-session")
    );
    assert_eq!(before.look(FACTOR).await.location(), "/sign-in");
    assert_eq!(server.facts("factor_shown").await, 1);

    // As the browser's half posts: the answer says where to go and knows nobody yet.
    let fields = [
        ("identifier", "anna"),
        ("password", &*server.passwords["anna"]),
    ];
    let mut half = server.browser();
    let data = half.post_data("/api/sign-in", &fields).await;
    assert_eq!(data.json()["at"], FACTOR);
    assert!(data.json()["state"]["person"].is_null());
    // A sign-in does not wait for ever, and a form of another session opens nothing.
    let asked = half.get(FACTOR).await;
    let mut other = server.browser();
    let of_other = other.sign_in("anna", &server.passwords["anna"]).await;
    let mut mixed = of_other.form(0);
    mixed.hidden = asked.form(0).hidden;
    let code = phone.fresh(&server).await;
    assert_eq!(
        other.post(&mixed, &[("totp", &code)]).await.location(),
        FACTOR
    );
    server.advance(15 * 60).await;
    let late = half
        .post(&asked.form(0), &[("totp", &phone.code(&server, 0))])
        .await;
    assert_eq!(late.location(), "/sign-in");
}

async fn an_administrator_must_set_one_up(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    let page = browser.sign_in("grace", &server.passwords["grace"]).await;
    assert_eq!(page.path, SET_UP);
    assert!(
        page.text()
            .contains("Rekey requires two-step verification for your account")
    );
    assert!(!browser.is_signed_in().await);
    for closed in [ACCOUNT_FACTOR, "/account/security/factor/codes", FACTOR] {
        assert_eq!(browser.look(closed).await.location(), SET_UP, "{closed}");
    }
    let before = browser.cookie("rekey-session").map(str::to_owned);
    let (phone, _, page) = browser.set_up(&server, &page).await;
    assert_eq!(page.path, ACCOUNT_FACTOR);
    assert!(browser.is_signed_in().await);
    assert_ne!(browser.cookie("rekey-session").map(str::to_owned), before);
    assert_eq!(
        smtp.next().await.subject(),
        "Two-step verification is on at Rekey"
    );
    let mut second = server.browser();
    let page = second.sign_in("grace", &server.passwords["grace"]).await;
    assert_eq!(page.path, FACTOR);
    let code = phone.fresh(&server).await;
    assert_eq!(second.show(&page, &code).await.path, "/account");
    // She may sign out instead.
    let mut third = server.browser();
    let removed = server
        .command(&["account", "factor", "remove", "grace"], "")
        .await;
    assert!(removed.status.success(), "{removed:?}");
    let page = third.sign_in("grace", &server.passwords["grace"]).await;
    assert_eq!(third.submit(&page, 1, &[]).await.path, "/sign-in");
    assert_eq!(third.look(SET_UP).await.location(), "/sign-in");
}

async fn the_organisation_decides_who_must(engine: Engine) {
    for (who_must, anna, grace) in [
        ("nobody", "/account", "/account"),
        ("administrators", "/account", SET_UP),
        ("everybody", SET_UP, SET_UP),
    ] {
        let setup = Setup::stopped(engine).set("ACCOUNTS__REQUIRE_FACTOR", who_must);
        let server = setup.start().await;
        for (who, where_to) in [("anna", anna), ("grace", grace)] {
            let mut browser = server.browser();
            let page = browser.sign_in(who, &server.passwords[who]).await;
            assert_eq!(page.path, where_to, "{who_must}: {who}");
        }
    }
}

async fn new_codes_end_the_old_ones(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    let (_, old) = browser.enrol(&server, "anna").await;
    smtp.next().await;
    let page = browser.get(ACCOUNT_FACTOR).await;
    let page = browser.submit(&page, 0, &[]).await;
    let new = recovery_codes(&page);
    assert_eq!(new.len(), 10);
    assert_eq!(smtp.next().await.subject(), "Nya reservkoder till Rekey");
    assert_eq!(server.facts("recovery_codes_renewed").await, 1);
    let mut other = server.browser();
    let page = other.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(other.show(&page, &old[0]).await.path, FACTOR);
    assert_eq!(other.show(&page, &new[0]).await.path, "/account");
}

async fn another_app_ends_the_old_one(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    let (old, _) = browser.enrol(&server, "anna").await;
    let page = browser.get(ACCOUNT_FACTOR).await;
    let page = browser.submit(&page, 1, &[]).await;
    let new = Phone::read(&page);
    assert_eq!(page.path, "/account/security/factor/app");
    // Until the new one is proved, the old one counts, and its page is where it was.
    let kept = browser.get(ACCOUNT_FACTOR).await;
    assert!(kept.text().contains("Recovery codes left: 10"));
    let mut other = server.browser();
    let asked = other.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(other.show(&asked, &new.code(&server, 0)).await.path, FACTOR);
    assert_eq!(
        other.show(&asked, &old.code(&server, 1)).await.path,
        "/account"
    );
    let page = browser
        .submit(&page, 0, &[("totp", &new.code(&server, 0))])
        .await;
    recovery_codes(&page);
    let mut other = server.browser();
    let asked = other.sign_in("anna", &server.passwords["anna"]).await;
    let of_old = old.fresh(&server).await;
    assert_eq!(other.show(&asked, &of_old).await.path, FACTOR);
    assert_eq!(
        other.show(&asked, &new.code(&server, 0)).await.path,
        "/account"
    );
    assert_eq!(server.db.number("SELECT COUNT(*) FROM factors").await, 1);
}

async fn is_turned_off_only_where_nobody_demands_it(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut anna = server.browser();
    anna.enrol(&server, "anna").await;
    smtp.next().await;
    let page = anna.get(ACCOUNT_FACTOR).await;
    let off = anna.submit(&page, 2, &[]).await;
    assert_eq!(off.heading(), english_server(ServerText::FactorSetUpTitle));
    assert_eq!(
        smtp.next().await.subject(),
        "Tvåstegsverifiering är avstängd hos Rekey"
    );
    assert_eq!(server.facts("factor_removed").await, 1);
    assert!(anna.is_signed_in().await);
    assert!(server.opens("anna", &server.passwords["anna"]).await);
    let left = "SELECT COUNT(*) FROM recovery_codes";
    assert_eq!(server.db.number(left).await, 0);

    let mut grace = server.browser();
    let page = grace.sign_in("grace", &server.passwords["grace"]).await;
    let (_, _, page) = grace.set_up(&server, &page).await;
    assert!(page.text().contains("so it cannot be turned off"));
    assert!(!page.body.contains("value=\"remove\""));
    // Not by a form that is made by hand either.
    let mut by_hand = page.form(0);
    by_hand.hidden.retain(|(name, _)| name != "do");
    let answer = grace.post(&by_hand, &[("do", "remove")]).await;
    assert_eq!(answer.location(), ACCOUNT_FACTOR);
    assert_eq!(server.facts("factor_removed").await, 1);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM factors").await, 1);
}

async fn needs_somebody_who_has_just_shown_that_it_is_them(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut anna = server.browser();
    anna.enrol(&server, "anna").await;
    let page = anna.get(ACCOUNT_FACTOR).await;
    let mut bjorn = server.browser();
    bjorn.sign_in("bjorn", &server.passwords["bjorn"]).await;
    server.advance(5 * 60).await;
    let confirm = "/account/confirm?next=%2Faccount%2Fsecurity%2Ffactor";
    assert_eq!(bjorn.look(ACCOUNT_FACTOR).await.location(), confirm);
    // What is on may be looked at; nothing may be changed.
    let looked = anna.look(ACCOUNT_FACTOR).await;
    assert_eq!(looked.status, 200);
    for number in [0, 2] {
        let answer = anna.post(&page.form(number), &[]).await;
        assert_eq!(answer.location(), confirm, "{number}");
    }
    let app = "/account/confirm?next=%2Faccount%2Fsecurity%2Ffactor%2Fapp";
    let answer = anna.post(&page.form(1), &[]).await;
    assert_eq!(answer.location(), app);
    assert_eq!(
        anna.look("/account/security/factor/app").await.location(),
        app
    );
    assert_eq!(server.facts("factor_removed").await, 0);
    assert_eq!(server.facts("recovery_codes_renewed").await, 0);
    // Nobody else's form does it, nor somebody who is signed out.
    let mut stranger = server.browser();
    let answer = stranger.post(&page.form(2), &[]).await;
    assert_eq!(answer.location(), "/sign-in");
    let mut bjorn = server.browser();
    bjorn.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let answer = bjorn.post(&page.form(0), &[]).await;
    assert_eq!(
        answer.location(),
        ACCOUNT_FACTOR,
        "a form of another session"
    );
    assert_eq!(server.facts("recovery_codes_renewed").await, 0);
}

async fn a_lost_one_is_removed_by_the_operator(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.enrol(&server, "anna").await;
    smtp.next().await;
    let remove = async |who: &str| {
        let said = server
            .command(&["account", "factor", "remove", who], "")
            .await;
        let all = [said.stdout, said.stderr].concat();
        let words = String::from_utf8_lossy(&all).into_owned();
        (said.status.code(), words)
    };
    let (code, said) = remove("Anna").await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("removed the second factor of anna\n"));
    assert_eq!(
        smtp.next().await.subject(),
        "Tvåstegsverifiering är avstängd hos Rekey"
    );
    assert_eq!(server.facts("factor_removed").await, 1);
    assert!(!browser.is_signed_in().await, "nobody stays signed in");
    assert!(server.opens("anna", &server.passwords["anna"]).await);
    for (who, why) in [
        ("anna", "anna has no second factor"),
        ("kalle", "there is no account"),
    ] {
        let (code, said) = remove(who).await;
        assert_eq!(code, Some(1));
        assert!(said.contains(why), "{said}");
    }
}
