//! The second factor in a reset: after the code, under a link, with several accounts, and what follows a saved password. How it withstands
//! somebody who has the mailbox is among the attacks (A44).

use rekey::texts::{ServerText, Text};

use crate::support::{
    ACCOUNT_FACTOR, Engine, GOOD, Server, Setup, Smtp, english, english_server, on_both_engines,
};

on_both_engines!(
    comes_after_the_code,
    the_browsers_half_is_led_there,
    two_presses_are_one_wish,
    a_recovery_code_does_too,
    comes_before_the_password_under_a_link,
    is_asked_again_when_a_link_is_opened_again,
    the_account_is_picked_there,
    several_accounts_are_not_reset_together_with_it,
    whoever_has_shown_it_is_signed_in,
    whoever_must_set_one_up_is_not_signed_in,
    a_new_factor_ends_what_was_under_way
);

const FACTOR: &str = "/forgot-password/factor";
const NEW: &str = "/forgot-password/new";
const DONE: &str = "/forgot-password/done";

async fn comes_after_the_code(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let reference = page.reference();
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, FACTOR);
    assert_eq!(page.heading(), english_server(ServerText::FactorAskTitle));
    assert!(page.text().contains("Step 2 of 4") && page.text().contains("anna"));
    assert_eq!(page.reference(), reference);
    // Ahead leads back here, behind shows what is passed and the way here.
    let ahead = browser.get(NEW).await;
    assert_eq!(ahead.path, FACTOR);
    assert_eq!(
        ahead.errors(),
        [english_server(ServerText::FactorProblemFirst)]
    );
    assert!(browser.get(FACTOR).await.errors().is_empty(), "said once");
    let behind = browser.get("/forgot-password/code").await;
    assert_eq!(behind.heading(), english(Text::CodePassedTitle));
    assert!(behind.body.contains("href=\"/forgot-password/factor\""));
    let refused = browser.show(&page, &phone.wrong(&server)).await;
    assert_eq!(refused.path, FACTOR);
    assert_eq!(
        refused.errors(),
        [english_server(ServerText::FactorProblemWrong)]
    );
    let code = phone.fresh(&server).await;
    let page = browser.show(&refused, &code).await;
    assert_eq!(page.path, NEW);
    assert_eq!(browser.look(FACTOR).await.location(), NEW);
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, DONE);
    assert_eq!(browser.look(FACTOR).await.location(), DONE);
    // It is still there.
    let mut after = server.browser();
    let page = after.sign_in("anna", GOOD).await;
    assert_eq!(page.path, "/sign-in/factor");
    let code = phone.fresh(&server).await;
    assert_eq!(after.show(&page, &code).await.path, "/account");
    let page = server.browser().get(FACTOR).await;
    assert_eq!(page.path, "/forgot-password?lost=1");
}

async fn the_browsers_half_is_led_there(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    server.browser().enrol(&server, "anna").await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let token = page.form(0).value("token").to_owned();
    let fields = [("token", &*token), ("code", &letter.code())];
    let data = browser
        .post_data("/api/forgot-password/code", &fields)
        .await;
    assert_eq!(data.json()["at"], FACTOR);
    let flow = &data.json()["state"]["flow"];
    assert_eq!(flow["step"], "factor");
    assert!(flow["user_name"].is_null() && flow["policy"].is_null());
    let fields = [
        ("token", &*token),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let data = browser.post_data("/api/forgot-password/new", &fields).await;
    assert_eq!(data.problems(), ["step_skipped"]);
    assert_eq!(data.json()["at"], FACTOR);
    let words = [("token", &*token), ("password", "anna anna anna anna")];
    let advice = browser.post_data("/api/password-advice", &words).await;
    assert_eq!(advice.body, "\"nothing\"");
}

async fn two_presses_are_one_wish(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let mut lost = browser.clone();
    let page = browser.give(&page, &letter.code()).await;
    // The code, pressed twice.
    let again = lost.give(&page_of_code(&page), &letter.code()).await;
    assert_eq!(again.path, FACTOR);
    let code = phone.fresh(&server).await;
    let first = browser.post(&page.form(0), &[("totp", &code)]).await;
    let second = lost.post(&page.form(0), &[("totp", &code)]).await;
    assert_eq!((first.location(), second.location()), (NEW, NEW));
    assert_eq!(browser.cookie("rekey-flow"), lost.cookie("rekey-flow"));
    // Later, or with something else, it is none.
    let mut old = server.browser();
    old.jar.clone_from(&browser.jar);
    let other = old
        .post(&page.form(0), &[("totp", &phone.wrong(&server))])
        .await;
    assert_eq!(other.location(), NEW);
    assert_eq!(other.set_cookies().len(), 1, "nothing but what is said");
    let page = lost.get(NEW).await;
    assert_eq!(lost.choose(&page, GOOD).await.path, DONE);
}

/// What the code page would still post.
fn page_of_code(page: &crate::support::Page) -> crate::support::Page {
    crate::support::Page {
        body: page.body.replace(FACTOR, "/api/forgot-password/code"),
        ..page.clone()
    }
}

async fn a_recovery_code_does_too(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (_, codes) = server.browser().enrol(&server, "anna").await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = browser.give(&page, &letter.code()).await;
    let page = browser.submit(&page, 1, &[("totp", &codes[3])]).await;
    assert_eq!(page.path, NEW);
    assert_eq!(browser.choose(&page, GOOD).await.path, DONE);
    assert_eq!(server.facts("recovery_code_used").await, 1);
}

fn by_link(engine: Engine, smtp: &Smtp) -> Setup {
    let setup = Setup::stopped(engine).relay(smtp);
    setup.set("RESET__PROVE_BY", "mail_link")
}

/// The path of a link that was asked for.
async fn link(server: &Server, smtp: &mut Smtp, who: &str) -> String {
    server.browser().begin(who).await;
    let mut letter = smtp.next().await;
    while letter.link_if_any().is_none() {
        letter = smtp.next().await;
    }
    server.settle().await;
    letter.link()
}

async fn comes_before_the_password_under_a_link(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let link = link(&server, &mut smtp, "anna").await;
    let mut browser = server.browser();
    let page = browser.get(&link).await;
    assert_eq!(page.path, FACTOR);
    assert!(page.text().contains("anna"));
    let before = browser.cookie("rekey-link").map(str::to_owned);
    assert_eq!(browser.look(NEW).await.location(), FACTOR);
    let refused = browser.show(&page, &phone.wrong(&server)).await;
    assert_eq!(refused.path, FACTOR);
    let code = phone.fresh(&server).await;
    let page = browser.show(&refused, &code).await;
    assert_eq!(page.path, NEW);
    assert_ne!(browser.cookie("rekey-link").map(str::to_owned), before);
    assert_eq!(browser.look(FACTOR).await.status, 303);
    assert_eq!(browser.choose(&page, GOOD).await.path, DONE);
    assert_eq!(browser.get(FACTOR).await.path, "/forgot-password?lost=1");
    assert_eq!(server.db.number("SELECT COUNT(*) FROM factors").await, 1);
    // Without one the link leads straight on.
    let link = self::link(&server, &mut smtp, "bjorn").await;
    assert_eq!(server.browser().get(&link).await.path, NEW);
}

async fn is_asked_again_when_a_link_is_opened_again(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let link = link(&server, &mut smtp, "anna").await;
    let mut browser = server.browser();
    let page = browser.get(&link).await;
    let code = phone.fresh(&server).await;
    let page = browser.show(&page, &code).await;
    assert_eq!(page.path, NEW);
    server.advance(14 * 60).await;
    let late = browser.choose(&page, GOOD).await;
    assert_eq!(late.heading(), english(Text::LinkStaleTitle));
    assert!(!server.opens("anna", GOOD).await);
    let again = browser.get(&link).await;
    assert_eq!(again.path, FACTOR);
}

/// Mother and son with one address; the son's password is known and he has set up a second factor.
async fn family(setup: Setup) -> (Server, crate::support::Phone) {
    let mut server = setup.start().await;
    for who in ["mor", "son"] {
        let password = server.add(who, "familjen@demo.example", &[]).await;
        server.passwords.insert(who.to_owned(), password);
    }
    let (phone, _) = server.browser().enrol(&server, "son").await;
    (server, phone)
}

async fn the_account_is_picked_there(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, phone) = family(Setup::stopped(engine).relay(&smtp)).await;
    // Without a second factor of her own, she needs none.
    let (mut browser, page, letter) = server.mailed(&mut smtp, "familjen@demo.example").await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, FACTOR);
    let code = phone.fresh(&server).await;
    let refused = browser.show(&page, &code).await;
    assert_eq!(refused.errors(), [english(Text::ProblemAccountEmpty)]);
    assert_eq!(refused.error_at("account"), Some(refused.errors().concat()));
    let page = browser.submit(&refused, 0, &[("account", "mor")]).await;
    assert_eq!(page.path, NEW);
    assert!(page.text().contains("mor") && !page.text().contains("son"));
    // Nor can she pick another account now.
    let both = [
        ("account", "son"),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    assert_eq!(browser.submit(&page, 0, &both).await.path, DONE);
    assert!(server.opens("mor", GOOD).await);
    // His needs his phone.
    let (mut browser, page, letter) = server.mailed(&mut smtp, "familjen@demo.example").await;
    let page = browser.give(&page, &letter.code()).await;
    let refused = browser.submit(&page, 0, &[("account", "son")]).await;
    assert_eq!(
        refused.errors(),
        [english_server(ServerText::FactorProblemEmpty)]
    );
    let his = [("account", "son"), ("totp", &*phone.fresh(&server).await)];
    let page = browser.submit(&refused, 0, &his).await;
    assert!(page.text().contains("son") && !page.text().contains("mor"));
    assert_eq!(
        browser.choose(&page, "sju blå hästar i skogen").await.path,
        DONE
    );
    assert!(server.opens("mor", GOOD).await, "hers is as it was");
}

async fn several_accounts_are_not_reset_together_with_it(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = by_link(engine, &smtp).set("RESET__LINKED_ACCOUNTS", "all");
    let (server, _) = family(setup).await;
    server.browser().begin("familjen@demo.example").await;
    let mut letter = smtp.next().await;
    while letter.link_if_any().is_none() {
        letter = smtp.next().await;
    }
    let links = letter.links();
    assert_eq!(links.len(), 2, "each has its own: {}", letter.text());
    assert_eq!(server.browser().get(&links[0]).await.path, NEW);
    assert_eq!(server.browser().get(&links[1]).await.path, FACTOR);
}

async fn whoever_has_shown_it_is_signed_in(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = setup.set("RESET__AFTER", "signed_in").start().await;
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = browser.give(&page, &letter.code()).await;
    let code = phone.fresh(&server).await;
    let page = browser.show(&page, &code).await;
    let mut twin = browser.clone();
    browser.choose(&page, GOOD).await;
    assert!(browser.is_signed_in().await);
    // The second press gets a session too.
    twin.choose(&page, GOOD).await;
    assert!(twin.is_signed_in().await);
}

async fn whoever_must_set_one_up_is_not_signed_in(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = setup.set("RESET__AFTER", "signed_in").start().await;
    let (mut browser, page) = server.proved(&mut smtp, "grace").await;
    let mut twin = browser.clone();
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, DONE);
    assert!(done.text().contains(&english(Text::DoneToSignIn)));
    twin.choose(&page, GOOD).await;
    for mut each in [browser, twin] {
        assert!(!each.is_signed_in().await);
        assert_eq!(each.look(ACCOUNT_FACTOR).await.location(), "/sign-in");
        let page = each.sign_in("grace", GOOD).await;
        assert_eq!(page.path, "/sign-in/set-up");
    }
}

async fn a_new_factor_ends_what_was_under_way(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = setup
        .set("RESET__PROVE_BY", "mail_code,mail_link")
        .start()
        .await;
    let (mut proved, new) = server.proved(&mut smtp, "anna").await;
    let (mut waiting, code_page, letter) = server.mailed(&mut smtp, "anna").await;
    let mut opened = server.browser();
    let under_link = opened.get(&letter.link()).await;
    assert_eq!(under_link.path, NEW);
    server.browser().enrol(&server, "anna").await;
    for (browser, page) in [(&mut proved, &new), (&mut opened, &under_link)] {
        let page = browser.choose(page, GOOD).await;
        assert_ne!(page.path, DONE, "{}", page.text());
    }
    let refused = waiting.give(&code_page, &letter.code()).await;
    assert_eq!(refused.path, "/forgot-password/code");
    assert!(!server.opens("anna", GOOD).await);
    assert_eq!(
        server.facts("authn_password_change").await,
        4,
        "the first ones"
    );
}
