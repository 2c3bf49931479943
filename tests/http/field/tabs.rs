//! Several tabs of one browser, each with a link or code of its own.

use rekey::texts::Text;

use crate::support::{
    Browser, Engine, GOOD, OTHER_GOOD, Page, Server, Setup, Smtp, english, on_both_engines,
};

on_both_engines!(
    f19_the_newer_of_two_links_is_saved,
    f19_the_older_tab_says_so_to_the_browsers_half_too,
    f19_an_older_tab_leaves_what_is_done,
    f19_a_code_in_another_tab_leaves_the_link,
    f19_a_reset_begun_in_another_tab_leaves_the_link
);

const SHARED: &str = "familjen@demo.example";
const NEW: &str = "/forgot-password/new";

/// Per and siv, who share an address, and one browser in which both links of one mail were opened: per's first.
async fn two_tabs(engine: Engine) -> (Server, Browser, Page, Page) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let server = setup.set("RESET__PROVE_BY", "mail_link").start().await;
    for name in ["per", "siv"] {
        server.add(name, SHARED, &[]).await;
    }
    server.browser().begin(SHARED).await;
    let links = smtp.next().await.links();
    server.settle().await;
    let mut browser = server.browser();
    let per = browser.get(&links[0]).await;
    let siv = browser.get(&links[1]).await;
    assert!(per.text().contains("per") && siv.text().contains("siv"));
    (server, browser, per, siv)
}

async fn f19_the_newer_of_two_links_is_saved(engine: Engine) {
    let (server, mut browser, per, siv) = two_tabs(engine).await;
    let link = browser.cookie("rekey-link").map(str::to_owned);
    let page = browser.choose(&per, GOOD).await;
    assert_eq!(page.path, NEW);
    assert_eq!(page.errors(), [english(Text::ProblemLinkElsewhere)]);
    let account = english(Text::NewAccount).replace("{user_name}", "siv");
    assert!(page.text().contains(&account), "{}", page.text());
    assert_eq!(browser.cookie("rekey-link"), link.as_deref());
    // The newer tab is as it was.
    let done = browser.choose(&siv, OTHER_GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    assert!(server.opens("siv", OTHER_GOOD).await);
    assert!(!server.opens("per", GOOD).await && !server.opens("siv", GOOD).await);
}

async fn f19_the_older_tab_says_so_to_the_browsers_half_too(engine: Engine) {
    let (server, mut browser, per, siv) = two_tabs(engine).await;
    let form = per.form(0);
    let fields = [
        ("token", form.value("token")),
        ("account", ""),
        ("new_password", GOOD),
        ("confirm_password", GOOD),
    ];
    let answer = browser.post_data("/api/forgot-password/new", &fields).await;
    assert_eq!(answer.problems(), ["link_elsewhere"], "{}", answer.body);
    assert!(
        answer.set_cookies().is_empty(),
        "{:?}",
        answer.set_cookies()
    );
    assert!(answer.body.contains("siv") && !answer.body.contains("\"per\""));
    browser.choose(&siv, OTHER_GOOD).await;
    assert!(server.opens("siv", OTHER_GOOD).await);
}

async fn f19_an_older_tab_leaves_what_is_done(engine: Engine) {
    let (server, mut browser, per, siv) = two_tabs(engine).await;
    browser.choose(&siv, OTHER_GOOD).await;
    let page = browser.choose(&per, GOOD).await;
    assert_eq!(page.errors(), [english(Text::ProblemLinkElsewhere)]);
    assert!(!server.opens("per", GOOD).await);
    let page = browser.get("/forgot-password/done").await;
    assert_eq!(page.heading(), english(Text::DoneAlreadyTitle));
}

/// Codes and links, and one browser that has opened bjorn's link and then asked for a code for anna.
async fn link_and_code(engine: Engine) -> (Server, Browser, Page, Page, String) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let setup = setup.set("RESET__PROVE_BY", "mail_code,mail_link");
    let server = setup.start().await;
    server.browser().begin("bjorn").await;
    let link = smtp.next().await.link();
    server.settle().await;
    let mut browser = server.browser();
    let under_link = browser.get(&link).await;
    assert_eq!(under_link.path, NEW);
    let page = browser.begin("anna").await;
    let code = smtp.next().await.code();
    (server, browser, under_link, page, code)
}

async fn f19_a_code_in_another_tab_leaves_the_link(engine: Engine) {
    let (server, mut browser, under_link, page, code) = link_and_code(engine).await;
    let proved = browser.give(&page, &code).await;
    assert_eq!(proved.path, NEW);
    assert!(proved.text().contains("anna"), "{}", proved.text());
    let refused = browser.choose(&under_link, "kort").await;
    assert_eq!(refused.errors().len(), 1, "{:?}", refused.errors());
    let done = browser.choose(&under_link, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    assert!(server.opens("bjorn", GOOD).await);
    let done = browser.choose(&proved, OTHER_GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    assert!(server.opens("anna", OTHER_GOOD).await);
}

async fn f19_a_reset_begun_in_another_tab_leaves_the_link(engine: Engine) {
    let (server, mut browser, under_link, ..) = link_and_code(engine).await;
    let done = browser.choose(&under_link, GOOD).await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
    assert!(server.opens("bjorn", GOOD).await);
}
