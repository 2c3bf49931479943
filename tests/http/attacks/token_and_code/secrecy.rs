//! Where a secret comes from and where it can be found: nowhere but in the mail and in the browser that it was made for.

use std::collections::BTreeSet;

use futures::future::join_all;
use reqwest::Method;
use serde_json::Value;

use super::super::Stored;
use crate::secrets::{hunt, said};
use crate::support::{Browser, Engine, GOOD, Page, Server, Setup, Smtp, on_both_engines, until};

on_both_engines!(a17_predictable, a18_stored_in_clear, a19_leaks);

/// How many of each are drawn.
const MANY: usize = 200;

/// Values that nobody could have told from the ones before: no two alike, no beginning in common, and at every place many characters.
fn assert_unpredictable(what: &str, values: &[String], alphabet: usize) {
    let all: BTreeSet<&str> = values.iter().map(String::as_str).collect();
    assert_eq!(all.len(), MANY, "{what}: some come twice");
    let length = values[0].len();
    for place in 0..length {
        let seen: BTreeSet<_> = values.iter().map(|value| value.as_bytes()[place]).collect();
        // Chance leaves out a few of the characters at a place, but never half of them. The hyphen of a case number is no chance, and the last
        // character of a whole number of bytes has fewer to choose from.
        let least = match place {
            _ if seen == BTreeSet::from([b'-']) => 1,
            last if last + 1 == length => 8,
            _ => alphabet / 2,
        };
        assert!(seen.len() >= least, "{what}, place {place}: {seen:?}");
    }
    // One after the other, as a counter or a clock would have it.
    let begins = |pair: &[String]| {
        let both = pair[0].bytes().zip(pair[1].bytes());
        both.take_while(|(a, b)| a == b).count()
    };
    let kept: usize = values.windows(2).map(begins).sum();
    assert!(kept < MANY / 4, "{what} begin alike");
}

async fn a17_predictable(engine: Engine) {
    // Codes are held to chance where they are drawn, in `reset/resolve.rs`.
    let server = Setup::new(engine).start().await;
    let stored = Stored::of(&server, "anna").await;
    let (mut flows, mut tokens, mut references) = (Vec::new(), Vec::new(), Vec::new());
    let mut forms = Vec::new();
    for _ in 0..MANY {
        let mut browser = server.browser();
        let path = "/api/forgot-password/identify";
        let answer = browser.post_data(path, &[("identifier", "anna")]).await;
        let json = answer.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        tokens.push(text(&json["state"]["flow"]["token"]));
        references.push(text(&json["state"]["flow"]["reference"]));
        forms.push(text(&json["state"]["form"]));
        flows.push(browser.cookie("rekey-flow").unwrap().to_owned());
    }
    let mut sessions = Vec::new();
    while sessions.len() < MANY {
        // As many at once as one name may try.
        let few = (0..8).map(|_| async {
            let mut browser = server.browser();
            let fields = [
                ("identifier", "anna"),
                ("password", &server.passwords["anna"]),
            ];
            browser.post_data("/api/sign-in", &fields).await;
            browser.cookie("rekey-session").unwrap().to_owned()
        });
        sessions.extend(join_all(few).await);
    }
    for (what, values) in [
        ("flow cookies", &flows),
        ("session cookies", &sessions),
        ("form tokens", &tokens),
    ] {
        assert!(values.iter().all(|value| value.len() == 43), "256 bits");
        assert_unpredictable(what, values, 64);
    }
    assert!(forms.iter().all(|form| form.len() == 26), "128 bits");
    assert_unpredictable("numbers of forms", &forms, 32);
    assert_unpredictable("case numbers", &references, 30);
    stored.is_unchanged(&server).await;
}

const MAY_STAND_IN: [&str; 2] = ["contacts.address", "contacts.address_canonical"];

/// The secret cookies of a browser.
fn cookies(browser: &Browser) -> impl Iterator<Item = (&'static str, String)> {
    let secret = browser
        .jar
        .iter()
        .filter(|(name, _)| *name != "rekey-language");
    secret.map(|(_, value)| ("a cookie", value.clone()))
}

async fn a18_stored_in_clear(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::new(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let address = "anna.berg@demo.example";
    smtp.down().await;
    let mut browser = server.browser();
    let page = browser.begin(address).await;
    until("a mail waits", async || {
        let waiting =
            "SELECT COUNT(*) FROM jobs WHERE kind = 'mail' AND attempts > 0 AND body_sealed <> ''";
        (server.db.number(waiting).await == 1).then_some(())
    })
    .await;
    let (waiting, log) = (server.db.dump().await, said(&server).await);
    smtp.up();
    server.advance(61).await;
    let letter = smtp.next().await;
    let code = letter.code();
    // While the mail waited, code and address were in the outbox and yet to be found nowhere.
    for (column, text) in &waiting {
        for secret in [&*code, &*code.replace(' ', ""), address, "user_name"] {
            let allowed = MAY_STAND_IN.contains(&column.as_str());
            assert!(allowed || !text.contains(secret), "{column}: {text}");
        }
    }
    assert!(!log.contains(&*code.replace(' ', "")) && !log.contains("anna"));
    server.settle().await;
    let left = "SELECT COUNT(*) FROM jobs WHERE body_sealed <> ''";
    assert_eq!(server.db.number(left).await, 0, "what was sent is wiped");

    let mut secrets: Vec<_> = cookies(&browser).collect();
    secrets.push(("the address", address.to_owned()));
    secrets.push(("a form token", page.form(0).value("token").to_owned()));
    secrets.push(("the code", code.replace(' ', "")));
    secrets.push(("the code in groups", code.clone()));
    let wrong = letter.wrong_code();
    secrets.push(("a wrong code", wrong.clone()));
    let page = browser.give(&page, &wrong).await;
    let page = browser.give(&page, &code).await;
    secrets.extend(cookies(&browser));
    hunt(&server, &secrets, &MAY_STAND_IN).await;
    stored.is_unchanged(&server).await;

    let page = browser.choose(&page, "kort-canary").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    let page = browser.sign_in(address, "fel-canary-vid-inloggning").await;
    assert_eq!(page.errors().len(), 1);
    browser.sign_in(address, GOOD).await;
    secrets.extend(cookies(&browser));
    for password in [GOOD, "kort-canary", "fel-canary", &server.passwords["anna"]] {
        secrets.push(("a password", password.to_owned()));
    }
    server.settle().await;
    hunt(&server, &secrets, &MAY_STAND_IN).await;
    // Nor in what the files still hold of rows that were changed, nor anywhere beside them.
    for file in std::fs::read_dir(server.folder()).unwrap() {
        let path = file.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        for (what, secret) in &secrets {
            let secret = secret.as_bytes();
            let found = bytes.windows(secret.len()).any(|part| part == secret);
            assert!(!found || *what == "the address", "{what} in {path:?}");
        }
    }
}

/// What a page must not let out, whoever looks over the shoulder or behind a link.
fn assert_tells_nobody(page: &Page, secrets: &[String]) {
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    assert_eq!(page.header("cache-control"), Some("no-store, no-transform"));
    let place = page.header("location").unwrap_or(&page.path);
    let path = place.split('?').next().unwrap();
    assert!(
        place == path || place == "/forgot-password?lost=1",
        "{place}"
    );
    for secret in secrets {
        assert!(!page.body.contains(secret), "{}: {secret}", page.path);
        assert!(!place.contains(secret), "{place}: {secret}");
        for (name, value) in &page.headers {
            let allowed = name == "set-cookie";
            assert!(
                allowed || !value.to_str().unwrap().contains(secret),
                "{name}"
            );
        }
    }
}

async fn a19_leaks(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let setup = setup.set("ACCOUNTS__PORTAL_URL", "https://portal.example/start");
    let setup = setup.set("RESET__AFTER", "signed_in");
    // Whoever looks for a fault makes the log say all it can.
    let setup = setup.variable("REKEY_LOG", "trace");
    let server = setup.start().await;
    let stored = Stored::of(&server, "anna").await;
    let mut browser = server.browser();
    let start = browser.get("/forgot-password").await;
    let mut pages = vec![start.clone()];
    pages.push(
        browser
            .post(&start.form(0), &[("identifier", "anna")])
            .await,
    );
    let letter = smtp.next().await;
    server.settle().await;
    let code = letter.code();
    let mut secrets = vec![code.clone(), code.replace(' ', "")];
    secrets.extend(cookies(&browser).map(|(_, value)| value));
    let code_page = browser.get("/forgot-password/code").await;
    let wrong = letter.wrong_code();
    secrets.push(wrong.clone());
    let form = code_page.form(0);
    pages.push(browser.post(&form, &[("code", &wrong)]).await);
    pages.push(browser.get("/forgot-password/code").await);
    // Where somebody's program puts fields into the address, they are not read from there, and not passed on.
    let in_address = format!("/forgot-password/code?code={}", code.replace(' ', ""));
    let looked = browser.look(&in_address).await;
    assert!(!looked.body.contains(&*code.replace(' ', "")));
    pages.push(browser.post(&form, &[("code", &code)]).await);
    secrets.extend(cookies(&browser).map(|(_, value)| value));
    let new_page = browser.get("/forgot-password/new").await;
    stored.is_unchanged(&server).await;
    secrets.extend([GOOD.to_owned(), "kort-canary".to_owned()]);
    let weak = [("new_password", "kort-canary"), ("confirm_password", GOOD)];
    pages.push(browser.post(&new_page.form(0), &weak).await);
    pages.push(browser.get("/forgot-password/new").await);
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    pages.push(browser.post(&new_page.form(0), &both).await);
    secrets.extend(cookies(&browser).map(|(_, value)| value));
    // From this page a link leads to another site.
    let done = browser.get("/forgot-password/done").await;
    assert!(done.body.contains("href=\"https://portal.example/start\""));
    pages.extend([code_page, new_page, done]);
    for page in &pages {
        assert_tells_nobody(page, &secrets);
    }
    let wrong_way = browser
        .request(Method::GET, &format!("/nope?code={code}&password={GOOD}"))
        .header("accept", "text/html");
    let nothing = Browser::send("/nope", wrong_way).await;
    assert_eq!(nothing.status, 404);
    assert_tells_nobody(&nothing, &secrets);
    told_nowhere(&server, &secrets).await;
}

/// Log, facts and the help desk's view.
async fn told_nowhere(server: &Server, secrets: &[String]) {
    let reference = server.db.text("SELECT reference FROM flows").await;
    let shown = server.command(&["flow", "show", &reference], "").await;
    assert!(shown.status.success());
    let desk = String::from_utf8(shown.stdout).unwrap();
    let secrets: Vec<_> = secrets
        .iter()
        .map(|one| ("a secret", one.clone()))
        .collect();
    for (_, secret) in &secrets {
        assert!(!desk.contains(secret.as_str()), "{desk}");
    }
    hunt(server, &secrets, &[]).await;
    let log = said(server).await;
    assert!(log.contains("\"level\":\"DEBUG\""));
    for never in ["127.0.0.1\"", "Anna Berg", "client", "anna.berg"] {
        let log = log.replace(server.base.trim_start_matches("http://"), "");
        assert!(!log.contains(never), "{never}: {log}");
    }
}
