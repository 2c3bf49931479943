//! Several accounts behind one address (`[reset] linked_accounts`, journey row A6, ATTACKS A09).

use crate::support::sms::Sms;
use crate::support::{Engine, GOOD, OTHER_GOOD, Server, Setup, Smtp, english, on_both_engines};
use rekey::texts::{Language, ServerText, Text};

use crate::help::says;

on_both_engines!(
    a09_each_account_has_its_own_link,
    a09_a_shared_number_gets_nothing,
    after_a_code_the_person_picks,
    whoever_is_picked_is_signed_in,
    a_disabled_one_shuts_nobody_out,
    one_where_the_address_still_waits_is_not_among_them,
    one_reset_for_all,
    a6_the_address_opens_each_of_them,
    never_for_all_where_an_administrator_is_among_them
);

const SHARED: &str = "familjen@demo.example";

async fn family(setup: Setup, more: &[&str]) -> Server {
    let mut server = setup.start().await;
    for (who, more) in [("mor", &[] as &[&str]), ("son", more)] {
        let password = server.add(who, SHARED, more).await;
        server.passwords.insert(who.to_owned(), password);
    }
    server
}

async fn a09_each_account_has_its_own_link(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = family(setup.set("RESET__PROVE_BY", "mail_link"), &[]).await;
    server.browser().begin(SHARED).await;
    let letter = smtp.next().await;
    let links = letter.links();
    assert_eq!(links.len(), 2, "{}", letter.text());
    let at = |what: &str| letter.text().find(what).unwrap();
    assert!(
        at("mor") < at(&links[0]) && at("son:") < at(&links[1]),
        "{}",
        letter.text()
    );
    let mut browser = server.browser();
    let page = browser.get(&links[1]).await;
    assert!(
        page.text().contains("son") && !page.text().contains("mor"),
        "{}",
        page.text()
    );
    browser.choose(&page, GOOD).await;
    assert!(server.opens("son", GOOD).await);
    assert!(!server.opens("mor", GOOD).await, "bound to its account");
    let page = server.browser().get(&links[0]).await;
    assert_eq!(
        page.heading(),
        english(Text::NewTitle),
        "the other link lives on"
    );
}

async fn a09_a_shared_number_gets_nothing(engine: Engine) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .gateway(&sms)
        .set("RESET__IDENTIFIERS", "mail,phone")
        .set("RESET__PROVE_BY", "sms_code,mail_code")
        .start()
        .await;
    for who in ["mor", "son"] {
        let address = format!("{who}@demo.example");
        server
            .add(who, &address, &["--phone", "+46701740609"])
            .await;
    }
    server.browser().begin("070 174 06 09").await;
    server.settle().await;
    assert!(sms.requests().is_empty() && smtp.taken() == 0);
}

async fn after_a_code_the_person_picks(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = family(Setup::stopped(engine).relay(&smtp), &[]).await;
    let (mut browser, page) = server.proved(&mut smtp, SHARED).await;
    assert!(
        page.text().contains(&english(Text::NewWhichAccount)),
        "{}",
        page.text()
    );
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let nobody = browser.submit(&page, 0, &both).await;
    assert_eq!(
        nobody.error_at("account"),
        Some(english(Text::ProblemAccountEmpty))
    );
    let stranger = [("account", "anna"), both[0], both[1]];
    let refused = browser.submit(&nobody, 0, &stranger).await;
    assert_eq!(refused.errors(), [english(Text::ProblemAccountEmpty)]);
    let picked = [("account", "son"), both[0], both[1]];
    let done = browser.submit(&refused, 0, &picked).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    assert!(server.opens("son", GOOD).await && !server.opens("mor", GOOD).await);
    assert!(!server.opens("anna", GOOD).await);
}

async fn whoever_is_picked_is_signed_in(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine)
        .relay(&smtp)
        .set("RESET__AFTER", "signed_in");
    let server = family(setup, &[]).await;
    let (mut browser, page) = server.proved(&mut smtp, SHARED).await;
    let fields = [
        ("account", "son"),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let done = browser.submit(&page, 0, &fields).await;
    assert!(
        done.text().contains(&english(Text::DoneSignedIn)),
        "{}",
        done.text()
    );
    assert!(browser.is_signed_in().await);
}

async fn a_disabled_one_shuts_nobody_out(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine)
        .relay(&smtp)
        .set("RESET__LINKED_ACCOUNTS", "all");
    let server = family(setup, &[]).await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, SHARED).await;
    let disable = "UPDATE accounts SET state = 'disabled' WHERE user_name = 'mor'";
    server.db.run(disable).await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
    browser.choose(&page, GOOD).await;
    assert!(server.opens(SHARED, GOOD).await, "by the address too");
    assert!(!server.opens("mor", GOOD).await);
}

/// Two others add the address that mor has had all along, and no earlier contact of theirs speaks for it.
async fn one_where_the_address_still_waits_is_not_among_them(engine: Engine) {
    for linked in ["each", "all"] {
        let mut smtp = Smtp::start();
        let setup = Setup::stopped(engine)
            .relay(&smtp)
            .set("RESET__LINKED_ACCOUNTS", linked);
        let mut server = setup.start().await;
        server.add("mor", SHARED, &[]).await;
        let password = server.add("son", "son@demo.example", &[]).await;
        server.passwords.insert("son".to_owned(), password);
        for who in ["anna", "son"] {
            let mut browser = server.browser();
            browser.sign_in(who, &server.passwords[who]).await;
            browser.ask_mail(SHARED, None).await;
            let code = smtp.code_to(SHARED).await;
            let page = browser.give_contact_code(&code).await;
            assert_eq!(page.path, "/account/security", "{:?}", page.errors());
        }
        let (mut browser, page, letter) = server.mailed(&mut smtp, SHARED).await;
        assert_eq!(letter.to, [SHARED]);
        let page = browser.give(&page, &letter.code()).await;
        assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
        assert!(!page.text().contains("anna"), "{linked}: {}", page.text());
        // Nor is one of them reached by a form that is made by hand.
        let fields = [
            ("account", "son"),
            ("new_password", GOOD),
            ("confirm_password", GOOD),
        ];
        let done = browser.submit(&page, 0, &fields).await;
        assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
        assert!(server.opens("mor", GOOD).await, "{linked}");
        for who in ["anna", "son"] {
            assert!(!server.opens(who, GOOD).await, "{linked}: {who}");
            assert!(server.opens(who, &server.passwords[who]).await);
        }
        // A day later they are.
        server.advance(24 * 3600 + 60).await;
        let (_, page) = server.proved(&mut smtp, SHARED).await;
        assert!(page.text().contains("anna"), "{linked}: {}", page.text());
    }
}

async fn one_reset_for_all(engine: Engine) {
    for prove_by in ["mail_code", "mail_link"] {
        let mut smtp = Smtp::start();
        let setup = Setup::stopped(engine)
            .relay(&smtp)
            .set("RESET__LINKED_ACCOUNTS", "all")
            .set("RESET__PROVE_BY", prove_by);
        let server = family(setup, &[]).await;
        let mut at_home = server.browser();
        at_home.sign_in("mor", &server.passwords["mor"]).await;
        let mut browser = server.browser();
        let page = browser.begin(SHARED).await;
        let letter = smtp.next().await;
        let told = [("site", "Rekey"), ("user_names", "mor, son")];
        let told = says(Language::Sv, ServerText::MailCodeIntroTogether, &told);
        let text = letter
            .text()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(text.contains(&told), "one password for all: {text}");
        let page = if prove_by == "mail_code" {
            browser.give(&page, &letter.code()).await
        } else {
            browser.get(&letter.link()).await
        };
        assert!(page.text().contains("mor, son"), "{}", page.text());
        let done = browser.choose(&page, OTHER_GOOD).await;
        assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
        assert!(server.opens("mor", OTHER_GOOD).await && server.opens("son", OTHER_GOOD).await);
        assert!(!at_home.is_signed_in().await, "all of them are signed out");
        server.settle().await;
        assert_eq!(smtp.unread().len(), 2, "each account's change is told");
    }
}

/// Walk, A6: with one password for all, the address always opened the first of them.
async fn a6_the_address_opens_each_of_them(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine)
        .relay(&smtp)
        .set("RESET__LINKED_ACCOUNTS", "all");
    let server = family(setup, &[]).await;
    let mut browser = server.browser();
    let page = browser.sign_in("mor", &server.passwords["mor"]).await;
    assert!(!page.body.contains("/account/other"), "each has its own");
    let (mut browser, page) = server.proved(&mut smtp, SHARED).await;
    browser.choose(&page, OTHER_GOOD).await;

    let mut browser = server.browser();
    let page = browser.sign_in(SHARED, OTHER_GOOD).await;
    let own = says(
        Language::En,
        ServerText::StartOthersText,
        &[("user_name", "mor")],
    );
    assert!(page.text().contains(&own), "{}", page.text());
    let form = page.form_to("/account/other");
    assert_eq!(form.value("user_name"), "son");
    // Only what the page offers, and only from it.
    for fields in [
        [("user_name", "anna"), ("token", form.value("token"))],
        [("user_name", "son"), ("token", "")],
    ] {
        let refused = browser.post_data("/account/other", &fields).await;
        assert_eq!(refused.location(), "/account");
        assert!(browser.is_signed_in().await);
    }
    let answer = browser.post(&form, &[]).await;
    assert_eq!(answer.location(), "/sign-in");
    let page = browser.follow(answer).await;
    assert!(!browser.is_signed_in().await, "the password is asked for");
    assert_eq!(page.field("identifier"), "son");
    let page = browser.sign_in("son", OTHER_GOOD).await;
    let own = says(
        Language::En,
        ServerText::StartOthersText,
        &[("user_name", "son")],
    );
    assert!(page.text().contains(&own), "{}", page.text());

    // Nor is one offered that nobody can sign in to.
    let set = "UPDATE accounts SET state = 'disabled' WHERE user_name = 'mor'";
    server.db.run(set).await;
    let page = browser.get("/account").await;
    assert!(!page.body.contains("/account/other"), "{}", page.text());
}

async fn never_for_all_where_an_administrator_is_among_them(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine)
        .relay(&smtp)
        .set("RESET__LINKED_ACCOUNTS", "all");
    let server = family(setup, &["--administrator"]).await;
    let (mut browser, page) = server.proved(&mut smtp, SHARED).await;
    let fields = [
        ("account", "mor"),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    browser.submit(&page, 0, &fields).await;
    assert!(server.opens("mor", GOOD).await && !server.opens("son", GOOD).await);
}
