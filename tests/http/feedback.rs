//! "Did this answer your question?" and "what can we do better on this page?" (journeys K8, O9): short, answered by nobody, and without
//! anything that tells who said it.

use rekey::texts::{Language, ServerText};

use super::help::says;
use crate::support::{Browser, Engine, Page, Server, Setup, on_both_engines, on_sqlite, until};

on_both_engines!(
    an_answer_is_kept_with_page_language_and_day_only,
    what_cannot_be_kept_is_said_and_nothing_is_lost,
    nobody_fills_the_disk,
    it_is_forgotten_after_half_a_year
);

on_sqlite!(
    it_is_asked_only_where_the_organisation_wants_it,
    the_steps_ask_on_a_page_of_its_own,
    it_is_taken_from_our_own_pages_only
);

/// A server whose pages ask what could be better.
pub fn asking(engine: Engine) -> Setup {
    asks(Setup::stopped(engine))
}

fn asks(setup: Setup) -> Setup {
    setup
        .set("HELP__FEEDBACK", "true")
        .set("HELP__PRIVACY_URL", "https://example.org/privacy")
        .set("HELP__CONTROLLER", "The municipality")
}

fn english(text: ServerText, values: &[(&str, &str)]) -> String {
    says(Language::En, text, values)
}

async fn kept(server: &Server) -> i64 {
    server.db.number("SELECT COUNT(*) FROM feedback").await
}

/// Posts the form of a page and stays where it is sent from.
async fn say(browser: &mut Browser, page: &Page, fields: &[(&str, &str)]) -> Page {
    browser.post(&page.form_to("/help/feedback"), fields).await
}

async fn it_is_asked_only_where_the_organisation_wants_it(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut browser = server.browser();
    for path in ["/help", "/help/link", "/forgot-password"] {
        let page = browser.get(path).await;
        assert!(!page.body.contains("/help/feedback"), "{path}");
    }
    let asked = "/help/feedback?page=sign-in";
    assert_eq!(browser.look(asked).await.status, 404);
    let fields = [("page", "help"), ("answer", "yes")];
    let posted = browser.post_data("/help/feedback", &fields).await;
    assert_eq!((posted.status, kept(&server).await), (404, 0));

    let server = asking(engine).start().await;
    let mut browser = server.browser();
    let page = browser.get("/help/link").await;
    let heading = english(ServerText::HelpFeedbackHeading, &[]);
    assert!(page.text().contains(&heading), "{}", page.text());
    assert!(!page.body.contains("<textarea"), "nothing to write yet");
    let answer = say(&mut browser, &page, &[("answer", "no")]).await;
    let page = browser.follow(answer).await;
    for wanted in [
        english(ServerText::HelpFeedbackTitle, &[]),
        english(ServerText::HelpFeedbackHint, &[("max", "500")]),
        english(ServerText::HelpFeedbackAnswered, &[]),
        english(
            ServerText::HelpFeedbackKept,
            &[("controller", "The municipality")],
        ),
    ] {
        assert!(page.text().contains(&wanted), "{wanted}: {}", page.text());
    }
    assert!(
        page.body
            .contains("<a href=\"https://example.org/privacy\">")
    );
    assert!(page.body.contains("<a href=\"/help/contact\">"));
}

async fn an_answer_is_kept_with_page_language_and_day_only(engine: Engine) {
    let server = asking(engine).start().await;
    let mut browser = server.browser();
    browser.begin("anna").await;
    let page = browser.get("/help/no-message?lang=nb").await;
    let answer = say(&mut browser, &page, &[("answer", "no")]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.location(), "/help/no-message#feedback");
    assert_eq!(kept(&server).await, 1, "also where nothing is written then");
    let asked = browser.follow(answer).await;
    let heading = says(Language::Nb, ServerText::HelpFeedbackHeading, &[]);
    assert!(!asked.text().contains(&heading), "{}", asked.text());
    let other = browser.get("/help/no-message?lang=en").await;
    assert!(other.body.contains("<textarea"), "in another language too");
    browser.get("/help/no-message?lang=nb").await;
    let words = [("words", "  Bedre\r\nmed bilder \u{1b}[2J ")];
    let answer = say(&mut browser, &asked, &words).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.location(), "/help/no-message?thanks=1#feedback");
    let thanks = browser.follow(answer).await;
    assert_eq!(
        thanks.notice(),
        says(Language::Nb, ServerText::HelpFeedbackThanks, &[])
    );
    assert!(!thanks.body.contains("<textarea"), "asked once");
    assert!(!thanks.text().contains(&heading), "{}", thanks.text());
    let page = browser.get("/help/no-message").await;
    assert!(page.text().contains(&heading), "the next visit is another");
    // Sent once more, and by somebody who has only guessed.
    say(&mut browser, &asked, &[("words", "Verre")]).await;
    let guessed = [("page", "help/no-message"), ("to", "a"), ("words", "x")];
    browser.post_data("/help/feedback", &guessed).await;
    assert_eq!(kept(&server).await, 1, "one answer is counted once");
    let row = |column: &str| format!("SELECT {column} FROM feedback");
    assert_eq!(server.db.text(&row("page")).await, "help/no-message");
    assert_eq!(server.db.text(&row("language")).await, "nb");
    assert_eq!(server.db.text(&row("answer")).await, "no");
    assert_eq!(server.db.text(&row("words")).await, "Bedre\nmed bilder [2J");
    let at = server.db.number(&row("created_at")).await;
    assert_eq!(at % (24 * 3600 * 1_000_000), 0, "of the time only the day");
    let columns: Vec<String> = server
        .db
        .dump()
        .await
        .into_iter()
        .filter_map(|(name, _)| name.strip_prefix("feedback.").map(str::to_owned))
        .collect();
    assert_eq!(columns, ["id", "page", "language", "answer", "words"]);

    let listed = server.command(&["feedback", "list"], "").await;
    assert!(listed.status.success());
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.ends_with("  nb  help/no-message  no  Bedre med bilder [2J\n"),
        "{listed}"
    );
    let other = ["feedback", "list", "--page", "help/link"];
    let listed = server.command(&other, "").await;
    assert_eq!(
        String::from_utf8(listed.stdout).unwrap(),
        "nobody has said anything\n"
    );
}

async fn the_steps_ask_on_a_page_of_its_own(engine: Engine) {
    let server = asking(engine).start().await;
    let mut browser = server.browser();
    let mut pages = vec![browser.get("/sign-in").await];
    pages.push(browser.get("/forgot-password").await);
    pages.push(browser.begin("anna").await);
    for page in pages {
        let name = page.path.trim_start_matches('/');
        let link = format!("href=\"/help/feedback?page={name}\"");
        assert!(page.body.contains(&link), "{link}: {}", page.body);
        let asked = format!("/help/feedback?page={name}");
        let form = browser.look(&asked).await;
        assert_eq!(form.heading(), english(ServerText::HelpFeedbackTitle, &[]));
        assert!(!form.body.contains("type=\"radio\""), "no page of the help");
        assert!(
            form.body
                .contains(&format!("href=\"?page={name}&#38;lang=nb\""))
        );
        let answer = say(&mut browser, &form, &[("words", "Bigger letters")]).await;
        let thanks = browser.follow(answer).await;
        assert_eq!(
            thanks.notice(),
            english(ServerText::HelpFeedbackThanks, &[])
        );
        let back = format!("class=\"button\" href=\"/{name}\"");
        assert!(thanks.body.contains(&back), "{}", thanks.body);
    }
    let about =
        "SELECT COUNT(*) FROM feedback WHERE answer IS NULL AND page = 'forgot-password/code'";
    assert_eq!(server.db.number(about).await, 1);
    let page = browser.look("/help/feedback?page=help/link").await;
    assert!(
        page.location().starts_with("/help/link?"),
        "it has its own form"
    );
    for nonsense in [
        "",
        "?page=",
        "?page=nope",
        "?page=helpless",
        "?page=/sign-in",
    ] {
        let page = browser.look(&format!("/help/feedback{nonsense}")).await;
        assert_eq!(page.status, 404, "{nonsense}");
    }
}

async fn what_cannot_be_kept_is_said_and_nothing_is_lost(engine: Engine) {
    let server = asking(engine).start().await;
    let mut browser = server.browser();
    let long = format!("<b>&amp; {}", "å".repeat(500));
    let count = long.chars().count().to_string();
    let too_long = english(
        ServerText::HelpFeedbackTooLong,
        &[("max", "500"), ("count", &count)],
    );
    let no_words = english(ServerText::HelpFeedbackNoWords, &[]);
    for (path, words, told) in [
        ("/help/link", &long, &too_long),
        ("/help/feedback?page=sign-in", &String::new(), &no_words),
        (
            "/help/feedback?page=sign-in",
            &" \r\n ".to_owned(),
            &no_words,
        ),
        ("/help/feedback?page=sign-in", &long, &too_long),
    ] {
        let mut page = browser.get(path).await;
        if path == "/help/link" {
            let answer = say(&mut browser, &page, &[("answer", "no")]).await;
            page = browser.follow(answer).await;
        }
        let before = kept(&server).await;
        let again = say(&mut browser, &page, &[("words", words)]).await;
        assert_eq!(again.status, 422, "{path}");
        assert_eq!(again.heading(), page.heading());
        assert_eq!(again.errors(), std::slice::from_ref(told));
        assert_eq!(again.error_at("words").as_ref(), Some(told));
        assert!(again.title().starts_with("Error:"), "{}", again.title());
        assert_eq!(again.text_area(), words.trim(), "nobody writes it twice");
        // Another language of it leads to the page, which stands at another address.
        let name = page.form_to("/help/feedback").value("page").to_owned();
        let href = format!("?page={name}&lang=en");
        assert!(again.body.contains(&href.replace('&', "&#38;")), "{href}");
        let other = browser.get(&format!("/help/feedback{href}")).await;
        assert_eq!(other.status, 200, "{}", other.path);
        assert_eq!(kept(&server).await, before);
        if path == "/help/link" {
            let answer = say(&mut browser, &again, &[("words", "Shorter")]).await;
            assert_eq!((answer.status, kept(&server).await), (303, before));
            let words = "SELECT words FROM feedback WHERE page = 'help/link'";
            assert_eq!(server.db.text(words).await, "Shorter");
        }
    }
    // Whoever has nothing to add is thanked for the answer.
    let page = browser.get("/help").await;
    let answer = say(&mut browser, &page, &[("answer", "no")]).await;
    let page = browser.follow(answer).await;
    let answer = say(&mut browser, &page, &[("words", "")]).await;
    assert_eq!(answer.location(), "/help?thanks=1#feedback");
    // The page as it was before asked for both at once.
    let fields = [("page", "help"), ("answer", "no"), ("words", "Bigger")];
    let answer = browser.post_data("/help/feedback", &fields).await;
    assert_eq!(answer.location(), "/help?thanks=1#feedback");
    let neither = browser.post_data("/help/feedback", &[("page", "help")]);
    assert_eq!(neither.await.status, 400);
}

async fn it_is_taken_from_our_own_pages_only(engine: Engine) {
    let server = asking(engine).start().await;
    let mut browser = server.browser();
    let page = browser.get("/help").await;
    let form = page.form_to("/help/feedback");
    browser.origin = "https://evil.example".to_owned();
    let answer = browser.post(&form, &[("answer", "yes")]).await;
    assert_eq!((answer.status, kept(&server).await), (403, 0));
    let mut browser = server.browser();
    for wrong in ["nope", "help/nope", "../help", ""] {
        let fields = [("page", wrong), ("answer", "yes")];
        let answer = browser.post_data("/help/feedback", &fields).await;
        assert_eq!((answer.status, kept(&server).await), (400, 0), "{wrong}");
    }
}

async fn nobody_fills_the_disk(engine: Engine) {
    let server = asking(engine).start().await;
    let mut browser = server.browser();
    let page = browser.get("/help").await;
    for _ in 0..20 {
        let answer = say(&mut browser, &page, &[("answer", "yes")]).await;
        assert_eq!(answer.status, 303);
    }
    let refused = say(&mut browser, &page, &[("answer", "yes")]).await;
    assert_eq!((refused.status, kept(&server).await), (429, 20));
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    server.advance(wait).await;
    let answer = say(&mut browser, &page, &[("answer", "yes")]).await;
    assert_eq!((answer.status, kept(&server).await), (303, 21));
}

async fn it_is_forgotten_after_half_a_year(engine: Engine) {
    // What is swept at the start is swept before anybody can set the clock.
    let mut server = asks(Setup::new(engine)).start().await;
    let mut browser = server.browser();
    let page = browser.get("/help").await;
    say(&mut browser, &page, &[("answer", "yes")]).await;
    let age = |days: i64| {
        format!(
            "UPDATE feedback SET created_at = created_at - {days} * CAST(86400000000 AS BIGINT)"
        )
    };
    server.db.run(&age(179)).await;
    let page = browser.get("/help").await;
    say(&mut browser, &page, &[("answer", "no")]).await;
    server.db.run(&age(1)).await;
    server.kill().await;
    server
        .db
        .run("UPDATE feedback SET created_at = created_at - 1 WHERE answer = 'yes'")
        .await;
    // The sweep comes by at each start.
    server.start().await;
    until("the older one is forgotten", async || {
        (kept(&server).await == 1).then_some(())
    })
    .await;
    assert_eq!(server.db.text("SELECT answer FROM feedback").await, "no");
}
