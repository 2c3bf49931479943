//! Token and code: a code proves one flow, once, in its time, in its turn; and only as long as nothing newer has happened.

mod secrecy;

use rekey::texts::{Language, Text};

use super::Stored;
use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, english, on_both_engines,
    sentence,
};

on_both_engines!(
    a22_skip_a_step,
    a25_no_expiry,
    a26_reuse,
    a28_older_code,
    a29_stale_after_change
);

const BOTH: [(&str, &str); 2] = [("new_password", GOOD), ("confirm_password", GOOD)];
const NEW: &str = "/api/forgot-password/new";

/// Posts a password with the token that a page carries.
async fn post_password(browser: &mut Browser, page: &Page) -> Page {
    let mut form = page.form(0);
    form.action = NEW.to_owned();
    browser.post(&form, &BOTH).await
}

async fn a22_skip_a_step(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let changes = server.facts("authn_password_change").await;
    for who in ["anna", "nobody"] {
        straight_to_the_end(&server, who).await;
    }
    smtp.next().await;
    assert_eq!(server.facts("sequence_fail").await, 4, "each is noted");
    without_a_flow(&server).await;
    with_a_proof_of_another_flow(&server, &mut smtp).await;
    after_a_resend(&server, &mut smtp).await;
    assert_eq!(server.facts("authn_password_change").await, changes);
    stored.is_unchanged(&server).await;
    back_and_forth_after_the_proof(&server, &mut smtp).await;
}

/// Identify, and then choose at once.
async fn straight_to_the_end(server: &Server, who: &str) {
    let mut browser = server.browser();
    let page = browser.begin(who).await;
    for ahead in ["/forgot-password/new", "/forgot-password/done"] {
        let page = browser.get(ahead).await;
        assert_eq!(page.path, "/forgot-password/code");
        assert_eq!(page.errors(), [english(Text::ProblemStepSkipped)]);
        assert!(!page.body.contains("new_password"));
    }
    let factor = browser.get("/forgot-password/factor").await;
    assert_eq!(factor.path, "/forgot-password/code");
    let answer = post_password(&mut browser, &page).await;
    assert_eq!(answer.location(), "/forgot-password/code");
    let told = browser.follow(answer).await;
    assert_eq!(told.errors(), [english(Text::ProblemStepSkipped)]);
    let token = page.form(0).value("token").to_owned();
    let fields = [("token", &*token), ("step", "new"), BOTH[0], BOTH[1]];
    let data = browser.post_data(NEW, &fields).await;
    assert_eq!(data.status, 422);
    assert_eq!(data.problems(), ["step_skipped"]);
}

/// Only a session, or nothing at all.
async fn without_a_flow(server: &Server) {
    let mut signed_in = server.browser();
    signed_in.sign_in("anna", &server.passwords["anna"]).await;
    assert!(signed_in.is_signed_in().await);
    for mut browser in [signed_in, server.browser()] {
        let page = browser.get("/forgot-password/new").await;
        assert_eq!(page.path.split('?').next(), Some("/forgot-password"));
        for token in ["", "x"] {
            let fields = [("token", token), BOTH[0], BOTH[1]];
            let data = browser.post_data(NEW, &fields).await;
            assert_eq!(data.problems(), ["flow_missing"]);
        }
    }
}

/// The attacker proves a flow of his own, and lends its token, its cookie or its place to the flow of V.
async fn with_a_proof_of_another_flow(server: &Server, smtp: &mut Smtp) {
    let (attacker, proved) = server.proved(smtp, "bjorn").await;
    let mut tab = attacker.clone();
    let victims = tab.begin("anna").await;
    smtp.next().await;
    // The cookie of V's flow, the token of his own; then the other way round.
    for (browser, page) in [(&mut tab, &proved), (&mut attacker.clone(), &victims)] {
        let answer = post_password(browser, page).await;
        assert_ne!(answer.location(), "/forgot-password/done");
        let told = browser.follow(answer).await;
        assert_eq!(told.errors(), [english(Text::ProblemFlowElsewhere)]);
    }
    // Both cookies at once: one of them counts, and its own token is asked for.
    for (first, second, lent) in [(&tab, &attacker, &proved), (&attacker, &tab, &victims)] {
        let [first, second] = [first, second].map(|one| one.cookie("rekey-flow").unwrap());
        let mut form = lent.form(0);
        form.action = NEW.to_owned();
        let request = server.browser().form_post(&form, &BOTH);
        let request = request.header("cookie", format!("rekey-flow={first}; rekey-flow={second}"));
        let answer = Browser::send(NEW, request).await;
        assert_ne!(answer.location(), "/forgot-password/done");
    }
}

/// "Try another way": a new code is asked for, and the step after it posted.
async fn after_a_resend(server: &Server, smtp: &mut Smtp) {
    let (mut browser, page, _) = server.mailed(smtp, "anna").await;
    server.advance(31).await;
    let page = browser.ask_again(&page).await;
    smtp.next().await;
    let answer = post_password(&mut browser, &page).await;
    assert_eq!(answer.location(), "/forgot-password/code");
    let back = browser.get("/forgot-password").await;
    assert_eq!(back.heading(), english(Text::IdentifyTitle));
    let answer = post_password(&mut browser, &page).await;
    assert_eq!(answer.location(), "/forgot-password/code");
}

/// Two tabs at different steps: an older step posted again leads nowhere new, and takes nothing back.
async fn back_and_forth_after_the_proof(server: &Server, smtp: &mut Smtp) {
    let (mut browser, code_page, letter) = server.mailed(smtp, "grace").await;
    let page = browser.give(&code_page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
    let wrong = browser.give(&code_page, &letter.wrong_code()).await;
    assert_eq!(wrong.path, "/forgot-password/new");
    let sent = smtp.taken();
    let again = browser.ask_again(&code_page).await;
    assert_eq!(again.path, "/forgot-password/new");
    server.settle().await;
    assert_eq!(smtp.taken(), sent, "no new code for a proved flow");
    assert!(!server.opens("grace", GOOD).await);
    let page = browser.get("/forgot-password/new").await;
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done");
}

async fn a25_no_expiry(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "bjorn").await;
    // The clock runs on meanwhile, hence some seconds of room on the side where it must still work.
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    server.advance(30 * 60 - 5).await;
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new");

    let (mut browser, page, letter) = server.mailed(&mut smtp, "bjorn").await;
    server.advance(30 * 60 + 1).await;
    // The page was opened before, the post comes after.
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.errors(), [english(Text::ProblemCodeExpired)]);
    let page = browser.ask_again(&page).await;
    let newer = smtp.next().await;
    let page = browser.give(&page, &newer.code()).await;
    assert_eq!(
        page.path, "/forgot-password/new",
        "asking again is the way on"
    );
    // The proof has a time of its own.
    server.advance(15 * 60 + 1).await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.errors(), [english(Text::ProblemFlowExpired)]);
    stored.is_unchanged(&server).await;
}

async fn a26_reuse(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let before = Stored::of(&server, "anna").await;
    let changes = server.facts("authn_password_change").await;
    let (mut browser, code_page, letter) = server.mailed(&mut smtp, "anna").await;
    let new_page = browser.give(&code_page, &letter.code()).await;
    browser.choose(&new_page, GOOD).await;
    before.is_changed(&server).await;
    let stored = Stored::of(&server, "anna").await;
    // The code once more, at once and when nobody can call it a double click any more; then the password, back by the browser's button.
    let other = [
        ("new_password", OTHER_GOOD),
        ("confirm_password", OTHER_GOOD),
    ];
    for wait in [0, 61] {
        server.advance(wait).await;
        let form = code_page.form(0);
        let again = browser.post(&form, &[("code", &letter.code())]).await;
        assert_ne!(again.location(), "/forgot-password/new");
        let page = browser.follow(again).await;
        assert_eq!(page.heading(), english(Text::DoneAlreadyTitle));
        let again = browser.post(&new_page.form(0), &other).await;
        assert_eq!(again.location(), "/forgot-password/done");
        let page = browser.follow(again).await;
        assert_eq!(page.heading(), english(Text::DoneAlreadyTitle));
        let back = browser.get("/forgot-password/new").await;
        assert!(!back.body.contains("<form"), "{}", back.text());
    }
    // In a flow that begins afterwards the old code is a wrong one.
    let (mut newer, page, _) = server.mailed(&mut smtp, "anna").await;
    let page = newer.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    assert_eq!(server.facts("code_proved").await, 1);
    assert_eq!(server.facts("authn_password_change").await, changes + 1);
    stored.is_unchanged(&server).await;
}

fn told(text: Text, left: &str) -> String {
    sentence(Language::En, text, &[("count", left)])
}

async fn a28_older_code(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let (mut browser, page, older) = server.mailed(&mut smtp, "anna").await;
    server.advance(31).await;
    let page = browser.ask_again(&page).await;
    assert_eq!(page.notice(), english(Text::CodeResent));
    let newer = smtp.next().await;
    server.settle().await;
    assert_ne!(older.code(), newer.code());
    assert_ne!(older.header("message-id"), newer.header("message-id"));
    // Whoever asked twice is told that the first one is replaced, and has lost nothing by it.
    let page = browser.give(&page, &older.code()).await;
    assert_eq!(page.errors(), [told(Text::ProblemCodeReplaced, "5")]);
    // Somebody else asks for V. In the browser that was overtaken every code is nothing but wrong; in the other one an older code opens nothing
    // either, and whoever has it may know that it is older.
    let (mut stranger, his_page, newest) = server.mailed(&mut smtp, "anna").await;
    let page = browser.give(&page, &newer.code()).await;
    assert_eq!(page.errors(), [told(Text::ProblemCodeWrong, "4")]);
    let page = browser.give(&page, &newest.code()).await;
    assert_eq!(page.errors(), [told(Text::ProblemCodeWrong, "3")]);
    let his_page = stranger.give(&his_page, &newer.code()).await;
    assert_eq!(his_page.errors(), [told(Text::ProblemCodeReplaced, "5")]);
    stored.is_unchanged(&server).await;
    // The newest one works in the browser that it belongs to.
    let page = stranger.give(&his_page, &newest.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
    assert_eq!(server.facts("code_proved").await, 1);
    stored.is_unchanged(&server).await;
}

async fn a29_stale_after_change(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    // One flow is proved, one is proved after it, and one waits for its code.
    let (mut early, early_page) = server.proved(&mut smtp, "anna").await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let (mut waiting, waiting_page, letter) = server.mailed(&mut smtp, "anna").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    let stored = Stored::of(&server, "anna").await;

    let page = early.choose(&early_page, OTHER_GOOD).await;
    assert_eq!(page.path, "/forgot-password");
    assert_eq!(page.errors(), [english(Text::ProblemFlowExpired)]);
    let page = waiting.give(&waiting_page, &letter.code()).await;
    assert_eq!(
        page.path, "/forgot-password/code",
        "it goes on like one that never had an account"
    );
    let page = waiting.get("/forgot-password/new").await;
    assert_eq!(page.path, "/forgot-password/code");
    stored.is_unchanged(&server).await;
    disabled_meanwhile(engine).await;
}

async fn disabled_meanwhile(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut waiting, page, letter) = server.mailed(&mut smtp, "anna").await;
    let (mut proved, proved_page) = server.proved(&mut smtp, "bjorn").await;
    let stored = [
        Stored::of(&server, "anna").await,
        Stored::of(&server, "bjorn").await,
    ];
    server
        .db
        .run("UPDATE accounts SET state = 'disabled'")
        .await;
    let told = proved.choose(&proved_page, GOOD).await;
    assert_ne!(told.path, "/forgot-password/done");
    let told = waiting.give(&page, &letter.code()).await;
    assert_eq!(
        told.path, "/forgot-password/code",
        "no code can be right any more"
    );
    server.db.run("UPDATE accounts SET state = 'active'").await;
    for stored in stored {
        stored.is_unchanged(&server).await;
    }
    assert!(!server.opens("bjorn", GOOD).await);
}
