//! Codes by text message: which way they go, how they are told, and how people change the way, without an oracle (journeys Z, A and O).

use crate::support::sms::{Manner, Sms};
use crate::support::{
    Browser, Engine, GOOD, Page, Server, Setup, Smtp, english, on_both_engines, until,
};
use rekey::texts::Text;

on_both_engines!(
    a_number_gets_its_code_by_text_message,
    whoever_cannot_be_reached_there_is_reached_the_other_way,
    people_choose_the_way_and_change_it,
    a_text_message_dies_sooner_than_a_mail,
    a_postal_code_decides_unseen,
    whoever_has_no_password_is_told_where_to_go,
    an_unknown_account_is_told_only_where_the_organisation_says_so,
    what_becomes_of_a_text_message_is_reported,
    a39_text_messages_are_budgeted,
    a_gateway_that_is_down_loses_nothing
);

/// Mail and text messages, with what is set besides.
async fn both(engine: Engine, smtp: &Smtp, sms: &Sms, more: &[(&str, &str)]) -> Server {
    let mut setup = Setup::stopped(engine)
        .relay(smtp)
        .gateway(sms)
        .set("RESET__IDENTIFIERS", "mail,phone,user_name")
        .set("RESET__PROVE_BY", "mail_code,sms_code");
    for (key, value) in more {
        setup = setup.set(key, value);
    }
    setup.start().await
}

/// The code in a text message.
fn code_in(text: &str) -> String {
    text.chars().take_while(char::is_ascii_digit).collect()
}

async fn finishes(browser: &mut Browser, page: &Page, code: &str) {
    let page = browser.give(page, code).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
    let page = browser.choose(&page, GOOD).await;
    assert_eq!(page.path, "/forgot-password/done", "{:?}", page.errors());
}

async fn a_number_gets_its_code_by_text_message(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = both(engine, &smtp, &sms, &[]).await;
    let mut browser = server.browser();
    let page = browser.begin("070-174 06 05").await;
    assert!(page.text().contains("its mobile number"), "{}", page.text());
    assert!(page.text().contains(&english(Text::CodeInsteadMail)));
    let (to, text) = sms.next().await;
    assert_eq!(to, "+46701740605");
    let code = code_in(&text);
    assert!(text.ends_with(&format!("\n\n@127.0.0.1 #{code}")), "{text}");
    assert!(!text.contains("http") && !text.contains("anna"), "{text}");
    finishes(&mut browser, &page, &code).await;
    assert_eq!(smtp.next().await.to, ["anna.berg@demo.example"]);
    let (to, notice) = sms.next().await;
    assert_eq!(to, "+46701740605", "both contacts are told");
    assert!(!notice.contains("http"), "{notice}");
    let by = "SELECT COUNT(*) FROM audit WHERE event = 'code_proved' AND detail = 'sms'";
    assert_eq!(server.db.number(by).await, 1);
}

async fn whoever_cannot_be_reached_there_is_reached_the_other_way(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let first_by_text = [("RESET__PROVE_BY", "sms_code,mail_code")];
    let server = both(engine, &smtp, &sms, &first_by_text).await;
    // grace has no number, kalle is nobody: their pages say the same, but for what was written.
    let mut browser = server.browser();
    let of_grace = browser.begin("grace").await;
    let of_nobody = server.browser().begin("kalle").await;
    let plain =
        |page: &Page, who: &str| page.text().replace(&page.reference(), "").replace(who, "");
    assert_eq!(plain(&of_grace, "grace"), plain(&of_nobody, "kalle"));
    let letter = smtp.next().await;
    assert_eq!(letter.to, ["grace.holm@demo.example"]);
    finishes(&mut browser, &of_grace, &letter.code()).await;
    server.settle().await;
    assert!(sms.requests().is_empty());
}

async fn people_choose_the_way_and_change_it(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let chosen = [("RESET__CHOOSE_CHANNEL", "true")];
    let server = both(engine, &smtp, &sms, &chosen).await;
    let mut browser = server.browser();
    let first = browser.get("/forgot-password").await;
    assert!(first.text().contains(&english(Text::IdentifyChannel)));
    let fields = [("identifier", "anna"), ("channel", "sms")];
    let page = browser.submit(&first, 0, &fields).await;
    let (to, text) = sms.next().await;
    assert_eq!(to, "+46701740605");
    server.settle().await;
    let form = page.form_to("/api/forgot-password/resend");
    let early = browser.post(&form, &[("channel", "mail")]).await;
    let early = browser.follow(early).await;
    assert_eq!(
        early.errors().len(),
        1,
        "changing the way waits like asking again"
    );
    server.advance(31).await;
    let changed = browser.post(&form, &[("channel", "mail")]).await;
    let changed = browser.follow(changed).await;
    assert!(
        changed.text().contains("its e-mail address"),
        "{}",
        changed.text()
    );
    let letter = smtp.next().await;
    let old = browser.give(&changed, &code_in(&text)).await;
    assert_eq!(old.path, "/forgot-password/code", "the newest code counts");
    finishes(&mut browser, &old, &letter.code()).await;
}

async fn a_text_message_dies_sooner_than_a_mail(engine: Engine) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = both(engine, &smtp, &sms, &[]).await;
    // Without an address, asked for by user name: the page speaks of mail first, and states both times.
    let mut lena = vec!["account", "add", "--user-name", "lena", "--name", "Lena"];
    lena.extend(["--phone", "+46701740609"]);
    let added = server.command(&lena, "").await;
    assert!(added.status.success());
    let mut browser = server.browser();
    let page = browser.begin("lena").await;
    assert!(page.text().contains("30 minutes") && page.text().contains("for 10"));
    let (to, text) = sms.next().await;
    assert_eq!(to, "+46701740609");
    server.settle().await;
    server.advance(601).await;
    let late = browser.give(&page, &code_in(&text)).await;
    assert_eq!(late.errors(), [english(Text::ProblemCodeExpired)]);
}

async fn a_postal_code_decides_unseen(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let asked = [("RESET__ASK_POSTAL_CODE", "true")];
    let server = both(engine, &smtp, &sms, &asked).await;
    let asks = async |who: &str, code: &str| {
        let mut browser = server.browser();
        let page = browser.get("/forgot-password").await;
        let fields = [("identifier", who), ("postal_code", code)];
        browser.submit(&page, 0, &fields).await
    };
    for (typed, problem) in [
        ("", Text::ProblemPostalCodeEmpty),
        ("i Gävle", Text::ProblemPostalCodeUnusable),
    ] {
        let refused = asks("anna", typed).await;
        assert_eq!(refused.error_at("postal_code"), Some(english(problem)));
        assert_eq!(refused.field("identifier"), "anna", "nothing is lost");
        assert_eq!(refused.field("postal_code"), typed);
    }
    let wrong = asks("anna", "111 11").await;
    let nobody = asks("kalle", "802 51").await;
    let plain =
        |page: &Page, who: &str| page.text().replace(&page.reference(), "").replace(who, "");
    assert_eq!(plain(&wrong, "anna"), plain(&nobody, "kalle"));
    server.settle().await;
    assert_eq!(smtp.taken(), 0);
    asks("anna", "80251").await;
    assert_eq!(smtp.next().await.to, ["anna.berg@demo.example"]);
    // grace has none on file: she is not shut out by what she could not know.
    asks("grace", "12345").await;
    assert_eq!(smtp.next().await.to, ["grace.holm@demo.example"]);
    for (place, text) in server.db.dump().await {
        let is_kept = text.contains("80251") || text.contains("802 51");
        assert!(!is_kept || place == "accounts.postal_code", "{place}");
    }
}

async fn whoever_has_no_password_is_told_where_to_go(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = both(engine, &smtp, &sms, &[]).await;
    let nobody = server.browser().begin("kalle").await;
    let mut browser = server.browser();
    let page = browser.begin("nils").await;
    let plain =
        |page: &Page, who: &str| page.text().replace(&page.reference(), "").replace(who, "");
    assert_eq!(plain(&page, "nils"), plain(&nobody, "kalle"));
    let letter = smtp.next().await;
    assert_eq!(letter.to, ["nils.ek@demo.example"]);
    assert_eq!(letter.code_if_any(), None);
    assert!(
        letter.text().contains("inget lösenord"),
        "{}",
        letter.text()
    );
    assert!(letter.text().contains(&page.reference()));
    server.browser().begin("+46701740691").await;
    let (to, text) = sms.next().await;
    assert_eq!(to, "+46701740691");
    assert!(!text.contains("http") && !text.contains('#'), "{text}");
    assert_eq!(server.facts("told_elsewhere").await, 2);
}

async fn an_unknown_account_is_told_only_where_the_organisation_says_so(engine: Engine) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let revealing = [("RESET__REVEAL_UNKNOWN", "true")];
    let server = both(engine, &smtp, &sms, &revealing).await;
    let page = server.browser().begin("kalle").await;
    assert_eq!(page.path, "/forgot-password/code");
    assert_eq!(page.heading(), english(Text::CodeUnknownTitle));
    assert!(!page.body.contains("name=\"code\""));
    let page = server.browser().begin("anna").await;
    assert_eq!(page.heading(), english(Text::CodeTitle));
    let mut browser = server.browser();
    let first = browser.get("/forgot-password").await;
    let form = first.form(0).value("form").to_owned();
    let fields = [("form", form.as_str()), ("identifier", "kajsa")];
    let data = browser
        .post_data("/api/forgot-password/identify", &fields)
        .await;
    assert_eq!(data.json()["state"]["flow"]["is_unknown"], true);
}

async fn what_becomes_of_a_text_message_is_reported(engine: Engine) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let reports = [("SMS__DELIVERY_REPORTS", "true")];
    let server = both(engine, &smtp, &sms, &reports).await;
    let mut browser = server.browser();
    let page = browser.begin("070-174 06 05").await;
    let request = until("a text message", async || sms.requests().pop()).await;
    server.settle().await;
    let address = &request.fields["report_to"];
    let path = address.strip_prefix(&browser.origin).unwrap();
    // A gateway is no browser: it sends no Origin, and forms and JSON alike.
    let gateway = reqwest::Client::new();
    let report = async |path: &str, status: &str| {
        let url = format!("{}{path}", browser.origin);
        let form = [("status", status)];
        gateway.post(url).form(&form).send().await.unwrap().status()
    };
    let (before, seal) = path.rsplit_once('/').unwrap();
    assert_eq!(report(&format!("{before}/A{seal}"), "failed").await, 404);
    assert_eq!(report(path, "created").await, 204);
    assert_eq!(report(path, "failed").await, 204);
    assert_eq!(
        report(path, "delivered").await,
        204,
        "the first last word stays"
    );
    let shown = server
        .command(&["flow", "show", &page.reference()], "")
        .await;
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("reported: failed"), "{shown}");
    assert!(!shown.contains("1740605"), "{shown}");
    for line in server.whole_log().await.lines() {
        assert!(!line.contains(seal), "{line}");
    }
}

/// A39: one range of numbers cannot spend everything, codes that nobody types stop the rest, and mail goes on.
async fn a39_text_messages_are_budgeted(engine: Engine) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let tight = [
        ("SMS__BUDGET_PER_HOUR", "8"),
        ("RESET__PROVE_BY", "sms_code,mail_code"),
    ];
    let server = both(engine, &smtp, &sms, &tight).await;
    for number in 10..18 {
        let (name, phone) = (format!("n{number}"), format!("+467017406{number}"));
        let address = format!("{name}@demo.example");
        server.add(&name, &address, &["--phone", &phone]).await;
        server.browser().begin(&name).await;
        server.settle().await;
    }
    // Codes that nobody types: five is the least that there is for them.
    assert_eq!(sms.requests().len(), 5);
    assert_eq!(smtp.taken(), 3, "the others get it by mail");
    server.until_logged("sms_held_back").await;
    // Nothing that a page says tells it from an account that does not exist.
    let page = server.browser().begin("n11").await;
    let nobody = server.browser().begin("n99").await;
    let plain =
        |page: &Page, who: &str| page.text().replace(&page.reference(), "").replace(who, "");
    assert_eq!(plain(&page, "n11"), plain(&nobody, "n99"));
}

async fn a_gateway_that_is_down_loses_nothing(engine: Engine) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = both(engine, &smtp, &sms, &[]).await;
    sms.behave(Manner::Fault);
    let mut browser = server.browser();
    let page = browser.begin("070-174 06 05").await;
    let (_, text) = sms.next().await;
    sms.behave(Manner::Take);
    server.advance(2).await;
    let (_, again) = sms.next().await;
    assert_eq!(text, again, "the same code is tried again");
    finishes(&mut browser, &page, &code_in(&again)).await;
    server.settle().await;
    sms.requests();
    // A code that dies before the gateway takes it is not sent: "ask again" is.
    sms.behave(Manner::Fault);
    server.browser().begin("+46701740606").await;
    sms.next().await;
    server.advance(601).await;
    sms.behave(Manner::Take);
    let told = until("the message without a secret", async || {
        let (to, text) = sms.next().await;
        (to == "+46701740606" && !text.contains('#')).then_some(text)
    })
    .await;
    assert!(!told.contains("http"), "{told}");
}
