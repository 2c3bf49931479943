//! Nothing tells a stranger who has an account: the same status, headers, cookies, words and next page for people who have one, have
//! none, are disabled, or have no password (STANDARDS A01, A17; ATTACKS A10, A12, A13, A15).

use std::collections::BTreeMap;

use crate::support::{Browser, Engine, Manner, Page, Server, Setup, Smtp, on_both_engines, seen};

on_both_engines!(
    at_every_step_by_forms,
    at_every_step_as_data,
    with_a_relay_that_is_down_or_refuses,
    when_the_limit_of_messages_is_reached,
    when_too_many_wrong_codes_were_given
);

/// Has an account, has none, is disabled, has no password.
const CLASSES: [&str; 4] = ["anna", "kalle", "bjorn", "grace"];

async fn server(setup: Setup) -> Server {
    let server = setup.start().await;
    for statement in [
        "UPDATE accounts SET state = 'disabled' WHERE user_name = 'bjorn'",
        "DELETE FROM passwords WHERE account_id = (SELECT id FROM accounts WHERE user_name = 'grace')",
    ] {
        server.db.run(statement).await;
    }
    server
}

/// The browsers of all classes, in step with each other.
struct Strangers {
    browsers: Vec<(&'static str, Browser, Page)>,
    codes: [&'static str; 6],
}

impl Strangers {
    fn new(server: &Server) -> Self {
        let blank = Page {
            path: String::new(),
            status: 0,
            headers: reqwest::header::HeaderMap::new(),
            body: String::new(),
        };
        Self {
            browsers: CLASSES
                .map(|who| (who, server.browser(), blank.clone()))
                .into(),
            // One of them may be right by chance, once in 200 000 runs.
            codes: ["111111", "222222", "333333", "444444", "555555", "666666"],
        }
    }

    /// Everybody does the same; nobody may see anything that the others do not.
    async fn each(
        &mut self,
        what: &str,
        step: impl AsyncFn(&'static str, &mut Browser, &Page) -> Vec<Page>,
    ) {
        let mut all: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (who, browser, at) in &mut self.browsers {
            let answers = step(who, browser, at).await;
            let whole: Vec<String> = answers.iter().map(|answer| seen(answer, who)).collect();
            all.entry(whole.join("\n\n")).or_default().push(who);
            *at = answers.last().unwrap().clone();
        }
        assert_eq!(all.len(), 1, "{what}: {all:#?}");
    }
}

/// Posts one of the journey's forms from the page at hand and follows: both answers.
async fn post(browser: &mut Browser, at: &Page, to: &str, fields: &[(&str, &str)]) -> Vec<Page> {
    let form = at.form_to(&format!("/api/forgot-password/{to}"));
    let answer = browser.post(&form, fields).await;
    let page = browser.follow(answer.clone()).await;
    vec![answer, page]
}

async fn look(browser: &mut Browser, path: &str) -> Vec<Page> {
    vec![browser.look(path).await]
}

async fn begin(strangers: &mut Strangers) {
    strangers
        .each("the first page", async |_, browser, _| {
            look(browser, "/forgot-password").await
        })
        .await;
    strangers
        .each("identify", async |who, browser, at| {
            post(browser, at, "identify", &[("identifier", who)]).await
        })
        .await;
}

async fn guess(strangers: &mut Strangers) {
    for code in strangers.codes {
        strangers
            .each("a wrong code", async |_, browser, at| {
                post(browser, at, "code", &[("code", code)]).await
            })
            .await;
    }
}

async fn resend(strangers: &mut Strangers) {
    strangers
        .each("a new code", async |_, browser, at| {
            post(browser, at, "resend", &[]).await
        })
        .await;
}

async fn at_every_step_by_forms(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = server(setup.set("RESET__RESENDS", 10)).await;
    let mut strangers = Strangers::new(&server);
    begin(&mut strangers).await;
    smtp.next().await;
    server.settle().await;
    let again = async |_: &'static str, browser: &mut Browser, _: &Page| {
        look(browser, "/forgot-password/code").await
    };
    strangers.each("after the look-up", again).await;
    guess(&mut strangers).await;
    resend(&mut strangers).await;
    for wait in [31, 61, 121] {
        server.advance(wait).await;
        resend(&mut strangers).await;
        server.settle().await;
        strangers.each("after a resend", again).await;
        guess(&mut strangers).await;
    }
    server.advance(300).await;
    resend(&mut strangers).await;
    server.settle().await;
    server.advance(1801).await;
    strangers
        .each("too late", async |_, browser, at| {
            post(browser, at, "code", &[("code", "777777")]).await
        })
        .await;
    strangers
        .each("the next step", async |_, browser, _| {
            look(browser, "/forgot-password/new").await
        })
        .await;
    server.advance(3600).await;
    strangers.each("when the flow is over", again).await;
    let sent = smtp.taken();
    assert_eq!(sent, 5, "only the one who has an account got mail");
}

async fn at_every_step_as_data(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = server(Setup::new(engine).relay(&smtp)).await;
    let mut strangers = Strangers::new(&server);
    let data = async |browser: &mut Browser, path: &str, fields: &[(&str, &str)]| {
        vec![browser.post_data(path, fields).await]
    };
    let token = |at: &Page| {
        at.json()["state"]["flow"]["token"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    strangers
        .each("identify", async |who, browser, _| {
            data(
                browser,
                "/api/forgot-password/identify",
                &[("identifier", who)],
            )
            .await
        })
        .await;
    smtp.next().await;
    server.settle().await;
    for code in strangers.codes {
        strangers
            .each("a wrong code", async |_, browser, at| {
                let fields = [("token", &*token(at)), ("code", code)];
                data(browser, "/api/forgot-password/code", &fields).await
            })
            .await;
    }
    for wait in [0, 31] {
        server.advance(wait).await;
        strangers
            .each("a new code", async |_, browser, at| {
                let fields = [("token", &*token(at))];
                data(browser, "/api/forgot-password/resend", &fields).await
            })
            .await;
    }
}

async fn with_a_relay_that_is_down_or_refuses(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = server(Setup::new(engine).relay(&smtp)).await;
    for manner in [
        None,
        Some(Manner::Refuse),
        Some(Manner::Later),
        Some(Manner::Hang),
    ] {
        let mut strangers = Strangers::new(&server);
        match manner {
            None => smtp.down().await,
            Some(manner) => smtp.behave(manner),
        }
        begin(&mut strangers).await;
        // The worker has been at it by the time the clients look again.
        crate::support::until("everybody is looked up", async || {
            let waiting = "SELECT COUNT(*) FROM jobs WHERE kind = 'resolve' AND state = 'waiting'";
            (server.db.number(waiting).await == 0).then_some(())
        })
        .await;
        strangers
            .each("after the look-up", async |_, browser, _| {
                look(browser, "/forgot-password/code").await
            })
            .await;
        guess(&mut strangers).await;
        if manner.is_none() {
            smtp.up();
        }
    }
}

async fn when_the_limit_of_messages_is_reached(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = server(setup.set("LIMITS__MESSAGES_BURST", 1)).await;
    for round in 0..2 {
        let mut strangers = Strangers::new(&server);
        begin(&mut strangers).await;
        server.settle().await;
        assert_eq!(smtp.taken(), 1, "in round {round}");
        guess(&mut strangers).await;
        server.advance(31).await;
        resend(&mut strangers).await;
        server.settle().await;
        guess(&mut strangers).await;
    }
    assert_eq!(smtp.taken(), 1);
}

async fn when_too_many_wrong_codes_were_given(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = server(setup.set("LIMITS__WRONG_CODES_PER_DAY", 4)).await;
    for _ in 0..2 {
        let mut strangers = Strangers::new(&server);
        begin(&mut strangers).await;
        server.settle().await;
        guess(&mut strangers).await;
        server.advance(31).await;
        resend(&mut strangers).await;
        guess(&mut strangers).await;
    }
    assert_eq!(smtp.taken(), 1, "after that nothing is sent");
}
