//! What programs leave behind since commit e7e4c66, besides all that those before it do.

use rekey::texts::{Language, ServerText, Text};

use super::{CODE, DONE, finishes, start};
use crate::support::sms::Sms;
use crate::support::update::Landed;
use crate::support::{OTHER_GOOD, Smtp, english, english_server, recovery_codes, sentence};

on_all_that_landed!(
    the_operator_is_told: "operator",
    replaced_codes_and_spent_allowances_are_known: "ylva",
    what_is_between_two_pages_goes_on: "tove",
    sign_in_goes_on_at_its_second_page: "sara",
    stopped_changes_stay_stopped: "vera",
);

async fn the_operator_is_told(landed: Landed) {
    let (mut smtp, _sms, _server) = start(&landed).await;
    let mut incidents = landed.held.list("operator", "incidents");
    while !incidents.is_empty() {
        let letter = smtp.next_to("operator@demo.example").await;
        incidents.retain(|incident| !letter.text().contains(incident));
    }
}

async fn replaced_codes_and_spent_allowances_are_known(landed: Landed) {
    let (mut smtp, _sms, server) = start(&landed).await;
    let held = &landed.held;
    let mut ylva = held.browser(&server, "ylva", "flow_at_code");
    let page = ylva.get(CODE).await;
    let page = ylva.give(&page, &held.text("ylva", "former")).await;
    let replaced = sentence(Language::En, Text::ProblemCodeReplaced, &[("count", "5")]);
    assert_eq!(page.errors(), [replaced]);
    let page = ylva.give(&page, &held.text("ylva", "code")).await;
    finishes(&server, &mut ylva, &page, "ylva").await;
    // Whose allowance was spent gets nothing more within the hour, and then one.
    server.browser().begin("zara").await;
    server.settle().await;
    assert!(
        smtp.unread()
            .iter()
            .all(|letter| letter.to != ["zara@demo.example"])
    );
    server.advance(3600).await;
    server.browser().begin("zara").await;
    smtp.next_to("zara@demo.example").await;
}

async fn what_is_between_two_pages_goes_on(landed: Landed) {
    let (_smtp, _sms, server) = start(&landed).await;
    let held = &landed.held;
    // What was wrong, and what was written.
    let mut sara = held.browser(&server, "sara", "refused");
    let page = sara.get("/sign-in").await;
    assert_eq!(page.errors(), [english(Text::ProblemSignInRefused)]);
    assert_eq!(page.field("identifier"), "sara");
    // And what was asked for before that.
    let page = sara.sign_in("sara", &server.passwords["sara"]).await;
    assert_eq!(page.path, "/account/security/activity?lang=nb");
    // What waits until it is shown who wrote it.
    let mut tove = held.browser(&server, "tove", "asked");
    let page = tove.open(&held.text("tove", "path")).await;
    let password = &server.passwords["tove"];
    let page = tove
        .post_to(&page, "/account/confirm", &[("password", password)])
        .await;
    assert_eq!(page.path, "/account/security/mail", "{}", page.text());
    assert_eq!(page.field("mail"), "tove@new.example");
    // Recovery codes that are not saved yet.
    let mut ulla = held.browser(&server, "ulla", "codes_shown");
    let page = ulla.open("/account/security/factor/codes").await;
    assert_eq!(recovery_codes(&page), held.list("ulla", "recovery_codes"));
}

async fn sign_in_goes_on_at_its_second_page(landed: Landed) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let two = landed.start_with(&smtp, &sms, |setup| setup.set("ACCOUNTS__SIGN_IN_PAGES", 2));
    let server = two.await;
    let mut sara = landed.held.browser(&server, "sara", "between");
    let page = sara.get("/sign-in/password").await;
    let password = &server.passwords["sara"];
    let page = sara.submit(&page, 0, &[("password", password)]).await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
}

async fn stopped_changes_stay_stopped(landed: Landed) {
    let (mut smtp, _sms, server) = start(&landed).await;
    let held = &landed.held;
    let mut thief = held.browser(&server, "vera", "thief");
    assert!(!thief.is_signed_in().await);
    let vera = &server.passwords["vera"];
    assert!(!server.opens("vera", vera).await, "whoever knew it is out");
    let mut owner = held.browser(&server, "vera", "reverted");
    let page = owner.get("/stop/done").await;
    assert_eq!(page.path, "/stop/done");
    let page = owner.get(CODE).await;
    let page = owner.give(&page, &held.text("vera", "code")).await;
    finishes(&server, &mut owner, &page, "vera").await;
    // A password that outlived one opens the account and changes nothing there, until another one is chosen.
    let mut wilma = server.browser();
    wilma
        .sign_in("wilma", &held.text("wilma", "password"))
        .await;
    let held_back = english_server(ServerText::AccountHeld);
    let page = wilma.open("/account/security/mail").await;
    assert!(page.text().contains(&held_back), "{}", page.text());
    let mut reader = server.browser();
    let page = reader.begin("wilma").await;
    let code = smtp.code_to("wilma@demo.example").await;
    let page = reader.give(&page, &code).await;
    assert_eq!(reader.choose(&page, OTHER_GOOD).await.path, DONE);
    reader.sign_in("wilma", OTHER_GOOD).await;
    let page = reader.open("/account/security").await;
    assert!(!page.text().contains(&held_back), "{}", page.text());
}
