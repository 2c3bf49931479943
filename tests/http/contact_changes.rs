//! Addresses and numbers that people add, replace and remove themselves (JOURNEYS A8, O3; STANDARDS I01 to I10; ATTACKS A29).

mod vouched_for;

use rekey::texts::{Language, ServerText};

use crate::support::{
    Engine, GOOD, Page, Setup, Smtp, english_server, mailed_sentence, on_both_engines, on_sqlite,
};

on_both_engines!(
    a_new_address_counts_once_it_is_confirmed,
    confirmed_without_the_old_one_it_waits_a_day,
    confirmed_with_the_old_one_it_counts_at_once,
    nobody_speaks_for_what_another_session_has_changed,
    a_number_is_registered_and_proved,
    the_last_one_stays,
    what_goes_out_of_use_proves_nothing,
    what_cannot_be_used_is_said,
    nobody_fills_a_strangers_mailbox,
    two_tabs_and_two_presses
);

on_sqlite!(
    a_number_is_understood_in_every_spelling,
    whoever_reads_the_new_address_learns_no_name
);

const OLD: &str = "anna.berg@demo.example";
const NEW: &str = "anna@new.example";
const DAY: i64 = 24 * 3600;

fn say(text: ServerText) -> String {
    mailed_sentence(Language::En, text, &[])
}

/// What stands at a contact that waits, up to the time.
fn waits() -> String {
    let says = say(ServerText::AccountContactWaits);
    let (before, _) = says.split_once("{time}").unwrap();
    before.to_owned()
}

/// What the security page says of the contacts: all that stands before those who can still undo a change.
fn contacts_on(page: &Page) -> String {
    let text = page.text();
    let own = text.split_once(&english_server(ServerText::AccountUndoHeading));
    own.map_or(text.clone(), |(own, _)| own.to_owned())
}

async fn a_new_address_counts_once_it_is_confirmed(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.ask_mail(NEW, None).await;
    assert_eq!(page.path, "/account/security/code");
    assert!(page.text().contains(NEW), "{}", page.text());
    let letter = smtp.next().await;
    assert_eq!(letter.to, [NEW]);
    // Not confirmed, it is nobody's: asking for a password with it sends nothing.
    let mut stranger = server.browser();
    stranger.begin(NEW).await;
    server.settle().await;
    assert!(smtp.unread().is_empty());
    let wrong = letter.wrong_code();
    let page = browser.give_contact_code(&wrong).await;
    assert_eq!(page.errors().len(), 1);
    let page = browser.give_contact_code(&letter.code()).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    assert_eq!(page.notice(), say(ServerText::AccountDoneContact));
    assert!(page.text().contains(NEW) && page.text().contains(OLD));
    let notice = smtp.next().await;
    assert_eq!(notice.to, [OLD], "told to the old one");
    assert!(
        notice.text().contains("En e-postadress lades till"),
        "{}",
        notice.text()
    );
    for part in [notice.text(), notice.html()] {
        assert!(part.contains("a…@n….example"), "{part}");
        assert!(
            !part.contains(NEW),
            "the old mailbox may be somebody else's by now"
        );
    }
    server.settle().await;
    assert!(
        smtp.unread().is_empty(),
        "the new one is not told of itself"
    );
    assert_eq!(server.facts("contact_changed").await, 1);
}

async fn confirmed_without_the_old_one_it_waits_a_day(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let notice = server.change_mail(&mut browser, &mut smtp, OLD, NEW).await;
    let text = notice.text();
    for line in [
        "En e-postadress byttes",
        "Konto: anna",
        "Ny adress: a…@n….example",
        "Tidigare adress: a…@d….example",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}: {text}");
    }
    let says = mailed_sentence(Language::Sv, ServerText::MailNewsWaits, &[]);
    let (_, waits_for) = says.split_once("{time}").unwrap();
    let told = notice.text().replace('\n', " ");
    assert!(told.contains(waits_for), "{told}");
    let page = browser.get("/account/security").await;
    assert!(page.text().contains(&waits()), "{}", page.text());
    let says = say(ServerText::AccountContactEnds);
    let (ends, _) = says.split_once("{time}").unwrap();
    assert!(page.text().contains(ends), "{}", page.text());
    // For a day, messages for a reset still go to the old one, whichever name is given (STANDARDS I10).
    for who in ["anna", NEW] {
        let (_, _, letter) = server.mailed(&mut smtp, who).await;
        assert_eq!(letter.to, [OLD], "{who}");
    }
    server.advance(DAY + 60).await;
    let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
    assert_eq!(letter.to, [NEW]);
    // The old one is nobody's any more.
    let mut stranger = server.browser();
    stranger.begin(OLD).await;
    server.settle().await;
    assert!(smtp.unread().is_empty());
}

async fn confirmed_with_the_old_one_it_counts_at_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    server.change_mail(&mut browser, &mut smtp, OLD, NEW).await;
    // Asked for afterwards, from the page that says that it waits.
    let page = browser.get("/account/security").await;
    assert!(contacts_on(&page).contains(OLD));
    assert!(page.text().contains(&waits()), "{}", page.text());
    let page = browser
        .confirm_by_code("/account/confirm?next=/account/security", &mut smtp, OLD)
        .await;
    assert!(!page.text().contains(&waits()), "{}", page.text());
    assert!(!contacts_on(&page).contains(OLD));
    let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
    assert_eq!(letter.to, [NEW]);
    // And beforehand: the next one, confirmed within five minutes of that code, does not wait.
    let next = "anna@next.example";
    server.change_mail(&mut browser, &mut smtp, NEW, next).await;
    let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
    assert_eq!(letter.to, [next]);
}

async fn nobody_speaks_for_what_another_session_has_changed(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut thief = server.browser();
    thief.sign_in("anna", &server.passwords["anna"]).await;
    server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
    // The owner shows with a code who she is, for something else.
    let mut owner = server.browser();
    owner.sign_in("anna", &server.passwords["anna"]).await;
    let page = owner
        .confirm_by_code(
            "/account/confirm?next=/account/security/sessions",
            &mut smtp,
            OLD,
        )
        .await;
    assert!(page.errors().is_empty(), "{:?}", page.errors());
    let page = owner.get("/account/security").await;
    assert!(page.text().contains(&waits()), "{}", page.text());
    let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
    assert_eq!(letter.to, [OLD]);
}

async fn a_number_is_registered_and_proved(engine: Engine) {
    let sms = crate::support::sms::Sms::start().await;
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .gateway(&sms)
        .config("[reset]\nprove_by = [\"sms_code\"]\n[accounts]\nrequire_factor = \"nobody\"\n")
        .start()
        .await;
    // Grace has no number, so no code reaches her (JOURNEYS O2, O3).
    let mut browser = server.browser();
    browser.begin("grace").await;
    server.settle().await;
    assert!(sms.requests().is_empty());
    browser.sign_in("grace", &server.passwords["grace"]).await;
    let page = browser.open("/account/security/mail").await;
    let purpose = say(ServerText::AccountMailPurposeNotices);
    assert!(page.text().contains(&purpose), "{}", page.text());
    let page = browser.open("/account/security/phone").await;
    let path = "/account/security/phone";
    let purpose = say(ServerText::AccountPhonePurposeNeeded);
    assert!(
        page.text().contains(&purpose),
        "the purpose stands before the field: {}",
        page.text()
    );
    for attribute in ["type=\"tel\"", "autocomplete=\"tel\""] {
        assert!(page.body.contains(attribute), "{attribute}");
    }
    let page = browser
        .post_to(&page, path, &[("phone", "070-174 06 50")])
        .await;
    assert_eq!(page.path, "/account/security/code");
    let (to, text) = sms.next().await;
    assert_eq!(to, "+46701740650");
    let code: String = text.chars().filter(char::is_ascii_digit).take(6).collect();
    let page = browser.give_contact_code(&code).await;
    // In the one form that numbers are shown in, however she wrote it.
    assert!(page.text().contains("070-174 06 50"), "{}", page.text());
    let notice = smtp.next().await;
    assert!(
        notice.text().contains("A mobile number was added")
            && notice.text().contains("\nNew number: …50\n"),
        "{}",
        notice.text()
    );
    server.advance(DAY).await;
    let mut browser = server.browser();
    let page = browser.begin("grace").await;
    let (to, text) = sms.next().await;
    assert_eq!(to, "+46701740650");
    let code: String = text.chars().filter(char::is_ascii_digit).take(6).collect();
    let page = browser.give(&page, &code).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn a_number_is_understood_in_every_spelling(engine: Engine) {
    let server = Setup::stopped(engine)
        .set("ACCOUNTS__REQUIRE_FACTOR", "nobody")
        .start()
        .await;
    let mut browser = server.browser();
    browser.sign_in("grace", &server.passwords["grace"]).await;
    let path = "/account/security/phone";
    for typed in [
        "070-174 06 50",
        "070-174 06 50",
        "0046701740650",
        "(070) 1740650",
    ] {
        let page = browser.get(path).await;
        browser.post_to(&page, path, &[("phone", typed)]).await;
        let stored = server
            .db
            .text("SELECT address_canonical FROM confirmations")
            .await;
        assert_eq!(stored, "+46701740650", "{typed}");
    }
}

async fn the_last_one_stays(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let path = "/account/security/remove";
    let phone = server.contact("+46701740605").await;
    let mail = server.contact(OLD).await;
    let remove = say(ServerText::AccountRemove);
    let page = browser.get("/account/security").await;
    assert!(page.text().contains(&remove), "{}", page.text());
    let first = browser.get(&format!("{path}?contact={phone}")).await;
    let second = browser.get(&format!("{path}?contact={mail}")).await;
    let page = browser.post_to(&first, path, &[]).await;
    assert_eq!(page.notice(), say(ServerText::AccountDoneContact));
    assert!(!page.text().contains(&remove), "no way to remove the last");
    // From a tab that was open before: it is refused.
    let page = browser.post_to(&second, path, &[]).await;
    assert_eq!(page.errors(), [say(ServerText::AccountWrongContactLast)]);
    // Removed twice: it is said, and nothing else happens.
    let page = browser.post_to(&first, path, &[]).await;
    assert_eq!(page.errors(), [say(ServerText::AccountWrongContactGone)]);
    assert_eq!(server.facts("contact_changed").await, 1);
}

/// A29: a code and a link that went to a contact which has changed since prove nothing.
async fn what_goes_out_of_use_proves_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .config("[reset]\nprove_by = [\"mail_code\", \"mail_link\"]\n")
        .start()
        .await;
    let (mut waiting, page, letter) = server.mailed(&mut smtp, "anna").await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    server.change_mail(&mut browser, &mut smtp, OLD, NEW).await;
    let page = waiting.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    let page = server.browser().open(&letter.link()).await;
    assert_eq!(page.heading(), "The link no longer works");
    assert!(server.opens("anna", &server.passwords["anna"]).await);
    assert!(!server.opens("anna", GOOD).await);
}

async fn what_cannot_be_used_is_said(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    for (kind, typed, text) in [
        ("mail", "", ServerText::AccountWrongMailUnusable),
        ("mail", "anna", ServerText::AccountWrongMailUnusable),
        (
            "mail",
            "a@b.example\r\nBcc: x@evil.example",
            ServerText::AccountWrongMailUnusable,
        ),
        (
            "mail",
            "a@b.example,c@d.example",
            ServerText::AccountWrongMailUnusable,
        ),
        (
            "mail",
            "ANNA.BERG@demo.example",
            ServerText::AccountWrongContactKnown,
        ),
        ("phone", "12345", ServerText::AccountWrongPhoneUnusable),
        (
            "phone",
            "019-21 10 00",
            ServerText::AccountWrongPhoneUnusable,
        ),
        (
            "phone",
            "070 174 06 05",
            ServerText::AccountWrongContactKnown,
        ),
        (
            "phone",
            "+44 7400 123456",
            ServerText::AccountWrongPhoneUnreachable,
        ),
    ] {
        let path = format!("/account/security/{kind}");
        let page = browser.get(&path).await;
        let page = browser.post_to(&page, &path, &[(kind, typed)]).await;
        assert_eq!(page.errors(), [say(text)], "{typed}");
        assert_eq!(
            page.path, path,
            "and back there is nothing to be posted again"
        );
    }
    assert_eq!(server.facts("confirmation_sent").await, 0);
    // Four more, and then it is full.
    for number in 0..4 {
        server
            .db
            .run(&format!(
                "INSERT INTO contacts (id, account_id, kind, address, address_canonical, confirmed_at, resets_from) \
                 SELECT 'more{number}', id, 'mail', 'a{number}@b.example', 'a{number}@b.example', 1, 0 FROM accounts WHERE user_name = 'anna'"
            ))
            .await;
    }
    let path = "/account/security/mail";
    let page = browser.get(path).await;
    let page = browser.post_to(&page, path, &[("mail", NEW)]).await;
    assert_eq!(page.errors(), [say(ServerText::AccountWrongContactsFull)]);
}

async fn nobody_fills_a_strangers_mailbox(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let victim = "victim@else.example";
    for who in ["anna", "bjorn"] {
        let mut browser = server.browser();
        browser.sign_in(who, &server.passwords[who]).await;
        for _ in 0..4 {
            let path = "/account/security/mail";
            let page = browser.get(path).await;
            let page = browser.post_to(&page, path, &[("mail", victim)]).await;
            if !page.errors().is_empty() {
                assert_eq!(page.errors(), [say(ServerText::AccountWrongCodesUsedUp)]);
            }
        }
    }
    server.settle().await;
    // One that a newer one of the same session has overtaken in the outbox is not sent.
    let promised = "SELECT COUNT(*) FROM jobs WHERE purpose = 'confirmation'";
    let promised = server.db.number(promised).await;
    assert_eq!(promised, 5, "five in all, from whomever");
    assert!(smtp.taken() <= 5);
}

async fn whoever_reads_the_new_address_learns_no_name(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    browser.ask_mail("mistyped@else.example", None).await;
    let letter = smtp.next().await;
    for part in [letter.text(), letter.html(), letter.header("To").join("")] {
        for name in ["anna", "Anna", "Berg"] {
            assert!(!part.contains(name), "{name}: {part}");
        }
    }
    // It is corrected without starting over (STANDARDS I08).
    let page = browser.get("/account/security/code").await;
    assert!(page.body.contains("href=\"/account/security/mail\""));
    browser.ask_mail(NEW, None).await;
    let right = smtp.next().await;
    assert_eq!(right.to, [NEW]);
    let page = browser.give_contact_code(&right.code()).await;
    assert!(page.text().contains(NEW) && !page.text().contains("mistyped"));
}

async fn two_tabs_and_two_presses(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    browser.ask_mail(NEW, None).await;
    let letter = smtp.next().await;
    let page = browser.get("/account/security/code").await;
    for _ in 0..2 {
        let page = browser
            .post_to(&page, "/account/security/code", &[("code", &letter.code())])
            .await;
        assert_eq!(page.path, "/account/security");
    }
    assert_eq!(server.facts("contact_changed").await, 1);
    // The address that is being changed is removed in another tab meanwhile.
    let id = server.contact(NEW).await;
    let tab = browser
        .get(&format!("/account/security/mail?replace={id}"))
        .await;
    let removing = browser
        .get(&format!("/account/security/remove?contact={id}"))
        .await;
    browser
        .post_to(&removing, "/account/security/remove", &[])
        .await;
    let page = browser
        .post_to(
            &tab,
            "/account/security/mail",
            &[("mail", "anna@third.example")],
        )
        .await;
    assert_eq!(page.errors(), [say(ServerText::AccountWrongContactGone)]);
}
