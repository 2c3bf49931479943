//! The same neutrality where a link is sent, alone or beside a code.

use crate::attacks::strangers::{MAILED, Strangers, peopled};
use crate::support::{Engine, Setup, Smtp, on_both_engines};

on_both_engines!(a10_where_a_link_is_sent);

async fn a10_where_a_link_is_sent(engine: Engine) {
    for prove_by in ["mail_link", "mail_code,mail_link"] {
        let smtp = Smtp::start();
        let setup = Setup::stopped(engine).relay(&smtp);
        let server = peopled(setup.set("RESET__PROVE_BY", prove_by)).await;
        let mut strangers = Strangers::new(&server);
        strangers.begin().await;
        server.settle().await;
        strangers
            .look("after the look-up", "/forgot-password/code")
            .await;
        // A page without a field for it can still be sent a code.
        strangers.guess_past(&smtp.unread());
        strangers.guess(6).await;
        server.advance(31).await;
        strangers.resend().await;
        server.settle().await;
        strangers
            .look("after a resend", "/forgot-password/code")
            .await;
        // The owner of one of them uses the link: nobody else's page may tell.
        assert_eq!(smtp.taken(), 2 * MAILED.len(), "{prove_by}");
        let newest = smtp.unread();
        let letter = newest
            .iter()
            .rfind(|letter| letter.to == ["anna@demo.example"])
            .unwrap();
        let mut owner = server.browser();
        let page = owner.get(&letter.link()).await;
        let done = owner.choose(&page, crate::support::GOOD).await;
        assert_eq!(done.path, "/forgot-password/done");
        strangers
            .look("after a change elsewhere", "/forgot-password/code")
            .await;
        strangers.guess(2).await;
        strangers
            .look("the next step", "/forgot-password/new")
            .await;
        server.advance(61 * 60).await;
        strangers
            .look("when it is too late", "/forgot-password/code")
            .await;
    }
}
