//! F20: the flow's cookie dies with the browser, which a phone ends while its owner looks at the mail.

use crate::support::{Engine, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    f20_the_cookie_lives_as_long_as_the_flow,
    f20_a_longer_code_makes_it_live_longer,
    f20_after_the_proof_it_lives_as_long_as_that,
    f20_a_page_that_is_found_again_goes_on,
    f20_nobody_is_told_apart_by_it
);

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// For how many seconds an answer has the flow's cookie kept; `None` where it sets none.
fn kept_for(page: &Page) -> Option<i64> {
    let cookies = page.set_cookies();
    let is_flow = |cookie: &&String| {
        let name = cookie.split('=').next().unwrap_or_default();
        name.trim_start_matches("__Host-") == "rekey-flow"
    };
    let flow = cookies.iter().find(is_flow)?;
    let age = flow
        .split("; ")
        .find_map(|part| part.strip_prefix("Max-Age="));
    let age = age.unwrap_or_else(|| panic!("dies with the browser: {flow}"));
    Some(age.parse().expect("seconds"))
}

/// The answers to what somebody posts before the proof: the name, a wrong code, a request for a new one.
async fn before_the_proof(server: &Server, who: &str) -> [Option<i64>; 3] {
    let mut browser = server.browser();
    let page = browser.get("/forgot-password").await;
    let begun = browser.post(&page.form(0), &[("identifier", who)]).await;
    let page = browser.get("/forgot-password/code").await;
    server.settle().await;
    server.advance(10 * MINUTE).await;
    let wrong = browser
        .post(
            &page.form_to("/api/forgot-password/code"),
            &[("code", "000000")],
        )
        .await;
    let again = browser
        .post(&page.form_to("/api/forgot-password/resend"), &[])
        .await;
    [kept_for(&begun), kept_for(&wrong), kept_for(&again)]
}

async fn f20_the_cookie_lives_as_long_as_the_flow(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    // A new code begins the hour anew, and a wrong one does not.
    let expected = [Some(HOUR), None, Some(HOUR)];
    assert_eq!(before_the_proof(&server, "anna").await, expected);
}

async fn f20_a_longer_code_makes_it_live_longer(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = setup.set("RESET__CODE_LIFETIME_MAIL", 1440).start().await;
    let longer = Some(24 * HOUR + 15 * MINUTE);
    assert_eq!(
        before_the_proof(&server, "anna").await,
        [longer, None, longer]
    );
}

async fn f20_after_the_proof_it_lives_as_long_as_that(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "anna").await;
    let form = page.form_to("/api/forgot-password/code");
    let proved = browser.post(&form, &[("code", &letter.code())]).await;
    assert_eq!(kept_for(&proved), Some(15 * MINUTE));
    let page = browser.get("/forgot-password/new").await;
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let done = browser.post(&page.form(0), &both).await;
    assert_eq!(done.location(), "/forgot-password/done");
    assert_eq!(kept_for(&done), Some(HOUR), "the last page stays");

    // The second factor is another proof.
    let (phone, _) = server.browser().enrol(&server, "bjorn").await;
    let (mut browser, page, letter) = server.mailed(&mut smtp, "bjorn").await;
    let form = page.form_to("/api/forgot-password/code");
    let proved = browser.post(&form, &[("code", &letter.code())]).await;
    assert_eq!(kept_for(&proved), Some(15 * MINUTE));
    let page = browser.get("/forgot-password/factor").await;
    let code = phone.fresh(&server).await;
    let shown = browser.post(&page.form(0), &[("totp", &code)]).await;
    assert_eq!(shown.location(), "/forgot-password/new");
    assert_eq!(kept_for(&shown), Some(15 * MINUTE));

    // And so is a password that has to be changed.
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let both = [
        ("identifier", "maja"),
        ("password", &*server.passwords["maja"]),
    ];
    let forced = browser.post(&page.form(0), &both).await;
    assert_eq!(forced.location(), "/forgot-password/new");
    assert_eq!(kept_for(&forced), Some(15 * MINUTE));

    // What signs somebody in dies with the browser as it did.
    let page = browser.sign_in("anna", GOOD).await;
    assert_eq!(page.path, "/account");
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let both = [("identifier", "anna"), ("password", GOOD)];
    let signed_in = browser.post(&page.form(0), &both).await;
    let cookies = signed_in.set_cookies();
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("rekey-session="));
    let session = session.expect("a session");
    assert!(
        !session.contains("Max-Age") && !session.contains("Expires"),
        "{session}"
    );
}

/// A browser that is started anew has only the cookies with a time.
async fn f20_a_page_that_is_found_again_goes_on(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let mut browser = server.browser();
    let page = browser.get("/forgot-password").await;
    let begun = browser.post(&page.form(0), &[("identifier", "anna")]).await;
    let lasting = begun.set_cookies();
    let lasting = lasting.iter().filter(|cookie| cookie.contains("Max-Age"));
    let mut anew = server.browser();
    for cookie in lasting {
        let pair = cookie.split(';').next().unwrap_or_default();
        let (name, value) = pair.split_once('=').expect("a cookie");
        anew.jar.insert(name.to_owned(), value.to_owned());
    }
    let letter = smtp.next().await;
    server.advance(20 * MINUTE).await;
    let page = anew.get("/forgot-password/code").await;
    let page = anew.give(&page, &letter.code()).await;
    let page = anew.choose(&page, OTHER_GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
}

async fn f20_nobody_is_told_apart_by_it(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::new(engine).production(&smtp).start().await;
    let mut kept = Vec::new();
    for who in ["anna", "nils", "farid", "kalle", "kalle@demo.example"] {
        let mut browser = server.browser();
        let page = browser.get("/forgot-password").await;
        let begun = browser.post(&page.form(0), &[("identifier", who)]).await;
        kept.push(kept_for(&begun));
    }
    assert_eq!(kept, [Some(HOUR); 5]);
}
