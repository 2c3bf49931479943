//! One source (a file, or the environment) as a tree of values that know where they were written.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::error::{Finding, Place};

/// Named values of one section.
pub(super) type Table = BTreeMap<String, Entry>;

/// A value and where it stands. Deliberately without `Debug`: it may be a secret.
pub(super) struct Entry {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// What a source can say. Kinds that no key takes are not told apart.
pub(super) enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
    List(Vec<Entry>),
    Table(Table),
    /// The text of an environment variable, which has no type of its own.
    Variable(String),
    Other,
}

/// A whole source.
pub(super) struct Layer {
    pub(super) root: Table,
    /// Whether it comes from the environment, where some keys exist that files do not have.
    pub(super) variables: bool,
}

impl Layer {
    /// Parses a file.
    ///
    /// # Errors
    /// The first syntax error, with its line.
    pub(super) fn from_file(name: &str, text: &str) -> Result<Self, Finding> {
        let lines = Lines { name, text };
        let table = DeTable::parse(text).map_err(|error| Finding {
            place: lines.place(error.span().map_or(0, |span| span.start)),
            key: String::new(),
            // The library's own display quotes the line, which may hold a password; its message does not.
            demand: format!("this is not TOML: {}", error.message()),
        })?;
        Ok(Self {
            root: lines.table(table.into_inner()),
            variables: false,
        })
    }

    /// Takes every variable that starts with `REKEY__`. Names that cannot be a key are reported.
    pub(super) fn from_environment(
        variables: impl Iterator<Item = (String, String)>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut root = Table::new();
        for (name, value) in variables {
            let Some(rest) = name.strip_prefix("REKEY__") else {
                continue;
            };
            let Some((section, key)) = split(rest) else {
                findings.push(Finding {
                    place: Place::Variable(name),
                    key: String::new(),
                    demand: "unknown variable: names are REKEY__SECTION__KEY in capitals"
                        .to_owned(),
                });
                continue;
            };
            let place = Place::Variable(name);
            let entry = root.entry(section).or_insert_with(|| Entry {
                place: place.clone(),
                value: Value::Table(Table::new()),
            });
            if let Value::Table(table) = &mut entry.value {
                let value = Value::Variable(value);
                table.insert(key, Entry { place, value });
            }
        }
        Self {
            root,
            variables: true,
        }
    }
}

/// `SITE__PUBLIC_URL` as `("site", "public_url")`.
fn split(rest: &str) -> Option<(String, String)> {
    let (section, key) = rest.split_once("__")?;
    let fits =
        !section.is_empty() && !key.is_empty() && !rest.bytes().any(|b| b.is_ascii_lowercase());
    fits.then(|| (section.to_ascii_lowercase(), key.to_ascii_lowercase()))
}

struct Lines<'a> {
    name: &'a str,
    text: &'a str,
}

impl Lines<'_> {
    fn place(&self, offset: usize) -> Place {
        let before = self.text.bytes().take(offset);
        Place::File {
            name: self.name.to_owned(),
            line: 1 + before.filter(|byte| *byte == b'\n').count(),
        }
    }

    fn table(&self, table: DeTable<'_>) -> Table {
        table
            .into_iter()
            .map(|(key, value)| {
                let place = self.place(key.span().start);
                let value = self.value(value.into_inner());
                (key.into_inner().into_owned(), Entry { place, value })
            })
            .collect()
    }

    fn value(&self, value: DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(Value::Other, Value::Number),
            DeValue::Array(items) => Value::List(
                items
                    .into_iter()
                    .map(|item| Entry {
                        place: self.place(item.span().start),
                        value: self.value(item.into_inner()),
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(self.table(table)),
            DeValue::Boolean(flag) => Value::Flag(flag),
            DeValue::Float(_) | DeValue::Datetime(_) => Value::Other,
        }
    }
}
