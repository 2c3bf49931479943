//! The pages of somebody who is signed in, as a person walks them.

use super::{Browser, Page, ReceivedMail, Server, Smtp};

impl Browser {
    /// Opens a page and follows to wherever it leads.
    pub async fn open(&mut self, path: &str) -> Page {
        let page = self.look(path).await;
        self.follow(page).await
    }

    /// Posts the form of a page that goes to `action` and follows to wherever that leads.
    pub async fn post_to(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.post(&page.form_to(action), fields).await;
        self.follow(answer).await
    }

    /// Presses "this was not me" and goes on from the page that says that it is done.
    pub async fn revert(&mut self, page: &Page) -> Page {
        let page = self.post_to(page, "/stop", &[]).await;
        if page.path != "/stop/done" {
            return page;
        }
        let way_on = "class=\"button\" href=\"/forgot-password/code\"";
        assert!(page.body.contains(way_on), "{}", page.body);
        self.get("/forgot-password/code").await
    }

    /// Signs the same person in at another browser.
    pub async fn sign_in_elsewhere(&self, server: &Server, who: &str) -> Browser {
        let mut other = server.browser();
        other.sign_in(who, &server.passwords[who]).await;
        other
    }

    /// Shows with the password that it is still the same person.
    pub async fn confirm_with(&mut self, password: &str) -> Page {
        let page = self.open("/account/confirm").await;
        self.post_to(&page, "/account/confirm", &[("password", password)])
            .await
    }

    /// Shows with a code to an address that it is still the same person, from a page of `/account/confirm`.
    pub async fn confirm_by_code(&mut self, from: &str, smtp: &mut Smtp, address: &str) -> Page {
        let page = self.open(from).await;
        self.post_to(&page, "/account/confirm/send", &[]).await;
        let code = smtp.next_to(address).await.code();
        let page = self.open("/account/confirm/code").await;
        self.post_to(&page, "/account/confirm/code", &[("code", &code)])
            .await
    }

    /// The form's page for a new address, in place of another where its id is given.
    pub async fn ask_mail(&mut self, address: &str, replace: Option<&str>) -> Page {
        let path = replace.map_or_else(
            || "/account/security/mail".to_owned(),
            |id| format!("/account/security/mail?replace={id}"),
        );
        let page = self.open(&path).await;
        assert_eq!(page.path.split('?').next(), Some("/account/security/mail"));
        self.post_to(&page, "/account/security/mail", &[("mail", address)])
            .await
    }

    /// Enters the code of a new contact.
    pub async fn give_contact_code(&mut self, code: &str) -> Page {
        let page = self.open("/account/security/code").await;
        self.post_to(&page, "/account/security/code", &[("code", code)])
            .await
    }
}

impl Server {
    /// The id of a contact.
    pub async fn contact(&self, address: &str) -> String {
        self.db
            .text(&format!(
                "SELECT id FROM contacts WHERE address = '{address}'"
            ))
            .await
    }

    /// Changes an address from beginning to end: the notice to the old one.
    pub async fn change_mail(
        &self,
        browser: &mut Browser,
        smtp: &mut Smtp,
        old: &str,
        new: &str,
    ) -> ReceivedMail {
        let id = self.contact(old).await;
        browser.ask_mail(new, Some(&id)).await;
        let letter = smtp.next_to(new).await;
        let page = browser.give_contact_code(&letter.code()).await;
        assert_eq!(page.path, "/account/security", "{:?}", page.errors());
        smtp.next_to(old).await
    }
}

impl ReceivedMail {
    /// The path of "this was not me".
    pub fn stop(&self) -> String {
        let text = self.text();
        let at = text.find("/stop/").expect("a letter that can be stopped");
        text[at..]
            .chars()
            .take_while(|c| !c.is_whitespace())
            .collect()
    }
}

impl Smtp {
    /// The next code to an address; news of what happened is passed over.
    pub async fn code_to(&mut self, address: &str) -> String {
        loop {
            if let Some(code) = self.next_to(address).await.code_if_any() {
                return code;
            }
        }
    }

    /// The next letter to an address; others are passed over.
    pub async fn next_to(&mut self, address: &str) -> ReceivedMail {
        loop {
            let letter = self.next().await;
            if letter.to == [address] {
                return letter;
            }
        }
    }
}
