//! Strangers who ask for people of every kind, in step with each other: whoever of them sees anything that the others do not see has
//! learnt who has an account.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;

use crate::support::{Browser, Form, Page, ReceivedMail, Server, Setup, seen};

/// Has an account, has none, is disabled, has no password, has no address, has an unconfirmed one, administers, is locked out of sign-in.
pub const KINDS: [&str; 8] = [
    "anna", "kalle", "bjorn", "grace", "ulla", "urban", "adam", "lars",
];
/// Those of them who get a mail: a code, or, without a password, where to go. Nobody else is told anything.
pub const MAILED: [&str; 4] = ["anna", "grace", "adam", "lars"];

/// The address of each of them, if they have one.
pub fn address(who: &str) -> String {
    format!("{who}@demo.example")
}

/// A server with all these people.
pub async fn peopled(setup: Setup) -> Server {
    let server = setup.start().await;
    for who in ["ulla", "urban", "adam", "lars"] {
        let administers: &[&str] = if who == "adam" {
            &["--administrator"]
        } else {
            &[]
        };
        server.add(who, &address(who), administers).await;
    }
    let of = |who: &str| format!("(SELECT id FROM accounts WHERE user_name = '{who}')");
    let named = "(SELECT user_name FROM accounts WHERE id = account_id) || '@demo.example'";
    for statement in [
        "UPDATE accounts SET state = 'disabled' WHERE user_name = 'bjorn'".to_owned(),
        format!("DELETE FROM passwords WHERE account_id = {}", of("grace")),
        format!(
            "UPDATE contacts SET address = {named}, address_canonical = {named} WHERE kind = 'mail'"
        ),
        format!("DELETE FROM contacts WHERE account_id = {}", of("ulla")),
        format!(
            "UPDATE contacts SET confirmed_at = NULL WHERE account_id = {}",
            of("urban")
        ),
    ] {
        server.db.run(&statement).await;
    }
    for number in 0..11 {
        let client = format!("198.51.100.{number}");
        let mut browser = server.browser().with("x-forwarded-for", &client);
        let fields = [("identifier", "lars"), ("password", "fel")];
        let answer = browser.post_data("/api/sign-in", &fields).await;
        assert_eq!(answer.status, 422);
    }
    server
}

/// Browsers in step with each other, each asking for somebody else.
pub struct Strangers {
    browsers: Vec<(&'static str, Browser, Page)>,
    codes: Vec<String>,
}

impl Strangers {
    /// Each asks for another of [`KINDS`], behind an address of its own where the server trusts the proxy that says so.
    pub fn new(server: &Server) -> Self {
        Self::asking(server, &KINDS)
    }

    /// Each asks for another of these.
    pub fn asking(server: &Server, people: &[&'static str]) -> Self {
        let blank = Page {
            path: String::new(),
            status: 0,
            headers: HeaderMap::new(),
            body: String::new(),
        };
        let browsers = people.iter().zip(1..).map(|(who, number)| {
            let client = format!("192.0.2.{number}");
            let browser = server.browser().with("x-forwarded-for", &client);
            (*who, browser, blank.clone())
        });
        let mut strangers = Self {
            browsers: browsers.collect(),
            codes: Vec::new(),
        };
        strangers.guess_past(&[]);
        strangers
    }

    /// Chooses what they guess: six codes, none of which was mailed.
    pub fn guess_past(&mut self, letters: &[ReceivedMail]) {
        let mailed: Vec<String> = letters
            .iter()
            .filter_map(ReceivedMail::code_if_any)
            .map(|code| code.replace(' ', ""))
            .collect();
        self.codes = (1..1000)
            .map(|number| format!("{:06}", number * 111))
            .filter(|code| !mailed.contains(code))
            .take(6)
            .collect();
    }

    /// What they guess.
    pub fn codes(&self) -> Vec<String> {
        self.codes.clone()
    }

    /// Everybody does the same; nobody may see anything that the others do not.
    pub async fn each(
        &mut self,
        what: &str,
        step: impl AsyncFn(&'static str, &mut Browser, &Page) -> Vec<Page>,
    ) {
        let mut all: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (who, browser, at) in &mut self.browsers {
            let answers = step(who, browser, at).await;
            let whole: Vec<String> = answers.iter().map(|answer| seen(answer, who)).collect();
            all.entry(whole.join("\n\n")).or_default().push(who);
            *at = answers.last().unwrap().clone();
        }
        assert_eq!(all.len(), 1, "{what}: {all:#?}");
    }

    /// The answer that everybody got last, for what must also be right about it.
    pub fn last(&self) -> &Page {
        &self.browsers[0].2
    }

    /// Everybody asks for a page.
    pub async fn look(&mut self, what: &str, path: &str) {
        self.each(what, async |_, browser, _| vec![browser.look(path).await])
            .await;
    }

    /// Everybody posts one of the journey's forms from the page at hand and follows.
    pub async fn post(&mut self, what: &str, to: &str, fields: &[(&str, &str)]) {
        self.each(what, async |_, browser, at| {
            let form = at.form_to(&format!("/api/forgot-password/{to}"));
            follow(browser, &form, fields).await
        })
        .await;
    }

    /// Everybody says whom they ask for.
    pub async fn begin(&mut self) {
        self.look("the first page", "/forgot-password").await;
        self.each("identify", async |who, browser, at| {
            let form = at.form_to("/api/forgot-password/identify");
            follow(browser, &form, &[("identifier", who)]).await
        })
        .await;
    }

    /// Everybody gives so many codes, none of them right; six is one more than there are tries.
    pub async fn guess(&mut self, times: usize) {
        for code in self.codes().iter().take(times) {
            self.post("a wrong code", "code", &[("code", code)]).await;
        }
    }

    /// Everybody asks for a new code.
    pub async fn resend(&mut self) {
        self.post("a new code", "resend", &[]).await;
    }
}

/// Both answers: to the post, and the page that it leads to.
async fn follow(browser: &mut Browser, form: &Form, fields: &[(&str, &str)]) -> Vec<Page> {
    let answer = browser.post(form, fields).await;
    let page = browser.follow(answer.clone()).await;
    vec![answer, page]
}
