//! After "this was not me": whoever reverts is told that it is done, everybody else what happened, and no sentence names a way that is not
//! meant.

use rekey::texts::{Catalogue, Language, ServerText, Text};

use crate::support::sms::Sms;
use crate::support::{
    Browser, Engine, GOOD, Page, ReceivedMail, Server, Setup, Smtp, english, english_server,
    on_both_engines,
};

on_both_engines!(
    w15_whoever_reverts_is_told_that_it_is_done,
    w15_a_reverted_password_is_told_as_that,
    w15_the_others_are_told_what_happened,
    w15_nobody_is_sent_to_a_reset_that_does_not_reach_them,
    w15_a_former_address_is_told_of_its_own_button,
    w15_a_former_number_is_told_of_its_own_code,
    w15_no_channel_is_named_that_is_not_meant,
    w15_help_and_notices_agree
);

const OLD: &str = "anna.berg@demo.example";
const MORE: &str = "anna@more.example";

/// Anna's address is replaced by somebody who is signed in: the notice of it.
async fn stolen(server: &Server, smtp: &mut Smtp) -> (Browser, ReceivedMail) {
    let mut thief = server.browser();
    thief.sign_in("anna", &server.passwords["anna"]).await;
    let notice = server.change_mail(&mut thief, smtp, OLD, MORE).await;
    (thief, notice)
}

/// Opens the link and presses its button: the page after that.
async fn press(owner: &mut Browser, notice: &ReceivedMail) -> Page {
    let page = owner.open(&notice.stop()).await;
    owner.post_to(&page, "/stop", &[]).await
}

/// Which of the sentences about what somebody wrote stand on the page of the code.
fn about_what_was_written(page: &Page) -> Vec<Text> {
    assert_eq!(page.path, "/forgot-password/code");
    let all = [
        Text::CodeSentTo,
        Text::CodeLinkSentTo,
        Text::CodeSmsSentTo,
        Text::CodeOtherIdentifier,
    ];
    let stands = |text: &Text| {
        let sentence = english(*text);
        let after = sentence.rsplit_once("{identifier}");
        page.text()
            .contains(after.map_or(&*sentence, |(_, after)| after))
    };
    all.into_iter().filter(stands).collect()
}

/// Nothing on the page that follows is about what somebody wrote.
fn knows_whose(page: &Page) {
    assert_eq!(about_what_was_written(page), [], "{}", page.text());
}

async fn w15_whoever_reverts_is_told_that_it_is_done(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut thief, notice) = stolen(&server, &mut smtp).await;
    let mut owner = server.browser();
    let page = press(&mut owner, &notice).await;
    assert_eq!(page.path, "/stop/done");
    assert_eq!(
        page.heading(),
        english_server(ServerText::AccountStopDoneTitle)
    );
    let said = english_server(ServerText::AccountStopDoneContacts);
    assert!(page.text().contains(&said), "{}", page.text());
    assert!(!thief.is_signed_in().await);
    // Looked at again, by every way to it.
    for path in ["/stop/done", "/stop/done/", "/stop"] {
        let again = owner.open(path).await;
        assert_eq!(again.text(), page.text(), "{path}");
    }
    assert!(page.body.contains("href=\"/forgot-password/code\""));
    let by_hand = server.browser().begin("nobody").await;
    let written = [Text::CodeSentTo, Text::CodeOtherIdentifier];
    assert_eq!(about_what_was_written(&by_hand), written);
    let page = owner.get("/forgot-password/code").await;
    knows_whose(&page);
    assert!(
        page.text().contains(&english(Text::CodeSent)),
        "{}",
        page.text()
    );
    let code = smtp.code_to(OLD).await;
    let page = owner.give(&page, &code).await;
    let done = owner.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    // Nobody else is told that something was stopped.
    let page = server.browser().open("/stop/done").await;
    assert_eq!(page.path, "/stop/code");
}

async fn w15_a_reverted_password_is_told_as_that(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = setup.set("RESET__PROVE_BY", "mail_link").start().await;
    let mut thief = server.browser();
    thief.begin("anna").await;
    let page = thief.get(&smtp.next().await.link()).await;
    thief.choose(&page, GOOD).await;
    let notice = smtp.next_to(OLD).await;
    let mut owner = server.browser();
    // Somebody else is signed in where it is pressed, and stays so.
    owner.sign_in("bjorn", &server.passwords["bjorn"]).await;
    let page = press(&mut owner, &notice).await;
    let said = english_server(ServerText::AccountStopDonePassword);
    assert!(page.text().contains(&said), "{}", page.text());
    assert!(owner.is_signed_in().await);
    let page = owner.get("/forgot-password/code").await;
    knows_whose(&page);
    assert!(
        page.text().contains(&english(Text::CodeLinkSent)),
        "{}",
        page.text()
    );
    // The link of the reset that has begun, not the one that is over.
    let page = owner.get(&smtp.next_to(OLD).await.link()).await;
    assert_eq!(page.heading(), english(Text::NewTitle));
}

async fn w15_the_others_are_told_what_happened(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let setup = Setup::stopped(engine).relay(&smtp).gateway(&sms);
    let server = setup.start().await;
    let (_, notice) = stolen(&server, &mut smtp).await;
    sms.next().await;
    press(&mut server.browser(), &notice).await;
    let (_, text) = sms.next().await;
    let sentences = Catalogue::built_in(Language::Sv);
    let said = sentences.fill_server(ServerText::SmsStopped, &[("site", "Rekey")]);
    assert_eq!(text, said);
    let told = smtp.next_to(MORE).await;
    assert!(told.text().contains("ändrat tillbaka"), "{}", told.text());
}

/// Its words, however its lines are broken.
fn words(letter: &ReceivedMail) -> String {
    let text = letter.text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn swedish(text: ServerText) -> String {
    Catalogue::built_in(Language::Sv).server(text).to_owned()
}

async fn w15_nobody_is_sent_to_a_reset_that_does_not_reach_them(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (_, notice) = stolen(&server, &mut smtp).await;
    press(&mut server.browser(), &notice).await;
    server.settle().await;
    let told = smtp.unread();
    let subject = swedish(ServerText::MailStoppedSubject).replace("{site}", "Rekey");
    for (to, resets) in [(OLD, true), (MORE, false)] {
        let told = told
            .iter()
            .find(|letter| letter.to == [to] && letter.subject() == subject);
        let told = words(told.expect("both are told"));
        let said = swedish(ServerText::MailStoppedIntro);
        let (_, said) = said.split_once("{time}").unwrap();
        assert!(told.contains(said), "{told}");
        assert_eq!(told.contains("/forgot-password"), resets, "{told}");
    }
}

/// Whoever is signed in there chooses another password.
async fn change_password(browser: &mut Browser, present: &str) {
    let page = browser.open("/account/security/password").await;
    let fields = [
        ("password", present),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let page = browser
        .post_to(&page, "/api/account/password", &fields)
        .await;
    assert_eq!(page.path, "/account/security", "{:?}", page.errors());
}

async fn w15_a_former_address_is_told_of_its_own_button(engine: Engine) {
    let mut smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    let (mut owner, notice) = stolen(&server, &mut smtp).await;
    let until = words(&notice);
    let until = until.split_once("Knappen fungerar till ").unwrap().1;
    let until = until.split_once(". Fungerar inte").unwrap().0.to_owned();
    let password = server.passwords["anna"].clone();
    change_password(&mut owner, &password).await;
    server.settle().await;
    let told = smtp.unread();
    let to = |address: &str| {
        let letter = told.iter().rfind(|letter| letter.to == [address]);
        words(letter.expect("everybody is told"))
    };
    let later = to(OLD);
    assert!(!later.contains("/forgot-password"), "{later}");
    let said = swedish(ServerText::MailNotYouEarlier).replace("{time}", &until);
    assert!(later.contains(&said), "{said}: {later}");
    // The new one waits for a day, and gets no reset either.
    let waiting = to(MORE);
    assert!(!waiting.contains("/forgot-password"), "{waiting}");
    assert!(waiting.contains(&swedish(ServerText::MailNotYouTalk)));
}

async fn w15_a_former_number_is_told_of_its_own_code(engine: Engine) {
    let (smtp, sms) = (Smtp::start(), Sms::start().await);
    let setup = Setup::stopped(engine).relay(&smtp).gateway(&sms);
    let server = setup.start().await;
    let mut owner = server.browser();
    let password = server.passwords["anna"].clone();
    owner.sign_in("anna", &password).await;
    let phone = server.contact("+46701740605").await;
    let path = "/account/security/remove";
    let page = owner.open(&format!("{path}?contact={phone}")).await;
    owner.post_to(&page, path, &[]).await;
    let (_, text) = sms.next().await;
    assert!(text.contains("skriv"), "{text}");
    change_password(&mut owner, &password).await;
    let (_, text) = sms.next().await;
    let said = swedish(ServerText::SmsChangedEarlier).replace("{site}", "Rekey");
    let (said, _) = said.split_once("{time}").unwrap();
    assert!(text.starts_with(said), "{text}");
}

async fn w15_no_channel_is_named_that_is_not_meant(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .gateway(&sms)
        .set("RESET__PROVE_BY", "sms_code")
        .start()
        .await;
    let mut thief = server.browser();
    thief.begin("anna").await;
    let page = thief.get("/forgot-password/code").await;
    let (_, text) = sms.next().await;
    let code: String = text.chars().take_while(char::is_ascii_digit).collect();
    let page = thief.give(&page, &code).await;
    thief.choose(&page, GOOD).await;
    let notice = smtp.next_to(OLD).await;
    let mut owner = server.browser();
    press(&mut owner, &notice).await;
    let page = owner.get("/forgot-password/code").await;
    knows_whose(&page);
    let text = page.text();
    assert!(text.contains(&english(Text::CodeSmsSent)), "{text}");
    let by_mail = "e-mail";
    assert!(english(Text::CodeSent).contains(by_mail));
    assert!(!text.contains(by_mail), "{text}");
}

async fn w15_help_and_notices_agree(engine: Engine) {
    for by in ["mail_code", "mail_code,sms_code"] {
        let server = Setup::stopped(engine)
            .set("RESET__PROVE_BY", by)
            .start()
            .await;
        for language in Language::ALL {
            let path = format!("/help/link?lang={}", language.tag());
            let text = server.browser().look(&path).await.text();
            let sentences = Catalogue::built_in(language);
            // The button that the notices carry is ours, by its name.
            let button = sentences.server(ServerText::MailStopButton);
            assert!(text.contains(button), "{text}");
        }
    }
}
