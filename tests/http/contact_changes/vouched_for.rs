//! An earlier contact that has vouched for a new one when its code was asked for has done so for good (STANDARDS I10).

use super::{NEW, OLD, contacts_on, waits};
use crate::support::{Engine, Setup, Smtp, on_both_engines};

on_both_engines!(a_code_typed_later_counts_at_once);

async fn a_code_typed_later_counts_at_once(engine: Engine) {
    for asks_again in [false, true] {
        let mut smtp = Smtp::start();
        let server = Setup::stopped(engine).relay(&smtp).start().await;
        let mut browser = server.browser();
        browser.sign_in("anna", &server.passwords["anna"]).await;
        browser
            .confirm_by_code("/account/confirm", &mut smtp, OLD)
            .await;
        let id = server.contact(OLD).await;
        browser.ask_mail(NEW, Some(&id)).await;
        let mut letter = smtp.next_to(NEW).await;
        // By now the old one's word would be too old for another change.
        server.advance(10 * 60).await;
        if asks_again {
            let path = "/account/security/code";
            let page = browser.open(path).await;
            let again = format!("{path}/again");
            let page = browser.post_to(&page, &again, &[]).await;
            assert!(page.errors().is_empty(), "{:?}", page.errors());
            letter = smtp.next_to(NEW).await;
        }
        let page = browser.give_contact_code(&letter.code()).await;
        assert_eq!(page.path, "/account/security", "{:?}", page.errors());
        assert!(
            !page.text().contains(&waits()) && !contacts_on(&page).contains(OLD),
            "{}",
            page.text()
        );
        let (_, _, letter) = server.mailed(&mut smtp, "anna").await;
        assert_eq!(letter.to, [NEW]);
    }
}
