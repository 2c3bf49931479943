//! The pages of somebody who is signed in: the start page, security, name, contacts, sessions, what has happened.

use super::{Album, setup, signed_in, swedish};
use crate::support::sms::Sms;
use crate::support::{Browser, Page, Server, Smtp};

const SECURITY: &str = "/account/security";
const OLD: &str = "anna.berg@demo.example";
const NEW: &str = "anna@new.example";

#[tokio::test]
async fn every_page_and_what_changes_on_it() {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = setup().relay(&smtp).gateway(&sms).start().await;
    // What happens stands under one day.
    let noon: jiff::Timestamp = "2040-06-01T10:00:00Z".parse().unwrap();
    server.stop_clock_at(noon.as_second()).await;
    let mut anna = signed_in(&server, "anna").await;
    let mut album = Album::new("account");
    album.take("start", &anna.look("/account").await);
    album.take_in_all("security", &anna, SECURITY).await;
    name(&mut anna, &mut album).await;
    refused_contacts(&mut anna, &mut album).await;
    contacts(&server, &mut anna, &mut smtp, &mut album).await;
    sessions(&server, &mut anna, &mut album).await;
    let path = "/account/security/activity";
    album.take_in_all("activity", &anna, path).await;
    without_contacts(&server, &mut album).await;
    closed_and_held(&server, &mut anna, &mut album).await;
    elsewhere(&mut album).await;
    album.close();
}

/// Posts what is written in a page's one field: the page after that.
async fn post(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.get(path).await;
    let action = path.split('?').next().unwrap();
    browser.post_to(&page, action, fields).await
}

async fn name(anna: &mut Browser, album: &mut Album) {
    let path = "/account/security/name";
    album.take("name", &anna.get(path).await);
    for (case, typed) in [
        ("empty", " "),
        ("long", "A".repeat(101).as_str()),
        ("unusable", "<b>Anna</b>"),
    ] {
        let page = post(anna, path, &[("name", typed)]).await;
        album.take(&format!("name-{case}"), &page);
    }
    let page = post(anna, path, &[("name", "Anna Lind")]).await;
    album.take("security-name-changed", &page);
}

async fn refused_contacts(anna: &mut Browser, album: &mut Album) {
    for (kind, case, typed) in [
        ("mail", "unusable", "anna"),
        ("mail", "known", OLD),
        ("phone", "unusable", "12345"),
        ("phone", "unreachable", "+44 7400 123456"),
    ] {
        let path = format!("/account/security/{kind}");
        if case == "unusable" {
            album.take_in_all(kind, anna, &path).await;
        }
        let page = post(anna, &path, &[(kind, typed)]).await;
        album.take(&format!("{kind}-{case}"), &page);
    }
}

async fn contacts(server: &Server, anna: &mut Browser, smtp: &mut Smtp, album: &mut Album) {
    let code = "/account/security/code";
    let again = "/account/security/code/again";
    album.take("code", &anna.ask_mail(NEW, None).await);
    let letter = smtp.next_to(NEW).await;
    album.take("code-short", &anna.give_contact_code("12 34").await);
    let wrong = letter.wrong_code();
    album.take("code-wrong", &anna.give_contact_code(&wrong).await);
    let page = anna.get(code).await;
    album.take("code-early", &anna.post_to(&page, again, &[]).await);
    server.advance(31).await;
    album.take("code-again", &anna.post_to(&page, again, &[]).await);
    let letter = smtp.next_to(NEW).await;
    let page = anna.give_contact_code(&letter.code()).await;
    assert_eq!(page.path, SECURITY, "{:?}", page.errors());
    album.take("security-contact-added", &page);
    // The old address is replaced: for a day it still counts, and for a week it can undo that.
    let old = server.contact(OLD).await;
    let replaced = format!("/account/security/mail?replace={old}");
    album.take("mail-replaced", &anna.get(&replaced).await);
    server
        .change_mail(anna, smtp, OLD, "anna@third.example")
        .await;
    album.take_in_all("security-waiting", anna, SECURITY).await;
    // Tried until the code is dead.
    let page = anna.ask_mail("anna@fourth.example", None).await;
    assert_eq!(page.path, code, "{:?}", page.errors());
    let wrong = smtp.next_to("anna@fourth.example").await.wrong_code();
    for left in [4, 3, 2, 1, 0] {
        let page = anna.give_contact_code(&wrong).await;
        if left < 2 {
            album.take(&format!("code-wrong-{left}-left"), &page);
        }
    }
    for (name, address) in [("mail", NEW), ("phone", "+46701740605")] {
        let id = server.contact(address).await;
        let path = format!("/account/security/remove?contact={id}");
        album.take(&format!("remove-{name}"), &anna.get(&path).await);
    }
    let id = server.contact(NEW).await;
    let path = format!("/account/security/remove?contact={id}");
    let removed = post(anna, &path, &[]).await;
    album.take("security-contact-changed", &removed);
    album.take("remove-gone", &anna.get(&path).await);
    let path = format!("/account/security/mail?replace={id}");
    let page = post(anna, &path, &[("mail", "anna@fifth.example")]).await;
    album.take("mail-gone", &page);
}

async fn sessions(server: &Server, anna: &mut Browser, album: &mut Album) {
    let path = "/account/security/sessions";
    album.take("sessions-one", &anna.get(path).await);
    let mut other = server.browser();
    other.sign_in("anna", &server.passwords["anna"]).await;
    let page = anna.get(path).await;
    album.take("sessions-two", &page);
    album.take("security-two-devices", &anna.get(SECURITY).await);
    let mut stale = page.form_to(path);
    stale.hidden.retain(|(name, _)| name != "token");
    let answer = anna.post(&stale, &[]).await;
    album.take("sessions-stale", &anna.follow(answer).await);
    album.take("sessions-ended", &anna.post_to(&page, path, &[]).await);
}

async fn without_contacts(server: &Server, album: &mut Album) {
    server
        .db
        .run("DELETE FROM contacts WHERE account_id = (SELECT id FROM accounts WHERE user_name = 'bjorn')")
        .await;
    let mut bjorn = signed_in(server, "bjorn").await;
    album.take("security-empty", &bjorn.get(SECURITY).await);
    album.take("mail-first", &bjorn.get("/account/security/mail").await);
    for number in 0..5 {
        server
            .db
            .run(&format!(
                "INSERT INTO contacts (id, account_id, kind, address, address_canonical, confirmed_at, resets_from) \
                 SELECT 'more{number}', id, 'mail', 'b{number}@b.example', 'b{number}@b.example', 1, 0 FROM accounts WHERE user_name = 'bjorn'"
            ))
            .await;
    }
    album.take("security-full", &bjorn.get(SECURITY).await);
    let path = "/account/security/mail";
    let page = post(&mut bjorn, path, &[("mail", "b9@b.example")]).await;
    album.take("mail-full", &page);
}

/// Changes that were stopped too often, and a password that somebody else may know.
async fn closed_and_held(server: &Server, anna: &mut Browser, album: &mut Album) {
    server
        .db
        .run("UPDATE contact_changes SET stopped_at = made_at")
        .await;
    album.take("security-closed", &anna.get(SECURITY).await);
    album.take("mail-closed", &anna.get("/account/security/mail").await);
    server
        .db
        .run("UPDATE passwords SET held_at = changed_at")
        .await;
    album.take("security-held", &anna.get(SECURITY).await);
    album.take("confirm-held", &anna.get("/account/confirm").await);
}

/// Where an app has sent somebody here, and the organisation has a portal and a logo.
async fn elsewhere(album: &mut Album) {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("logo.svg");
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90\" height=\"40\"></svg>";
    std::fs::write(&logo, drawing).unwrap();
    let config = format!(
        "[site]\nname = \"Kommunen\"\nlogo = '{}'\ncolours = {{ accent = \"#7a1f5c\", accent_dark = \"#f0a8d4\" }}\n\
         [accounts]\nportal_name = \"The staff portal\"\nportal_url = \"https://portal.example.org\"\n\
         return_urls = [\"com.example.app:/done\", \"https://app.example.org/done\"]\n",
        logo.display()
    );
    let server = setup().config(&config).start().await;
    let mut browser = swedish(&server);
    browser.get("/sign-in?return=com.example.app:/done").await;
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    album.take("start-portal", &page);
    let mut grace = swedish(&server);
    grace.sign_in("grace", &server.passwords["grace"]).await;
    album.take("set-up-logo", &grace.get("/sign-in/set-up").await);
}
