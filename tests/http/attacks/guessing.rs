//! Guessing and flooding: how many guesses count and how many mails go out, whoever asks from wherever.

mod client_address;

use futures::future::join_all;
use futures::stream::{self, StreamExt as _};
use rekey::texts::Text;

use super::Stored;
use crate::support::{
    Browser, Engine, GOOD, ReceivedMail, Server, Setup, Smtp, english, on_both_engines, seen,
};

on_both_engines!(
    a31_code_brute_force,
    a32_brute_force_over_many_flows,
    a38_inbox_bombing,
    a41_lock_out
);

const CODE: &str = "/api/forgot-password/code";
const IDENTIFY: &str = "/api/forgot-password/identify";

async fn a31_code_brute_force(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let (mut browser, mut page, letter) = server.mailed(&mut smtp, "anna").await;
    for _ in 0..5 {
        page = browser.give(&page, &letter.wrong_code()).await;
    }
    let page = browser.give(&page, &letter.code()).await;
    assert_eq!(page.path, "/forgot-password/code");
    assert_eq!(page.errors(), [english(Text::ProblemCodeTriesUsedUp)]);
    assert_eq!(
        server.facts("code_wrong").await,
        5,
        "the sixth is not looked at"
    );
    // As many codes as there is time for, many at once, in every spelling: none is looked at any more.
    let right: u32 = letter.code().replace(' ', "").parse().unwrap();
    let token = page.form(0).value("token").to_owned();
    let all = (0..200).map(|number| {
        let code = (right + 1_000_000 - 100 + number) % 1_000_000;
        let (token, mut browser) = (token.clone(), browser.clone());
        async move {
            let code = if number % 2 == 0 {
                format!("{code:06}")
            } else {
                format!("{:03}-{:03}", code / 1000, code % 1000)
            };
            let fields = [("token", &*token), ("code", &*code)];
            browser.post_data(CODE, &fields).await.problems()
        }
    });
    let told: Vec<_> = stream::iter(all).buffer_unordered(20).collect().await;
    for problems in told {
        assert_eq!(problems, ["code_tries_used_up"]);
    }
    assert_eq!(server.facts("code_wrong").await, 5);
    at_once_from_the_start(&server, &mut smtp).await;
    assert_eq!(server.facts("code_proved").await, 0);
    stored.is_unchanged(&server).await;
    // The way on: a new code, with tries of its own.
    server.advance(31).await;
    let page = browser.get("/forgot-password/code").await;
    let page = browser.ask_again(&page).await;
    let newer = smtp.next().await;
    let page = browser.give(&page, &newer.code()).await;
    assert_eq!(page.path, "/forgot-password/new");
}

/// Forty guesses at once at a fresh code, which is not among them: five are counted, however they meet.
async fn at_once_from_the_start(server: &Server, smtp: &mut Smtp) {
    let before = server.facts("code_wrong").await;
    let (browser, page, letter) = server.mailed(smtp, "bjorn").await;
    let form = page.form(0);
    let wrong = letter.wrong_code();
    let fields = [("code", &*wrong)];
    let posts = (0..40).map(|_| Browser::send_until_taken(CODE, browser.form_post(&form, &fields)));
    for answer in join_all(posts).await {
        assert_eq!(answer.location(), "/forgot-password/code");
    }
    assert_eq!(server.facts("code_wrong").await, before + 5);
    let page = browser.clone().give(&page, &letter.code()).await;
    assert_eq!(page.errors(), [english(Text::ProblemCodeTriesUsedUp)]);
}

/// The mail that a request brings, if it brings one.
async fn is_mailed(server: &Server, smtp: &mut Smtp) -> Option<ReceivedMail> {
    // The look-up waits for a moment that nobody can foresee; it is over then.
    server.advance(1).await;
    server.settle().await;
    match smtp.unread().len() {
        0 => None,
        1 => Some(smtp.next().await),
        more => panic!("{more} mails"),
    }
}

async fn a32_brute_force_over_many_flows(engine: Engine) {
    let mut smtp = Smtp::start();
    // Mails without end, so that only the limit of wrong codes stands in the way.
    let setup = Setup::stopped(engine)
        .relay(&smtp)
        .set("LIMITS__MESSAGES_BURST", 100)
        .set("LIMITS__MESSAGES_PER_HOUR", 100);
    let server = setup.start().await;
    let stored = Stored::of(&server, "anna").await;
    // Five guesses at each code, until no code comes any more: half of the day's chances may go at once.
    let (mut codes, mut guesses) = (0, 0);
    loop {
        let mut browser = server.browser();
        let mut page = browser.begin("anna").await;
        let Some(letter) = is_mailed(&server, &mut smtp).await else {
            break;
        };
        codes += 1;
        for _ in 0..5 {
            page = browser.give(&page, &letter.wrong_code()).await;
            assert_eq!(page.path, "/forgot-password/code");
            guesses += 1;
        }
        assert!(codes < 10, "codes without end");
    }
    assert_eq!((codes, guesses), (5, 25));
    a_thousand_flows_more(&server, &mut smtp).await;
    // The rest of the day: a guess at every code that comes, of a new flow or by asking again.
    for _ in 0..25 {
        let mut browser = server.browser();
        let mut page = browser.begin("anna").await;
        for half in 0..2 {
            if let Some(letter) = is_mailed(&server, &mut smtp).await {
                page = browser.give(&page, &letter.wrong_code()).await;
                assert_eq!(page.path, "/forgot-password/code");
                guesses += 1;
            }
            server.advance(1727).await;
            if half == 0 {
                page = browser.ask_again(&page).await;
            }
        }
    }
    assert!(
        guesses > 40,
        "codes come again as the day goes on: {guesses}"
    );
    assert!(guesses <= 50, "more than one in 20 000: {guesses}");
    assert_eq!(server.facts("code_proved").await, 0);
    stored.is_unchanged(&server).await;
    // V's own way in was never touched.
    assert!(server.opens("anna", &server.passwords["anna"]).await);
}

/// One guess in each, and none of them at anything.
async fn a_thousand_flows_more(server: &Server, smtp: &mut Smtp) {
    // Few enough at once that a busy machine writes them all down in time.
    for _ in 0..100 {
        let ten = (0..10).map(|_| async {
            let mut browser = server.browser();
            let fields = [("identifier", "anna")];
            let answer = browser.post_data(IDENTIFY, &fields).await.json();
            let token = answer["state"]["flow"]["token"].as_str().unwrap();
            let fields = [("token", token), ("code", "222222")];
            browser.post_data(CODE, &fields).await.problems()
        });
        for problems in join_all(ten).await {
            assert_eq!(problems, ["code_wrong"]);
        }
    }
    assert!(is_mailed(server, smtp).await.is_none());
}

async fn a38_inbox_bombing(engine: Engine) {
    let smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = setup
        .set("SITE__TRUSTED_PROXIES", "127.0.0.1")
        .start()
        .await;
    let stored = Stored::of(&server, "anna").await;
    // A thousand requests from as many addresses, spread over a day.
    for hour in 0..12 {
        let many = (0..84).map(|number| {
            let client = format!("198.18.{hour}.{number}");
            let mut browser = server.browser().with("x-forwarded-for", &client);
            async move {
                let answer = browser.post_data(IDENTIFY, &[("identifier", "anna")]).await;
                assert_eq!(answer.status, 200);
            }
        });
        stream::iter(many)
            .buffer_unordered(10)
            .collect::<()>()
            .await;
        server.advance(1).await;
        server.settle().await;
        server.advance(2 * 3600 - 1).await;
    }
    let sent = smtp.taken();
    assert!(sent >= 6, "five at once, and later ones: {sent}");
    assert!(sent <= 5 + 24, "then one an hour: {sent}");
    // Nobody can see that the mails have stopped.
    let mut answers = Vec::new();
    for who in ["anna", "kalle"] {
        let mut browser = server.browser();
        let page = browser.begin(who).await;
        server.settle().await;
        let later = browser.get("/forgot-password/code").await;
        answers.push([seen(&page, who), seen(&later, who)]);
    }
    assert_eq!(answers[0], answers[1]);
    stored.is_unchanged(&server).await;
}

/// Every limit that strangers have for V, all used up: V comes in where V has been before, and after a reset where that was made.
async fn a41_lock_out(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let stored = Stored::of(&server, "anna").await;
    let password = server.passwords["anna"].clone();
    let mut elsewhere = server.browser();
    elsewhere.sign_in("anna", &password).await;
    let mut at_home = elsewhere.clone();
    at_home.jar.retain(|name, _| name == "rekey-device");
    // Every mail and every wrong code that V has.
    let mut attacker = server.browser();
    for _ in 0..8 {
        let mut page = attacker.begin("anna").await;
        let letter = is_mailed(&server, &mut smtp).await;
        let wrong = letter.map_or_else(|| "111111".to_owned(), |letter| letter.wrong_code());
        for _ in 0..5 {
            page = attacker.give(&page, &wrong).await;
        }
    }
    assert_eq!(smtp.taken(), 5);
    // Every try to sign in, under every name of V.
    let names = ["anna", "anna.berg@demo.example", "+46 70 174 06 05"];
    for name in names {
        burn_sign_in(&server, name).await;
        assert!(
            !server.opens(name, &password).await,
            "{name}: strangers wait"
        );
    }
    assert!(
        elsewhere.is_signed_in().await,
        "V stays where V is signed in"
    );
    let page = at_home.sign_in("anna", &password).await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
    stored.is_unchanged(&server).await;
    // Once the attacker stops it is over within a minute, and the password never changed.
    server.advance(61).await;
    assert!(server.opens("anna", &password).await);
    stored.is_unchanged(&server).await;
    // Somebody who has been nowhere yet gets in by a reset, and no sooner than that does it end anybody else's wait.
    let bjorn = Stored::of(&server, "bjorn").await;
    let names = ["bjorn", "bjorn.dahl@demo.example"];
    for name in names {
        burn_sign_in(&server, name).await;
    }
    bjorn.is_unchanged(&server).await;
    let (mut browser, page) = server.proved(&mut smtp, "bjorn").await;
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done");
    for name in names {
        assert!(!server.opens(name, GOOD).await, "{name}: strangers wait on");
        let page = browser.sign_in(name, GOOD).await;
        assert_eq!(page.path, "/account", "{name}: {:?}", page.errors());
        let out = browser.post(&page.form_to("/api/sign-out"), &[]).await;
        assert_eq!(out.status, 303);
    }
}

async fn burn_sign_in(server: &Server, name: &str) {
    for _ in 0..11 {
        assert!(!server.opens(name, "fel").await);
    }
}
