//! Enumeration: nothing tells a stranger who has an account. Status, headers, cookies, words, next page and limits are the same for all.

mod by_link;
mod time_and_limits;

use rekey::texts::{Language, Text};

use super::Stored;
use super::strangers::{MAILED, Strangers, address, peopled};
use crate::outbox::{SOONER, patient_relay};
use crate::support::{
    Browser, Engine, Manner, Page, ReceivedMail, Setup, Smtp, english, on_both_engines, sentence,
    until,
};

on_both_engines!(
    a10_different_answer,
    a12_dead_relay,
    a15_code_stage_oracle,
    a16_other_doors
);

async fn a10_different_answer(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = peopled(setup.set("RESET__RESENDS", 10)).await;
    let stored = Stored::of(&server, "anna").await;
    let mut strangers = Strangers::new(&server);
    strangers.begin().await;
    server.settle().await;
    strangers
        .look("after the look-up", "/forgot-password/code")
        .await;
    strangers.guess_past(&smtp.unread());
    strangers.guess(6).await;
    strangers.resend().await;
    for wait in [31, 61, 121] {
        server.advance(wait).await;
        strangers.resend().await;
        server.settle().await;
        strangers
            .look("after a resend", "/forgot-password/code")
            .await;
        strangers.guess_past(&smtp.unread());
        strangers.guess(6).await;
    }
    server.advance(300).await;
    strangers.resend().await;
    server.settle().await;
    server.advance(1801).await;
    strangers
        .post("too late", "code", &[("code", "777777")])
        .await;
    strangers
        .look("the next step", "/forgot-password/new")
        .await;
    server.advance(3600).await;
    strangers
        .look("when the flow is over", "/forgot-password/code")
        .await;
    assert_eq!(smtp.taken(), 5 * MAILED.len());
    for letter in smtp.unread() {
        assert!(
            MAILED.iter().any(|who| letter.to == [address(who)]),
            "{:?}",
            letter.to
        );
    }
    stored.is_unchanged(&server).await;
    as_data(engine).await;
}

/// The same through the browser's half, by address.
async fn as_data(engine: Engine) {
    let smtp = Smtp::start();
    let server = peopled(Setup::stopped(engine).relay(&smtp)).await;
    let mut strangers = Strangers::new(&server);
    let data = async |browser: &mut Browser, path: &str, fields: &[(&str, &str)]| {
        let path = format!("/api/forgot-password/{path}");
        vec![browser.post_data(&path, fields).await]
    };
    let token = |at: &Page| {
        at.json()["state"]["flow"]["token"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    strangers
        .each("identify", async |who, browser, _| {
            data(browser, "identify", &[("identifier", &address(who))]).await
        })
        .await;
    server.settle().await;
    assert_eq!(smtp.taken(), MAILED.len());
    strangers.guess_past(&smtp.unread());
    for code in strangers.codes() {
        strangers
            .each("a wrong code", async |_, browser, at| {
                let fields = [("token", &*token(at)), ("code", &*code)];
                data(browser, "code", &fields).await
            })
            .await;
    }
    for wait in [0, 31] {
        server.advance(wait).await;
        strangers
            .each("a new code", async |_, browser, at| {
                data(browser, "resend", &[("token", &*token(at))]).await
            })
            .await;
    }
}

async fn a12_dead_relay(engine: Engine) {
    let mut smtp = Smtp::start();
    let config = patient_relay(&smtp);
    let server = peopled(Setup::new(engine).config(&config)).await;
    let stored = Stored::of(&server, "anna").await;
    for manner in [
        None,
        Some(Manner::Refuse),
        Some(Manner::Hang),
        Some(Manner::Later),
    ] {
        let mut strangers = Strangers::new(&server);
        match manner {
            None => smtp.down().await,
            Some(manner) => smtp.behave(manner),
        }
        let all = async {
            strangers.begin().await;
            until("everybody is looked up", async || {
                let waiting =
                    "SELECT COUNT(*) FROM jobs WHERE kind = 'resolve' AND state = 'waiting'";
                (server.db.number(waiting).await == 0).then_some(())
            })
            .await;
            strangers
                .look("after the look-up", "/forgot-password/code")
                .await;
            // Few, because nobody can read here which codes to avoid.
            strangers.guess(2).await;
        };
        tokio::time::timeout(SOONER, all)
            .await
            .unwrap_or_else(|_| panic!("{manner:?}: a page waited for the relay"));
        match manner {
            None => smtp.up(),
            // Lets those go that hang, so that they are tried again.
            Some(Manner::Hang) => {
                smtp.down().await;
                smtp.up();
            }
            Some(_) => {}
        }
    }
    let waiting =
        "SELECT COUNT(*) FROM jobs WHERE purpose IN ('code', 'elsewhere') AND state = 'waiting'";
    let kept = server.db.number(waiting).await;
    assert_eq!(usize::try_from(kept).unwrap(), MAILED.len());
    smtp.behave(Manner::Take);
    server.advance(61).await;
    let mut codes = 0;
    for _ in MAILED {
        codes += usize::from(smtp.next().await.code_if_any().is_some());
    }
    assert_eq!(codes, MAILED.len() - 1);
    stored.is_unchanged(&server).await;
}

async fn a15_code_stage_oracle(engine: Engine) {
    let smtp = Smtp::start();
    let server = peopled(Setup::stopped(engine).relay(&smtp)).await;
    let stored = Stored::of(&server, "anna").await;
    let mut strangers = Strangers::new(&server);
    strangers.begin().await;
    server.settle().await;
    let letters = smtp.unread();
    strangers.guess_past(&letters);
    let wrong = strangers.codes();
    let left = |count: &str| {
        let values = [("count", count)];
        sentence(Language::En, Text::ProblemCodeWrong, &values)
    };
    let told = [
        left("4"),
        left("3"),
        left("2"),
        english(Text::ProblemCodeWrongLast),
        english(Text::ProblemCodeTriesUsedUp),
        english(Text::ProblemCodeTriesUsedUp),
    ];
    for (code, told) in wrong.iter().zip(told) {
        strangers
            .post("a wrong code", "code", &[("code", code)])
            .await;
        assert_eq!(strangers.last().errors(), [told]);
    }
    // Those who have a code try the right one now; the lock is the same for it.
    strangers
        .each("the right code", async |who, browser, at| {
            let own = letters.iter().find(|letter| letter.to == [address(who)]);
            let code = own
                .and_then(ReceivedMail::code_if_any)
                .unwrap_or_else(|| "123 456".to_owned());
            vec![browser.give(at, &code).await]
        })
        .await;
    assert_eq!(
        strangers.last().errors(),
        [english(Text::ProblemCodeTriesUsedUp)]
    );
    strangers.look("the lock", "/forgot-password/code").await;
    assert!(!strangers.last().body.contains("name=\"code\""));
    assert_eq!(server.facts("code_proved").await, 0);
    stored.is_unchanged(&server).await;
}

async fn a16_other_doors(engine: Engine) {
    let server = peopled(Setup::stopped(engine)).await;
    let stored = Stored::of(&server, "anna").await;
    // Whoever was tried too often waits; that is told by name, not by account, so here it must be over for all.
    server.db.run("DELETE FROM sign_in_tries").await;
    let long = "x".repeat(1000);
    let (of_disabled, former) = (&server.passwords["bjorn"], &server.passwords["grace"]);
    for password in ["", "fel", &long, of_disabled, former] {
        let told = if password.is_empty() {
            Text::ProblemSignInPasswordEmpty
        } else {
            Text::ProblemSignInRefused
        };
        let mut strangers = Strangers::new(&server);
        strangers.look("the page", "/sign-in").await;
        strangers
            .each("sign-in", async |who, browser, at| {
                let fields = [("identifier", who), ("password", password)];
                let answer = browser.post(&at.form(0), &fields).await;
                let page = browser.follow(answer.clone()).await;
                assert_eq!(browser.cookie("rekey-session"), None);
                vec![answer, page]
            })
            .await;
        assert_eq!(strangers.last().path, "/sign-in");
        assert_eq!(strangers.last().errors(), [english(told)]);
        strangers
            .each("sign-in as data, by address", async |who, browser, _| {
                let fields = [("identifier", &*address(who)), ("password", password)];
                let answer = browser.post_data("/api/sign-in", &fields).await;
                assert!(answer.set_cookies().is_empty());
                vec![answer]
            })
            .await;
        let known = "/.well-known/change-password";
        strangers.look("where browsers look", known).await;
    }
    stored.is_unchanged(&server).await;
}
