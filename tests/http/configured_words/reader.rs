//! Somebody who walks through everything that a service shows and sends, and keeps each sentence with where it stood.

use crate::help::{MORE, TOPICS};
use crate::support::html::words;
use crate::support::sms::Sms;
use crate::support::{Browser, Page, ReceivedMail, Server, Smtp};

/// A password that the rules of every journey take, another one for each reset.
pub fn password(tag: &str, by_text: bool) -> String {
    format!("Fyra4gronaKatter{tag}{}", u8::from(by_text))
}

/// What one person reads in one language.
pub struct Reader<'a> {
    pub server: &'a Server,
    pub smtp: &'a mut Smtp,
    pub sms: Option<&'a Sms>,
    /// The language.
    pub tag: &'static str,
    /// The places, and the sentences there.
    pub read: Vec<(String, String)>,
}

enum Proof {
    Code(String),
    Link(String),
}

impl Reader<'_> {
    fn page(&mut self, page: &Page) {
        let place = page.path.split('?').next().unwrap_or_default().to_owned();
        let body = format!("{}<p>{}", page.title(), page.body);
        // Of a page only what people see: from the header to the footer.
        let shown = body.split_once("<body").map_or(&*body, |(_, shown)| shown);
        let bare: Vec<&str> = shown
            .split("<script")
            .map(|piece| {
                piece
                    .split_once("</script>")
                    .map_or(piece, |(_, rest)| rest)
            })
            .collect();
        let mut lines = bare.concat();
        for block in [
            "<p", "<li", "<h1", "<h2", "<h3", "<div", "<label", "<button", "<summary", "<legend",
        ] {
            lines = lines.replace(block, &format!("\n{block}"));
        }
        for line in words(&lines).lines().filter(|line| !line.trim().is_empty()) {
            self.read.push((place.clone(), line.trim().to_owned()));
        }
    }

    async fn open(&mut self, browser: &mut Browser, path: &str) -> Page {
        let page = browser.open(path).await;
        self.page(&page);
        page
    }

    fn mail(&mut self, letter: &ReceivedMail) {
        let text = letter.text();
        let paragraphs = text.split("\n\n").map(|one| one.replace('\n', " "));
        for line in paragraphs.chain([letter.subject()]) {
            self.read.push(("a mail".to_owned(), line));
        }
    }

    async fn texted(&mut self) -> Proof {
        let sms = self.sms.expect("a service with text messages");
        loop {
            let (_, text) = sms.next().await;
            self.read.push(("a text message".to_owned(), text.clone()));
            // News of a change may come first; a code ends with the domain that it is bound to.
            if let Some((_, code)) = text.split_once(" #") {
                return Proof::Code(code.to_owned());
            }
        }
    }

    /// The next message that proves something: what it proves with.
    async fn proof(&mut self, by_text: bool) -> Proof {
        if by_text {
            return self.texted().await;
        }
        loop {
            let letter = self.smtp.next().await;
            self.mail(&letter);
            if let Some(code) = letter.code_if_any() {
                return Proof::Code(code);
            }
            if let Some(link) = letter.link_if_any() {
                return Proof::Link(link);
            }
        }
    }

    /// What else was sent meanwhile.
    pub async fn rest(&mut self) {
        self.server.settle().await;
        for letter in self.smtp.unread() {
            self.mail(&letter);
            self.smtp.next().await;
        }
        for request in self.sms.map(Sms::requests).unwrap_or_default() {
            let text = request.fields.get("text").cloned().unwrap_or_default();
            self.read.push(("a text message".to_owned(), text));
        }
    }

    pub async fn helped(&mut self, browser: &mut Browser) {
        self.open(browser, "/help").await;
        for topic in TOPICS.into_iter().chain(MORE).chain(["poster"]) {
            let page = browser.open(&format!("/help/{topic}")).await;
            if page.status == 200 {
                self.page(&page);
            }
        }
    }

    /// From the first page to the last; one message is asked for twice, one code is mistyped.
    pub async fn reset(&mut self, browser: &mut Browser, who: &str, by_text: bool) {
        let page = self.open(browser, "/forgot-password").await;
        let page = browser.submit(&page, 0, &[("identifier", "")]).await;
        self.page(&page);
        let mut fields = vec![("identifier", who)];
        if page.body.contains("name=\"postal_code\"") {
            fields.push(("postal_code", "702 11"));
        }
        if page.body.contains("name=\"channel\"") {
            fields.push(("channel", if by_text { "sms" } else { "mail" }));
        }
        let page = browser.submit(&page, 0, &fields).await;
        self.page(&page);
        let first = self.proof(by_text).await;
        // Only a clock of ours lets the wait for another message pass.
        let proof = if self.server.is_stopped() {
            self.server.settle().await;
            self.server.advance(61).await;
            let page = browser.ask_again(&page).await;
            self.page(&page);
            self.proof(by_text).await
        } else {
            first
        };
        let page = match proof {
            Proof::Link(link) => self.open(browser, &link).await,
            Proof::Code(code) => {
                let page = browser.give(&page, "12").await;
                self.page(&page);
                browser.give(&page, &code).await
            }
        };
        assert_eq!(page.path, "/forgot-password/new", "{}", page.text());
        self.page(&page);
        let page = browser.choose(&page, "").await;
        self.page(&page);
        let chosen = password(self.tag, by_text);
        let page = browser.choose(&page, &chosen).await;
        assert!(page.errors().is_empty(), "{:?}", page.errors());
        self.page(&page);
    }

    /// What somebody reads who is signed in, or is about to be.
    pub async fn account(&mut self, browser: &mut Browser, who: &str, password: &str) {
        let before = self.read.len();
        self.signed_in(browser, who, password).await;
        self.rest().await;
        for (place, _) in &mut self.read[before..] {
            place.insert_str(0, "account: ");
        }
    }

    async fn signed_in(&mut self, browser: &mut Browser, who: &str, password: &str) {
        let mut page = self.open(browser, "/sign-in").await;
        if !page.body.contains("name=\"password\"") {
            page = browser.submit(&page, 0, &[("identifier", who)]).await;
            self.page(&page);
        }
        // The second of two pages does not ask who it is.
        let mut fields = vec![("password", "not this one")];
        if page.body.contains("id=\"identifier\"") {
            fields.push(("identifier", who));
        }
        let page = browser.submit(&page, 0, &fields).await;
        self.page(&page);
        fields[0] = ("password", password);
        let page = browser.submit(&page, 0, &fields).await;
        assert_eq!(page.path, "/account", "{:?}", page.errors());
        self.page(&page);
        for path in [
            "",
            "/sessions",
            "/activity",
            "/mail",
            "/phone",
            "/name",
            "/password",
            "/factor",
        ] {
            self.open(browser, &format!("/account/security{path}"))
                .await;
        }
        let page = self.open(browser, "/account/confirm").await;
        if page.body.contains("action=\"/account/confirm/send\"") {
            browser.post_to(&page, "/account/confirm/send", &[]).await;
            let Proof::Code(code) = self.proof(false).await else {
                panic!("a code");
            };
            let page = self.open(browser, "/account/confirm/code").await;
            browser
                .post_to(&page, "/account/confirm/code", &[("code", &code)])
                .await;
        } else {
            browser.confirm_with(password).await;
        }
        for path in ["/mail", "/phone", "/name", "/factor"] {
            self.open(browser, &format!("/account/security{path}"))
                .await;
        }
        let more = format!("more-{}@home.example", self.tag);
        let page = browser.ask_mail(&more, None).await;
        self.page(&page);
        let Proof::Code(code) = self.proof(false).await else {
            panic!("a code");
        };
        let page = browser.give_contact_code(&code).await;
        assert_eq!(page.path, "/account/security", "{:?}", page.errors());
        self.page(&page);
        self.open(browser, "/account/security/activity").await;
        self.open(browser, "/stop/code").await;
        let page = browser.get("/account").await;
        let page = browser.post_to(&page, "/api/sign-out", &[]).await;
        self.page(&page);
    }
}
