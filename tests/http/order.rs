//! Steps in order: going back, other tabs, other people's forms, flows that are over (STANDARDS B16). Skipping is among the attacks (A22).

use rekey::texts::Text;

use crate::support::{Engine, GOOD, OTHER_GOOD, Setup, Smtp, english, on_both_engines, on_sqlite};

on_both_engines!(
    a_form_of_another_flow_is_refused,
    two_tabs_lead_to_the_newer_flow,
    the_last_page_can_be_loaded_again,
    the_cookie_from_before_the_proof_proves_nothing,
    a_proof_lasts_a_quarter_of_an_hour
);

on_sqlite!(
    without_a_flow_everything_leads_to_the_start,
    going_back_offers_the_way_on
);

const BOTH: [(&str, &str); 2] = [("new_password", GOOD), ("confirm_password", GOOD)];

async fn without_a_flow_everything_leads_to_the_start(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    for step in ["/forgot-password/code", "/forgot-password/new"] {
        let page = server.browser().get(step).await;
        let at = page.path.split('?').next();
        assert_eq!(at, Some("/forgot-password"));
        assert_eq!(page.errors(), [english(Text::ProblemFlowMissing)]);
    }
    // Nothing is left to do for somebody who comes back to the last page.
    let page = server.browser().get("/forgot-password/done").await;
    assert_eq!(page.path, "/sign-in");
    assert!(page.errors().is_empty());
    for path in [
        "/api/forgot-password/code",
        "/api/forgot-password/resend",
        "/api/forgot-password/new",
    ] {
        let fields = [("token", "x"), ("code", "123456"), BOTH[0], BOTH[1]];
        let data = server.browser().post_data(path, &fields).await;
        assert_eq!(data.status, 422);
        assert_eq!(data.problems(), ["flow_missing"]);
        assert_eq!(data.json()["at"], "/forgot-password");
    }
}

async fn a_form_of_another_flow_is_refused(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (_, other, _) = server.mailed(&mut smtp, "bjorn").await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let answer = browser
        .post(&other.form(0), &[("code", &letter.code())])
        .await;
    let told = browser.follow(answer).await;
    assert_eq!(told.path, "/forgot-password/code");
    assert_eq!(told.errors(), [english(Text::ProblemFlowElsewhere)]);
    let mut without = page.form(0);
    without.hidden.clear();
    let answer = browser.post(&without, &[("code", &letter.code())]).await;
    assert_eq!(answer.location(), "/forgot-password/code");
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/new", "nothing was counted");
}

async fn two_tabs_lead_to_the_newer_flow(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    let first_tab = browser.begin("anna").await;
    smtp.next().await;
    let second_tab = browser.begin("anna").await;
    let newer = smtp.next().await;
    assert_ne!(first_tab.reference(), second_tab.reference());
    let told = browser.give(&first_tab, &newer.code()).await;
    assert_eq!(told.errors(), [english(Text::ProblemFlowElsewhere)]);
    assert_eq!(told.reference(), second_tab.reference());
    let page = browser.give(&told, &newer.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

async fn going_back_offers_the_way_on(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut browser, _) = server.proved(&mut smtp, "anna").await;
    let back = browser.get("/forgot-password/code").await;
    assert_eq!(back.path, "/forgot-password/code");
    assert_eq!(back.heading(), english(Text::CodePassedTitle));
    assert!(back.text().contains(&english(Text::CodePassedContinue)));
    assert!(back.body.contains("href=\"/forgot-password/new\""));
    let start = browser.get("/forgot-password").await;
    assert_eq!(start.heading(), english(Text::IdentifyTitle));
    let page = browser.get("/forgot-password/new").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.heading(), english(Text::DoneTitle));
}

async fn the_last_page_can_be_loaded_again(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.heading(), english(Text::DoneTitle));
    let again = browser.get("/forgot-password/done").await;
    assert_eq!(again.heading(), english(Text::DoneAlreadyTitle));
    // Back and the button once more: it is done, and the other password is not taken.
    let both = [
        ("new_password", OTHER_GOOD),
        ("confirm_password", OTHER_GOOD),
    ];
    let answer = browser.post(&page.form(0), &both).await;
    assert_eq!(answer.location(), "/forgot-password/done");
    assert!(server.opens("anna", GOOD).await);
    assert!(!server.opens("anna", OTHER_GOOD).await);
    for earlier in ["/forgot-password/new", "/forgot-password/code"] {
        let page = browser.get(earlier).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("<form"), "{}", page.text());
    }
}

async fn the_cookie_from_before_the_proof_proves_nothing(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let mut thief = browser.clone();
    let page = browser.give(&page, &letter.code()).await;
    assert_ne!(browser.cookie("rekey-flow"), thief.cookie("rekey-flow"));
    let seen = thief.get("/forgot-password/new").await;
    let field = "name=\"new_password\"";
    assert!(page.body.contains(field), "{}", page.text());
    assert!(!seen.body.contains(field), "the old cookie shows nothing");
    assert_ne!(seen.path, "/forgot-password/new");
    let answer = thief.post(&page.form(0), &BOTH).await;
    assert_ne!(answer.location(), "/forgot-password/done");
    assert!(!server.opens("anna", GOOD).await);
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done");
    let seen = thief.get("/forgot-password/done").await;
    assert_ne!(seen.path, "/forgot-password/done");
}

async fn a_proof_lasts_a_quarter_of_an_hour(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut in_time, first) = server.proved(&mut smtp, "anna").await;
    server.advance(15 * 60 - 5).await;
    let page = in_time.choose(&first, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");

    let (mut late, second) = server.proved(&mut smtp, "bjorn").await;
    server.advance(15 * 60 + 1).await;
    let page = late.choose(&second, GOOD).await;
    assert_eq!(page.path, "/forgot-password");
    assert_eq!(page.errors(), [english(Text::ProblemFlowExpired)]);
    assert!(!server.opens("bjorn", GOOD).await);
}
