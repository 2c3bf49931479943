//! A browser without JavaScript, or the browser's half of one: it keeps cookies, follows nothing by itself, and hides no header.

use std::collections::BTreeMap;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};

use super::server::{PUBLIC_HOST, Server};
use super::{Form, Page, until};

/// A browser.
#[derive(Debug, Clone)]
pub struct Browser {
    client: Client,
    base: String,
    /// What it says posts come from.
    pub origin: String,
    host: Option<String>,
    /// Whether posts say by `Referer` alone where they come from.
    refers: bool,
    /// The cookies by name.
    pub jar: BTreeMap<String, String>,
    /// Headers that it sends with everything.
    pub headers: BTreeMap<&'static str, String>,
}

impl Browser {
    pub fn new(server: &Server) -> Self {
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        let mut browser = Self {
            client,
            base: String::new(),
            origin: String::new(),
            host: None,
            refers: false,
            jar: BTreeMap::new(),
            headers: BTreeMap::from([("accept-language", "en".to_owned())]),
        };
        browser.visit(server);
        browser
    }

    /// Goes to another server, or to the same one after a new start. Cookies stay.
    pub fn visit(&mut self, server: &Server) {
        self.base.clone_from(&server.base);
        self.origin.clone_from(&server.base);
        if server.production {
            self.origin = format!("https://{PUBLIC_HOST}");
            self.host = Some(PUBLIC_HOST.to_owned());
        }
    }

    /// Says which languages it likes.
    pub fn speaking(mut self, languages: &str) -> Self {
        self.headers.insert("accept-language", languages.to_owned());
        self
    }

    /// Sends neither `Origin` nor `Sec-Fetch-Site`, but `Referer`, as lynx and w3m do.
    pub fn referring(mut self) -> Self {
        self.refers = true;
        self
    }

    /// Sends a header with everything.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.to_owned());
        self
    }

    /// The value of one of our cookies, prefixed or not.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.jar
            .get(name)
            .or_else(|| self.jar.get(&format!("__Host-{name}")))
            .map(String::as_str)
    }

    /// A request as this browser would send it, `Accept` and `Origin` left to the caller.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(host) = &self.host {
            request = request.header("host", host);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !self.jar.is_empty() {
            let cookies: Vec<String> = self
                .jar
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("cookie", cookies.join("; "));
        }
        request
    }

    /// The post of a form, not sent yet.
    pub fn form_post(&self, form: &Form, fields: &[(&str, &str)]) -> RequestBuilder {
        let hidden = form
            .hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        let (name, place) = if self.refers {
            ("referer", format!("{}/the-page?it=was", self.origin))
        } else {
            ("origin", self.origin.clone())
        };
        self.request(Method::POST, &form.action)
            .header("accept", "text/html")
            .header(name, place)
            .form(&all)
    }

    /// Sends a request without keeping its cookies.
    pub async fn send(path: &str, request: RequestBuilder) -> Page {
        let response = request.send().await.expect("the server answers");
        Page {
            path: path.to_owned(),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: String::from_utf8_lossy(&response.bytes().await.expect("a body")).into_owned(),
        }
    }

    /// The same, again and again while the server has too much to do, which it says with 503 and counts for nothing: posts that are made all
    /// at once may be too many for a busy machine.
    pub async fn send_until_taken(path: &str, request: RequestBuilder) -> Page {
        until("the server has time", async || {
            let again = request.try_clone().expect("its body is known");
            let page = Self::send(path, again).await;
            (page.status != 503).then_some(page)
        })
        .await
    }

    async fn send_and_keep(&mut self, path: &str, request: RequestBuilder) -> Page {
        let page = Self::send(path, request).await;
        self.keep(&page);
        page
    }

    /// Takes the cookies of an answer.
    pub fn keep(&mut self, page: &Page) {
        for cookie in page.set_cookies() {
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            if cookie.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Asks for a page and stays where it is sent from.
    pub async fn look(&mut self, path: &str) -> Page {
        let request = self
            .request(Method::GET, path)
            .header("accept", "text/html");
        let request = if self.refers {
            request
        } else {
            request.header("sec-fetch-site", "none")
        };
        self.send_and_keep(path, request).await
    }

    /// Asks for a page and goes where it is sent.
    pub async fn get(&mut self, path: &str) -> Page {
        let page = self.look(path).await;
        self.follow(page).await
    }

    /// Goes where an answer sends it.
    pub async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..4 {
            if page.status != 303 {
                return page;
            }
            let place = page.location().to_owned();
            page = self.look(&place).await;
        }
        panic!("sent around in circles: {}", page.path);
    }

    /// Posts a form of a page and stays where it is sent from.
    pub async fn post(&mut self, form: &Form, fields: &[(&str, &str)]) -> Page {
        let request = self.form_post(form, fields);
        self.send_and_keep(&form.action, request).await
    }

    /// Fills in a form of a page and goes on.
    pub async fn submit(&mut self, page: &Page, number: usize, fields: &[(&str, &str)]) -> Page {
        let answer = self.post(&page.form(number), fields).await;
        self.follow(answer).await
    }

    /// Posts as the browser's half does; the answer is data.
    pub async fn post_data(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self
            .request(Method::POST, path)
            .header("accept", "application/json")
            .header("origin", &self.origin)
            .form(fields);
        self.send_and_keep(path, request).await
    }
}
