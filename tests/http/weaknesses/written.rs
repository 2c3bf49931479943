//! What somebody wrote on a page of their account is theirs: signing out forgets it, and nobody else is shown it (W12).

use rekey::texts::Text;

use crate::support::{Browser, Engine, Page, Server, Setup, english, on_sqlite};

on_sqlite!(
    w12_signing_out_forgets_what_was_written,
    w12_nobody_else_is_shown_it,
    w12_its_writer_is_shown_it_again,
    bug_6_what_comes_after_the_session_has_run_out_waits_for_its_writer,
    bug_6_it_waits_once_and_for_a_quarter_of_an_hour,
    bug_6_what_comes_after_a_sign_out_is_told_to_be_lost,
    bug_6_passwords_and_codes_never_wait
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

/// Somebody opens a page, is away for so long that the session runs out, and posts what was written there.
async fn late(server: &Server, path: &str, field: &str, written: &str) -> (Browser, Page) {
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.open(path).await;
    server.advance(9 * 3600).await;
    let form = page.form_to(path.split('?').next().unwrap_or_default());
    let answer = browser.post(&form, &[(field, written)]).await;
    let page = browser.follow(answer).await;
    assert_eq!(page.path, "/sign-in");
    (browser, page)
}

async fn bug_6_what_comes_after_the_session_has_run_out_waits_for_its_writer(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    for (path, field, written) in [
        (MAIL, "mail", WRITTEN),
        ("/account/security/phone", "phone", "070-174 06 31"),
        ("/account/security/name", "name", "Anna Lind"),
    ] {
        let (browser, page) = late(&server, path, field, written).await;
        let told = english(Text::SignInWrittenKept);
        assert!(page.text().contains(&told), "{}", page.text());
        let mut other = browser.clone();
        other.sign_in("bjorn", &server.passwords["bjorn"]).await;
        let page = other.open(path).await;
        assert!(!page.body.contains(written), "{}", page.body);
        let mut browser = browser;
        let page = browser.sign_in("anna", &server.passwords["anna"]).await;
        assert_eq!(page.path, path, "one is led back there");
        assert_eq!(page.field(field), written);
    }
    // Also where a contact was to take the place of another.
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.open("/account/security").await;
    let (_, rest) = page
        .body
        .split_once("/account/security/mail?replace=")
        .unwrap();
    let id: String = rest
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let path = format!("{MAIL}?replace={id}");
    let (mut browser, _) = late(&server, &path, "mail", WRITTEN).await;
    let page = browser.sign_in("anna", &server.passwords["anna"]).await;
    assert_eq!(page.field("mail"), WRITTEN);
    assert_eq!(page.form_to(MAIL).value("replace"), id);
}

async fn bug_6_it_waits_once_and_for_a_quarter_of_an_hour(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let (mut browser, _) = late(&server, MAIL, "mail", WRITTEN).await;
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.open(MAIL).await;
    assert_eq!(page.field("mail"), "", "it was shown before");
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    let page = browser.open(MAIL).await;
    server.advance(9 * 3600).await;
    let answer = browser
        .post(&page.form_to(MAIL), &[("mail", WRITTEN)])
        .await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    let kept = cookies
        .iter()
        .find(|each| each.to_str().unwrap().starts_with("rekey-written="));
    assert!(
        kept.unwrap().to_str().unwrap().contains("Max-Age=900"),
        "{cookies:?}"
    );
}

async fn bug_6_what_comes_after_a_sign_out_is_told_to_be_lost(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    // Another tab signs out; or somebody else ends the session, whose cookie is still there.
    for by_operator in [false, true] {
        browser.sign_in("anna", &server.passwords["anna"]).await;
        let page = browser.open(MAIL).await;
        if by_operator {
            end_sessions(&server).await;
        } else {
            let other = browser.open("/account").await;
            browser.post_to(&other, "/api/sign-out", &[]).await;
        }
        let answer = browser
            .post(&page.form_to(MAIL), &[("mail", WRITTEN)])
            .await;
        let told = browser.follow(answer).await;
        assert_eq!(told.path, "/sign-in");
        let lost = english(Text::SignInWrittenLost);
        assert!(told.text().contains(&lost), "{}", told.text());
        browser.sign_in("anna", &server.passwords["anna"]).await;
        let page = browser.open(MAIL).await;
        assert_eq!(page.field("mail"), "");
    }
}

async fn bug_6_passwords_and_codes_never_wait(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    browser.sign_in("anna", &server.passwords["anna"]).await;
    server.advance(600).await;
    let page = browser.open("/account/confirm").await;
    server.advance(9 * 3600).await;
    let form = page.form_to("/account/confirm");
    let answer = browser
        .post(&form, &[("password", "a-secret-password")])
        .await;
    assert_eq!(answer.location(), "/sign-in");
    assert!(
        !browser.jar.contains_key("rekey-written"),
        "{:?}",
        browser.jar.keys()
    );
    let page = browser.follow(answer).await;
    assert!(
        page.text().contains(&english(Text::ProblemSessionOver)),
        "{}",
        page.text()
    );
}
