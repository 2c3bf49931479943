//! The pages that ask somebody who is signed in to show that it is still them.

use super::{Album, setup, setup_stopped, signed_in};
use crate::support::{Browser, Page, Server, Smtp};

const CONFIRM: &str = "/account/confirm";
const CODE: &str = "/account/confirm/code";
const ASKED: &str = "/account/confirm?next=/account/security/mail";

#[tokio::test]
async fn showing_once_more_who_it_is() {
    let mut smtp = Smtp::start();
    let server = setup_stopped().relay(&smtp).start().await;
    let mut album = Album::new("codes");
    let mut anna = signed_in(&server, "anna").await;
    album.take_in_all("password", &anna, ASKED).await;
    let by_code = format!("{ASKED}&by=code");
    album.take("only-code", &anna.get(&by_code).await);
    for (name, typed) in [("empty", ""), ("wrong", "fel lösenord helt enkelt")] {
        let page = give(&mut anna, &[("password", typed)]).await;
        album.take(&format!("password-{name}"), &page);
    }
    code(&server, &mut anna, &mut smtp, &mut album).await;
    for _ in 0..9 {
        give(&mut anna, &[("password", "fel lösenord helt enkelt")]).await;
    }
    let page = anna.confirm_with(&server.passwords["anna"]).await;
    album.take("password-wait", &page);
    with_a_factor(&server, &mut smtp, &mut album).await;
    server.db.run("DELETE FROM contacts").await;
    album.take("no-contacts", &anna.get(ASKED).await);
    by_code_only(&mut album).await;
    album.close();
}

async fn give(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let page = browser.get(ASKED).await;
    browser.post_to(&page, CONFIRM, fields).await
}

async fn code(server: &Server, anna: &mut Browser, smtp: &mut Smtp, album: &mut Album) {
    let again = format!("{CODE}/again");
    let page = anna.get(ASKED).await;
    let page = anna.post_to(&page, "/account/confirm/send", &[]).await;
    album.take("code", &page);
    let letter = smtp.next().await;
    for (name, typed) in [("empty", ""), ("wrong", &*letter.wrong_code())] {
        let page = anna.post_to(&page, CODE, &[("code", typed)]).await;
        album.take(&format!("code-{name}"), &page);
    }
    album.take("code-early", &anna.post_to(&page, &again, &[]).await);
    server.advance(31).await;
    album.take("code-again", &anna.post_to(&page, &again, &[]).await);
    let letter = smtp.next().await;
    for left in [4, 3, 2, 1, 0] {
        let typed = letter.wrong_code();
        let page = anna.post_to(&page, CODE, &[("code", &typed)]).await;
        if left == 0 {
            album.take("code-dead", &page);
        }
    }
    // Asked for from the security page itself, it is said there that it worked.
    let page = anna.confirm_with(&server.passwords["anna"]).await;
    album.take("security-confirmed", &page);
}

async fn with_a_factor(server: &Server, smtp: &mut Smtp, album: &mut Album) {
    let mut bjorn = super::swedish(server);
    let (phone, _) = bjorn.enrol(server, "bjorn").await;
    album.take("factor", &bjorn.get(ASKED).await);
    let password = ("password", server.passwords["bjorn"].as_str());
    let wrong = phone.wrong(server);
    for (name, typed) in [("empty", ""), ("wrong", &*wrong)] {
        let page = give(&mut bjorn, &[password, ("totp", typed)]).await;
        album.take(&format!("factor-{name}"), &page);
    }
    let page = bjorn.get(ASKED).await;
    let page = bjorn.post_to(&page, "/account/confirm/send", &[]).await;
    album.take("factor-code", &page);
    let code = smtp.code_to("bjorn.dahl@demo.example").await;
    let fields = [("code", code.as_str()), ("totp", &*wrong)];
    let page = bjorn.post_to(&page, CODE, &fields).await;
    album.take("factor-code-wrong", &page);
}

/// Where a stolen password may change nothing.
async fn by_code_only(album: &mut Album) {
    let config = "[accounts]\nconfirm_changes = \"code\"\n";
    let server = setup().config(config).start().await;
    let mut anna = signed_in(&server, "anna").await;
    album.take("demanded-code", &anna.get(ASKED).await);
}
