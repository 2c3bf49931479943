//! What a sentence of the catalogue may look like. The build script compiles this file too, so it uses only the standard library.

use std::collections::BTreeSet;
use std::fmt;

/// Why a sentence cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentenceError {
    /// It has nothing but white space.
    Empty,
    /// It has a line break or another control character; a subject line or a label cannot hold one.
    NotOneLine,
    /// It has a brace that is not part of a `{placeholder}`.
    LooseBrace,
}

impl fmt::Display for SentenceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "the sentence is empty",
            Self::NotOneLine => "the sentence has a line break or another control character",
            Self::LooseBrace => "a brace is not part of a placeholder such as {name}",
        })
    }
}

// By hand, because the build script has no use for thiserror otherwise.
impl std::error::Error for SentenceError {}

/// The names of the `{placeholders}` in a sentence.
///
/// # Errors
/// The first [`SentenceError`] of the sentence.
pub fn placeholders(sentence: &str) -> Result<BTreeSet<&str>, SentenceError> {
    if sentence.trim().is_empty() {
        return Err(SentenceError::Empty);
    }
    if sentence.contains(char::is_control) {
        return Err(SentenceError::NotOneLine);
    }
    let mut names = BTreeSet::new();
    let mut rest = sentence;
    while let Some(at) = rest.find(['{', '}']) {
        let (_, brace) = rest.split_at(at);
        let Some((name, after)) = brace
            .strip_prefix('{')
            .and_then(|inside| inside.split_once('}'))
        else {
            return Err(SentenceError::LooseBrace);
        };
        if !is_name(name) {
            return Err(SentenceError::LooseBrace);
        }
        names.insert(name);
        rest = after;
    }
    Ok(names)
}

/// Whether a text can name a key or a placeholder: lower-case ASCII letters, digits and underscores, a letter first.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_once_each() {
        let names = placeholders("{a} and {b_2}, then {a}").unwrap();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a", "b_2"]);
        assert!(placeholders("nothing to fill in").unwrap().is_empty());
    }

    #[test]
    fn unusable_sentences_are_refused() {
        for (sentence, fault) in [
            ("", SentenceError::Empty),
            (" \u{a0}\t", SentenceError::Empty),
            ("one\ntwo", SentenceError::NotOneLine),
            ("{open", SentenceError::LooseBrace),
            ("close}", SentenceError::LooseBrace),
            ("} {a}", SentenceError::LooseBrace),
            ("{}", SentenceError::LooseBrace),
            ("{A}", SentenceError::LooseBrace),
            ("{{a}}", SentenceError::LooseBrace),
            ("{a b}", SentenceError::LooseBrace),
        ] {
            assert_eq!(placeholders(sentence), Err(fault), "{sentence:?}");
        }
    }
}
