//! The sentences of one language, looked up by key and filled in.

#[cfg(feature = "ssr")]
use std::collections::{BTreeMap, BTreeSet};

use super::{Language, TEXTS, Text};
#[cfg(feature = "ssr")]
use super::{PAGE_KEYS, SERVER_KEYS, ServerText, page_sentences, sentence, server_sentences};

/// The sentences of one language: on the server those of pages and mails, in the browser those of pages, which came with the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    language: Language,
    page: Vec<String>,
    #[cfg(feature = "ssr")]
    server: Vec<String>,
}

/// Why a sentence of the configuration cannot take the place of a shipped one.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OverrideError {
    /// No sentence has this key.
    #[error("[texts.{}]: there is no sentence {key:?}", language.tag())]
    UnknownKey {
        /// The language whose sentences were rewritten.
        language: Language,
        /// The key as the configuration wrote it.
        key: String,
    },
    /// The shipped sentence does not have this placeholder, so nothing would fill it in.
    #[error(
        "[texts.{}]: {key:?} has {{{placeholder}}}, which the sentence it replaces does not have",
        language.tag()
    )]
    UnknownPlaceholder {
        /// The language whose sentences were rewritten.
        language: Language,
        /// The key as the configuration wrote it.
        key: String,
        /// The placeholder's name, without braces.
        placeholder: String,
    },
    /// The sentence cannot be shown at all.
    #[error("[texts.{}]: {key:?}: {fault}", language.tag())]
    Unusable {
        /// The language whose sentences were rewritten.
        language: Language,
        /// The key as the configuration wrote it.
        key: String,
        /// What is the matter with it.
        #[source]
        fault: sentence::SentenceError,
    },
}

impl Catalogue {
    /// The catalogue that a page brought along: its sentences in the order of [`Text`], as [`Catalogue::list`] gave them.
    /// A list that is too short leaves the rest empty.
    #[must_use]
    pub fn from_list(language: Language, mut page: Vec<String>) -> Self {
        page.resize(TEXTS, String::new());
        Self {
            language,
            page,
            #[cfg(feature = "ssr")]
            server: server_sentences(language).map(String::from).into(),
        }
    }

    /// The language of the sentences.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A sentence of a page, with its placeholders as they are.
    #[must_use]
    pub fn get(&self, text: Text) -> &str {
        self.page.get(text as usize).map_or("", String::as_str)
    }

    /// A sentence of a page with its `{placeholders}` filled in: `("minutes", "30")` for `{minutes}`.
    /// Placeholders without a value stay; values are not searched for placeholders.
    #[must_use]
    pub fn fill(&self, text: Text, values: &[(&str, &str)]) -> String {
        fill_in(self.get(text), values)
    }

    /// The sentences of the pages in the order of [`Text`], to be sent along with a page.
    #[must_use]
    pub fn list(&self) -> &[String] {
        &self.page
    }
}

#[cfg(feature = "ssr")]
impl Catalogue {
    /// The sentences as shipped.
    #[must_use]
    pub fn built_in(language: Language) -> Self {
        Self::from_list(language, page_sentences(language).map(String::from).into())
    }

    /// The shipped sentences of the default language, where no configuration is at hand.
    #[must_use]
    pub fn fallback() -> &'static Self {
        static FALLBACK: std::sync::OnceLock<Catalogue> = std::sync::OnceLock::new();
        FALLBACK.get_or_init(|| Self::built_in(Language::Sv))
    }

    /// The shipped sentences, some of them rewritten by the configuration: `"code.title"` or `"mail.code_subject"` to the sentence.
    /// A rewritten sentence may leave a placeholder out, but not invent one.
    ///
    /// # Errors
    /// [`OverrideError`] for the first sentence that cannot be used, in the order of the keys.
    pub fn with_overrides(
        language: Language,
        overrides: &BTreeMap<String, String>,
    ) -> Result<Self, OverrideError> {
        let mut catalogue = Self::built_in(language);
        for (key, sentence) in overrides {
            let Some(place) = catalogue.place(key) else {
                let key = key.clone();
                return Err(OverrideError::UnknownKey { language, key });
            };
            let unusable = |fault| OverrideError::Unusable {
                language,
                key: key.clone(),
                fault,
            };
            let invented: BTreeSet<&str> = &sentence::placeholders(sentence).map_err(unusable)?
                - &sentence::placeholders(place).map_err(unusable)?;
            if let Some(placeholder) = invented.first() {
                return Err(OverrideError::UnknownPlaceholder {
                    language,
                    key: key.clone(),
                    placeholder: (*placeholder).to_owned(),
                });
            }
            place.clone_from(sentence);
        }
        Ok(catalogue)
    }

    /// A sentence of a mail, with its placeholders as they are.
    #[must_use]
    pub fn server(&self, text: ServerText) -> &str {
        self.server.get(text as usize).map_or("", String::as_str)
    }

    /// A sentence of a mail with its `{placeholders}` filled in, as [`Catalogue::fill`] does.
    #[must_use]
    pub fn fill_server(&self, text: ServerText, values: &[(&str, &str)]) -> String {
        fill_in(self.server(text), values)
    }

    /// Where the sentence with this key lies.
    fn place(&mut self, key: &str) -> Option<&mut String> {
        let at = |keys: &[&str]| keys.iter().position(|known| *known == key);
        match at(&PAGE_KEYS) {
            Some(index) => self.page.get_mut(index),
            None => self.server.get_mut(at(&SERVER_KEYS)?),
        }
    }
}

/// Fills in what is known, in one pass, so that a value with braces (a name, say) is only ever text.
fn fill_in(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len() + 32);
    each_piece(sentence, values, |piece| {
        filled.push_str(match piece {
            Piece::Words(words) => words,
            Piece::Value(value) => value,
        });
    });
    filled
}

/// A piece of a sentence that is being filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a, V> {
    /// Words of the sentence itself.
    Words(&'a str),
    /// What stands in the place of a placeholder.
    Value(&'a V),
}

/// A sentence in pieces, for whoever shows some values in another way than the words around them.
#[cfg(feature = "ssr")]
#[must_use]
pub fn pieces<'a, V>(sentence: &'a str, values: &'a [(&str, V)]) -> Vec<Piece<'a, V>> {
    let mut pieces = Vec::new();
    each_piece(sentence, values, |piece| pieces.push(piece));
    pieces
}

fn each_piece<'a, V>(
    sentence: &'a str,
    values: &'a [(&str, V)],
    mut put: impl FnMut(Piece<'a, V>),
) {
    let mut rest = sentence;
    while let Some((before, brace)) = rest.split_once('{') {
        put(Piece::Words(before));
        let known = brace.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        });
        if let Some((value, after)) = known {
            put(Piece::Value(value));
            rest = after;
        } else {
            put(Piece::Words("{"));
            rest = brace;
        }
    }
    put(Piece::Words(rest));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_placeholders_are_filled_and_others_stay() {
        let values = [("a", "{b}"), ("b", "2")];
        assert_eq!(fill_in("{a}, {b}{b} and {c}.", &values), "{b}, 22 and {c}.");
        assert_eq!(fill_in("{x {b} }", &values), "{x 2 }");
        assert_eq!(fill_in("", &values), "");
    }

    #[test]
    fn a_short_list_leaves_sentences_empty() {
        let catalogue = Catalogue::from_list(Language::Nb, Vec::new());
        assert_eq!(catalogue.language(), Language::Nb);
        assert_eq!(catalogue.list().len(), TEXTS);
        assert_eq!(catalogue.get(Text::CodeSubmit), "");
    }

    #[cfg(feature = "ssr")]
    mod server {
        use super::super::*;

        fn overridden(key: &str, sentence: &str) -> Result<Catalogue, OverrideError> {
            let overrides = BTreeMap::from([(key.to_owned(), sentence.to_owned())]);
            Catalogue::with_overrides(Language::En, &overrides)
        }

        #[test]
        fn a_page_can_bring_its_catalogue_along() {
            for language in Language::ALL {
                let catalogue = Catalogue::built_in(language);
                let brought = Catalogue::from_list(language, catalogue.list().to_vec());
                assert_eq!(brought, catalogue);
            }
        }

        #[test]
        fn sentences_are_found_under_their_keys() {
            let catalogue = Catalogue::built_in(Language::Sv);
            assert_eq!(catalogue.get(Text::CodeSubmit), "Nästa");
            assert_eq!(PAGE_KEYS[Text::SignInTitle as usize], "sign_in.title");
            assert_eq!(
                SERVER_KEYS[ServerText::MailGreeting as usize],
                "mail.greeting"
            );
            let filled = catalogue.fill(Text::CommonStepOf, &[("step", "2"), ("steps", "4")]);
            assert_eq!(filled, "Steg 2 av 4");
            let greeting =
                catalogue.fill_server(ServerText::MailGreeting, &[("name", "Anna Berg")]);
            assert!(greeting.contains("Anna Berg"));
        }

        #[test]
        fn sentences_of_pages_and_mails_can_be_rewritten() {
            let page = overridden("code.submit", "Go on").unwrap();
            assert_eq!(page.get(Text::CodeSubmit), "Go on");
            assert_eq!(page.list()[Text::CodeSubmit as usize], "Go on");
            let mail = overridden("mail.code_subject", "Your code").unwrap();
            assert_eq!(mail.server(ServerText::MailCodeSubject), "Your code");
            assert_eq!(mail.get(Text::CodeSubmit), "Next");
        }

        #[test]
        fn what_cannot_be_used_is_refused_with_its_key() {
            for (key, sentence, message) in [
                (
                    "code.titel",
                    "x",
                    r#"[texts.en]: there is no sentence "code.titel""#,
                ),
                (
                    "mail.code_subject",
                    "{code} is your code",
                    r#"[texts.en]: "mail.code_subject" has {code}, which the sentence it replaces does not have"#,
                ),
                (
                    "code.submit",
                    " ",
                    r#"[texts.en]: "code.submit": the sentence is empty"#,
                ),
            ] {
                let error = overridden(key, sentence).unwrap_err();
                assert_eq!(error.to_string(), message);
            }
        }
    }
}
