//! The steps of the journey, as a person walks them.

use super::{Browser, Page, ReceivedMail, Server, Smtp};

/// A password that no rule has anything against.
pub const GOOD: &str = "fyra gröna katter på taket";
/// Another one.
pub const OTHER_GOOD: &str = "sju blå hästar i skogen";

impl Browser {
    /// Says who it is; the page after that.
    pub async fn begin(&mut self, identifier: &str) -> Page {
        let page = self.get("/forgot-password").await;
        self.submit(&page, 0, &[("identifier", identifier)]).await
    }

    /// Enters a code.
    pub async fn give(&mut self, page: &Page, code: &str) -> Page {
        let form = page.form_to("/api/forgot-password/code");
        let answer = self.post(&form, &[("code", code)]).await;
        self.follow(answer).await
    }

    /// Asks for a new code.
    pub async fn ask_again(&mut self, page: &Page) -> Page {
        let form = page.form_to("/api/forgot-password/resend");
        let answer = self.post(&form, &[]).await;
        self.follow(answer).await
    }

    /// Chooses a password.
    pub async fn choose(&mut self, page: &Page, password: &str) -> Page {
        let both = [("new_password", password), ("confirm_password", password)];
        self.submit(page, 0, &both).await
    }

    /// Signs in.
    pub async fn sign_in(&mut self, identifier: &str, password: &str) -> Page {
        let page = self.get("/sign-in").await;
        let both = [("identifier", identifier), ("password", password)];
        self.submit(&page, 0, &both).await
    }

    /// Whether it is signed in.
    pub async fn is_signed_in(&mut self) -> bool {
        let page = self.look("/account").await;
        match page.status {
            200 => true,
            303 => {
                // Also where a second factor is still to be shown or set up.
                assert!(
                    page.location().starts_with("/sign-in"),
                    "{}",
                    page.location()
                );
                false
            }
            other => panic!("the start page answers {other}"),
        }
    }
}

impl Server {
    /// Asks for a code and gets it: the browser, the code page, the letter.
    pub async fn mailed(&self, smtp: &mut Smtp, who: &str) -> (Browser, Page, ReceivedMail) {
        let mut browser = self.browser();
        let page = browser.begin(who).await;
        let mut letter = smtp.next().await;
        // A notice about something earlier may come first.
        while letter.code_if_any().is_none() {
            letter = smtp.next().await;
        }
        // The relay has it; the server must also have noted that.
        self.settle().await;
        (browser, page, letter)
    }

    /// Goes as far as the new password: the browser and that page.
    pub async fn proved(&self, smtp: &mut Smtp, who: &str) -> (Browser, Page) {
        let (mut browser, page, letter) = self.mailed(smtp, who).await;
        let page = browser.give(&page, &letter.code()).await;
        assert_eq!(page.path, "/forgot-password/new", "{:?}", page.errors());
        (browser, page)
    }

    /// Whether a password opens an account.
    pub async fn opens(&self, who: &str, password: &str) -> bool {
        let mut browser = self.browser();
        let page = browser.sign_in(who, password).await;
        page.path == "/account"
    }
}
