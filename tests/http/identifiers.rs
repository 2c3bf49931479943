//! What people write to say who they are, in every spelling that is the same, and what programs write there (STANDARDS A09, A10, A13).

use crate::support::sms::Sms;
use crate::support::{Browser, Engine, Page, Server, Setup, Smtp, on_both_engines};

on_both_engines!(
    are_read_generously,
    are_nobodys_query,
    that_are_numbers_are_read_as_people_write_them,
    that_are_numbers_are_counted_as_one,
    that_are_numbers_are_names_first,
    that_are_one_of_several_are_written_to
);

/// Posts a form body as it stands.
pub async fn post(browser: &Browser, body: &str) -> Page {
    let request = browser
        .request(reqwest::Method::POST, "/api/forgot-password/identify")
        .header("accept", "text/html")
        .header("origin", &browser.origin)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.to_owned());
    Browser::send("/api/forgot-password/identify", request).await
}

/// Asks for a code, in a browser of its own.
pub async fn ask(server: &Server, typed: &str) {
    let mut browser = server.browser();
    let page = browser.begin(typed).await;
    assert_eq!(page.status, 200, "{typed:?}");
}

async fn are_read_generously(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let server = setup.set("LIMITS__MESSAGES_BURST", 50).start().await;
    let name = ["--name", "Åke Ö"];
    server.add("ake", "Åke@Exämple.se", &name).await;
    for typed in [
        "anna",
        " anna\t",
        "ANNA",
        "Anna.Berg@demo.example",
        "anna.berg@DEMO.EXAMPLE ",
    ] {
        ask(&server, typed).await;
        assert_eq!(
            smtp.next().await.to,
            ["anna.berg@demo.example"],
            "{typed:?}"
        );
    }
    for typed in [
        "åke@exämple.se",
        "A\u{30a}ke@exa\u{308}mple.se",
        "ÅKE@xn--exmple-cua.se",
    ] {
        ask(&server, typed).await;
        let to = smtp.next().await.to;
        assert!(to[0].ends_with("@xn--exmple-cua.se"), "{typed:?}: {to:?}");
    }
}

async fn are_nobodys_query(engine: Engine) {
    let smtp = Smtp::start();
    let server = Setup::stopped(engine).relay(&smtp).start().await;
    for typed in [
        "' OR '1'='1",
        "anna'--",
        "anna\"; DROP TABLE accounts; --",
        "*)(uid=*",
        "%",
        "ann_",
        "a%",
        "$1",
        "{user_name}",
        "\\",
        "<script>alert(1)</script>",
    ] {
        let mut browser = server.browser();
        let page = browser.begin(typed).await;
        assert_eq!(page.path, "/forgot-password/code", "{typed}");
        assert!(page.text().contains(typed), "{typed}: {}", page.text());
        assert!(!page.body.contains("<script>alert"));
        let page = browser.sign_in(typed, typed).await;
        assert_eq!(page.errors().len(), 1);
    }
    server.settle().await;
    assert_eq!(smtp.taken(), 0);
    assert_eq!(server.db.number("SELECT COUNT(*) FROM accounts").await, 6);
}

async fn that_are_numbers_are_read_as_people_write_them(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let setup = setup.set("RESET__IDENTIFIERS", "phone,mail");
    let server = setup.set("LIMITS__MESSAGES_BURST", 50).start().await;
    let number = ["--phone", "070-174 06 07"];
    let password = server.add("karin", "karin@demo.example", &number).await;
    for typed in [
        "0701740607",
        "070-174 06 07",
        "+46 70 174 06 07",
        "0046701740607",
        "+46 (0)70-174 06 07",
    ] {
        ask(&server, typed).await;
        let letter = smtp.next().await;
        assert_eq!(letter.to, ["karin@demo.example"], "{typed}");
    }
    assert!(
        server.opens("070-174 06 07", &password).await,
        "at sign-in too"
    );
    // Nobody's, no mobile, and a user name, which is not asked for here.
    for typed in [
        "070-174 06 98",
        "08-465 004 00",
        "karin",
        "karin 0701740607",
    ] {
        ask(&server, typed).await;
    }
    // Somebody else has the same number: nobody is meant for certain.
    server.add("kurt", "kurt@demo.example", &number).await;
    ask(&server, "0701740607").await;
    ask(&server, "kurt@demo.example").await;
    assert_eq!(smtp.next().await.to, ["kurt@demo.example"]);
    server.settle().await;
    assert_eq!(smtp.taken(), 6);
}

/// Some organisations number their people, and eight digits are a Norwegian mobile too.
async fn that_are_numbers_are_names_first(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::stopped(engine).relay(&smtp);
    let setup = setup.set("RESET__IDENTIFIERS", "user_name,phone");
    let server = setup.start().await;
    server.add("40612345", "kari@demo.example", &[]).await;
    let number = ["--phone", "+47 406 12 345"];
    server.add("olav", "olav@demo.example", &number).await;
    ask(&server, "40612345").await;
    assert_eq!(smtp.next().await.to, ["kari@demo.example"]);
    ask(&server, "+47 40 61 23 45").await;
    assert_eq!(smtp.next().await.to, ["olav@demo.example"]);
}

/// Writing a number differently is no way around the wait at sign-in, and a good sign-in forgives them all.
async fn that_are_numbers_are_counted_as_one(engine: Engine) {
    let setup = Setup::stopped(engine).set("LIMITS__SIGN_IN_FAILURES_BURST", 2);
    let server = setup.start().await;
    let number = ["--phone", "070-174 06 07"];
    let password = server.add("karin", "karin@demo.example", &number).await;
    for spelling in ["0701740607", "+46 70 174 06 07"] {
        assert!(!server.opens(spelling, "fel").await);
    }
    assert!(!server.opens("070.174.06.07", &password).await, "it waits");
    server.advance(61).await;
    assert!(server.opens("070/174 06 07", &password).await);
    assert!(server.opens("0046701740607", &password).await);
}

/// Whoever names one of several addresses or numbers of an account reads that one, and perhaps none of the others any more.
async fn that_are_one_of_several_are_written_to(engine: Engine) {
    let (mut smtp, sms) = (Smtp::start(), Sms::start().await);
    let server = Setup::stopped(engine)
        .relay(&smtp)
        .gateway(&sms)
        .set("RESET__IDENTIFIERS", "mail,phone,user_name")
        .set("RESET__PROVE_BY", "mail_code,sms_code")
        .set("LIMITS__MESSAGES_BURST", 50)
        .start()
        .await;
    let (first, second) = ("anna.berg@demo.example", "anna@second.example");
    for (kind, address) in [("mail", second), ("phone", "+46701740651")] {
        server
            .db
            .run(&format!(
                "INSERT INTO contacts (id, account_id, kind, address, address_canonical, confirmed_at, resets_from) \
                 SELECT 'second{kind}', id, '{kind}', '{address}', '{address}', (SELECT MAX(confirmed_at) + 1 FROM contacts), 0 \
                 FROM accounts WHERE user_name = 'anna'"
            ))
            .await;
    }
    for (typed, address) in [
        ("anna", first),
        (second, second),
        (" Anna@SECOND.example", second),
        (first, first),
    ] {
        ask(&server, typed).await;
        assert_eq!(smtp.next().await.to, [address], "{typed:?}");
    }
    for (typed, number) in [
        ("070-174 06 51", "+46701740651"),
        ("070-174 06 05", "+46701740605"),
    ] {
        ask(&server, typed).await;
        let (to, _) = sms.next().await;
        assert_eq!(to, number, "{typed}");
    }
    // The same when another code is asked for.
    let (mut browser, page, letter) = server.mailed(&mut smtp, second).await;
    assert_eq!(letter.to, [second]);
    server.advance(31).await;
    browser.ask_again(&page).await;
    assert_eq!(smtp.next().await.to, [second]);
    server.settle().await;
    assert_eq!(smtp.taken(), 6, "and no other");
}
