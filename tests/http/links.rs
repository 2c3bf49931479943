//! Mailed links: opened anywhere, consumed by a chosen password only, and each way of ending told apart
//! (STANDARDS B12 to B15, B22; ATTACKS A25, A26, A28, A29, A30).

use rekey::texts::{Language, Text};
use reqwest::Method;

use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, ReceivedMail, Server, Setup, Smtp, english,
    on_both_engines, sentence,
};

on_both_engines!(
    a_link_is_the_whole_way,
    a30_scanners_do_no_harm,
    a_damaged_one_is_told_apart,
    one_works_until_its_time_is_over_and_not_after,
    one_works_once,
    the_newest_wins,
    a_change_by_another_way_ends_it,
    an_open_page_does_not_wait_for_ever,
    a_new_one_needs_no_name,
    nobody_tries_out_links,
    beside_a_code_each_proves_by_itself,
    two_accounts_in_one_browser_are_not_mixed_up,
    an_old_one_takes_nothing_from_a_proved_code,
    saving_signs_in_only_where_it_was_asked_for,
    one_that_died_waiting_is_not_sent
);

const NEW: &str = "/forgot-password/new";

fn by_link(engine: Engine, smtp: &Smtp) -> Setup {
    let setup = Setup::stopped(engine).relay(smtp);
    setup.set("RESET__PROVE_BY", "mail_link")
}

/// Asks for a link and gets it: the browser that asked, its page, the letter.
async fn linked(server: &Server, smtp: &mut Smtp, who: &str) -> (Browser, Page, ReceivedMail) {
    let mut browser = server.browser();
    let page = browser.begin(who).await;
    let mut letter = smtp.next().await;
    // A notice about something earlier may come first.
    while letter.link_if_any().is_none() {
        letter = smtp.next().await;
    }
    server.settle().await;
    (browser, page, letter)
}

fn titled(page: &Page, title: Text) {
    assert_eq!(page.heading(), english(title), "{}", page.text());
}

async fn a_link_is_the_whole_way(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    let mut laptop = server.browser();
    let signed_in = laptop.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(signed_in.path, "/account");
    let (mut asked, page, letter) = linked(&server, &mut smtp, "anna").await;
    titled(&page, Text::CodeLinkTitle);
    assert!(
        !page.body.contains("name=\"code\""),
        "there is no code to type"
    );

    let mut phone = server.browser();
    let opened = phone.look(&letter.link()).await;
    assert_eq!((opened.status, opened.location()), (303, NEW));
    assert_eq!(opened.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(
        opened.header("cache-control"),
        Some("no-store, no-transform")
    );
    let page = phone.get(NEW).await;
    titled(&page, Text::NewTitle);
    assert!(page.text().contains("anna"), "the page names the account");
    let refused = phone.choose(&page, "kort").await;
    assert_eq!(refused.errors().len(), 1, "{:?}", refused.errors());
    let done = phone.choose(&refused, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done");
    titled(&done, Text::DoneTitle);
    titled(
        &phone.get("/forgot-password/done").await,
        Text::DoneAlreadyTitle,
    );
    titled(&phone.get(NEW).await, Text::DoneAlreadyTitle);

    assert!(server.opens("anna", GOOD).await);
    assert!(!laptop.is_signed_in().await, "signed out everywhere");
    // The browser that asked learns nothing of it.
    titled(
        &asked.get("/forgot-password/code").await,
        Text::CodeLinkTitle,
    );
    assert_eq!(asked.get(NEW).await.path, "/forgot-password/code");
    let notice = smtp.next().await;
    assert_eq!(notice.link_if_any(), None);
    let log = server.whole_log().await;
    assert!(!log.contains(&letter.link()), "no log line holds the link");
}

async fn a30_scanners_do_no_harm(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    let (mut asked, _, letter) = linked(&server, &mut smtp, "anna").await;
    let before = server.db.dump().await;
    for number in 0..10 {
        let mut scanner = server
            .browser()
            .with("x-forwarded-for", &format!("192.0.2.{number}"));
        let head = scanner.request(Method::HEAD, &letter.link());
        assert_eq!(Browser::send("HEAD", head).await.status, 303);
        let page = scanner.get(&letter.link()).await;
        titled(&page, Text::NewTitle);
    }
    assert_eq!(server.db.dump().await, before, "looking writes nothing");
    titled(
        &asked.get("/forgot-password/code").await,
        Text::CodeLinkTitle,
    );
    let mut owner = server.browser();
    let page = owner.get(&letter.link()).await;
    assert_eq!(
        owner.choose(&page, GOOD).await.path,
        "/forgot-password/done"
    );
}

async fn a_damaged_one_is_told_apart(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    let (_, _, letter) = linked(&server, &mut smtp, "anna").await;
    let link = letter.link();
    let cut = &link[..link.len() - 1];
    for damaged in [
        cut,
        &link[..10],
        "/r/",
        &format!("{cut}."),
        "/r/%00",
        "/r/åäö",
    ] {
        let mut browser = server.browser();
        let page = browser.get(damaged).await;
        titled(&page, Text::LinkDamagedTitle);
        assert!(page.body.contains("href=\"/forgot-password\""), "{damaged}");
    }
    let unknown = rekey::rules::link_token::LinkToken::from_random([9; 32]);
    let mut browser = server.browser();
    let page = browser.get(&format!("/r/{}", unknown.as_str())).await;
    titled(&page, Text::LinkExpiredTitle);
}

async fn one_works_until_its_time_is_over_and_not_after(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = by_link(engine, &smtp).set("RESET__LINK_LIFETIME", 120);
    let server = setup.start().await;
    let (_, page, letter) = linked(&server, &mut smtp, "anna").await;
    assert!(page.text().contains("2 hours"), "{}", page.text());
    let mut browser = server.browser();
    server.advance(120 * 60 - 20).await;
    let form = browser.get(&letter.link()).await;
    titled(&form, Text::NewTitle);
    server.advance(21).await;
    // Open before, posted after.
    titled(&browser.choose(&form, GOOD).await, Text::LinkExpiredTitle);
    let mut other = server.browser();
    titled(&other.get(&letter.link()).await, Text::LinkExpiredTitle);
    assert!(!server.opens("anna", GOOD).await);
    // What it was is known for thirty days.
    server.advance(29 * 24 * 3600).await;
    let page = server.browser().get(&letter.link()).await;
    titled(&page, Text::LinkExpiredTitle);
}

async fn one_works_once(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    let (_, _, letter) = linked(&server, &mut smtp, "anna").await;
    let (mut first, mut second) = (server.browser(), server.browser());
    let one = first.get(&letter.link()).await;
    let two = second.get(&letter.link()).await;
    let other = [
        ("new_password", OTHER_GOOD),
        ("confirm_password", OTHER_GOOD),
    ];
    let request = second.form_post(&two.form(0), &other);
    let (chosen, late) = tokio::join!(first.choose(&one, GOOD), Browser::send(NEW, request));
    second.keep(&late);
    let late = second.follow(late).await;
    let ends = [chosen.heading(), late.heading()];
    assert!(ends.contains(&english(Text::DoneTitle)), "{ends:?}");
    assert!(ends.contains(&english(Text::LinkUsedTitle)), "{ends:?}");
    assert_eq!(server.facts("authn_password_change").await, 4 + 1);
    let mut later = server.browser();
    let page = later.get(&letter.link()).await;
    titled(&page, Text::LinkUsedTitle);
    let again = later.submit(&page, 0, &[]).await;
    assert_eq!(again.path, "/forgot-password/code");
    smtp.next().await;
    let newer = smtp.next().await;
    let page = later.get(&newer.link()).await;
    titled(&page, Text::NewTitle);
}

async fn the_newest_wins(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    let (mut browser, page, older) = linked(&server, &mut smtp, "anna").await;
    let opened = server.browser().get(&older.link()).await;
    titled(&opened, Text::NewTitle);
    server.advance(31).await;
    browser.ask_again(&page).await;
    let newer = smtp.next().await;
    server.settle().await;
    titled(
        &server.browser().get(&older.link()).await,
        Text::LinkReplacedTitle,
    );
    titled(&server.browser().get(&newer.link()).await, Text::NewTitle);
}

async fn a_change_by_another_way_ends_it(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = by_link(engine, &smtp).set("RESET__PROVE_BY", "mail_code,mail_link");
    let server = setup.start().await;
    let (mut browser, page, letter) = linked(&server, &mut smtp, "anna").await;
    let page = browser.give(&page, &letter.code()).await;
    let mut elsewhere = server.browser();
    let form = elsewhere.get(&letter.link()).await;
    assert_eq!(
        browser.choose(&page, GOOD).await.path,
        "/forgot-password/done"
    );
    titled(
        &elsewhere.choose(&form, OTHER_GOOD).await,
        Text::LinkChangedTitle,
    );
    titled(
        &server.browser().get(&letter.link()).await,
        Text::LinkChangedTitle,
    );
    assert!(server.opens("anna", GOOD).await);

    let (_, _, letter) = linked(&server, &mut smtp, "bjorn").await;
    let form = elsewhere.get(&letter.link()).await;
    let disable = "UPDATE accounts SET state = 'disabled' WHERE user_name = 'bjorn'";
    server.db.run(disable).await;
    titled(&elsewhere.choose(&form, GOOD).await, Text::LinkChangedTitle);
}

async fn an_open_page_does_not_wait_for_ever(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    let (_, _, letter) = linked(&server, &mut smtp, "anna").await;
    let mut browser = server.browser();
    let form = browser.get(&letter.link()).await;
    server.advance(15 * 60 + 1).await;
    titled(&browser.choose(&form, GOOD).await, Text::LinkStaleTitle);
    titled(&browser.get(NEW).await, Text::LinkStaleTitle);
    let form = browser.get(&letter.link()).await;
    titled(&form, Text::NewTitle);
    assert_eq!(
        browser.choose(&form, GOOD).await.path,
        "/forgot-password/done"
    );
}

async fn a_new_one_needs_no_name(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    let (_, _, letter) = linked(&server, &mut smtp, "anna").await;
    server.advance(61 * 60).await;
    let mut browser = server.browser();
    let page = browser.get(&letter.link()).await;
    titled(&page, Text::LinkExpiredTitle);
    let twin = browser.form_post(&page.form(0), &[]);
    let sent = browser.submit(&page, 0, &[]).await;
    assert_eq!(sent.path, "/forgot-password/code");
    titled(&sent, Text::CodeLinkTitle);
    assert!(
        !sent.body.contains("anna"),
        "whose link it was is not shown"
    );
    Browser::send("twice", twin).await;
    let newer = smtp.next().await;
    server.settle().await;
    assert_eq!(smtp.taken(), 2, "pressing twice is one wish");
    assert_eq!(newer.to, letter.to);
    let page = browser.get(&newer.link()).await;
    assert_eq!(
        browser.choose(&page, GOOD).await.path,
        "/forgot-password/done"
    );
}

async fn nobody_tries_out_links(engine: Engine) {
    let smtp = Smtp::start();
    let setup = by_link(engine, &smtp).set("LIMITS__REQUESTS_BURST", 3);
    let server = setup
        .set("LIMITS__REQUESTS_PER_ADDRESS_PER_MINUTE", 1)
        .start()
        .await;
    let mut statuses = Vec::new();
    for number in 0..4 {
        let token = rekey::rules::link_token::LinkToken::from_random([number; 32]);
        let mut browser = server.browser();
        let page = browser.get(&format!("/r/{}", token.as_str())).await;
        statuses.push(page.status);
    }
    assert_eq!(statuses, [200, 200, 200, 429]);
}

async fn beside_a_code_each_proves_by_itself(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = by_link(engine, &smtp).set("RESET__PROVE_BY", "mail_code,mail_link");
    let server = setup.start().await;
    let (mut asked, page, letter) = linked(&server, &mut smtp, "anna").await;
    titled(&page, Text::CodeTitle);
    let beside = sentence(Language::En, Text::CodeLinkInstead, &[("minutes", "60")]);
    assert!(page.text().contains(&beside), "{}", page.text());
    // Opened in the browser that asked, the link still leaves the flow where it is.
    let form = asked.get(&letter.link()).await;
    titled(&form, Text::NewTitle);
    titled(&asked.get("/forgot-password/code").await, Text::CodeTitle);
    let proved = asked.give(&page, &letter.code()).await;
    titled(&proved, Text::NewTitle);
    // Each form is taken for its own: the refused one of the flow leaves the link as it was, and the other way round.
    assert!(asked.choose(&proved, "kort").await.text().contains("anna"));
    assert_eq!(asked.choose(&form, "kort").await.errors().len(), 1);
    assert_eq!(
        asked.choose(&proved, GOOD).await.path,
        "/forgot-password/done"
    );
}

async fn saving_signs_in_only_where_it_was_asked_for(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = by_link(engine, &smtp).set("RESET__AFTER", "signed_in");
    let server = setup.start().await;
    for (who, here) in [("anna", true), ("bjorn", false)] {
        let (mut browser, _, letter) = linked(&server, &mut smtp, who).await;
        if !here {
            browser = server.browser();
        }
        let page = browser.get(&letter.link()).await;
        let done = browser.choose(&page, GOOD).await;
        assert_eq!(done.path, "/forgot-password/done");
        assert_eq!(browser.is_signed_in().await, here, "{who}");
        assert_eq!(done.text().contains(&english(Text::DoneSignedIn)), here);
    }
}

async fn one_that_died_waiting_is_not_sent(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = by_link(engine, &smtp).start().await;
    smtp.down().await;
    server.browser().begin("anna").await;
    server.tried(1).await;
    server.advance(61 * 60).await;
    smtp.up();
    let letter = smtp.next().await;
    assert_eq!(letter.link_if_any(), None, "{}", letter.text());
    assert!(letter.text().contains("/forgot-password"));
}

/// One tab has proved a code for anna, another has opened a link for bjorn: a refused password leaves each with its own account.
async fn two_accounts_in_one_browser_are_not_mixed_up(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = by_link(engine, &smtp).set("RESET__PROVE_BY", "mail_code,mail_link");
    let server = setup.start().await;
    let (_, _, other) = linked(&server, &mut smtp, "bjorn").await;
    let (mut browser, page, letter) = linked(&server, &mut smtp, "anna").await;
    let form = browser.give(&page, &letter.code()).await;
    let opened = browser.get(&other.link()).await;
    assert!(opened.text().contains("bjorn"), "{}", opened.text());
    let token = form.form(0).value("token").to_owned();
    let weak = [
        ("token", &*token),
        ("new_password", "kort"),
        ("confirm_password", "kort"),
    ];
    let mut with_scripts = browser.clone();
    let answer = with_scripts
        .post_data("/api/forgot-password/new", &weak)
        .await;
    assert_eq!(answer.status, 422);
    assert!(answer.json()["state"]["link"].is_null(), "{}", answer.body);
    let refused = browser.choose(&form, "kort").await;
    assert!(refused.text().contains("anna"), "{}", refused.text());
    let done = browser.choose(&refused, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done");
    assert!(server.opens("anna", GOOD).await);
    assert!(!server.opens("bjorn", GOOD).await);
}

async fn an_old_one_takes_nothing_from_a_proved_code(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = by_link(engine, &smtp).set("RESET__PROVE_BY", "mail_code,mail_link");
    let server = setup.start().await;
    let (_, _, older) = linked(&server, &mut smtp, "anna").await;
    let (mut browser, page, newer) = linked(&server, &mut smtp, "anna").await;
    let form = browser.give(&page, &newer.code()).await;
    titled(&form, Text::NewTitle);
    let page = browser.get(&older.link()).await;
    titled(&page, Text::NewTitle);
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done");
}
