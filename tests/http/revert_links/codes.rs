//! The code of a text message: it stops what the link of the mail stops (decision 0012, STANDARDS M04, D02).

use rekey::texts::ServerText;

use super::{NEW, OLD, change_password, recover, say};
use crate::support::sms::Sms;
use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, on_both_engines,
};

on_both_engines!(
    a_code_stops_a_changed_password,
    the_pages_of_a_link_lead_to_that_of_the_code,
    a_code_stops_a_changed_address,
    the_phone_is_asked_where_it_proves_anything,
    looking_at_it_does_nothing,
    a_wrong_one_is_said_and_kept,
    a_button_stops_only_what_its_page_was_about
);

const CODE: &str = "/stop/code";

/// Mail and text messages, and a thief who is signed in.
async fn robbed(engine: Engine) -> (Smtp, Sms, Server, Browser) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let setup = Setup::stopped(engine).relay(&smtp).gateway(&sms);
    let server = setup.start().await;
    let mut thief = server.browser();
    thief.sign_in("anna", &server.passwords["anna"]).await;
    (smtp, sms, server, thief)
}

/// The code of the next text message, which has no link.
async fn code(sms: &Sms) -> String {
    let (to, text) = sms.next().await;
    assert_eq!(to, "+46701740605");
    assert!(!text.contains("http") && !text.contains("/stop"), "{text}");
    let is_code = |word: &&str| {
        let groups: Vec<&str> = word.split('-').collect();
        let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        groups.len() == 3
            && groups
                .iter()
                .all(|group| group.len() == 4 && group.chars().all(is_part))
    };
    let found = text.split([' ', '.']).find(is_code);
    found
        .unwrap_or_else(|| panic!("no code in {text}"))
        .to_owned()
}

/// Types it: the page after that.
async fn give(browser: &mut Browser, typed: &str) -> Page {
    let page = browser.open(CODE).await;
    browser.post_to(&page, CODE, &[("stop_code", typed)]).await
}

async fn a_code_stops_a_changed_password(engine: Engine) {
    let (mut smtp, sms, server, mut thief) = robbed(engine).await;
    let anna = &server.passwords["anna"];
    let notice = change_password(&mut thief, anna, &mut smtp, OLD).await;
    let code = code(&sms).await;
    let mut owner = server.browser();
    let help = owner.open("/help").await;
    assert!(help.body.contains("href=\"/stop/code\""), "{}", help.body);
    // As people type: in any case and grouping.
    let page = give(&mut owner, &code.to_uppercase().replace('-', " ")).await;
    assert_eq!(page.path, "/stop", "{:?}", page.errors());
    assert_eq!(page.heading(), say(ServerText::AccountStopPasswordTitle));
    assert!(page.text().contains("The account is anna."));
    let page = owner.revert(&page).await;
    assert_eq!(page.path, "/forgot-password/code", "{}", page.text());
    assert!(!thief.is_signed_in().await);
    assert!(!server.opens("anna", GOOD).await);
    // The link of the mail was about the same.
    let shown = server.browser().open(&notice.stop()).await;
    assert_eq!(shown.heading(), say(ServerText::AccountStopUsedTitle));
    let shown = give(&mut server.browser(), &code).await;
    assert_eq!(shown.heading(), say(ServerText::AccountStopUsedTitle));
    recover(&mut owner, &page, &mut smtp, OTHER_GOOD).await;
    assert_eq!(server.facts("change_stopped").await, 1);
}

/// Whether the browser is new, has opened the link of the mail, or has used it.
async fn the_pages_of_a_link_lead_to_that_of_the_code(engine: Engine) {
    let (mut smtp, _sms, server, mut thief) = robbed(engine).await;
    let anna = &server.passwords["anna"];
    let notice = change_password(&mut thief, anna, &mut smtp, OLD).await;
    let page = server.browser().open("/stop").await;
    assert_eq!(page.path, CODE);
    assert_eq!(page.heading(), say(ServerText::AccountStopCodeTitle));
    let mut owner = server.browser();
    let opened = owner.open(&notice.stop()).await;
    let link = format!("href=\"{CODE}\"");
    assert!(opened.body.contains(&link), "{}", opened.body);
    owner.post_to(&opened, "/stop", &[]).await;
    let done = owner.open("/stop").await;
    assert_eq!(done.heading(), say(ServerText::AccountStopDoneTitle));
    assert!(done.body.contains(&link), "{}", done.body);
    let used = owner.open(&notice.stop()).await;
    assert_eq!(used.heading(), say(ServerText::AccountStopUsedTitle));
    assert!(used.body.contains(&link), "{}", used.body);
}

async fn a_code_stops_a_changed_address(engine: Engine) {
    let (mut smtp, sms, server, mut thief) = robbed(engine).await;
    let notice = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
    let code = code(&sms).await;
    let mut owner = server.browser();
    let page = give(&mut owner, &code).await;
    assert_eq!(page.heading(), say(ServerText::AccountStopContactsTitle));
    let page = owner.revert(&page).await;
    assert_eq!(page.path, "/forgot-password/code", "{}", page.text());
    let shown = server.browser().open(&notice.stop()).await;
    assert_eq!(shown.heading(), say(ServerText::AccountStopUsedTitle));
    let page = recover(&mut owner, &page, &mut smtp, GOOD).await;
    assert!(
        page.text().contains(OLD) && !page.text().contains(NEW),
        "{}",
        page.text()
    );
}

/// Whoever has stopped it by a text message may not read the mails.
async fn the_phone_is_asked_where_it_proves_anything(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .gateway(&sms)
        .set("RESET__PROVE_BY", "mail_code,sms_code")
        .start()
        .await;
    let anna = &server.passwords["anna"];
    let mut thief = server.browser();
    thief.sign_in("anna", anna).await;
    change_password(&mut thief, anna, &mut smtp, OLD).await;
    let code = code(&sms).await;
    let mut owner = server.browser();
    let page = give(&mut owner, &code).await;
    let page = owner.revert(&page).await;
    let (to, text) = sms.next().await;
    assert_eq!(to, "+46701740605");
    let code: String = text.chars().take_while(char::is_ascii_digit).collect();
    let page = owner.give(&page, &code).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
    server.settle().await;
    assert!(smtp.unread().is_empty());
}

async fn looking_at_it_does_nothing(engine: Engine) {
    let (mut smtp, sms, server, mut thief) = robbed(engine).await;
    let notice = server.change_mail(&mut thief, &mut smtp, OLD, NEW).await;
    let code = code(&sms).await;
    for _ in 0..3 {
        let mut owner = server.browser();
        // Typing it only opens the page that has the button.
        let page = give(&mut owner, &code).await;
        for path in [CODE, "/stop", "/stop"] {
            owner.open(path).await;
        }
        assert_eq!(page.heading(), say(ServerText::AccountStopContactsTitle));
    }
    assert!(thief.is_signed_in().await);
    assert_eq!(server.facts("change_stopped").await, 0);
    // Nor is it written down anywhere.
    for (table, row) in server.db.dump().await {
        assert!(
            !row.contains(&code) && !row.contains(&code.replace('-', "")),
            "{table}"
        );
    }
    let page = server.browser().open(&notice.stop()).await;
    assert_eq!(page.heading(), say(ServerText::AccountStopContactsTitle));
}

async fn a_wrong_one_is_said_and_kept(engine: Engine) {
    let (mut smtp, sms, server, mut thief) = robbed(engine).await;
    let anna = &server.passwords["anna"];
    change_password(&mut thief, anna, &mut smtp, OLD).await;
    let late = code(&sms).await;
    server.advance(7 * 24 * 3600 + 60).await;
    let mut owner = server.browser();
    for (typed, text) in [
        ("abc", ServerText::AccountStopCodeUnusable),
        ("0000-0000-0000-0", ServerText::AccountStopCodeUnusable),
        ("0000-0000-0000", ServerText::AccountStopCodeUnknown),
        (&*late, ServerText::AccountStopCodeUnknown),
    ] {
        let page = give(&mut owner, typed).await;
        assert_eq!(page.path, CODE, "{typed}");
        assert_eq!(page.errors(), [say(text)], "{typed}");
        assert_eq!(page.error_at("stop_code"), Some(say(text)), "{typed}");
        assert!(page.title().starts_with("Error:"), "{}", page.title());
        assert!(page.body.contains(&format!("value=\"{typed}\"")), "{typed}");
        // Said once.
        assert!(owner.open(CODE).await.errors().is_empty());
    }
    assert_eq!(server.facts("change_stopped").await, 0);
    assert!(server.opens("anna", GOOD).await);
}

/// Two links, opened in two tabs of one browser.
async fn a_button_stops_only_what_its_page_was_about(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut owner = server.browser();
    let mut tabs = Vec::new();
    for (who, address, password) in [
        ("anna", OLD, GOOD),
        ("bjorn", "bjorn.dahl@demo.example", OTHER_GOOD),
    ] {
        let (mut browser, page) = server.proved(&mut smtp, who).await;
        browser.choose(&page, password).await;
        let notice = smtp.next_to(address).await;
        tabs.push(owner.open(&notice.stop()).await);
    }
    let page = owner.revert(&tabs[0]).await;
    assert_eq!(page.path, "/stop");
    assert_eq!(page.errors(), [say(ServerText::AccountStopOther)]);
    assert!(page.text().contains("The account is bjorn."));
    assert_eq!(server.facts("change_stopped").await, 0);
    assert!(server.opens("anna", GOOD).await && server.opens("bjorn", OTHER_GOOD).await);
    // The button of the newer page does what it says.
    let page = owner.revert(&tabs[1]).await;
    assert_eq!(page.path, "/forgot-password/code", "{}", page.text());
    assert!(server.opens("anna", GOOD).await && !server.opens("bjorn", OTHER_GOOD).await);
}
