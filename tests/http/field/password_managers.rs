//! What a password manager keeps beside a new password: a name that signs somebody in.

use rekey::texts::Text;

use crate::support::{Engine, GOOD, Page, Server, Setup, Smtp, english, on_sqlite};

on_sqlite!(
    f18_one_name_where_one_account_is_picked,
    f18_one_name_where_one_password_is_for_all,
    f18_a_name_with_a_comma_is_one_name
);

const SHARED: &str = "familjen@demo.example";

/// A server where these share an address, and the page of the new password after a code to it.
async fn family(engine: Engine, smtp: &mut Smtp, linked: &str, names: &[&str]) -> (Server, Page) {
    let setup = Setup::new(engine).relay(smtp);
    let server = setup.set("RESET__LINKED_ACCOUNTS", linked).start().await;
    for name in names {
        server.add(name, SHARED, &[]).await;
    }
    let (browser, page) = server.proved(smtp, SHARED).await;
    drop(browser);
    (server, page)
}

/// The name that is handed to password managers.
fn handed(page: &Page) -> String {
    let name = page
        .body
        .split("<input")
        .find(|input| input.contains("autocomplete=\"username\""))
        .and_then(|input| input.split("value=\"").nth(1))
        .and_then(|rest| rest.split('"').next());
    name.unwrap_or_else(|| panic!("no name in {}", page.body))
        .to_owned()
}

async fn f18_one_name_where_one_account_is_picked(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let setup = setup.set("RESET__LINKED_ACCOUNTS", "each");
    let server = setup.start().await;
    for name in ["per", "siv"] {
        server.add(name, SHARED, &[]).await;
    }
    let (mut browser, page) = server.proved(&mut smtp, SHARED).await;
    assert_eq!(handed(&page), "per");
    // What was picked is handed on, also where the rest was refused.
    let weak = [
        ("account", "siv"),
        ("new_password", "kort"),
        ("confirm_password", "kort"),
    ];
    let page = browser.submit(&page, 0, &weak).await;
    assert_eq!(page.heading(), english(Text::NewTitle));
    assert_eq!(handed(&page), "siv");
    let good = [
        ("account", "siv"),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    browser.submit(&page, 0, &good).await;
    assert!(server.opens("siv", GOOD).await);
}

async fn f18_one_name_where_one_password_is_for_all(engine: Engine) {
    let mut smtp = Smtp::start();
    let (_server, page) = family(engine, &mut smtp, "all", &["per", "siv", "tor"]).await;
    assert!(page.text().contains("per, siv, tor"), "{}", page.text());
    assert_eq!(handed(&page), "per");
}

async fn f18_a_name_with_a_comma_is_one_name(engine: Engine) {
    let mut smtp = Smtp::start();
    let (_server, page) = family(engine, &mut smtp, "all", &["berg, per"]).await;
    assert!(page.text().contains("berg, per"), "{}", page.text());
    assert_eq!(handed(&page), "berg, per");
}
