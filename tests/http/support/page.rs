//! An answer, and what a person or a program reads in it.

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::html::{all_between, between, unescape, words};

/// A form of a page.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: String,
    /// Its hidden fields.
    pub hidden: Vec<(String, String)>,
}

impl Form {
    /// The value of a hidden field.
    pub fn value(&self, name: &str) -> &str {
        self.hidden
            .iter()
            .find(|(key, _)| key == name)
            .map_or_else(|| panic!("no field {name}"), |(_, value)| value)
    }
}

/// An answer of the server.
#[derive(Debug, Clone)]
pub struct Page {
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.header("location")
            .unwrap_or_else(|| panic!("{} sends nowhere: {} {}", self.path, self.status, self.body))
    }

    /// Every `Set-Cookie`.
    pub fn set_cookies(&self) -> Vec<String> {
        self.headers
            .get_all("set-cookie")
            .iter()
            .map(|value| value.to_str().unwrap().to_owned())
            .collect()
    }

    /// The title.
    pub fn title(&self) -> String {
        unescape(between(&self.body, "<title>", "</title>").unwrap_or_default())
    }

    /// The heading.
    pub fn heading(&self) -> String {
        let heading = between(&self.body, "<h1", "</h1>").unwrap_or_default();
        words(heading.split_once('>').map_or("", |(_, words)| words))
    }

    /// The language that it says it is in.
    pub fn language(&self) -> &str {
        between(&self.body, "<html lang=\"", "\"").unwrap_or_default()
    }

    /// What a person sees of it, without scripts and tags.
    pub fn text(&self) -> String {
        let shown = words(between(&self.body, "<main", "</main>").unwrap_or_default());
        // What is held together is read as any other space.
        shown.replace('\u{a0}', " ")
    }

    /// What a text browser shows of it: it knows neither styles nor what is hidden.
    pub fn shown(&self) -> String {
        words(self.body.split_once("<body").map_or("", |(_, body)| body))
    }

    /// The sentences of the error summary.
    pub fn errors(&self) -> Vec<String> {
        let summary = between(&self.body, "class=\"error-summary\"", "</ul>").unwrap_or_default();
        all_between(summary, "<li>", "</li>")
            .into_iter()
            .map(words)
            .collect()
    }

    /// The sentence at a field.
    pub fn error_at(&self, field: &str) -> Option<String> {
        let mark = format!("<p id=\"{field}-error\" class=\"error\">");
        between(&self.body, &mark, "</p>").map(words)
    }

    /// What the field of a text holds.
    pub fn text_area(&self) -> String {
        let area = between(&self.body, "<textarea", "</textarea>").unwrap_or_default();
        unescape(area.split_once(">\n").map_or("", |(_, text)| text))
    }

    /// The notice, such as "a new code is on its way".
    pub fn notice(&self) -> String {
        let good = between(&self.body, "class=\"notice\">", "</p>");
        let plain = between(&self.body, "class=\"notice notice--plain\">", "</p>");
        words(good.or(plain).unwrap_or_default())
    }

    /// The value of a text field.
    pub fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        unescape(between(&self.body, &mark, "\"").unwrap_or_default())
    }

    /// The form with this number; those of the page's header come last.
    pub fn form(&self, number: usize) -> Form {
        let (header, rest) = self.body.split_once("<main").unwrap_or(("", &self.body));
        let [header, rest] = [header, rest]
            .map(|part| all_between(part, "<form method=\"post\" action=\"", "</form>"));
        let forms = [rest, header].concat();
        let form = forms
            .get(number)
            .unwrap_or_else(|| panic!("{} has {} forms: {}", self.path, forms.len(), self.text()));
        let hidden = all_between(form, "<input type=\"hidden\" name=\"", ">")
            .into_iter()
            .filter_map(|field| {
                let (name, rest) = field.split_once("\" value=\"")?;
                Some((name.to_owned(), unescape(rest.split_once('"')?.0)))
            })
            .collect();
        Form {
            action: form.split_once('"').unwrap().0.to_owned(),
            hidden,
        }
    }

    /// The form that is posted to `action`; where the page does not offer it, what an older copy of the page would still post there.
    pub fn form_to(&self, action: &str) -> Form {
        let offered = self.body.matches("<form method=\"post\"").count();
        (0..offered)
            .map(|number| self.form(number))
            .find(|form| form.action == action)
            .unwrap_or_else(|| Form {
                action: action.to_owned(),
                ..self.form(0)
            })
    }

    /// The case number.
    pub fn reference(&self) -> String {
        between(&self.body, "<b>", "</b>")
            .filter(|reference| reference.len() == 7)
            .unwrap_or_else(|| panic!("{} shows no case number: {}", self.path, self.text()))
            .to_owned()
    }

    /// The answer as data.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    /// The names of the problems in an answer that is data.
    pub fn problems(&self) -> Vec<String> {
        let json = self.json();
        let problems = json["state"]["problems"].as_array().expect("problems");
        problems
            .iter()
            .map(|problem| match &problem["problem"] {
                Value::String(name) => name.clone(),
                Value::Object(with_numbers) => with_numbers.keys().next().unwrap().clone(),
                other => panic!("{other}"),
            })
            .collect()
    }
}
