//! What another site can do with `?kiosk=`: take over no browser that somebody uses for themselves, and give back none that is shared.

use crate::support::{Browser, Engine, Setup, on_sqlite};

on_sqlite!(
    no_link_takes_over_a_browser_in_which_somebody_is_known,
    a_link_of_our_own_or_an_address_that_is_typed_does,
    no_link_gives_a_shared_machine_back
);

fn from(browser: Browser, site: &str) -> Browser {
    browser.with("sec-fetch-site", site)
}

async fn no_link_takes_over_a_browser_in_which_somebody_is_known(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    for site in ["cross-site", "same-site"] {
        let mut anna = server.browser();
        anna.sign_in("anna", &server.passwords["anna"]).await;
        let mut anna = from(anna, site);
        for path in ["/help?kiosk=1", "/?kiosk=1", "/kiosk/over"] {
            anna.get(path).await;
        }
        assert!(anna.cookie("rekey-kiosk").is_none(), "{site}");
        server.advance(120).await;
        assert!(anna.is_signed_in().await, "{site}");
        // Nor one that an account knows again, when nobody is signed in.
        anna.jar.remove("rekey-session");
        assert!(anna.cookie("rekey-device").is_some());
        anna.get("/help?kiosk=1").await;
        assert!(anna.cookie("rekey-kiosk").is_none(), "{site}");
    }
    // A new browser is made one, for the link may stand on the first page of the machine.
    let mut nobody = from(server.browser(), "cross-site");
    nobody.get("/help?kiosk=1").await;
    assert!(nobody.cookie("rekey-kiosk").is_some());
}

async fn a_link_of_our_own_or_an_address_that_is_typed_does(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    for site in ["same-origin", "none"] {
        let mut anna = server.browser();
        anna.sign_in("anna", &server.passwords["anna"]).await;
        let mut anna = from(anna, site);
        anna.get("/help?kiosk=1").await;
        assert!(anna.cookie("rekey-kiosk").is_some(), "{site}");
        anna.get("/help?kiosk=0").await;
        assert!(anna.cookie("rekey-kiosk").is_none(), "{site}");
    }
}

async fn no_link_gives_a_shared_machine_back(engine: Engine) {
    let server = Setup::stopped(engine).start().await;
    let mut shared = server.browser();
    shared.get("/help?kiosk=1").await;
    let mut shared = from(shared, "cross-site");
    shared.get("/help?kiosk=0").await;
    assert!(shared.cookie("rekey-kiosk").is_some());
}
