//! A signed-in person who knows the password changes it (JOURNEYS Z11, A7; STANDARDS F09; ATTACKS A43, A51).

use rekey::texts::{ServerText, Text};

use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, Setup, Smtp, english, english_server, mailed_sentence,
    on_both_engines,
};
use rekey::texts::Language;

on_both_engines!(
    the_present_session_goes_on_and_all_others_end,
    or_it_ends_too,
    it_asks_for_the_present_password,
    where_a_code_is_wanted_it_comes_first,
    the_second_factor_comes_first,
    it_shows_nobody_who_one_is,
    the_rules_are_the_same,
    everybody_is_told,
    text_messages_end_with_their_budget_and_mails_do_not,
    whatever_was_under_way_ends
);

const PATH: &str = "/account/security/password";
const POST: &str = "/api/account/password";

fn fields<'a>(present: &'a str, new: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("password", present),
        ("new_password", new),
        ("confirm_password", new),
    ]
}

async fn the_present_session_goes_on_and_all_others_end(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let old = server.passwords["anna"].clone();
    let mut browser = server.browser();
    let mut other = browser.sign_in_elsewhere(&server, "anna").await;
    browser.sign_in("anna", &old).await;
    let mut copy = browser.clone();
    let page = browser.get(PATH).await;
    assert_eq!(page.heading(), english(Text::NewChangeTitle));
    let page = browser.post_to(&page, POST, &fields(&old, GOOD)).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    let said = mailed_sentence(Language::En, ServerText::AccountDonePassword, &[]);
    assert_eq!(page.notice(), said);
    assert!(browser.is_signed_in().await);
    assert!(!other.is_signed_in().await, "everybody else is out");
    assert!(!copy.is_signed_in().await, "under another value");
    assert!(!server.opens("anna", &old).await);
    assert!(server.opens("anna", GOOD).await);
}

async fn or_it_ends_too(engine: Engine) {
    let server = Setup::stopped(engine)
        .config("[accounts]\nafter_change = \"end_all\"\n")
        .start()
        .await;
    let old = server.passwords["anna"].clone();
    let mut browser = server.browser();
    browser.sign_in("anna", &old).await;
    let page = browser.get(PATH).await;
    let page = browser.post_to(&page, POST, &fields(&old, GOOD)).await;
    assert_eq!(page.path, "/sign-in");
    assert_eq!(page.notice(), english(Text::SignInPasswordChanged));
    assert!(!browser.is_signed_in().await);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM sessions").await, 0);
}

async fn it_asks_for_the_present_password(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let old = server.passwords["anna"].clone();
    let mut browser = server.browser();
    browser.sign_in("anna", &old).await;
    let page = browser.get(PATH).await;
    for (present, said) in [
        ("", Text::ProblemSignInPasswordEmpty),
        ("something else entirely", Text::ProblemPasswordNotPresent),
    ] {
        let page = browser.post_to(&page, POST, &fields(present, GOOD)).await;
        assert_eq!(page.path, PATH);
        assert_eq!(page.errors(), [english(said)]);
    }
    assert_eq!(server.facts("reauthentication_fail").await, 1, "counted");
    // Data without the form's token, and with that of an earlier session: nothing happens.
    let mut form = page.form_to(POST);
    form.hidden[0].1 = "made up".to_owned();
    let answer = browser.post(&form, &fields(&old, GOOD)).await;
    let page = browser.follow(answer).await;
    assert_eq!(page.path, PATH);
    assert!(!page.errors().is_empty());
    assert!(server.opens("anna", &old).await);
}

/// Whether the browser was sent to show first that it is still the same person.
fn is_asked(page: &Page) -> bool {
    page.path.starts_with("/account/confirm?")
}

/// Shows it with a mailed code: the page after that.
async fn show_by_code(browser: &mut Browser, smtp: &mut Smtp, asked: &Page) -> Page {
    let page = browser.post_to(asked, "/account/confirm/send", &[]).await;
    let code = smtp.next().await.code();
    browser
        .post_to(&page, "/account/confirm/code", &[("code", &code)])
        .await
}

async fn where_a_code_is_wanted_it_comes_first(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .set("ACCOUNTS__CONFIRM_CHANGES", "code")
        .start()
        .await;
    let old = server.passwords["anna"].clone();
    let mut browser = server.browser();
    browser.sign_in("anna", &old).await;
    let asked = browser.open(PATH).await;
    assert!(is_asked(&asked), "{}", asked.path);
    // Nor is it changed by a form that is made by hand.
    let asked = browser.post_to(&asked, POST, &fields(&old, GOOD)).await;
    assert!(is_asked(&asked), "{}", asked.path);
    let page = show_by_code(&mut browser, &mut smtp, &asked).await;
    assert_eq!(page.path, PATH, "{:?}", page.errors());
    // Five minutes later the code is worth nothing any more, and the page is still open.
    server.advance(5 * 60 + 1).await;
    let asked = browser.post_to(&page, POST, &fields(&old, GOOD)).await;
    assert!(is_asked(&asked), "{}", asked.path);
    assert!(server.opens("anna", &old).await);
    let page = show_by_code(&mut browser, &mut smtp, &asked).await;
    let page = browser.post_to(&page, POST, &fields(&old, GOOD)).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    assert!(server.opens("anna", GOOD).await);
}

async fn the_second_factor_comes_first(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let old = server.passwords["anna"].clone();
    let before = server.facts("authn_password_change").await;
    let mut browser = server.browser();
    let (phone, _) = browser.enrol(&server, "anna").await;
    let page = browser.get(PATH).await;
    assert_eq!(page.path, PATH, "she has just signed in");
    server.advance(5 * 60 + 1).await;
    let asked = browser.post_to(&page, POST, &fields(&old, GOOD)).await;
    assert!(is_asked(&asked), "{}", asked.path);
    let alone = [("password", &*old)];
    let asked = browser.post_to(&asked, "/account/confirm", &alone).await;
    assert_eq!(
        asked.errors(),
        [english_server(ServerText::FactorProblemEmpty)]
    );
    assert_eq!(server.facts("authn_password_change").await, before);
    let code = phone.code(&server, 0);
    let both = [("password", &*old), ("totp", &*code)];
    let page = browser.post_to(&asked, "/account/confirm", &both).await;
    assert_eq!(page.path, PATH, "{:?}", page.errors());
    let page = browser.post_to(&page, POST, &fields(&old, GOOD)).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    assert_eq!(server.facts("authn_password_change").await, before + 1);
}

/// Whoever has changed the password has given the present one, and still re-authenticates before anything else.
async fn it_shows_nobody_who_one_is(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let old = server.passwords["anna"].clone();
    let mut browser = server.browser();
    browser.sign_in("anna", &old).await;
    let page = browser.get(PATH).await;
    browser.post_to(&page, POST, &fields(&old, GOOD)).await;
    // What the sign-in has shown a moment ago counts on.
    let mail = "/account/security/mail";
    let open = browser.get(mail).await;
    assert_eq!(open.path, mail);
    server.advance(5 * 60 + 1).await;
    let page = browser.get(PATH).await;
    let page = browser
        .post_to(&page, POST, &fields(GOOD, OTHER_GOOD))
        .await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    let asked = browser.get(mail).await;
    assert!(is_asked(&asked), "{}", asked.path);
    let new = [("mail", "anna@new.example")];
    let asked = browser.post_to(&open, mail, &new).await;
    assert!(is_asked(&asked), "{}", asked.path);
    assert_eq!(server.facts("confirmation_sent").await, 0);
}

async fn the_rules_are_the_same(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let old = server.passwords["anna"].clone();
    let mut browser = server.browser();
    browser.sign_in("anna", &old).await;
    let page = browser.get(PATH).await;
    for (new, said) in [
        ("kort", "Enter at least 15 characters: you have entered 4"),
        ("passwordpassword", &*english(Text::ProblemPasswordCommon)),
        (
            "anna.berg@demo.example",
            &*english(Text::ProblemPasswordPersonal),
        ),
        (&*old, &*english(Text::ProblemPasswordFormer)),
    ] {
        let page = browser.post_to(&page, POST, &fields(&old, new)).await;
        assert_eq!(page.errors(), [said], "{new}");
    }
    let differs = [
        ("password", &*old),
        ("new_password", GOOD),
        ("confirm_password", OTHER_GOOD),
    ];
    let page = browser.post_to(&page, POST, &differs).await;
    assert_eq!(page.errors(), [english(Text::ProblemConfirmDiffers)]);
    assert!(server.opens("anna", &old).await);
}

async fn everybody_is_told(engine: Engine) {
    let sms = crate::support::sms::Sms::start().await;
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .gateway(&sms)
        .config("[reset]\nprove_by = [\"mail_code\", \"sms_code\"]\n")
        .start()
        .await;
    let old = server.passwords["anna"].clone();
    let mut browser = server.browser();
    browser.sign_in("anna", &old).await;
    let page = browser.get(PATH).await;
    browser.post_to(&page, POST, &fields(&old, GOOD)).await;
    let notice = smtp.next().await;
    assert_eq!(notice.to, ["anna.berg@demo.example"]);
    assert!(
        notice.text().contains("alla andra enheter"),
        "{}",
        notice.text()
    );
    notice.stop();
    for secret in [&*old, GOOD] {
        assert!(!notice.text().contains(secret));
    }
    let (to, text) = sms.next().await;
    assert_eq!(to, "+46701740605");
    assert!(!text.contains("http") && !text.contains("/stop/"), "{text}");
}

async fn text_messages_end_with_their_budget_and_mails_do_not(engine: Engine) {
    let sms = crate::support::sms::Sms::start().await;
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .gateway(&sms)
        .set("SMS__BUDGET_PER_HOUR", 1)
        .start()
        .await;
    let third = "elva vita moln i fickan";
    let mut present = server.passwords["anna"].as_str();
    let mut browser = server.browser();
    browser.sign_in("anna", present).await;
    for (new, texts, wait) in [(GOOD, 1, 1), (OTHER_GOOD, 0, 3600), (third, 1, 1)] {
        let page = browser.get(PATH).await;
        let page = browser.post_to(&page, POST, &fields(present, new)).await;
        assert_eq!(page.path, "/account/security", "{:?}", page.errors());
        let notice = smtp.next().await;
        assert_eq!(notice.to, ["anna.berg@demo.example"]);
        notice.stop();
        server.settle().await;
        assert_eq!(sms.requests().len(), texts, "{new}");
        server.advance(wait).await;
        present = new;
    }
    server.until_logged("sms_held_back").await;
}

async fn whatever_was_under_way_ends(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let old = server.passwords["anna"].clone();
    let (mut waiting, waiting_page, letter) = server.mailed(&mut smtp, "anna").await;
    let (mut proved, proved_page) = server.proved(&mut smtp, "anna").await;
    let mut browser = server.browser();
    browser.sign_in("anna", &old).await;
    browser.ask_mail("anna@new.example", None).await;
    let contact_code = smtp.next_to("anna@new.example").await.code();
    let page = browser.get(PATH).await;
    browser.post_to(&page, POST, &fields(&old, GOOD)).await;
    let page = waiting.give(&waiting_page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    let page = proved.choose(&proved_page, OTHER_GOOD).await;
    assert_ne!(page.path, "/forgot-password/done");
    let page = browser.open("/account/security/code").await;
    assert_eq!(page.path, "/account/security", "no code is waited for");
    drop(contact_code);
    assert!(server.opens("anna", GOOD).await);
}
