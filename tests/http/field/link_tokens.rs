//! Mailed links as mail programs leave them: cut, changed in case, with a full stop or a bracket behind them.

use data_encoding::BASE64URL_NOPAD;
use rekey::server::base::keys::digest;
use rekey::texts::Text;
use sha2::{Digest as _, Sha256};

use crate::support::{
    Browser, Engine, GOOD, Page, Server, Setup, Smtp, english, on_both_engines, on_sqlite,
};

on_both_engines!(f14_former_links_work_until_they_end);

on_sqlite!(
    f13_what_stands_behind_a_whole_link_is_ignored,
    f13_what_stands_before_a_whole_link_is_ignored,
    f14_a_link_has_one_case_and_no_punctuation,
    f14_a_link_is_read_in_any_case
);

const NEW: &str = "/forgot-password/new";

/// A server whose mails hold links, and the path of one for anna.
async fn linked(engine: Engine, smtp: &mut Smtp) -> (Server, String) {
    let setup = Setup::stopped(engine).relay(smtp);
    let server = setup.set("RESET__PROVE_BY", "mail_link").start().await;
    let link = link(&server, smtp).await;
    (server, link)
}

async fn link(server: &Server, smtp: &mut Smtp) -> String {
    server.browser().begin("anna").await;
    let link = smtp.next().await.link();
    server.settle().await;
    link
}

async fn opens(browser: &mut Browser, path: &str) -> Page {
    let opened = browser.look(path).await;
    assert_eq!((opened.status, opened.location()), (303, NEW), "{path}");
    let page = browser.follow(opened).await;
    assert_eq!(page.heading(), english(Text::NewTitle), "{path}");
    page
}

async fn is_damaged(server: &Server, path: &str) {
    let page = server.browser().get(path).await;
    assert_eq!(page.heading(), english(Text::LinkDamagedTitle), "{path}");
}

async fn f13_what_stands_behind_a_whole_link_is_ignored(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, link) = linked(engine, &mut smtp).await;
    for behind in [
        ".",
        "/",
        "//",
        ")",
        "%3E",
        "%22%3E",
        "%E2%80%9D.",
        "%FF",
        ",%20and",
        "/more/of/it",
        "?utm_source=mail",
        "/?fbclid=1",
        "==",
        "%00",
    ] {
        let mut browser = server.browser();
        opens(&mut browser, &format!("{link}{behind}")).await;
    }
    // Only where the checksum vouches for what stands before.
    let cut = &link[..link.len() - 1];
    for behind in ["", ".", "/", "%20", "u"] {
        is_damaged(&server, &format!("{cut}{behind}")).await;
    }
    for path in ["/r", "/r/", "/r//", "/r/%FF", "/r/."] {
        is_damaged(&server, path).await;
    }
    let mut browser = server.browser();
    let page = opens(&mut browser, &format!("{link}/")).await;
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    let token = &link["/r/".len()..];
    let log = server.whole_log().await.to_lowercase();
    assert!(!log.contains(token), "no log line holds the link");
}

async fn f13_what_stands_before_a_whole_link_is_ignored(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, link) = linked(engine, &mut smtp).await;
    let token = &link["/r/".len()..];
    let (front, back) = token.split_at(23);
    let encoded = |text: &str, sign: &str| {
        let bytes = text.bytes().map(|byte| format!("{sign}{byte:02X}"));
        bytes.collect::<Vec<_>>().concat()
    };
    let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).expect("a full-width character");
    let wide = encoded(&token.chars().map(wide).collect::<String>(), "%");
    let twice = encoded(token, "%25");
    for read in [
        format!("%22{token}%22"),
        format!("%2522{token}%2522"),
        format!("_{token}_"),
        format!("3D{token}"),
        format!("3D%22{token}%22"),
        format!("{front}=%0D%0A{back}"),
        format!("{front}%3D%0D%0A{back}"),
        format!("{front}={back}"),
        format!("{front}%250D%250A{back}"),
        format!("more/{token}"),
        wide,
        twice,
    ] {
        opens(&mut server.browser(), &format!("/r/{read}")).await;
    }
    // Only where the checksum vouches for it, and for one of them.
    let other = rekey::rules::link_token::LinkToken::from_random([9; 32]);
    let wrong = if token.starts_with('a') { 'b' } else { 'a' };
    for damaged in [
        format!("3D{wrong}{}", &token[1..]),
        format!("%22{}%22", &token[..57]),
        format!("%22{token}%22{}", other.as_str()),
    ] {
        is_damaged(&server, &format!("/r/{damaged}")).await;
    }
    let log = server.whole_log().await.to_lowercase();
    assert!(!log.contains(token), "no log line holds the link");
}

async fn f14_a_link_has_one_case_and_no_punctuation(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, first) = linked(engine, &mut smtp).await;
    let mut links = vec![first];
    for _ in 0..3 {
        server.advance(3700).await;
        links.push(link(&server, &mut smtp).await);
    }
    for link in links {
        let token = &link["/r/".len()..];
        let is_plain = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase();
        assert!(token.chars().all(is_plain), "{token}");
        assert!(!token.contains(['i', 'l', 'o', 'u']), "{token}");
        assert_eq!(
            token.len(),
            58,
            "256 bits, 32 of the checksum, and two that are zero"
        );
    }
}

async fn f14_a_link_is_read_in_any_case(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, link) = linked(engine, &mut smtp).await;
    let token = &link["/r/".len()..];
    let (front, back) = token.split_at(23);
    for read in [
        format!("/r/{}", token.to_uppercase()),
        format!("/R/{}", token.to_uppercase()),
        format!("/r/{}", token.replace('1', "l").replace('0', "O")),
        format!("/r/{}", token.replace('1', "I").replace('0', "o")),
        format!("/r/{front}%0D%0A{back}"),
        format!("/r/%20{front}%20{back}"),
        format!("/r/{front}%C2%AD{back}"),
        format!("/r/%{:x}{}", token.as_bytes()[0], &token[1..]),
    ] {
        opens(&mut server.browser(), &read).await;
    }
    let mut browser = server.browser();
    let page = opens(&mut browser, &format!("/r/{}", token.to_uppercase())).await;
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    // It is one link, however it is written.
    let page = server.browser().get(&link).await;
    assert_eq!(page.heading(), english(Text::LinkUsedTitle));
}

/// A token as it was made before: base64url, with the checksum under its own label.
pub fn former_token(number: u8) -> String {
    let random = [number; 32];
    let check = Sha256::new()
        .chain_update(b"rekey link token v1")
        .chain_update(random)
        .finalize();
    let mut bytes = random.to_vec();
    bytes.extend(&check[..4]);
    BASE64URL_NOPAD.encode(&bytes)
}

async fn f14_former_links_work_until_they_end(engine: Engine) {
    let mut smtp = Smtp::start();
    let (server, _) = linked(engine, &mut smtp).await;
    let token = former_token(42);
    let hash = digest(&token);
    let statement = format!("UPDATE links SET token_hash = '{hash}'");
    server.db.run(&statement).await;
    for behind in ["", ".", "/", "%0A"] {
        let path = format!("/r/{token}{behind}");
        opens(&mut server.browser(), &path).await;
    }
    is_damaged(&server, &format!("/r/{}", &token[..47])).await;
    is_damaged(&server, &format!("/r/{}", token.to_uppercase())).await;
    let mut browser = server.browser();
    let page = opens(&mut browser, &format!("/r/{token}")).await;
    let done = browser.choose(&page, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    let page = server.browser().get(&format!("/r/{token}")).await;
    assert_eq!(page.heading(), english(Text::LinkUsedTitle));
}
