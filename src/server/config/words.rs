//! `[languages]` and `[texts.…]`: which languages are offered, and sentences that an organisation has rewritten.

use std::collections::BTreeMap;

use super::error::{Finding, Place};
use super::layer::{Entry, Table, Value};
use super::section::Section;
use crate::texts::{Catalogue, Language};

/// Rewritten sentences: language, then key such as `code.title`, then the sentence.
pub type Texts = BTreeMap<Language, BTreeMap<String, String>>;

/// `[languages]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Languages {
    /// The languages that people can choose, in the order in which they are listed; never empty.
    pub offered: Vec<Language>,
    /// The one for those who ask for none of them.
    pub default: Language,
}

impl Default for Languages {
    fn default() -> Self {
        Self {
            offered: vec![Language::Sv, Language::Nb, Language::En],
            default: Language::Sv,
        }
    }
}

impl Languages {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        const ONE: &str = "\"sv\", \"nb\" or \"en\"";
        part.list("offered", ONE, 1, &mut self.offered, language);
        part.parsed("default", ONE, &mut self.default, language);
    }

    /// What can only be seen once every source has spoken.
    pub(super) fn check_together(&self, findings: &mut Vec<Finding>) {
        if !self.offered.contains(&self.default) {
            findings.push(Finding {
                place: Place::Together,
                key: "languages.default".to_owned(),
                demand: format!(
                    "is \"{}\", which is not among languages.offered: set both",
                    self.default.tag()
                ),
            });
        }
    }
}

/// Only the exact tag, so that a section is never written twice under two spellings.
pub(super) fn language(text: &str) -> Option<Language> {
    Language::parse(text).filter(|language| language.tag() == text)
}

/// Reads every `[texts.TAG]`. A sentence of a later source replaces the same one of an earlier source.
pub(super) fn read_texts(part: &mut Section<'_>, texts: &mut Texts) {
    for (tag, entry) in part.take_all() {
        match (language(&tag), entry.value) {
            (Some(language), Value::Table(table)) => {
                let sentences = texts.entry(language).or_default();
                read_language(part, language, "", table, sentences);
            }
            (_, Value::Variable(_)) => part.refuse(
                entry.place,
                &tag,
                "cannot be a variable: sentences are rewritten in a file",
            ),
            _ => part.refuse(
                entry.place,
                &tag,
                "must be [texts.sv], [texts.nb] or [texts.en]",
            ),
        }
    }
}

/// `"code.title" = "…"` and `code.title = "…"` mean the same to the person who writes them, so both are taken.
fn read_language(
    part: &mut Section<'_>,
    language: Language,
    prefix: &str,
    table: Table,
    sentences: &mut BTreeMap<String, String>,
) {
    for (key, Entry { place, value }) in table {
        let key = format!("{prefix}{key}");
        let name = format!("{}.{key}", language.tag());
        match value {
            Value::Text(sentence) => {
                let one = BTreeMap::from([(key.clone(), sentence.clone())]);
                match Catalogue::with_overrides(language, &one) {
                    Ok(_) => {
                        sentences.insert(key, sentence);
                    }
                    Err(error) => part.refuse(place, &name, format!("is refused: {error}")),
                }
            }
            Value::Table(inner) if prefix.is_empty() => {
                read_language(part, language, &format!("{key}."), inner, sentences);
            }
            _ => part.refuse(place, &name, "must be a sentence in quotation marks"),
        }
    }
}
