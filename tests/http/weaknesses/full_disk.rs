//! W3, W9: the disk fills up and is freed. No post is answered with 500, nothing is consumed, no restart is needed, and no stranger fills the
//! log with errors.

use crate::support::{Browser, Disk, Engine, GOOD, Page, Server, Setup, Smtp, english, until};
use rekey::texts::Text;

/// Megabytes; the database is one of them.
const SIZE: u32 = 8;

/// Waits for what `/readyz` says.
pub async fn until_ready(server: &Server, status: u16) {
    until("it says how ready it is", async || {
        let page = server.browser().look("/readyz").await;
        (page.status == status).then_some(())
    })
    .await;
}

/// A post that could not be written down: it says so, calmly, and leads back.
pub fn assert_try_again(page: &Page) {
    assert_eq!(page.status, 503, "{}", page.body);
    assert_eq!(page.heading(), english(Text::ErrorPageBrokenTitle));
}

/// Everything that a post could have used up.
async fn used(server: &Server) -> Vec<i64> {
    let mut used = Vec::new();
    for what in [
        "SELECT COUNT(*) FROM flows",
        "SELECT COUNT(*) FROM jobs",
        "SELECT COUNT(*) FROM sessions",
        "SELECT COUNT(*) FROM sign_in_tries",
        "SELECT COUNT(*) FROM audit",
        "SELECT COUNT(*) FROM feedback",
        "SELECT COALESCE(SUM(tries_left), 0) FROM flows",
        "SELECT COALESCE(SUM(resends_left), 0) FROM flows",
        "SELECT COALESCE(SUM(arrival_at), 0) FROM limits",
    ] {
        used.push(server.db.number(what).await);
    }
    used
}

/// Asks until the disk has no room for it.
async fn until_full(server: &Server) {
    for number in 0..200 {
        let page = server.browser().begin(&format!("nobody{number}")).await;
        assert_ne!(page.status, 500, "{}", page.body);
        if page.status == 503 {
            return assert_try_again(&page);
        }
    }
    panic!("the disk takes everything");
}

async fn sign_in(browser: &mut Browser, who: &str, password: &str) -> Page {
    browser.sign_in(who, password).await
}

#[tokio::test]
async fn w03_a_full_disk_that_is_freed_needs_no_restart() {
    let disk = Disk::mount(SIZE);
    let mut smtp = Smtp::start();
    let setup = Setup::new(Engine::Sqlite)
        .relay(&smtp)
        .place(disk.path())
        .set("HELP__FEEDBACK", "true")
        .set("HELP__PRIVACY_URL", "https://example.org/privacy")
        .set("HELP__CONTROLLER", "The municipality");
    let server = setup.start().await;
    let (mut browser, code_page, letter) = server.mailed(&mut smtp, "anna").await;
    let mut asks_again = server.browser();
    let resend_page = asks_again.begin("bjorn").await;
    let bjorns = smtp.next().await;
    server.settle().await;
    server.advance(60).await;
    until_ready(&server, 200).await;

    for _ in 0..2 {
        disk.fill();
        until_full(&server).await;
        let before = used(&server).await;
        let mut answers = vec![
            browser.give(&code_page, &letter.wrong_code()).await,
            browser.give(&code_page, &letter.code()).await,
            asks_again.ask_again(&resend_page).await,
            server.browser().begin("grace").await,
            sign_in(&mut server.browser(), "anna", "wrong").await,
            sign_in(&mut server.browser(), "anna", &server.passwords["anna"]).await,
        ];
        let mut reader = server.browser();
        let help = reader.get("/help/link").await;
        assert_eq!(help.status, 200, "what writes nothing goes on");
        let form = help.form_to("/help/feedback");
        answers.push(reader.post(&form, &[("answer", "yes")]).await);
        for answer in &answers {
            assert_try_again(answer);
        }
        until_ready(&server, 503).await;
        assert_eq!(
            used(&server).await,
            before,
            "what was not done was not counted"
        );
        disk.free();
        until_ready(&server, 200).await;
    }

    let page = browser.give(&code_page, &letter.wrong_code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    let left = "SELECT tries_left FROM flows WHERE tries_left < 5";
    assert_eq!(
        server.db.number(left).await,
        4,
        "one wrong code was counted"
    );
    let page = browser.give(&code_page, &letter.code()).await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    assert!(server.opens("anna", GOOD).await);
    asks_again.ask_again(&resend_page).await;
    until("another code comes", async || {
        smtp.unread().into_iter().find(|letter| {
            let code = letter.code_if_any();
            letter.to == bjorns.to && code.is_some_and(|code| code != bjorns.code())
        })
    })
    .await;
    let log = server.whole_log().await;
    assert!(!log.contains("non-zero transaction depth"), "{log}");
    assert!(!log.contains("\"status\":500"), "{log}");
}

#[tokio::test]
async fn w09_no_stranger_makes_an_error_of_a_full_disk() {
    let disk = Disk::mount(SIZE);
    let setup = Setup::new(Engine::Sqlite).place(disk.path());
    let server = setup.start().await;
    disk.fill();
    until_full(&server).await;
    for number in 0..20 {
        let page = server.browser().begin(&format!("stranger{number}")).await;
        assert_try_again(&page);
    }
    sign_in(&mut server.browser(), "anna", "wrong").await;
    until_ready(&server, 503).await;
    let errors = async || server.logged(|line| line.contains("\"ERROR\"")).await;
    // Said once, by whoever looks after incidents.
    let begun = |errors: &[String]| {
        let known = |line: &String| line.contains("the database does not work");
        assert!(errors.iter().all(known) && errors.len() < 2, "{errors:?}");
        errors.len() == 1
    };
    begun(&errors().await);
    assert!(server.whole_log().await.contains("a post failed"));
    disk.free();
    until_ready(&server, 200).await;
    if begun(&errors().await) {
        server.until_logged("the database works again").await;
    }
}
