//! Browsers that an account knows: how they become known, and what that is worth (STANDARDS F03).

mod forgotten;

use crate::support::{Browser, Engine, GOOD, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    strangers_never_make_a_known_browser_wait,
    a_known_browser_has_tries_of_its_own,
    a_browser_that_chose_the_password_is_known,
    a_link_makes_its_browser_known,
    its_value_is_new_at_every_sign_in,
    the_password_alone_makes_none_known,
    several_accounts_know_one_browser,
    where_an_address_is_shared_each_knows_its_own
);

const DEVICE: &str = "rekey-device";

fn setup(engine: Engine) -> Setup {
    Setup::stopped(engine).set("LIMITS__SIGN_IN_FAILURES_BURST", 2)
}

/// A browser in which somebody has signed in, and out again.
async fn known(server: &Server, who: &str, password: &str) -> Browser {
    let mut browser = server.browser();
    let page = browser.sign_in(who, password).await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
    sign_out(&mut browser).await;
    browser
}

async fn sign_out(browser: &mut Browser) {
    let page = browser.get("/account").await;
    browser.post(&page.form_to("/api/sign-out"), &[]).await;
    assert!(browser.cookie("rekey-session").is_none());
}

/// What a try to sign in is told; nothing when it works.
async fn told(browser: &mut Browser, who: &str, password: &str) -> Vec<String> {
    let fields = [("identifier", who), ("password", password)];
    let answer = browser.post_data("/api/sign-in", &fields).await;
    if answer.status == 200 {
        return Vec::new();
    }
    assert_eq!(answer.status, 422, "{}", answer.body);
    answer.problems()
}

/// Uses up what strangers may try under a name.
async fn burn(server: &Server, who: &str) {
    for _ in 0..3 {
        if told(&mut server.browser(), who, "fel").await == ["sign_in_wait"] {
            return;
        }
    }
    panic!("{who} may be tried without end");
}

async fn strangers_never_make_a_known_browser_wait(engine: Engine) {
    let server = setup(engine).start().await;
    let anna = &server.passwords["anna"];
    let mut at_home = known(&server, "anna", anna).await;
    let mut others = known(&server, "bjorn", &server.passwords["bjorn"]).await;
    burn(&server, "anna").await;
    assert_eq!(
        told(&mut server.browser(), "anna", anna).await,
        ["sign_in_wait"]
    );
    assert_eq!(
        told(&mut others, "anna", anna).await,
        ["sign_in_wait"],
        "known to somebody else is not known"
    );
    assert!(told(&mut at_home, "anna", anna).await.is_empty());
    // A success at home lifts nothing: a stranger would learn from it that the name has an owner.
    assert_eq!(
        told(&mut server.browser(), "anna", anna).await,
        ["sign_in_wait"]
    );
}

async fn a_known_browser_has_tries_of_its_own(engine: Engine) {
    let server = setup(engine).start().await;
    let anna = &server.passwords["anna"];
    let mut at_home = known(&server, "anna", anna).await;
    for _ in 0..2 {
        // By whichever name: the account is known, and so its tries are counted together.
        for (who, said) in [
            ("anna", "sign_in_refused"),
            ("anna.berg@demo.example", "sign_in_refused"),
            ("ANNA", "sign_in_wait"),
        ] {
            assert_eq!(told(&mut at_home, who, "fel").await, [said], "{who}");
        }
        assert_eq!(told(&mut at_home, "anna", anna).await, ["sign_in_wait"]);
        // Strangers are not told of it, and have all their tries.
        burn(&server, "anna").await;
        server.advance(61).await;
        assert!(told(&mut at_home, "anna", anna).await.is_empty());
        // Its success has started the count anew.
        server.advance(3600).await;
        assert!(server.opens("anna", anna).await);
    }
}

async fn a_browser_that_chose_the_password_is_known(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = setup(engine).relay(&smtp).start().await;
    let names = ["anna", "anna.berg@demo.example"];
    for name in names {
        burn(&server, name).await;
    }
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    assert!(browser.cookie(DEVICE).is_none());
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    // The reset has lifted nothing for anybody else.
    for name in names {
        assert_eq!(
            told(&mut server.browser(), name, GOOD).await,
            ["sign_in_wait"]
        );
        assert!(told(&mut browser, name, GOOD).await.is_empty(), "{name}");
    }
}

async fn a_link_makes_its_browser_known(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = setup(engine).relay(&smtp);
    let server = setup.set("RESET__PROVE_BY", "mail_link").start().await;
    server.browser().begin("anna").await;
    let letter = smtp.next().await;
    let mut browser = server.browser();
    let page = browser.get(&letter.link()).await;
    browser.choose(&page, GOOD).await;
    burn(&server, "anna").await;
    assert!(told(&mut browser, "anna", GOOD).await.is_empty());
}

async fn its_value_is_new_at_every_sign_in(engine: Engine) {
    let server = setup(engine).start().await;
    let anna = &server.passwords["anna"];
    let mut browser = known(&server, "anna", anna).await;
    let mut copy = browser.clone();
    let first = browser.cookie(DEVICE).unwrap().to_owned();
    assert_eq!(first.len(), 43, "256 bits");
    browser.sign_in("anna", anna).await;
    assert_ne!(browser.cookie(DEVICE), Some(&*first));
    burn(&server, "anna").await;
    assert_eq!(
        told(&mut copy, "anna", anna).await,
        ["sign_in_wait"],
        "the value before it is worth nothing"
    );
    assert_eq!(server.db.number("SELECT COUNT(*) FROM devices").await, 1);
    let in_clear = format!("SELECT COUNT(*) FROM devices WHERE token_hash = '{first}'");
    assert_eq!(
        server.db.number(&in_clear).await,
        0,
        "only its hash is kept"
    );
    sign_out(&mut browser).await;
    assert!(
        told(&mut browser, "anna", anna).await.is_empty(),
        "it outlives the session"
    );
}

/// Where there is a second factor, or one has to be set up first.
async fn the_password_alone_makes_none_known(engine: Engine) {
    let server = setup(engine).start().await;
    let anna = &server.passwords["anna"];
    let (phone, _) = server.browser().enrol(&server, "anna").await;
    let known = "SELECT COUNT(*) FROM devices";
    assert_eq!(server.db.number(known).await, 1);
    let mut browser = server.browser();
    let asked = browser.sign_in("anna", anna).await;
    assert_eq!(asked.path, "/sign-in/factor");
    let mut other = server.browser();
    let page = other.sign_in("grace", &server.passwords["grace"]).await;
    assert_eq!(page.path, "/sign-in/set-up");
    for half_way in [&browser, &other] {
        assert_eq!(half_way.cookie(DEVICE), None);
    }
    assert_eq!(server.db.number(known).await, 1);
    burn(&server, "anna").await;
    assert_eq!(
        told(&mut browser.clone(), "anna", anna).await,
        ["sign_in_wait"]
    );
    let code = phone.fresh(&server).await;
    assert_eq!(browser.show(&asked, &code).await.path, "/account");
    other.set_up(&server, &page).await;
    for all_the_way in [&browser, &other] {
        assert!(all_the_way.cookie(DEVICE).is_some());
    }
    assert_eq!(server.db.number(known).await, 3);
    burn(&server, "anna").await;
    assert!(told(&mut browser, "anna", anna).await.is_empty());
}

async fn several_accounts_know_one_browser(engine: Engine) {
    let server = setup(engine).start().await;
    let (anna, bjorn) = (&server.passwords["anna"], &server.passwords["bjorn"]);
    let mut browser = known(&server, "anna", anna).await;
    assert!(told(&mut browser, "bjorn", bjorn).await.is_empty());
    for who in ["anna", "bjorn"] {
        burn(&server, who).await;
    }
    assert!(told(&mut browser, "anna", anna).await.is_empty());
    assert!(told(&mut browser, "bjorn", bjorn).await.is_empty());
    // Whoever knows one of the two passwords gets no more guesses at the other one by it.
    for said in ["sign_in_refused", "sign_in_refused", "sign_in_wait"] {
        assert_eq!(told(&mut browser, "bjorn", "fel").await, [said]);
        assert!(told(&mut browser, "anna", anna).await.is_empty());
    }
}

async fn where_an_address_is_shared_each_knows_its_own(engine: Engine) {
    const SHARED: &str = "familjen@demo.example";
    let server = setup(engine).start().await;
    let mor = server.add("mor", SHARED, &[]).await;
    let son = server.add("son", SHARED, &[]).await;
    let mut browser = known(&server, "mor", &mor).await;
    // In mother's browser the son is a stranger: her own successes give him no more guesses at hers, nor her at his.
    for said in ["sign_in_refused", "sign_in_refused"] {
        assert_eq!(told(&mut browser, SHARED, "fel").await, [said]);
    }
    assert_eq!(told(&mut browser, SHARED, "fel").await, ["sign_in_wait"]);
    server.advance(61).await;
    assert!(told(&mut browser, SHARED, &mor).await.is_empty());
    for said in ["sign_in_refused", "sign_in_wait"] {
        let stranger = &mut server.browser();
        assert_eq!(told(stranger, SHARED, "fel").await, [said], "as before");
    }
    server.advance(3600).await;
    burn(&server, SHARED).await;
    assert!(told(&mut browser, SHARED, &mor).await.is_empty());
    assert_eq!(told(&mut browser, SHARED, &son).await, ["sign_in_refused"]);
    // Once he has been in here, it is his too.
    server.advance(3600).await;
    assert!(told(&mut browser, SHARED, &son).await.is_empty());
    burn(&server, SHARED).await;
    assert!(told(&mut browser, SHARED, &son).await.is_empty());
    assert!(told(&mut browser, SHARED, &mor).await.is_empty());
}
