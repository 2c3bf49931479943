//! What is on its way survives an update: the data, the key file and the cookies of every program that has landed (tests/fixtures/landed) go
//! on under the program of today.

use std::collections::BTreeMap;

use rekey::texts::{ServerText, Text};

use crate::support::sms::Sms;
use crate::support::update::Landed;
use crate::support::{
    Browser, GOOD, OTHER_GOOD, Page, ReceivedMail, Server, Smtp, english, english_server, until,
};

/// Makes of each named function two tests, one on each database engine, on every fixture that holds a person.
macro_rules! on_all_that_landed {
    ($($name:ident: $person:literal),+ $(,)?) => {
        $(mod $name {
            use crate::support::Engine;
            use crate::support::update::Landed;

            #[tokio::test]
            async fn sqlite() {
                for landed in Landed::with($person, Engine::Sqlite) {
                    super::$name(landed).await;
                }
            }

            #[tokio::test]
            async fn postgres() {
                for landed in Landed::with($person, Engine::Postgres) {
                    super::$name(landed).await;
                }
            }
        })+
    };
}

mod later;

on_all_that_landed!(
    messages_that_waited_go_out: "frida",
    links_open: "dora",
    half_done_resets_finish: "carl",
    sessions_and_devices_live: "olof",
    second_factors_work: "anna",
    changes_can_be_stopped: "ivar",
    passwords_and_limits_hold: "nina",
);

const CODE: &str = "/forgot-password/code";
const FACTOR: &str = "/forgot-password/factor";
const NEW: &str = "/forgot-password/new";
const DONE: &str = "/forgot-password/done";

async fn start(landed: &Landed) -> (Smtp, Sms, Server) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = landed.start(&smtp, &sms).await;
    (smtp, sms, server)
}

/// The letters that waited, by whom they are for. What was asked for after them, too.
async fn letters(smtp: &Smtp, expected: &[&str]) -> BTreeMap<String, ReceivedMail> {
    until("all letters", async || {
        let letters = smtp.unread().into_iter();
        let letters: BTreeMap<String, ReceivedMail> =
            letters.map(|letter| (letter.to.concat(), letter)).collect();
        let all = expected.iter().all(|to| letters.contains_key(*to));
        all.then_some(letters)
    })
    .await
}

/// The code of the next text message to a number.
async fn text_to(sms: &Sms, number: &str) -> String {
    loop {
        let (to, text) = sms.next().await;
        let code: String = text.chars().take_while(char::is_ascii_digit).collect();
        // News of what happened is passed over.
        if to == number && code.len() == 6 {
            return code;
        }
    }
}

async fn finishes(server: &Server, browser: &mut Browser, page: &Page, who: &str) {
    assert_eq!(page.path, NEW, "{who}: {:?} {}", page.errors(), page.text());
    let page = browser.choose(page, GOOD).await;
    assert_eq!(page.path, DONE, "{who}: {:?}", page.errors());
    assert!(server.opens(who, GOOD).await, "{who}");
}

async fn messages_that_waited_go_out(landed: Landed) {
    let (smtp, sms, server) = start(&landed).await;
    let held = &landed.held;
    let expected = [
        "frida@demo.example",
        "gustav@demo.example",
        "jonas@demo.example",
        "kajsa@new.example",
        "petra@demo.example",
    ];
    let letters = letters(&smtp, &expected).await;
    let to = |who: &str| &letters[&format!("{who}@demo.example")];
    // A code that no relay had taken, typed into a page that is open since then.
    let mut frida = held.browser(&server, "frida", "flow_at_code");
    let code = to("frida").code();
    let answer = frida.post(&held.form("frida"), &[("code", &code)]).await;
    let page = frida.follow(answer).await;
    finishes(&server, &mut frida, &page, "frida").await;
    // A link alone.
    assert_eq!(to("gustav").code_if_any(), None);
    let mut gustav = server.browser();
    let page = gustav.get(&to("gustav").link()).await;
    finishes(&server, &mut gustav, &page, "gustav").await;
    // A request that nobody had looked up.
    let mut petra = held.browser(&server, "petra", "flow_at_code");
    let page = petra.get(CODE).await;
    let page = petra.give(&page, &to("petra").code()).await;
    finishes(&server, &mut petra, &page, "petra").await;
    // A text message.
    let code = text_to(&sms, "+46701740612").await;
    let mut hanna = held.browser(&server, "hanna", "flow_at_code");
    let page = hanna.get(CODE).await;
    let page = hanna.give(&page, &code).await;
    finishes(&server, &mut hanna, &page, "hanna").await;
    // A notice, and the link in it.
    let mut jonas = server.browser();
    let page = jonas.open(&to("jonas").stop()).await;
    let page = jonas.revert(&page).await;
    assert_eq!(page.path, CODE, "{}", page.text());
    let mut thief = held.browser(&server, "jonas", "session");
    assert!(!thief.is_signed_in().await);
    assert!(!server.opens("jonas", &held.text("jonas", "password")).await);
    // The code of a new address.
    let mut kajsa = held.browser(&server, "kajsa", "session");
    let code = letters["kajsa@new.example"].code();
    let page = kajsa.give_contact_code(&code).await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
    assert!(page.text().contains("kajsa@new.example"));
    // Nobody is told apart.
    let mut nobody = held.browser(&server, "kalle", "flow_at_code");
    let page = nobody.get(CODE).await;
    assert_eq!(page.heading(), english(Text::CodeTitle));
    assert_eq!(nobody.give(&page, "000000").await.path, CODE);
}

async fn links_open(landed: Landed) {
    let (_smtp, _sms, server) = start(&landed).await;
    let held = &landed.held;
    let mut dora = server.browser();
    let page = dora.get(&held.text("dora", "link")).await;
    finishes(&server, &mut dora, &page, "dora").await;
    // One that was opened before waits in a sealed cookie, and its page is still open.
    let mut erik = held.browser(&server, "erik", "link_opened");
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let answer = erik.post(&held.form("erik"), &both).await;
    assert_eq!(answer.location(), DONE);
    assert!(server.opens("erik", GOOD).await);
    let page = server.browser().get(&held.text("dora", "link")).await;
    assert_eq!(page.heading(), english(Text::LinkUsedTitle));
}

async fn half_done_resets_finish(landed: Landed) {
    let (_smtp, _sms, server) = start(&landed).await;
    let held = &landed.held;
    let mut bjorn = held.browser(&server, "bjorn", "flow_at_code");
    let page = bjorn.get(CODE).await;
    assert_eq!(page.reference(), held.text("bjorn", "reference"));
    let code = held.text("bjorn", "code");
    let answer = bjorn.post(&held.form("bjorn"), &[("code", &code)]).await;
    let page = bjorn.follow(answer).await;
    finishes(&server, &mut bjorn, &page, "bjorn").await;

    let mut carl = held.browser(&server, "carl", "flow_at_new");
    let both = [("new_password", GOOD), ("confirm_password", GOOD)];
    let answer = carl.post(&held.form("carl"), &both).await;
    assert_eq!(answer.location(), DONE);
    assert!(server.opens("carl", GOOD).await);

    let mut anna = held.browser(&server, "anna", "flow_at_factor");
    let page = anna.get(FACTOR).await;
    let code = held.phone("anna").code(&server, 0);
    let page = anna.show(&page, &code).await;
    assert_eq!(page.path, NEW, "{:?}", page.errors());
    assert_eq!(anna.choose(&page, GOOD).await.path, DONE);

    let mut maja = held.browser(&server, "maja", "flow_forced");
    let page = maja.get(NEW).await;
    finishes(&server, &mut maja, &page, "maja").await;

    let mut lisa = held.browser(&server, "lisa", "flow_done");
    let page = lisa.get(DONE).await;
    assert_eq!(page.heading(), english(Text::DoneAlreadyTitle));
}

async fn sessions_and_devices_live(landed: Landed) {
    let (_smtp, _sms, server) = start(&landed).await;
    let held = &landed.held;
    for (who, what) in [
        ("anna", "session"),
        ("olof", "session"),
        ("kajsa", "session"),
    ] {
        let mut browser = held.browser(&server, who, what);
        assert!(browser.is_signed_in().await, "{who}");
        let page = browser.get("/account/security").await;
        assert_eq!(page.path, "/account/security", "{who}");
    }
    let mut grace = held.browser(&server, "grace", "to_enrol");
    assert_eq!(grace.get("/account").await.path, held.text("grace", "path"));
    // Strangers make strangers wait, and not a browser that the account knows since then.
    for _ in 0..11 {
        server.browser().sign_in("anna", "fel").await;
    }
    let anna = &server.passwords["anna"];
    let page = server.browser().sign_in("anna", anna).await;
    assert_eq!(page.path, "/sign-in");
    let mut laptop = held.browser(&server, "anna", "session");
    laptop.jar.retain(|name, _| name == "rekey-device");
    let page = laptop.sign_in("anna", anna).await;
    assert_eq!(page.path, "/sign-in/factor", "{:?}", page.errors());
}

async fn second_factors_work(landed: Landed) {
    let (_smtp, _sms, server) = start(&landed).await;
    let held = &landed.held;
    let mut waiting = held.browser(&server, "anna", "at_factor");
    let page = waiting.get("/sign-in/factor").await;
    let code = held.phone("anna").code(&server, 0);
    let page = waiting.show(&page, &code).await;
    assert_eq!(page.path, "/account", "{:?}", page.errors());
    let codes = held.list("anna", "recovery_codes");
    for (number, path) in [(0, "/account"), (0, "/sign-in/factor"), (1, "/account")] {
        let mut browser = server.browser();
        let page = browser.sign_in("anna", &server.passwords["anna"]).await;
        assert_eq!(page.path, "/sign-in/factor");
        let page = browser.show(&page, &codes[number]).await;
        assert_eq!(page.path, path, "{number}: {:?}", page.errors());
    }
}

async fn changes_can_be_stopped(landed: Landed) {
    let (mut smtp, sms, server) = start(&landed).await;
    let held = &landed.held;
    for who in ["ivar", "irma", "isak"] {
        let mut thief = held.browser(&server, who, "thief");
        assert!(thief.is_signed_in().await, "{who}");
        let mut owner = server.browser();
        let page = match who {
            "ivar" => owner.open(&held.text(who, "link")).await,
            "irma" => {
                let page = owner.open("/stop/code").await;
                let code = held.text(who, "code");
                owner
                    .post_to(&page, "/stop/code", &[("stop_code", &code)])
                    .await
            }
            _ => {
                owner = held.browser(&server, who, "opened");
                owner.open("/stop").await
            }
        };
        assert_eq!(page.path, "/stop", "{who}: {}", page.text());
        let page = owner.revert(&page).await;
        assert_eq!(page.path, CODE, "{who}: {}", page.text());
        assert!(!thief.is_signed_in().await, "{who}");
        // Whoever has stopped it by a text message may not read the mails.
        let code = match who {
            "irma" => text_to(&sms, "+46701740614").await,
            _ => smtp.code_to(&format!("{who}@demo.example")).await,
        };
        let page = owner.give(&page, &code).await;
        finishes(&server, &mut owner, &page, who).await;
    }
}

async fn passwords_and_limits_hold(landed: Landed) {
    let (mut smtp, _sms, server) = start(&landed).await;
    let held = &landed.held;
    let olof = &server.passwords["olof"];
    let mail = held.text("olof", "mail");
    let phone = held.text("olof", "phone");
    let spellings = [
        "olof",
        &mail,
        "olof.odd@demo.example",
        &phone,
        "+46701740650",
    ];
    for spelling in spellings {
        assert!(server.opens(spelling, olof).await, "{spelling}");
    }
    let page = server
        .browser()
        .sign_in("nina", &server.passwords["nina"])
        .await;
    assert_eq!(page.path, "/sign-in", "she waits as she did");
    server.advance(3600).await;
    assert!(server.opens("nina", &server.passwords["nina"]).await);
    // The former passwords of an account are known.
    assert_eq!(held.text("lisa", "password"), OTHER_GOOD);
    assert!(server.opens("lisa", OTHER_GOOD).await);
    let mut browser = server.browser();
    let page = browser.begin("lisa").await;
    let code = smtp.code_to("lisa@demo.example").await;
    let page = browser.give(&page, &code).await;
    for former in [GOOD, OTHER_GOOD] {
        let refused = browser.choose(&page, former).await;
        assert_eq!(refused.errors(), [english(Text::ProblemPasswordFormer)]);
    }
    // And what has happened to it is told.
    let mut lisa = server.browser();
    lisa.sign_in("lisa", OTHER_GOOD).await;
    let page = lisa.open("/account/security/activity").await;
    for event in [
        ServerText::AccountEventPasswordChanged,
        ServerText::AccountEventCodeSent,
        ServerText::AccountEventAccountAdded,
    ] {
        assert!(page.text().contains(&english_server(event)), "{event:?}");
    }
    let reference = held.text("bjorn", "reference");
    let shown = server.command(&["flow", "show", &reference], "").await;
    let said = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.status.success(), "{shown:?}");
    assert!(
        said.contains("step code") && said.contains("mail (code)"),
        "{said}"
    );
}
