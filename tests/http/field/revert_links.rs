//! "This was not me" as mail programs leave it: damaged, old and used are told apart, and there is a way without the link.

use rekey::server::base::keys::digest;
use rekey::texts::ServerText;

use super::link_tokens::former_token;
use crate::support::{
    Engine, GOOD, OTHER_GOOD, Page, ReceivedMail, Server, Setup, Smtp, english_server,
    on_both_engines, on_sqlite,
};

on_both_engines!(
    f14_former_revert_links_work_until_they_end,
    f15_damaged_old_and_used_are_told_apart
);

on_sqlite!(
    f14_a_revert_link_is_read_as_mail_programs_leave_it,
    f15_the_mail_has_a_way_without_the_link,
    f15_the_code_is_read_as_it_is_copied_out_of_the_mail
);

const OLD: &str = "anna.berg@demo.example";

/// A server on which anna's password was just changed, and the notice of it.
async fn changed(engine: Engine, smtp: &mut Smtp) -> (Server, ReceivedMail) {
    let server = Setup::stopped(engine).relay(smtp).start().await;
    let (mut thief, page) = server.proved(smtp, "anna").await;
    thief.choose(&page, GOOD).await;
    let notice = smtp.next_to(OLD).await;
    server.settle().await;
    (server, notice)
}

async fn shown(server: &Server, path: &str) -> Page {
    server.browser().open(path).await
}

async fn says(server: &Server, path: &str, title: ServerText) {
    let page = shown(server, path).await;
    assert_eq!(page.heading(), english_server(title), "{path}");
}

async fn f14_a_revert_link_is_read_as_mail_programs_leave_it(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, notice) = changed(engine, &mut smtp).await;
    let link = notice.stop();
    let token = &link["/stop/".len()..];
    let is_plain = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase();
    assert!(token.len() == 58 && token.chars().all(is_plain), "{token}");
    let (front, back) = token.split_at(20);
    for read in [
        format!("{link}."),
        format!("{link}/"),
        format!("{link}/more"),
        format!("{link}%FF"),
        format!("{link}?lang=sv&x=1"),
        format!("/stop/{}", token.to_uppercase()),
        format!("/STOP/{}", token.to_uppercase()),
        format!("/stop/{}", token.replace('1', "L").replace('0', "o")),
        format!("/stop/{front}%0D%0A{back}"),
        format!("/stop/%22{token}%22"),
        format!("/stop/_{token}_"),
        format!("/stop/3D{token}"),
        format!("/stop/{front}%3D%0D%0A{back}"),
        format!("/stop/%2522{token}"),
    ] {
        let answer = server.browser().look(&read).await;
        assert_eq!((answer.status, answer.location()), (303, "/stop"), "{read}");
        says(&server, &read, ServerText::AccountStopPasswordTitle).await;
    }
    let mut owner = server.browser();
    let page = owner
        .open(&format!("/stop/{}.", token.to_uppercase()))
        .await;
    owner.revert(&page).await;
    assert_eq!(server.facts("change_stopped").await, 1);
    assert!(!server.opens("anna", GOOD).await);
    let log = server.whole_log().await.to_lowercase();
    assert!(!log.contains(token), "no log line holds the link");
}

async fn f14_former_revert_links_work_until_they_end(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, notice) = changed(engine, &mut smtp).await;
    let token = former_token(7);
    let (is, was) = (digest(&token), digest(&notice.stop()["/stop/".len()..]));
    let statement = format!("UPDATE stop_links SET token_hash = '{is}' WHERE token_hash = '{was}'");
    server.db.run(&statement).await;
    let cut = format!("/stop/{}", &token[..47]);
    says(&server, &cut, ServerText::AccountStopDamagedTitle).await;
    let mut owner = server.browser();
    let page = owner.open(&format!("/stop/{token}.")).await;
    owner.revert(&page).await;
    assert!(!server.opens("anna", GOOD).await);
    let link = format!("/stop/{token}");
    says(&server, &link, ServerText::AccountStopUsedTitle).await;
}

async fn f15_damaged_old_and_used_are_told_apart(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, notice) = changed(engine, &mut smtp).await;
    let link = notice.stop();
    let cut = &link[..link.len() - 1];
    for damaged in [
        cut,
        &format!("{cut}."),
        &link[..30],
        &link[..18],
        "/stop/",
        "/stop/abc",
        "/stop/0000-0000-0000",
        "/stop/%FF",
    ] {
        let page = shown(&server, damaged).await;
        assert_eq!(
            page.heading(),
            english_server(ServerText::AccountStopDamagedTitle),
            "{damaged}"
        );
        // The way on: the code that the same mail holds.
        assert!(page.body.contains("href=\"/stop/code\""), "{damaged}");
        assert!(!page.body.contains("action=\"/stop\""), "{damaged}");
    }
    // Never made, and so old that nothing is known of it.
    let unknown = rekey::rules::link_token::LinkToken::from_random([9; 32]);
    let unknown = format!("/stop/{}", unknown.as_str());
    says(&server, &unknown, ServerText::AccountStopOverTitle).await;
    let mut owner = server.browser();
    let page = owner.open(&link).await;
    owner.revert(&page).await;
    says(&server, &link, ServerText::AccountStopUsedTitle).await;
    says(&server, cut, ServerText::AccountStopDamagedTitle).await;
    smtp.code_to(OLD).await;
    server.settle().await;
    // Another one, read after eight days.
    let (mut browser, page) = server.proved(&mut smtp, "bjorn").await;
    browser.choose(&page, OTHER_GOOD).await;
    let late = smtp.next_to("bjorn.dahl@demo.example").await.stop();
    server.advance(8 * 24 * 3600).await;
    says(&server, &late, ServerText::AccountStopOverTitle).await;
    let cut = &late[..late.len() - 2];
    says(&server, cut, ServerText::AccountStopDamagedTitle).await;
    // Nothing was opened here: there is the code.
    assert_eq!(shown(&server, "/stop").await.path, "/stop/code");
}

/// The code that a mail names with its page.
fn code_of(notice: &ReceivedMail) -> String {
    let text = notice.text();
    let is_part = |part: &str| {
        part.len() == 4
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let is_code = |word: &&str| word.split('-').count() == 3 && word.split('-').all(is_part);
    let words = text.split_whitespace();
    let found = words.map(|word| word.trim_matches('.')).find(is_code);
    let code = found.unwrap_or_else(|| panic!("no code in {text}"));
    assert!(notice.html().contains(code), "{}", notice.html());
    assert!(text.contains("/stop/code"), "{text}");
    code.to_owned()
}

async fn f15_the_mail_has_a_way_without_the_link(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, notice) = changed(engine, &mut smtp).await;
    let code = code_of(&notice);
    let mut owner = server.browser();
    // The link was cut, and its page leads to where the code is typed.
    let link = notice.stop();
    owner.open(&link[..link.len() - 4]).await;
    let page = owner.open("/stop/code").await;
    let typed = code.to_uppercase().replace('-', " ");
    let page = owner
        .post_to(&page, "/stop/code", &[("stop_code", &typed)])
        .await;
    assert_eq!(
        page.heading(),
        english_server(ServerText::AccountStopPasswordTitle),
        "{:?}",
        page.errors()
    );
    owner.revert(&page).await;
    assert_eq!(server.facts("change_stopped").await, 1);
    // The reset that begins asks at the address where the code was read.
    let sent = smtp.code_to(OLD).await;
    let page = owner.open("/forgot-password/code").await;
    let page = owner.give(&page, &sent).await;
    assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
    says(&server, &link, ServerText::AccountStopUsedTitle).await;
    for (table, row) in server.db.dump().await {
        let plain = code.replace('-', "");
        assert!(!row.contains(&code) && !row.contains(&plain), "{table}");
    }
}

async fn f15_the_code_is_read_as_it_is_copied_out_of_the_mail(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, notice) = changed(engine, &mut smtp).await;
    let code = code_of(&notice);
    // Whoever marks a word takes what touches it along.
    let touches = |text: &str| {
        let (before, behind) = text.split_once(&code).expect("the code");
        let word = |c: char| !c.is_whitespace() && c != '<' && c != '>';
        before.ends_with(word) || behind.starts_with(word)
    };
    assert!(!touches(&notice.text()), "{}", notice.text());
    assert!(!touches(&notice.html()), "{}", notice.html());
    let spaced = code.replace('-', " ");
    let link = format!("{}{}", server.base, notice.stop());
    for typed in [
        format!("{code}."),
        format!("\"{code}\""),
        format!("\u{201d}{code}\u{201d},"),
        format!("({spaced})"),
        format!("kod: {code}"),
        format!("Kod: {spaced}."),
        format!("enter this code: {code}\u{a0}."),
        format!("Open {}/stop/code and enter {code}", server.base),
        link.clone(),
        format!(" <{link}>."),
        format!("{link}?lang=en"),
        link.to_uppercase(),
    ] {
        let mut owner = server.browser();
        let page = owner.open("/stop/code").await;
        let fields = [("stop_code", typed.as_str())];
        let page = owner.post_to(&page, "/stop/code", &fields).await;
        assert_eq!(page.path, "/stop", "{typed:?}: {:?}", page.errors());
        assert_eq!(
            page.heading(),
            english_server(ServerText::AccountStopPasswordTitle),
            "{typed:?}"
        );
    }
    for typed in [
        format!("{code}0"),
        format!("{code} 0000-0000-0000"),
        link[..link.len() - 1].to_owned(),
    ] {
        let mut owner = server.browser();
        let page = owner.open("/stop/code").await;
        let fields = [("stop_code", typed.as_str())];
        let page = owner.post_to(&page, "/stop/code", &fields).await;
        let unusable = english_server(ServerText::AccountStopCodeUnusable);
        assert_eq!(page.errors(), [unusable], "{typed:?}");
    }
}
