//! Walks the doors that docs/security.md lists: after each way to end things, everything that was open for the account is shut, and what
//! belongs to somebody else stays open (W1, W16).

use crate::support::{
    Browser, Engine, Form, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, on_both_engines,
};

on_both_engines!(
    w01_everything_is_shut_after_this_was_not_me,
    w01_everything_is_shut_after_another_password,
    w01_what_browsers_hold_is_shut_after_the_operator,
    w01_what_browsers_hold_is_shut_after_the_owner
);

const MAIL: &str = "anna.berg@demo.example";

/// Everything that a stranger holds at one account.
struct Held {
    /// A full session.
    session: Browser,
    /// The last post of a reset that has just signed in.
    last_post: (Browser, Form),
    /// A reset that is proved and has chosen nothing yet.
    proved: (Browser, Page),
    /// A reset whose code has arrived.
    code: (Browser, Page, String),
    /// A sign-in of somebody else, which nothing of this may touch.
    other: Browser,
    /// A session of the owner, who ends the others.
    owner: Browser,
    /// The link of the notice of the password that the reset has set.
    revert: String,
}

async fn start(engine: Engine, smtp: &Smtp) -> Server {
    let setup = Setup::new(engine).relay(smtp);
    setup.set("RESET__AFTER", "signed_in").start().await
}

async fn hold(server: &Server, smtp: &mut Smtp) -> Held {
    let (mut session, page) = server.proved(smtp, "anna").await;
    let last_post = (session.clone(), page.form(0));
    session.choose(&page, GOOD).await;
    assert!(session.is_signed_in().await);
    let revert = smtp.next_to(MAIL).await.stop();
    let mut owner = server.browser();
    owner.sign_in("anna", GOOD).await;
    owner.confirm_with(GOOD).await;
    let mut other = server.browser();
    other.sign_in("bjorn", &server.passwords["bjorn"]).await;
    // A newer request of the account ends the waiting ones, so the proved one is the older.
    let proved = server.proved(smtp, "anna").await;
    let (browser, page, letter) = server.mailed(smtp, "anna").await;
    let code = (browser, page, letter.code());
    Held {
        session,
        last_post,
        proved,
        code,
        other,
        owner,
        revert,
    }
}

impl Held {
    /// What a browser holds open, without the mailbox.
    async fn browsers_are_shut(&mut self, server: &Server, password: &str) {
        assert!(!self.session.is_signed_in().await, "a session");
        let (before, form) = &self.last_post;
        let mut again = before.clone();
        let fields = [("new_password", GOOD), ("confirm_password", GOOD)];
        again.post(form, &fields).await;
        assert!(!again.is_signed_in().await, "the last post again");
        let (browser, page) = &mut self.proved;
        let page = browser.choose(page, OTHER_GOOD).await;
        assert_ne!(page.path, "/forgot-password/done", "a proved reset");
        assert!(!browser.is_signed_in().await);
        assert!(!server.opens("anna", OTHER_GOOD).await || password == OTHER_GOOD);
        assert!(self.other.is_signed_in().await, "somebody else's session");
    }

    /// The code that has arrived leads to a new password; or not any more.
    async fn code_works(&mut self) -> bool {
        let (browser, page, code) = &mut self.code;
        let page = browser.give(page, code).await;
        page.path == "/forgot-password/new"
    }
}

async fn w01_everything_is_shut_after_this_was_not_me(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let mut held = hold(&server, &mut smtp).await;
    let mut reader = server.browser();
    let page = reader.open(&held.revert).await;
    reader.post_to(&page, "/stop", &[]).await;
    held.browsers_are_shut(&server, GOOD).await;
    assert!(!held.owner.is_signed_in().await);
    assert!(!held.code_works().await, "a code on its way");
    assert!(!server.opens("anna", GOOD).await, "the password");
}

async fn w01_everything_is_shut_after_another_password(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let mut held = hold(&server, &mut smtp).await;
    let page = held.owner.open("/account/security/password").await;
    let newest = "elva tysta rävar i backen";
    let fields = [
        ("password", GOOD),
        ("new_password", newest),
        ("confirm_password", newest),
    ];
    let page = held
        .owner
        .post_to(&page, "/api/account/password", &fields)
        .await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    held.browsers_are_shut(&server, newest).await;
    assert!(held.owner.is_signed_in().await, "where it was changed");
    assert!(!held.code_works().await, "a code on its way");
    assert!(!server.opens("anna", GOOD).await);
    assert!(server.opens("anna", newest).await);
}

async fn w01_what_browsers_hold_is_shut_after_the_operator(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let mut held = hold(&server, &mut smtp).await;
    let ended = server.command(&["account", "sign-out", "anna"], "").await;
    assert!(ended.status.success(), "{ended:?}");
    held.browsers_are_shut(&server, GOOD).await;
    assert!(!held.owner.is_signed_in().await);
    // The mailbox is its owner's, and so is the password.
    assert!(held.code_works().await);
    assert!(server.opens("anna", GOOD).await);
}

async fn w01_what_browsers_hold_is_shut_after_the_owner(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = start(engine, &smtp).await;
    let mut held = hold(&server, &mut smtp).await;
    let path = "/account/security/sessions";
    let page = held.owner.open(path).await;
    let forms = page.body.matches(&format!("action=\"{path}\"")).count();
    held.owner.post(&page.form(forms - 1), &[]).await;
    held.browsers_are_shut(&server, GOOD).await;
    assert!(held.owner.is_signed_in().await);
    assert!(held.code_works().await);
}
