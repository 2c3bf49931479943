//! Pages answer with and without a slash behind their address, and nobody is led anywhere else by it.

use crate::support::{Engine, Setup, on_sqlite};

on_sqlite!(
    f13_a_page_answers_with_a_final_slash,
    f13_a_final_slash_leads_nowhere_else
);

async fn f13_a_page_answers_with_a_final_slash(engine: Engine) {
    let server = Setup::new(engine).start().await;
    for path in [
        "/sign-in",
        "/forgot-password",
        "/forgot-password/new",
        "/help",
        "/help/feedback",
        "/stop/code",
        "/account",
        "/account/security",
        "/healthz",
        "/.well-known/change-password",
        "/manifest.webmanifest",
        "/dev/mailbox",
    ] {
        for slashes in ["/", "//"] {
            let page = server.browser().look(&format!("{path}{slashes}")).await;
            assert_eq!((page.status, page.location()), (303, path));
        }
        let page = server.browser().look(&format!("{path}/?lang=nb")).await;
        assert_eq!(page.location(), format!("{path}?lang=nb"));
    }
    // Where the address says which page, it is drawn at both.
    let page = server.browser().look("/help/no-message/").await;
    let same = server.browser().look("/help/no-message").await;
    assert_eq!((page.status, page.heading()), (200, same.heading()));
}

async fn f13_a_final_slash_leads_nowhere_else(engine: Engine) {
    let server = Setup::new(engine).start().await;
    for path in [
        "//evil.example/",
        "//evil.example//",
        "//evil.example/sign-in/",
        "/%2F%2Fevil.example/",
        "/%5Cevil.example/",
        "//sign-in/",
        "/help//evil.example/",
        "/nope/",
        "/api/robot-check//evil.example/",
        "/sign-in/..%2F..%2F%2Fevil.example/",
    ] {
        let page = server.browser().look(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert_eq!(page.header("location"), None, "{path}");
    }
    // What it asks for is carried along, and nothing in that leads away.
    let page = server.browser().look("/sign-in/?x=//evil.example/").await;
    assert_eq!(page.location(), "/sign-in?x=//evil.example/");
}
