//! The help: as it is without any configuration, and with everything that can be said in it.

use super::{Album, setup, swedish};
use crate::feedback::asking;
use crate::help::{MORE, TOPICS};
use crate::support::Engine;
use crate::support::sms::Sms;

/// Everything that the help speaks of.
const FULL: &str = "[site]\nname = \"Kommunen\"\ncolours = { accent = \"#7a1f5c\", accent_dark = \"#f0a8d4\" }\n\
    [mail]\nsender = \"Us <codes@example.org>\"\n\
    [[mail.relays]]\nhost = \"127.0.0.1\"\nport = 9\nsecurity = \"none\"\ndkim_selector = \"rekey\"\n\
    dkim_public_key = \"MCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"\n\
    [[mail.relays]]\nhost = \"127.0.0.2\"\nport = 9\nsecurity = \"none\"\nsender = \"Us <codes@example.net>\"\n\
    [reset]\nprove_by = [\"mail_code\", \"mail_link\", \"sms_code\"]\nafter = \"signed_in\"\n\
    [support]\ncontact = \"Everybody, 010-1\"\nunknown_address = \"The payroll officer\"\nno_password = \"Your manager\"\n\
    no_phone = \"The front desk\"\nmail_blocked = \"Mail people, 010-2\"\nlost_everything = \"Customer service, 010-3\"\n\
    [help]\nphone_guide_url = \"https://example.org/mobile\"\nupdated = \"2031-02-03\"\n\
    accessibility_status = \"partial\"\naccessibility_assessed = \"2026-11-24\"\naccessibility_assessor = \"Testers\"\n\
    accessibility_shortcomings = [\"The logo has little contrast.\"]\naccessibility_contact = \"Access, 010-4\"\n\
    accessibility_url = \"https://example.org/statement\"\nlegal_basis = \"public_task\"\nprivacy_contact = \"Data, 010-5\"\n\
    data_protection_officer = \"Eva Ek\"\nrecipients = [\"46elks AB in Uppsala: text messages\"]\n\
    [[accounts.federated]]\nid = \"google\"\nname = \"Google\"\nreset_url = \"https://accounts.google.com/signin/recovery\"\n\
    [[accounts.federated]]\nid = \"sso\"\nname = \"Our <own> sign-in\"\nreset_url = \"https://sso.example.org/?a=1&b=2\"\n";

#[tokio::test]
async fn without_configuration() {
    let server = setup().start().await;
    let mut browser = swedish(&server);
    let mut album = Album::with_days("help");
    album.take_in_all("overview", &browser, "/help").await;
    for topic in TOPICS {
        let path = format!("/help/{topic}");
        album.take_in_all(topic, &browser, &path).await;
    }
    browser.begin("nobody").await;
    for (name, path) in [
        ("overview-case-number", "/help"),
        ("no-message-case-number", "/help/no-message"),
        ("contact-case-number", "/help/contact"),
    ] {
        album.take(name, &browser.look(path).await);
    }
    album.close();
}

#[tokio::test]
async fn with_everything() {
    let sms = Sms::start().await;
    let setup = asking(Engine::Sqlite).config(FULL).gateway(&sms);
    let server = setup.start().await;
    let mut browser = swedish(&server);
    let mut album = Album::with_days("help-full");
    album.take("overview", &browser.look("/help").await);
    album.take_in_all("poster", &browser, "/help/poster").await;
    let full = ["no-message", "contact", "for-mail-administrators"];
    for topic in TOPICS.into_iter().chain(MORE) {
        let path = format!("/help/{topic}");
        if full.contains(&topic) || MORE.contains(&topic) || topic == "register-phone" {
            album.take_in_all(topic, &browser, &path).await;
        } else {
            album.take(topic, &browser.look(&path).await);
        }
    }
    let long = "Ä".repeat(501);
    for (name, path) in [
        ("feedback-on-page", "/help/link"),
        ("feedback-alone", "/help/feedback?page=forgot-password"),
    ] {
        let mut page = browser.look(path).await;
        if name == "feedback-on-page" {
            let form = page.form_to("/help/feedback");
            let answered = browser.post(&form, &[("answer", "no")]).await;
            page = browser
                .look(&answered.location().replace("#feedback", ""))
                .await;
        }
        album.take(name, &page);
        let form = page.form_to("/help/feedback");
        if name == "feedback-alone" {
            let empty = browser.post(&form, &[]).await;
            assert_eq!(empty.status, 422, "{name}");
            album.take(&format!("{name}-empty"), &empty);
        }
        let too_long = browser.post(&form, &[("words", long.as_str())]).await;
        assert_eq!(too_long.status, 422, "{name}");
        album.take(&format!("{name}-too-long"), &too_long);
        let sent = browser.post(&form, &[("words", "Tack.")]).await;
        let thanks = sent.location().replace("#feedback", "");
        album.take(&format!("{name}-thanks"), &browser.look(&thanks).await);
    }
    album.close();
}
