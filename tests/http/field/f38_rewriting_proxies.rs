//! F38: no proxy is to rewrite pages, such as addresses in them into "[email protected]".

use crate::feedback::asking;
use crate::support::{Engine, Smtp, on_sqlite};

on_sqlite!(f38_pages_ask_not_to_be_rewritten);

async fn f38_pages_ask_not_to_be_rewritten(engine: Engine) {
    let smtp = Smtp::start();
    for production in [false, true] {
        let setup = asking(engine);
        let server = if production {
            setup.production(&smtp).start().await
        } else {
            setup.start().await
        };
        let mut browser = server.browser();
        browser.begin("anna").await;
        let mut signed_in = server.browser();
        signed_in.sign_in("anna", &server.passwords["anna"]).await;
        for path in [
            "/forgot-password",
            "/forgot-password/code",
            "/sign-in",
            "/help",
            "/help/no-message",
            "/help/for-mail-administrators",
            "/help/feedback",
            "/account",
            "/account/security",
            "/account/security/sessions",
            "/account/confirm",
            "/stop/code",
            "/stop",
            "/nope",
            "/help/nope",
        ] {
            let mut visitor = if path.starts_with("/account") {
                signed_in.clone()
            } else {
                browser.clone()
            };
            let page = visitor.get(path).await;
            assert!(
                page.body.starts_with("<!DOCTYPE"),
                "{path}: {}",
                page.status
            );
            let caching = page.header("cache-control").unwrap();
            for directive in ["no-store", "no-transform"] {
                let mut all = caching.split(',').map(str::trim);
                assert!(all.any(|one| one == directive), "{path}: {caching}");
            }
        }
    }
}
