//! Names, contacts and sentences of the configuration that people read: one for all languages, or one for each.

use std::collections::BTreeMap;

use super::layer::{Entry, Table, Value};
use super::section::Section;
use super::text::{one_line, texts};
use super::words::{Languages, language};
use crate::server::base::passage::Wording;
use crate::texts::Language;

/// Words in one language or in several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Localised {
    /// For every language that has none of its own. Nobody has said which language these are in.
    plain: Option<String>,
    by_language: BTreeMap<Language, String>,
    /// No source has said anything yet.
    is_built_in: bool,
}

impl Localised {
    /// Words that hold as long as no source has any.
    pub(super) fn built_in(words: &str) -> Self {
        Self {
            is_built_in: true,
            ..Self::from(words)
        }
    }

    /// What somebody is shown who reads `language`: its own words, else those of no language, else those of the first language that has
    /// some: the default one, those that are offered, the others.
    #[must_use]
    pub fn in_language(&self, language: Language, languages: &Languages) -> Wording<'_> {
        let own = self.by_language.get(&language);
        if let Some(words) = own.or(self.plain.as_ref()) {
            return words.as_str().into();
        }
        let wanted = std::iter::once(&languages.default)
            .chain(&languages.offered)
            .chain(&Language::ALL);
        let found = wanted.into_iter().find_map(|foreign| {
            let words = self.by_language.get(foreign)?;
            Some(Wording::foreign(words, *foreign))
        });
        found.unwrap_or_default()
    }

    /// The words in every language.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.plain
            .iter()
            .chain(self.by_language.values())
            .map(String::as_str)
    }

    /// Lays what a later source says over it: a language replaces that language, words for all replace everything.
    pub(super) fn overlay(&mut self, later: Self) {
        if later.plain.is_some() {
            *self = later;
            return;
        }
        if self.is_built_in {
            *self = Self::default();
        }
        self.by_language.extend(later.by_language);
    }

    fn is_empty(&self) -> bool {
        self.plain.is_none() && self.by_language.is_empty()
    }
}

impl From<&str> for Localised {
    fn from(words: &str) -> Self {
        Self {
            plain: Some(words.to_owned()),
            ..Self::default()
        }
    }
}

impl Section<'_> {
    /// Words that people read, each of at most `most` characters.
    pub(super) fn localised(
        &mut self,
        key: &'static str,
        most: usize,
        slot: &mut Option<Localised>,
    ) {
        if let Some(later) = self.take_localised(key, most) {
            slot.get_or_insert_default().overlay(later);
        }
    }

    /// What this source says of them. A variable with a language at its end, such as `REKEY__SITE__NAME__EN`, adds to the one without.
    pub(super) fn take_localised(&mut self, key: &'static str, most: usize) -> Option<Localised> {
        let mut found = Localised::default();
        if let Some(entry) = self.take(key) {
            found = self.localised_value(key, most, entry);
        }
        for (tag, entry) in self.take_variables_of(key) {
            self.read_language(key, most, &tag, entry, &mut found);
        }
        (!found.is_empty()).then_some(found)
    }

    /// A list of such words. It replaces the earlier one.
    pub(super) fn localised_list(
        &mut self,
        key: &'static str,
        most: usize,
        slot: &mut Vec<Localised>,
    ) {
        let Some(Entry { place, value }) = self.take(key) else {
            return;
        };
        let items = match value {
            Value::List(items) => items
                .into_iter()
                .map(|item| self.localised_value(key, most, item))
                .collect(),
            Value::Variable(_) => texts(&value)
                .unwrap_or_default()
                .into_iter()
                .map(|words| {
                    let value = Value::Text(words.to_owned());
                    let place = place.clone();
                    self.localised_value(key, most, Entry { place, value })
                })
                .collect(),
            _ => {
                let demand = format!("must be a list of which each is {}", demand(most));
                self.refuse(place, key, demand);
                return;
            }
        };
        *slot = items;
        let is_twice =
            |(at, words): (usize, &Localised)| slot.iter().take(at).any(|one| one == words);
        if slot.iter().enumerate().any(is_twice) {
            self.refuse(place, key, "must have each line once");
        }
    }

    fn localised_value(&mut self, key: &str, most: usize, entry: Entry) -> Localised {
        let mut found = Localised::default();
        match entry.value {
            Value::Text(text) | Value::Variable(text) => {
                found.plain = one_line(&text, most);
                if found.plain.is_none() {
                    self.refuse(entry.place, key, format!("must be {}", demand(most)));
                }
            }
            Value::Table(table) if table.is_empty() => {
                let demand = format!("must have at least one language; there are: {}", tags());
                self.refuse(entry.place, key, demand);
            }
            Value::Table(table) => self.read_languages(key, most, table, &mut found),
            _ => self.refuse(entry.place, key, format!("must be {}", demand(most))),
        }
        found
    }

    fn read_languages(&mut self, key: &str, most: usize, table: Table, found: &mut Localised) {
        for (tag, entry) in table {
            self.read_language(key, most, &tag, entry, found);
        }
    }

    fn read_language(
        &mut self,
        key: &str,
        most: usize,
        tag: &str,
        entry: Entry,
        found: &mut Localised,
    ) {
        let name = format!("{key}.{tag}");
        let Some(language) = language(tag) else {
            let demand = format!("is not a language; there are: {}", tags());
            self.refuse(entry.place, &name, demand);
            return;
        };
        let words = match entry.value {
            // An absent one, as compose files write it.
            Value::Variable(text) if text.trim().is_empty() => return,
            Value::Text(text) | Value::Variable(text) => one_line(&text, most),
            _ => None,
        };
        match words {
            Some(words) => {
                found.by_language.insert(language, words);
            }
            None => self.refuse(entry.place, &name, format!("must be {}", a_line(most))),
        }
    }
}

fn a_line(most: usize) -> String {
    format!("one line of 1 to {most} characters")
}

fn demand(most: usize) -> String {
    format!(
        "{}, or a table with one for each language, such as {{ sv = \"…\", en = \"…\" }}",
        a_line(most)
    )
}

fn tags() -> String {
    Language::ALL.map(Language::tag).join(", ")
}
