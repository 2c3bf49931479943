//! Sentences with words in them that may be in another language than the sentence, which pages and mails then mark (WCAG 2.2, 3.1.2).

use std::fmt;

use askama::filters::{Escaper as _, Html, HtmlSafe};

use crate::texts::{Language, Piece, pieces};

/// Words from elsewhere, as a reader of some language is shown them: as HTML, escaped, marked with `lang` where they are in another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wording<'a> {
    /// The words.
    pub words: &'a str,
    foreign: Option<Language>,
}

impl<'a> Wording<'a> {
    /// Words that are known to be in another language than the reader's.
    #[must_use]
    pub const fn foreign(words: &'a str, language: Language) -> Self {
        Self {
            words,
            foreign: Some(language),
        }
    }

    /// The same words in another form, such as on one line.
    #[must_use]
    pub const fn with(self, words: &str) -> Wording<'_> {
        Wording {
            words,
            foreign: self.foreign,
        }
    }

    /// The value of `lang` where they stand; nothing where they are in the reader's language, or nobody knows.
    #[must_use]
    pub fn lang(self) -> Option<&'static str> {
        self.foreign.map(Language::tag)
    }

    /// The language that they are known to be in, if it is not the reader's.
    #[must_use]
    pub const fn language(self) -> Option<Language> {
        self.foreign
    }
}

impl<'a> From<&'a str> for Wording<'a> {
    fn from(words: &'a str) -> Self {
        Self {
            words,
            foreign: None,
        }
    }
}

/// A sentence that knows which of its words are in another language. Shown, it is HTML: escaped, those words marked with `lang`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage(Vec<(String, Option<Language>)>);

impl Passage {
    /// A sentence of the catalogue with its `{placeholders}` filled in.
    #[must_use]
    pub fn fill(sentence: &str, values: &[(&str, Wording<'_>)]) -> Self {
        let mut passage = Self::default();
        for piece in pieces(sentence, values) {
            match piece {
                Piece::Words(words) => passage.push(words, None),
                Piece::Value(value) => passage.push(value.words, value.foreign),
            }
        }
        passage
    }

    /// The same with words at its end.
    #[must_use]
    pub fn and(mut self, more: Wording<'_>) -> Self {
        self.push(more.words, more.foreign);
        self
    }

    /// The words alone.
    #[must_use]
    pub fn plain(&self) -> String {
        self.0.iter().map(|(words, _)| words.as_str()).collect()
    }

    /// The words from the first to the last, and what is known of the language of each run of them.
    pub fn parts(&self) -> impl Iterator<Item = Wording<'_>> {
        self.0.iter().map(|(words, foreign)| Wording {
            words,
            foreign: *foreign,
        })
    }

    fn push(&mut self, words: &str, foreign: Option<Language>) {
        match self.0.last_mut() {
            Some((last, language)) if *language == foreign => last.push_str(words),
            _ => self.0.push((words.to_owned(), foreign)),
        }
    }
}

impl From<Wording<'_>> for Passage {
    fn from(wording: Wording<'_>) -> Self {
        Self::default().and(wording)
    }
}

impl From<String> for Passage {
    fn from(words: String) -> Self {
        Self(vec![(words, None)])
    }
}

/// The same words with `019-21 10 00` in one piece.
#[must_use]
pub fn held_together(words: &str) -> String {
    let mut held = String::with_capacity(words.len());
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let is_inside = held.ends_with(|c: char| c.is_ascii_digit())
            && rest.peek().is_some_and(char::is_ascii_digit);
        held.push(if c == ' ' && is_inside { '\u{a0}' } else { c });
    }
    held
}

impl HtmlSafe for Wording<'_> {}

impl fmt::Display for Wording<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(lang) = self.lang() else {
            return Html.write_escaped_str(f, &held_together(self.words));
        };
        write!(f, "<span lang=\"{lang}\">")?;
        Html.write_escaped_str(&mut *f, &held_together(self.words))?;
        f.write_str("</span>")
    }
}

impl HtmlSafe for Passage {}

impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().try_for_each(|part| part.fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_foreign_words_are_marked_and_all_are_escaped() {
        let contact = Wording::foreign("Spør <lønn>", Language::Nb);
        let passage = Passage::fill(
            "Fråga: {contact} & {site}.",
            &[("contact", contact), ("site", "A&B".into())],
        );
        assert_eq!(
            passage.to_string(),
            "Fråga: <span lang=\"nb\">Spør &#60;lønn&#62;</span> &#38; A&#38;B."
        );
        assert_eq!(passage.plain(), "Fråga: Spør <lønn> & A&B.");
        let parts: Vec<_> = passage
            .parts()
            .map(|part| (part.words, part.lang()))
            .collect();
        assert_eq!(
            parts,
            [
                ("Fråga: ", None),
                ("Spør <lønn>", Some("nb")),
                (" & A&B.", None)
            ]
        );
    }

    #[test]
    fn values_are_not_searched_for_placeholders() {
        let passage = Passage::fill("{a} {b} {c}", &[("a", "{b}".into()), ("b", "2".into())]);
        assert_eq!(passage.plain(), "{b} 2 {c}");
    }
}
