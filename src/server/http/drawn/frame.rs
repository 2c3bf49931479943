//! What stands around a page that is no page of the app: the same head, header and languages.

use crate::server::http::brand;
use crate::server::http::web_state::WebState;
use crate::texts::{Catalogue, Language, Text};

/// Everything that `frame.html` needs.
#[derive(Debug)]
pub struct Frame<'a> {
    /// Tag of the page's language.
    pub language: &'static str,
    /// The title, without the name of the service.
    pub title: String,
    /// The name of the service.
    pub site: &'a str,
    /// Path of the style sheet.
    pub style: &'a str,
    /// Path of the organisation's colours.
    pub colours: Option<String>,
    /// Path of its logo.
    pub logo: Option<String>,
    /// The words of the link that skips to the content.
    pub skip: &'a str,
    /// The name of the list of languages.
    pub language_label: &'a str,
    /// The languages that the same address can be asked for in.
    pub languages: &'a [Language],
    /// What the query says besides the language, with `&` at its end.
    pub query: String,
}

impl<'a> Frame<'a> {
    /// The frame of a page that can be asked for in every language.
    #[must_use]
    pub fn new(web: &'a WebState, sentences: &'a Catalogue, title: String) -> Self {
        let config = &web.ctx.config;
        Self {
            language: sentences.language().tag(),
            title,
            site: &config.site.name,
            style: &web.style,
            colours: brand::colours(config),
            logo: brand::logo(config),
            skip: sentences.get(Text::CommonSkipToContent),
            language_label: sentences.get(Text::CommonLanguage),
            languages: &config.languages.offered,
            query: String::new(),
        }
    }

    /// The same, with the title saying that something is to be put right.
    #[must_use]
    pub fn with_error(mut self, is_wrong: bool, sentences: &Catalogue) -> Self {
        if is_wrong {
            let prefix = sentences.get(Text::CommonErrorPrefix);
            self.title = format!("{prefix} {}", self.title);
        }
        self
    }
}
