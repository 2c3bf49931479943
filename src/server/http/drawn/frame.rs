//! What stands around the content of every page that the server draws by itself: head, header, languages, and what the page says of the last
//! post. The templates read it as `frame`.

use super::flash::FormError;
use super::footer::Footer;
use super::navigation::Navigation;
use super::parts::{Breakable, Link};
use crate::server::base::passage::Wording;
use crate::server::http::brand;
use crate::server::http::web_state::WebState;
use crate::texts::{Catalogue, Language, ServerText, Text};

/// Everything that `frame.html` and `account_frame.html` need, and the sentences for the templates inside them.
pub struct Frame<'a> {
    /// The context and the style.
    pub web: &'a WebState,
    /// The sentences in the page's language.
    pub sentences: &'a Catalogue,
    /// The heading, which is the title too.
    pub title: String,
    /// The page is about an error, whether or not it has a form.
    pub is_error: bool,
    /// What is to be put right.
    pub error: Option<FormError>,
    /// What has just worked.
    pub notice: Option<&'a str>,
    /// The way back.
    pub back: Option<Link>,
    /// Somebody is signed in, who can sign out.
    pub is_signed_in: bool,
    /// The parts of their account.
    pub navigation: Option<Navigation>,
    /// The warning before their session ends, as markup.
    pub stay: Option<String>,
    /// The languages that the same address can be asked for in.
    pub languages: &'a [Language],
    /// What the address says besides the language, with `&` at its end.
    pub query: String,
    /// This is a shared machine.
    pub is_kiosk: bool,
}

impl<'a> Frame<'a> {
    /// The frame of a page that can be asked for in every language.
    #[must_use]
    pub fn new(web: &'a WebState, sentences: &'a Catalogue, title: impl Into<String>) -> Self {
        Self {
            web,
            sentences,
            title: title.into(),
            is_error: false,
            error: None,
            notice: None,
            back: None,
            is_signed_in: false,
            navigation: None,
            stay: None,
            languages: &web.ctx.config.languages.offered,
            query: String::new(),
            is_kiosk: false,
        }
    }

    /// The same, with a way back.
    #[must_use]
    pub fn back_to(self, href: &str, words: ServerText) -> Self {
        let back = Link::new(href, self.server(words));
        Self {
            back: Some(back),
            ..self
        }
    }

    /// The same, where the address says something besides the language.
    #[must_use]
    pub fn with_query(self, query: String) -> Self {
        Self { query, ..self }
    }

    /// The same, where these are the fields of the page: what is to be put right anywhere else stands at the page as a whole, and no link
    /// leads to a field that is not there.
    #[must_use]
    pub fn with_fields(mut self, fields: &[&str]) -> Self {
        if let Some(error) = &mut self.error
            && !fields.contains(&error.field.as_str())
        {
            error.field.clear();
        }
        self
    }

    /// What is to be put right at this field.
    #[must_use]
    pub fn error_at(&self, field: &str) -> Option<&str> {
        let error = self.error.as_ref()?;
        (error.field == field).then_some(error.words.as_str())
    }

    /// What the browser may fill into a field (HTML autofill): nothing on a shared machine, where it also brings back what was written.
    #[must_use]
    pub const fn autocomplete<'f>(&self, what: &'f str) -> &'f str {
        if self.is_kiosk { "off" } else { what }
    }

    /// A sentence that the app shows too.
    #[must_use]
    pub fn get(&self, text: Text) -> &'a str {
        self.sentences.get(text)
    }

    /// A sentence that only the server has.
    #[must_use]
    pub fn server(&self, text: ServerText) -> &'a str {
        self.sentences.server(text)
    }

    /// The title of the document, which says when something is to be put right. It needs no place to break a long word at.
    #[must_use]
    pub fn document_title(&self) -> String {
        let title = self.title.replace('\u{ad}', "");
        if self.is_error || self.error.is_some() {
            format!("{} {title}", self.get(Text::CommonErrorPrefix))
        } else {
            title
        }
    }

    /// The heading, as it is drawn.
    #[must_use]
    pub fn heading(&self) -> Breakable {
        self.title.as_str().into()
    }

    /// Tag of the language.
    #[must_use]
    pub fn language(&self) -> &'static str {
        self.sentences.language().tag()
    }

    /// The name of the service.
    #[must_use]
    pub fn site(&self) -> Wording<'_> {
        self.web.ctx.site_name(self.sentences)
    }

    /// Path of the style sheet.
    #[must_use]
    pub fn style(&self) -> &str {
        &self.web.style
    }

    /// Path of the organisation's colours.
    #[must_use]
    pub fn colours(&self) -> Option<String> {
        brand::colours(&self.web.ctx.config)
    }

    /// The foot of the page, as markup.
    #[must_use]
    pub fn footer(&self) -> String {
        Footer::new(
            &self.web.ctx,
            self.sentences,
            self.languages,
            &self.query,
            self.is_kiosk,
        )
        .markup()
    }

    /// Path of its logo.
    #[must_use]
    pub fn logo(&self) -> Option<String> {
        brand::logo(&self.web.ctx.config)
    }
}
