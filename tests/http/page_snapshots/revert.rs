//! "This was not me": how a link or a code can stand, and what became of it.

use super::{Album, setup, signed_in, swedish};
use crate::support::sms::Sms;
use crate::support::{Browser, GOOD, OTHER_GOOD, ReceivedMail, Server, Smtp};

const STOP: &str = "/stop";
const CODE: &str = "/stop/code";
const ANNA: &str = "anna.berg@demo.example";
const BJORN: &str = "bjorn.dahl@demo.example";
const GRACE: &str = "grace.holm@demo.example";
const MAJA: &str = "maja.lund@demo.example";

#[tokio::test]
async fn how_a_link_stands_and_what_became_of_it() {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = setup()
        .relay(&smtp)
        .gateway(&sms)
        .set("SUPPORT__CONTACT", "Helpdesk, 019-21 10 00")
        .start()
        .await;
    let mut album = Album::new("revert");
    typed(&mut swedish(&server), &mut album).await;
    let mut thief = signed_in(&server, "anna").await;
    let of_contacts = server
        .change_mail(&mut thief, &mut smtp, ANNA, "anna@new.example")
        .await;
    let (mut browser, page) = server.proved(&mut smtp, "bjorn").await;
    browser.choose(&page, GOOD).await;
    let of_password = smtp.next_to(BJORN).await;
    // Opened in two tabs of one browser: the button of the first is about another link than the browser's.
    let mut tabs = swedish(&server);
    let first = tabs.open(&of_contacts.stop()).await;
    let second = tabs.open(&of_password.stop()).await;
    album.take("contacts", &first);
    album.take_in_all("password", &tabs, STOP).await;
    let page = tabs.post_to(&first, STOP, &[]).await;
    album.take("password-other", &page);
    let page = tabs.post_to(&second, STOP, &[]).await;
    album.take("done-password", &page);
    smtp.code_to(BJORN).await;
    let mut owner = press(&server, &of_contacts).await;
    smtp.code_to(ANNA).await;
    let path = "/stop/done";
    album.take_in_all("done-contacts", &owner, path).await;
    let stop = of_contacts.stop();
    album.take("used", &owner.open(&stop).await);
    // Twice before, and nobody knows any more who is who.
    server
        .db
        .run(
            "INSERT INTO contact_changes (id, account_id, session_id, made_at, stopped_at) \
             SELECT id || made_at, account_id, session_id, made_at, made_at FROM contact_changes \
             UNION ALL SELECT id || stopped_at, account_id, session_id, made_at, stopped_at - 1 FROM contact_changes",
        )
        .await;
    album.take("disputed", &owner.open(&stop).await);
    let damaged = &stop[..stop.len() - 3];
    album.take("damaged", &owner.open(damaged).await);
    held(&server, &mut smtp, &mut album).await;
    album.close();
}

/// The page that takes the code of a text message.
async fn typed(browser: &mut Browser, album: &mut Album) {
    album.take_in_all("code", browser, CODE).await;
    for (name, typed) in [("unusable", "abc"), ("unknown", "0000-0000-0000")] {
        let page = browser.get(CODE).await;
        let page = browser.post_to(&page, CODE, &[("stop_code", typed)]).await;
        album.take(&format!("code-{name}"), &page);
    }
}

/// A link about a password that another one has followed, which the owner may have chosen.
async fn held(server: &Server, smtp: &mut Smtp, album: &mut Album) {
    let (mut browser, page) = server.proved(smtp, "maja").await;
    browser.choose(&page, GOOD).await;
    let notice = smtp.next_to(MAJA).await;
    server.advance(24 * 3600).await;
    let (mut browser, page) = server.proved(smtp, "maja").await;
    browser.choose(&page, OTHER_GOOD).await;
    let mut owner = press(server, &notice).await;
    smtp.code_to(MAJA).await;
    album.take("done-held", &owner.open("/stop/done").await);
    let (mut browser, page) = server.proved(smtp, "grace").await;
    browser.choose(&page, GOOD).await;
    let notice = smtp.next_to(GRACE).await;
    server.advance(7 * 24 * 3600).await;
    album.take("over", &owner.open(&notice.stop()).await);
}

async fn press(server: &Server, notice: &ReceivedMail) -> Browser {
    let mut owner = swedish(server);
    let page = owner.open(&notice.stop()).await;
    let page = owner.post_to(&page, STOP, &[]).await;
    assert_eq!(page.path, "/stop/done", "{}", page.text());
    owner
}
