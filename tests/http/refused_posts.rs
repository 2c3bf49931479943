//! Posts that the pages of an account refuse: each leads back to its page, which says why, once, and holds what was written (decisions 0002,
//! 0005; STANDARDS G09, G10).

use rekey::texts::{ServerText, Text};

use crate::support::{
    Browser, Engine, Form, Page, Setup, Smtp, english, english_server, on_both_engines, on_sqlite,
};

on_both_engines!(
    with_a_form_of_another_session_change_nothing,
    of_a_name_ask_first_who_it_is
);

on_sqlite!(keep_what_was_written, keep_no_code_and_no_password);

const OLD: &str = "anna.berg@demo.example";
const NEW: &str = "anna@new.example";
const NAME: &str = "/account/security/name";
const MAIL: &str = "/account/security/mail";
const PHONE: &str = "/account/security/phone";
const CODE: &str = "/account/security/code";
const SESSIONS: &str = "/account/security/sessions";

/// Posts what is refused: the answer leads to `place`, whose page says so, once. That page.
async fn refused(browser: &mut Browser, form: &Form, fields: &[(&str, &str)], place: &str) -> Page {
    let answer = browser.post(form, fields).await;
    assert_eq!((answer.status, answer.location()), (303, place));
    let page = browser.look(place).await;
    assert_eq!(page.status, 200, "{place}");
    assert!(page.title().starts_with("Error:"), "{place}");
    let again = browser.look(place).await;
    assert!(again.errors().is_empty(), "{place}: {:?}", again.errors());
    page
}

async fn keep_what_was_written(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let id = server.contact(OLD).await;
    let replacing = format!("{MAIL}?replace={id}");
    for (place, field, typed, text) in [
        (
            NAME,
            "name",
            "<b>Anna</b>",
            ServerText::AccountWrongNameUnusable,
        ),
        (MAIL, "mail", "anna", ServerText::AccountWrongMailUnusable),
        (
            &*replacing,
            "mail",
            "anna",
            ServerText::AccountWrongMailUnusable,
        ),
        (
            PHONE,
            "phone",
            "12345",
            ServerText::AccountWrongPhoneUnusable,
        ),
    ] {
        let page = browser.open(place).await;
        let fields = [(field, typed)];
        let page = refused(&mut browser, &page.form(0), &fields, place).await;
        assert_eq!(page.errors(), [english_server(text)], "{place}");
        assert_eq!(page.error_at(field), Some(english_server(text)), "{place}");
        assert_eq!(page.field(field), typed, "{place}");
        // And what it is to take the place of.
        if place == replacing {
            assert_eq!(page.form(0).value("replace"), id);
        }
    }
    // Where nothing is written, the question comes again.
    let place = format!("/account/security/remove?contact={id}");
    let page = browser.open(&place).await;
    let page = refused(&mut browser, &page.form(0), &[], &place).await;
    let last = english_server(ServerText::AccountWrongContactLast);
    assert_eq!(page.errors(), [last]);
    assert_eq!(page.form(0).value("contact"), id);
}

async fn keep_no_code_and_no_password(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let place = "/account/confirm?next=%2Faccount%2Fsecurity%2Fmail";
    let page = browser.open(place).await;
    let typed = "not the password at all";
    let fields = [("password", typed)];
    let page = refused(&mut browser, &page.form(0), &fields, place).await;
    let wrong = Some(english_server(ServerText::AccountWrongPassword));
    assert_eq!(page.error_at("password"), wrong);
    assert!(!page.body.contains(typed));
    // A code that shows who one is, and that of a new contact.
    browser.post_to(&page, "/account/confirm/send", &[]).await;
    let of_person = smtp.next_to(OLD).await.wrong_code();
    browser.ask_mail(NEW, None).await;
    let of_contact = smtp.next_to(NEW).await.wrong_code();
    for (place, typed) in [
        (
            "/account/confirm/code?next=%2Faccount%2Fsecurity%2Fmail",
            of_person,
        ),
        (CODE, of_contact),
    ] {
        let page = browser.open(place).await;
        let fields = [("code", typed.as_str())];
        let page = refused(&mut browser, &page.form(0), &fields, place).await;
        let wrong = "That is not the code in the newest message. You have 4 tries left.";
        assert_eq!(page.error_at("code").as_deref(), Some(wrong), "{place}");
        let empty = "name=\"code\" class=\"code\" value=\"\"";
        assert!(page.body.contains(empty), "{place}");
    }
}

/// Bjorn's pages are still open when anna signs in at the same browser.
async fn with_a_form_of_another_session_change_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    browser.sign_in_elsewhere(&server, "bjorn").await;
    browser.sign_in("bjorn", &server.passwords["bjorn"]).await;
    browser.ask_mail("bjorn@new.example", None).await;
    let his = server.contact("+46701740606").await;
    let removing = format!("/account/security/remove?contact={his}");
    let confirming = "/account/confirm?next=%2Faccount%2Fsecurity";
    let mut forms = Vec::new();
    for path in [MAIL, PHONE, CODE, &removing, SESSIONS, confirming] {
        forms.push(browser.open(path).await.form(0));
    }
    let page = browser.get("/account").await;
    browser.post(&page.form_to("/api/sign-out"), &[]).await;

    let anna = server.passwords["anna"].as_str();
    browser.sign_in("anna", anna).await;
    let mut elsewhere = browser.sign_in_elsewhere(&server, "anna").await;
    browser.ask_mail(NEW, None).await;
    let code = smtp.next_to(NEW).await.code();
    // Made to mean what is hers: her number, and all her other sessions.
    let hers = server.contact("+46701740605").await;
    let removing = format!("/account/security/remove?contact={hers}");
    for form in &mut forms {
        form.hidden.retain(|(name, _)| name != "session");
        let hidden = form.hidden.iter_mut();
        for (_, value) in hidden.filter(|(name, _)| name == "contact") {
            value.clone_from(&hers);
        }
    }
    let given: [(&[(&str, &str)], &str); 6] = [
        (&[("mail", "anna@third.example")], MAIL),
        (&[("phone", "070-174 06 50")], PHONE),
        (&[("code", code.as_str())], CODE),
        (&[], removing.as_str()),
        (&[], SESSIONS),
        (&[("password", anna)], confirming),
    ];
    for (form, (fields, place)) in forms.iter().zip(given) {
        let page = refused(&mut browser, form, fields, place).await;
        assert_eq!(page.errors(), [english(Text::ProblemFormStale)], "{place}");
    }
    assert_eq!(server.facts("confirmation_sent").await, 2, "one each");
    for fact in [
        "contact_changed",
        "sessions_ended_by_owner",
        "reauthenticated",
    ] {
        assert_eq!(server.facts(fact).await, 0, "{fact}");
    }
    assert!(elsewhere.is_signed_in().await);
}

async fn of_a_name_ask_first_who_it_is(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.open(NAME).await;
    assert_eq!(page.path, NAME, "she has just signed in");
    server.advance(5 * 60 + 1).await;
    let confirm = "/account/confirm?next=%2Faccount%2Fsecurity%2Fname";
    assert_eq!(browser.look(NAME).await.location(), confirm);
    let fields = [("name", "Anna Lind")];
    let answer = browser.post(&page.form(0), &fields).await;
    assert_eq!((answer.status, answer.location()), (303, confirm));
    assert_eq!(server.facts("name_changed").await, 0);
    // Afterwards the page comes again, with what was written.
    let asked = browser.follow(answer).await;
    let password = [("password", server.passwords["anna"].as_str())];
    let page = browser.post_to(&asked, "/account/confirm", &password).await;
    assert_eq!(page.path, NAME, "{:?}", page.errors());
    assert_eq!(page.field("name"), "Anna Lind");
    let page = browser.post_to(&page, NAME, &fields).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    assert_eq!(server.facts("name_changed").await, 1);
}
