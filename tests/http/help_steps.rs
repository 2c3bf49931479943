//! The help that goes step by step: it begins with what is needed, long pages with a table of contents, and every number and thing that it
//! names is the configuration's (journeys H3, H4, H5, Z12, Z14, V9).

use rekey::texts::{Language, ServerText, Text};

use crate::help::says;
use crate::support::html::all_between;
use crate::support::sms::Sms;
use crate::support::{Engine, Page, Setup, Smtp, english as page_sentence, on_sqlite};

on_sqlite!(
    h3_long_pages_begin_with_a_table_of_contents,
    h4_the_reset_begins_with_what_is_needed,
    h5_a_phone_is_registered_step_by_step,
    z12_a_mail_with_two_lifetimes_says_both,
    z14_owners_find_how_to_start_a_reset_for_a_member,
    v9_user_names_are_spoken_of_only_where_they_are_taken
);

fn english(text: ServerText, values: &[(&str, &str)]) -> String {
    says(Language::En, text, values)
}

/// The ids of the headings of a page, and where its table of contents leads.
fn headings_and_contents(page: &Page) -> (Vec<&str>, Vec<&str>) {
    let headings = all_between(&page.body, "<h2 id=\"", "\"")
        .into_iter()
        .filter(|id| *id != "contents")
        .collect();
    (headings, all_between(&page.body, "<a href=\"#part-", "\""))
}

async fn h3_long_pages_begin_with_a_table_of_contents(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let name = english(ServerText::HelpContents, &[]);
    for (topic, is_long) in [
        ("no-message", true),
        ("accessibility", true),
        ("privacy", true),
        ("link", false),
        ("change", false),
    ] {
        let page = browser.look(&format!("/help/{topic}")).await;
        let (headings, contents) = headings_and_contents(&page);
        assert_eq!(headings.len() >= 4, is_long, "{topic}: {headings:?}");
        assert_eq!(page.text().contains(&name), is_long, "{topic}");
        if is_long {
            let led: Vec<String> = contents.iter().map(|id| format!("part-{id}")).collect();
            assert_eq!(led, headings, "{topic}: each heading, in order");
            assert!(
                page.body
                    .contains("<nav class=\"contents\" aria-labelledby=\"contents\">")
            );
            let (first, _) = page.body.split_once("<h2 id=\"part-1\"").unwrap();
            assert!(
                first.contains("class=\"contents\""),
                "{topic}: it comes first"
            );
        }
    }
}

async fn h4_the_reset_begins_with_what_is_needed(engine: Engine) {
    let sms = Sms::start().await;
    for (identifiers, prove_by, names, prove) in [
        (
            "mail,user_name",
            "mail_code",
            "user name or e-mail address",
            ServerText::HelpNeedMailbox,
        ),
        (
            "mail",
            "mail_link",
            "e-mail address",
            ServerText::HelpNeedMailbox,
        ),
        (
            "mail,phone",
            "mail_code,sms_code",
            "e-mail address or mobile number",
            ServerText::HelpNeedEither,
        ),
        (
            "user_name,mail,phone",
            "sms_code",
            "user name, e-mail address or mobile number",
            ServerText::HelpNeedTexts,
        ),
    ] {
        let setup = Setup::new(engine)
            .gateway(&sms)
            .set("RESET__IDENTIFIERS", identifiers)
            .set("RESET__PROVE_BY", prove_by)
            .set("ACCOUNTS__REQUIRE_FACTOR", "nobody");
        let server = setup.start().await;
        let page = server.browser().look("/help/reset").await;
        let (needs, steps) = page.body.split_once("<ol").unwrap();
        assert!(steps.contains("</ol>"));
        for wanted in [
            english(ServerText::HelpNeedIdentifier, &[("names", names)]),
            english(prove, &[]),
            english(ServerText::HelpNeedPassword, &[]),
        ] {
            let item = format!("<li>{wanted}</li>");
            assert!(needs.contains(&item), "{prove_by}: {wanted}: {needs}");
        }
        let factor = english(ServerText::HelpNeedFactor, &[]);
        assert!(!page.text().contains(&factor), "nobody has one");
    }
    let server = Setup::new(engine).start().await;
    let page = server.browser().look("/help/reset").await;
    let factor = english(ServerText::HelpNeedFactor, &[]);
    assert!(page.text().contains(&factor), "{}", page.text());
}

async fn h5_a_phone_is_registered_step_by_step(engine: Engine) {
    let sms = Sms::start().await;
    let setup = Setup::new(engine)
        .gateway(&sms)
        .set("RESET__PROVE_BY", "mail_code,sms_code")
        .set("RESET__CODE_LIFETIME_SMS", 7);
    let server = setup.start().await;
    let mut browser = server.browser();
    let overview = browser.look("/help").await;
    assert!(overview.body.contains("href=\"/help/register-phone\""));
    let page = browser.look("/help/register-phone").await;
    assert_eq!(page.status, 200);
    let (_, steps) = page.body.split_once("<ol").unwrap();
    let (steps, _) = steps.split_once("</ol>").unwrap();
    assert_eq!(steps.matches("<li>").count(), 4, "{steps}");
    // What is pressed is called what the pages of the account call it.
    for pressed in [
        ServerText::AccountSecurityTitle,
        ServerText::AccountPhoneAdd,
        ServerText::AccountSendCode,
    ] {
        assert!(page.text().contains(&english(pressed, &[])), "{pressed:?}");
    }
    assert!(page.text().contains("7 minutes"), "{}", page.text());
    let reset = browser.look("/help/reset").await;
    assert!(reset.body.contains("href=\"/help/register-phone\""));
    // Without a gateway no number can be proved, so there is nothing to tell.
    let smtp = Smtp::start();
    let server = Setup::new(engine).production(&smtp).start().await;
    let mut browser = server.browser();
    assert_eq!(browser.look("/help/register-phone").await.status, 404);
    for path in ["/help", "/help/reset"] {
        let page = browser.look(path).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("/help/register-phone"), "{path}");
    }
}

async fn z12_a_mail_with_two_lifetimes_says_both(engine: Engine) {
    let setup = Setup::new(engine)
        .set("RESET__PROVE_BY", "mail_code,mail_link")
        .set("RESET__CODE_LIFETIME_MAIL", 45)
        .set("RESET__LINK_LIFETIME", 1440);
    let server = setup.start().await;
    let page = server.browser().look("/help/reset").await.text();
    for wanted in ["works for 45 minutes", "works for 24 hours"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
}

async fn z14_owners_find_how_to_start_a_reset_for_a_member(engine: Engine) {
    let server = Setup::new(engine).start().await;
    let mut browser = server.browser();
    let overview = browser.look("/help").await;
    assert!(overview.body.contains("href=\"/help/for-administrators\""));
    let page = browser.look("/help/for-administrators").await;
    let address = format!("{}/forgot-password", server.base);
    for wanted in [&*address, "rekey account sign-out"] {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    assert!(page.body.contains("href=\"/help/reset\""));
    let said = server.command(&["account", "sign-out", "--help"], "").await;
    assert!(said.status.success(), "the command that the page names");
}

async fn v9_user_names_are_spoken_of_only_where_they_are_taken(engine: Engine) {
    for (identifiers, are_taken) in [("mail", false), ("mail,user_name", true)] {
        let setup = Setup::new(engine).set("RESET__IDENTIFIERS", identifiers);
        let server = setup.start().await;
        let mut browser = server.browser();
        for topic in [
            "no-message",
            "reset",
            "link",
            "changed-contact",
            "register-phone",
        ] {
            let page = browser.look(&format!("/help/{topic}")).await;
            let speaks = page.text().to_lowercase().contains("user name");
            assert!(are_taken || !speaks, "{topic}: {}", page.text());
        }
        let page = browser.look("/help/no-message").await.text();
        let with = english(ServerText::HelpNoMessageAddress, &[]);
        assert_eq!(page.contains(&with), are_taken, "{page}");
        let forgot = page_sentence(Text::SignInForgot);
        let reset = browser.look("/help/reset").await.text();
        assert!(reset.contains(&forgot), "{reset}");
    }
}
