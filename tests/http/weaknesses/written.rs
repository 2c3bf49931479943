//! What somebody wrote on a page of their account is theirs: signing out forgets it, and nobody else is shown it (W12).

use crate::support::{Browser, Engine, Page, Server, Setup, on_sqlite};

on_sqlite!(
    w12_signing_out_forgets_what_was_written,
    w12_nobody_else_is_shown_it,
    w12_its_writer_is_shown_it_again
);

const MAIL: &str = "/account/security/mail";
const WRITTEN: &str = "a-secret@new.example";

/// Somebody writes a new address after so long that they are asked first who they are, and leaves it there.
async fn unconfirmed(server: &Server) -> Browser {
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.open(MAIL).await;
    server.advance(600).await;
    let page = browser.post_to(&page, MAIL, &[("mail", WRITTEN)]).await;
    assert!(page.path.starts_with("/account/confirm"), "{}", page.path);
    browser
}

/// Somebody writes what can be no address: the page that says so is not fetched any more.
async fn refused(server: &Server) -> Browser {
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.open(MAIL).await;
    let fields = [("mail", "a-secret@@new.example")];
    let answer = browser.post(&page.form_to(MAIL), &fields).await;
    assert_eq!(answer.status, 303);
    browser
}

/// Somebody signs in there and opens the page.
async fn next(server: &Server, browser: &mut Browser, who: &str) -> Page {
    browser.sign_in(who, &server.passwords[who]).await;
    let page = browser.open(MAIL).await;
    assert_eq!(page.path, MAIL);
    page
}

async fn w12_signing_out_forgets_what_was_written(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    for mut browser in [unconfirmed(&server).await, refused(&server).await] {
        let page = browser.open("/account").await;
        browser.post_to(&page, "/api/sign-out", &[]).await;
        for who in ["bjorn", "anna"] {
            let mut browser = browser.clone();
            let page = next(&server, &mut browser, who).await;
            assert!(!page.body.contains("a-secret"), "{who}: {}", page.body);
            assert!(page.errors().is_empty(), "{who}: {:?}", page.errors());
        }
    }
}

/// Ends everybody's sessions: no browser has pressed anything.
async fn end_sessions(server: &Server) {
    let ended = server
        .command(&["account", "sign-out", "--everybody"], "")
        .await;
    assert!(ended.status.success(), "{ended:?}");
}

async fn w12_nobody_else_is_shown_it(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    for mut browser in [unconfirmed(&server).await, refused(&server).await] {
        // The session ended by itself: nobody has pressed anything.
        end_sessions(&server).await;
        let page = next(&server, &mut browser, "bjorn").await;
        assert!(!page.body.contains("a-secret"), "{}", page.body);
        assert!(page.errors().is_empty(), "{:?}", page.errors());
    }
}

async fn w12_its_writer_is_shown_it_again(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = unconfirmed(&server).await;
    end_sessions(&server).await;
    let page = next(&server, &mut browser, "anna").await;
    assert_eq!(page.field("mail"), WRITTEN);
}
