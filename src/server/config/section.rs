//! Reads the keys of one section of one source into typed values, and reports what does not fit.

use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

use super::error::{Finding, Place};
use super::layer::{Entry, Layer, Table, Value};
use super::text::{distinct, texts};

/// A section being read. A key that was asked for is known; what is left at the end is not.
pub(super) struct Section<'a> {
    path: String,
    table: Table,
    variables: bool,
    known: Vec<&'static str>,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Section<'a> {
    /// The top of a source.
    pub(super) fn root(layer: Layer, findings: &'a mut Vec<Finding>) -> Self {
        Self {
            path: String::new(),
            table: layer.root,
            variables: layer.variables,
            known: Vec::new(),
            findings,
        }
    }

    /// Takes a value out. An empty variable counts as not set, since that is what compose files make of an absent one.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Entry> {
        self.known.push(key);
        let entry = self.table.remove(key)?;
        match &entry.value {
            Value::Variable(text) if text.trim().is_empty() => None,
            _ => Some(entry),
        }
    }

    /// Takes a value that only the environment has.
    pub(super) fn take_variable(&mut self, key: &'static str) -> Option<(Place, String)> {
        if !self.variables {
            return None;
        }
        let entry = self.take(key)?;
        match entry.value {
            Value::Variable(text) => Some((entry.place, text)),
            _ => None,
        }
    }

    /// Takes the variables that go on after the name of this one: what follows it, such as `en` of `REKEY__SITE__NAME__EN`, and the value.
    pub(super) fn take_variables_of(&mut self, key: &str) -> Vec<(String, Entry)> {
        if !self.variables {
            return Vec::new();
        }
        let prefix = format!("{key}__");
        let names: Vec<String> = self.table.keys().cloned().collect();
        names
            .into_iter()
            .filter_map(|name| {
                let rest = name.strip_prefix(&prefix)?.to_owned();
                Some((rest, self.table.remove(&name)?))
            })
            .collect()
    }

    /// Takes everything that is left, for sections whose keys are data.
    pub(super) fn take_all(&mut self) -> Table {
        std::mem::take(&mut self.table)
    }

    /// Reports a key; `demand` ends a sentence that begins with it.
    pub(super) fn refuse(&mut self, place: Place, key: &str, demand: impl Into<String>) {
        self.findings.push(Finding {
            place,
            key: join(&self.path, key),
            demand: demand.into(),
        });
    }

    /// A text that `parse` understands.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        demand: &str,
        slot: &mut T,
        parse: impl FnOnce(&str) -> Option<T>,
    ) {
        let Some(entry) = self.take(key) else { return };
        let value = match entry.value {
            Value::Text(text) | Value::Variable(text) => parse(&text),
            _ => None,
        };
        match value {
            Some(value) => *slot = value,
            None => self.refuse(entry.place, key, format!("must be {demand}")),
        }
    }

    /// As [`Section::parsed`], where the value may be absent.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        demand: &str,
        slot: &mut Option<T>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) {
        self.parsed(key, demand, slot, |text| parse(text).map(Some));
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, key: &'static str, slot: &mut bool) {
        if let Some(value) = self.take_flag(key) {
            *slot = value;
        }
    }

    /// Yes or no, where saying neither means something else.
    pub(super) fn take_flag(&mut self, key: &'static str) -> Option<bool> {
        let entry = self.take(key)?;
        let value = match entry.value {
            Value::Flag(value) => Some(value),
            Value::Variable(text) => text.trim().parse().ok(),
            _ => None,
        };
        if value.is_none() {
            self.refuse(entry.place, key, "must be true or false");
        }
        value
    }

    /// A whole number in a range.
    pub(super) fn number<T: TryFrom<i64>>(
        &mut self,
        key: &'static str,
        range: RangeInclusive<i64>,
        slot: &mut T,
    ) {
        self.number_of(key, "", range, slot);
    }

    /// As [`Section::number`], for a key that counts in `unit`.
    pub(super) fn number_of<T: TryFrom<i64>>(
        &mut self,
        key: &'static str,
        unit: &str,
        range: RangeInclusive<i64>,
        slot: &mut T,
    ) {
        self.counted(key, unit, range, slot, |number| T::try_from(number).ok());
    }

    fn counted<T>(
        &mut self,
        key: &'static str,
        unit: &str,
        range: RangeInclusive<i64>,
        slot: &mut T,
        convert: impl FnOnce(i64) -> Option<T>,
    ) {
        let Some(entry) = self.take(key) else { return };
        let number = match entry.value {
            Value::Number(number) => Some(number),
            Value::Variable(text) => text.trim().parse().ok(),
            _ => None,
        };
        let value = number
            .filter(|number| range.contains(number))
            .and_then(convert);
        if let Some(value) = value {
            *slot = value;
            return;
        }
        let of = if unit.is_empty() { "" } else { " of " };
        let (least, most) = (range.start(), range.end());
        self.refuse(
            entry.place,
            key,
            format!("must be a whole number{of}{unit} from {least} to {most}"),
        );
    }

    /// A whole number in a range whose default depends on another key.
    pub(super) fn take_number<T: TryFrom<i64>>(
        &mut self,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<T> {
        let mut slot = None;
        self.counted(key, "", range, &mut slot, |number| {
            T::try_from(number).ok().map(Some)
        });
        slot
    }

    /// Where a key stands, as long as nobody has taken it.
    pub(super) fn place_of(&self, key: &str) -> Option<Place> {
        self.table.get(key).map(|entry| entry.place.clone())
    }

    /// A list of texts, each of which `parse` understands and no two of which mean the same. It replaces the earlier one.
    pub(super) fn list<T: PartialEq>(
        &mut self,
        key: &'static str,
        demand: &str,
        least: usize,
        slot: &mut Vec<T>,
        parse: impl Fn(&str) -> Option<T>,
    ) {
        let Some(entry) = self.take(key) else { return };
        match texts(&entry.value).and_then(|texts| distinct(&texts, parse)) {
            Some(values) if values.len() >= least => *slot = values,
            _ => {
                let least = if least == 0 { "" } else { ", at least one" };
                self.refuse(
                    entry.place,
                    key,
                    format!("must be a list of {demand}, each once{least}"),
                );
            }
        }
    }

    /// The content of a file that a key or variable names, without the line break at its end.
    pub(super) fn secret_file(&mut self, place: Place, key: &str, path: &Path) -> Option<String> {
        match fs::read_to_string(path) {
            Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => {
                let demand = format!(
                    "must name a file with a secret in it; that file cannot be read ({})",
                    error.kind()
                );
                self.refuse(place, key, demand);
                None
            }
        }
    }

    /// A section inside this one.
    pub(super) fn section(&mut self, key: &'static str, read: impl FnOnce(&mut Section<'_>)) {
        let Some(entry) = self.take(key) else { return };
        match entry.value {
            Value::Table(table) => self.read_table(key, table, read),
            _ => self.refuse(
                entry.place,
                key,
                format!("must be a section, written [{}]", join(&self.path, key)),
            ),
        }
    }

    /// Reads a table that was taken out before, as `[[mail.relays]]` has several.
    pub(super) fn read_table(
        &mut self,
        key: &str,
        table: Table,
        read: impl FnOnce(&mut Section<'_>),
    ) {
        let mut inner = Section {
            path: join(&self.path, key),
            table,
            variables: self.variables,
            known: Vec::new(),
            findings: self.findings,
        };
        read(&mut inner);
        inner.finish();
    }

    /// Leptos keeps its own section in the same file and checks it itself.
    pub(super) fn leptos_section(&mut self) {
        if self.variables || !self.table.contains_key("package") {
            return;
        }
        self.section("package", |package| {
            package.section("metadata", |metadata| {
                let _ = metadata.take("leptos");
            });
        });
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(mut self) {
        let left = self.take_all();
        let known = self.known.join(", ");
        for (key, entry) in left {
            let demand = if self.path.is_empty() {
                format!("is not a section; there are: {known}")
            } else {
                format!("is not a key of [{}], which has: {known}", self.path)
            };
            self.refuse(entry.place, &key, demand);
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}
