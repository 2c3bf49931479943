//! Characters that a system behind cannot take are refused with the reason, before and after posting, without scripts (JOURNEYS O6).

use rekey::texts::{Language, Text};

use crate::support::{Engine, Setup, Smtp, english, on_sqlite, sentence};

on_sqlite!(the_reason_is_said_before_and_after_posting);

async fn the_reason_is_said_before_and_after_posting(engine: Engine) {
    let mut smtp = Smtp::start();
    let setup = Setup::new(engine).relay(&smtp);
    let setup = setup.set("PASSWORD__FORBID_CHARACTERS", "ÅÄÖ ");
    let setup = setup.config(
        "[texts.sv]\n\"problem.password_forbidden\" = \"Ta bort {character}: lönesystemet klarar det inte\"\n",
    );
    let server = setup.start().await;
    let (mut browser, page) = server.proved(&mut smtp, "anna").await;
    let characters = [("characters", "å, ä, ö, spaces")];
    let said = sentence(Language::En, Text::NewRuleForbidden, &characters);
    assert!(page.text().contains(&said), "said before anything is typed");
    assert!(
        !page.text().contains(&english(Text::NewAdvice)),
        "it praises spaces"
    );
    for (typed, named) in [
        ("plain-but-Öland-is-there", "Ö"),
        ("composed-of-a\u{30a}-and-more", "å"),
        ("with a space in it", "spaces"),
    ] {
        let page = browser.choose(&page, typed).await;
        let named = [("character", named)];
        let text = Text::ProblemPasswordForbidden;
        assert_eq!(page.errors(), [sentence(Language::En, text, &named)]);
        assert!(
            page.text().contains(&said),
            "the reason stands in the box too"
        );
    }
    let page = browser.get("/forgot-password/new?lang=sv").await;
    let page = browser.choose(&page, "plain-but-Öland-is-there").await;
    assert_eq!(
        page.errors(),
        ["Ta bort Ö: lönesystemet klarar det inte"],
        "the organisation's own words"
    );
    let done = browser.choose(&page, "plain-but-Oland-is-there").await;
    assert_eq!(done.path, "/forgot-password/done", "{:?}", done.errors());
}
