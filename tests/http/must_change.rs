//! Passwords that have to be changed at sign-in, and those that have expired (journey row O8, STANDARDS H03, H04).

use rekey::texts::Text;

use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, english, on_both_engines,
};

on_both_engines!(
    whoever_must_change_is_led_to_the_new_password,
    an_expired_password_is_led_there_too,
    nothing_else_is_reached_by_it,
    the_same_password_is_no_change,
    the_proof_ends,
    a_wrong_password_tells_nothing_of_it,
    a_reset_counts_as_the_change,
    the_browsers_half_is_led_there,
    it_may_sign_in_at_the_end,
    whoever_has_no_password_cannot_be_told_to_change_it
);

fn setup(engine: Engine, smtp: &Smtp) -> Setup {
    Setup::stopped(engine).relay(smtp)
}

/// Signs in as maja, who must change the password.
async fn led(server: &Server) -> (Browser, Page) {
    let mut browser = server.browser();
    let page = browser.sign_in("maja", &server.passwords["maja"]).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
    (browser, page)
}

async fn whoever_must_change_is_led_to_the_new_password(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (mut browser, page) = led(&server).await;
    assert_eq!(page.heading(), english(Text::NewTitle));
    for words in [english(Text::NewMustChange), "Account: maja".to_owned()] {
        assert!(page.text().contains(&words), "{}", page.text());
    }
    assert!(!page.text().contains(&english(Text::NewExpired)));
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
    assert_eq!(page.heading(), english(Text::DoneChangedTitle));
    assert!(page.text().contains(&english(Text::DoneSignedIn)));
    assert!(browser.is_signed_in().await, "the password was just given");
    // Going back does not ask for it again, nor lead to sign-in.
    let page = browser.get("/forgot-password/new").await;
    assert!(page.text().contains(&english(Text::DoneSignedIn)));
    assert!(page.body.contains(r#"href="/account""#), "{}", page.body);
    let page = server.browser().sign_in("maja", GOOD).await;
    assert_eq!(page.path, "/account", "changed once, it need not be again");
    assert!(!server.opens("maja", &server.passwords["maja"]).await);
    let letter = smtp.next().await;
    assert_eq!(letter.to, ["maja.lund@demo.example"]);
    assert_eq!(letter.code_if_any(), None, "told as of any change");
    // Somebody else was never asked.
    assert!(server.opens("anna", &server.passwords["anna"]).await);
}

async fn an_expired_password_is_led_there_too(engine: Engine) {
    let smtp = Smtp::start();
    let setup = setup(engine, &smtp).set("PASSWORD__MAX_AGE_DAYS", 90);
    let server = setup.start().await;
    let anna = &server.passwords["anna"];
    server.advance(89 * 86400).await;
    assert!(server.opens("anna", anna).await);
    server.advance(86400 + 60).await;
    let mut browser = server.browser();
    let page = browser.sign_in("anna.berg@demo.example", anna).await;
    assert_eq!(page.path, "/forgot-password/new");
    assert!(
        page.text().contains(&english(Text::NewExpired)),
        "{}",
        page.text()
    );
    browser.choose(&page, GOOD).await;
    assert!(server.opens("anna", GOOD).await);
    server.advance(89 * 86400).await;
    assert!(server.opens("anna", GOOD).await);
    server.advance(86400 + 60).await;
    assert!(!server.opens("anna", GOOD).await);
}

async fn nothing_else_is_reached_by_it(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (mut browser, page) = led(&server).await;
    assert_eq!(browser.cookie("rekey-session"), None);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM sessions").await, 0);
    assert!(!browser.is_signed_in().await);
    let places = ["code", "factor", "done"].map(|step| format!("/forgot-password/{step}"));
    for place in places {
        let page = browser.get(&place).await;
        assert_eq!(page.path, "/forgot-password/new", "{place}");
    }
    // Nor may the form of the code be used under it.
    let token = page.form(0).value("token").to_owned();
    for (place, field) in [("code", "code"), ("resend", "channel")] {
        let fields = [("token", &*token), (field, "123456")];
        let path = format!("/api/forgot-password/{place}");
        let answer = browser.clone().post_data(&path, &fields).await;
        assert_eq!(answer.json()["at"], "/forgot-password/new", "{place}");
    }
    server.settle().await;
    assert_eq!(smtp.taken(), 0, "no message asks for anything");
    // Another browser that learns of the form's token has nothing by it.
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let fields = [("token", &*token), both[0], both[1]];
    let answer = server
        .browser()
        .post_data("/api/forgot-password/new", &fields)
        .await;
    assert_eq!(answer.problems(), ["flow_missing"]);
    let reference = server.db.text("SELECT reference FROM flows").await;
    assert!(page.text().contains(&reference), "{}", page.text());
    let shown = server.command(&["flow", "show", &reference], "").await;
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("begun at sign-in"), "{shown}");
}

async fn the_same_password_is_no_change(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (mut browser, page) = led(&server).await;
    let rule = english(Text::NewRuleNotFormer);
    assert!(page.text().contains(&rule), "{}", page.text());
    let page = browser.choose(&page, &server.passwords["maja"]).await;
    assert_eq!(page.errors(), [english(Text::ProblemPasswordFormer)]);
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
}

async fn the_proof_ends(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (mut late, page) = led(&server).await;
    server.advance(15 * 60 + 1).await;
    let refused = late.choose(&page, GOOD).await;
    assert_eq!(refused.errors(), [english(Text::ProblemFlowExpired)]);
    // Of two that are open the first choice ends the other.
    let (mut one, page_of_one) = led(&server).await;
    let (mut other, page_of_other) = led(&server).await;
    one.choose(&page_of_one, GOOD).await;
    let refused = other.choose(&page_of_other, OTHER_GOOD).await;
    assert_eq!(refused.errors(), [english(Text::ProblemFlowExpired)]);
    assert!(server.opens("maja", GOOD).await);
}

async fn a_wrong_password_tells_nothing_of_it(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    for who in ["maja", "anna", "kalle"] {
        let mut browser = server.browser();
        let page = browser.sign_in(who, "fel").await;
        assert_eq!(
            page.errors(),
            [english(Text::ProblemSignInRefused)],
            "{who}"
        );
        assert_eq!(browser.cookie("rekey-flow"), None, "{who}");
    }
}

async fn a_reset_counts_as_the_change(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let (mut browser, page) = server.proved(&mut smtp, "maja").await;
    let page = browser.choose(&page, &server.passwords["maja"]).await;
    assert_eq!(
        page.errors(),
        [english(Text::ProblemPasswordFormer)],
        "no way around the change"
    );
    browser.choose(&page, GOOD).await;
    assert!(server.opens("maja", GOOD).await);
}

async fn the_browsers_half_is_led_there(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let mut browser = server.browser();
    let password = server.passwords["maja"].clone();
    let fields = [("identifier", "maja"), ("password", &*password)];
    let answer = browser.post_data("/api/sign-in", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    assert_eq!(answer["at"], "/forgot-password/new");
    let flow = &answer["state"]["flow"];
    assert_eq!(flow["forced"], "must_change");
    assert_eq!(flow["user_name"], "maja");
    let token = flow["token"].as_str().unwrap();
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let fields = [("token", token), both[0], both[1]];
    let answer = browser.post_data("/api/forgot-password/new", &fields).await;
    assert_eq!(answer.json()["at"], "/forgot-password/done");
}

async fn it_may_sign_in_at_the_end(engine: Engine) {
    let smtp = Smtp::start();
    let setup = setup(engine, &smtp).set("RESET__AFTER", "signed_in");
    let server = setup.start().await;
    let (mut browser, page) = led(&server).await;
    let page = browser.choose(&page, GOOD).await;
    assert!(
        page.text().contains(&english(Text::DoneSignedIn)),
        "{}",
        page.text()
    );
    assert!(browser.is_signed_in().await);
}

async fn whoever_has_no_password_cannot_be_told_to_change_it(engine: Engine) {
    let smtp = Smtp::start();
    let server = setup(engine, &smtp).start().await;
    let password = server
        .add("karin", "karin@demo.example", &["--must-change"])
        .await;
    let page = server.browser().sign_in("karin", &password).await;
    assert_eq!(page.path, "/forgot-password/new");
    let add = [
        "account",
        "add",
        "--user-name",
        "kaj",
        "--name",
        "K",
        "--mail",
        "kaj@demo.example",
    ];
    let both = [&add[..], &["--must-change", "--no-password"]].concat();
    let refused = server.command(&both, "").await;
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
}
