//! Reads one file of `locales/` and compares it with another. For the build script; the program itself compiles it only for tests.

use toml::de::{DeTable, DeValue};

use super::sentence::{is_name, placeholders};

/// One sentence of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The table it stands in, such as `code`.
    pub section: String,
    /// Its key in the table, such as `title`.
    pub name: String,
    /// What a person reads.
    pub sentence: String,
    /// The line it stands on, counted from 1.
    pub line: usize,
}

impl Entry {
    /// The key as configuration and error texts write it: `code.title`.
    pub fn key(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// The variant of the generated enum: `CodeTitle`.
    pub fn variant(&self) -> String {
        self.section
            .split('_')
            .chain(self.name.split('_'))
            .flat_map(|word| {
                let mut letters = word.chars();
                let first = letters.next().map(|letter| letter.to_ascii_uppercase());
                first.into_iter().chain(letters)
            })
            .collect()
    }

    /// Whether the other entry is the same sentence, perhaps in another language.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.section == other.section && self.name == other.name
    }
}

/// All sentences of a file, in its own order.
///
/// # Errors
/// One line for each thing to mend, with file, line and key.
pub fn parse(file: &str, text: &str) -> Result<Vec<Entry>, Vec<String>> {
    let line_of = |offset: usize| {
        1 + text
            .bytes()
            .take(offset)
            .filter(|byte| *byte == b'\n')
            .count()
    };
    let document = DeTable::parse(text).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        // The error's own display is a drawing of several lines, and Cargo shows only the first.
        vec![format!("{file}:{line}: {}", error.message())]
    })?;

    let mut entries = Vec::new();
    let mut faults = Vec::new();
    for (section, table) in document.into_inner() {
        let section_line = line_of(section.span().start);
        let section = section.into_inner().into_owned();
        let DeValue::Table(table) = table.into_inner() else {
            faults.push(format!(
                "{file}:{section_line}: {section} is not in a [section]"
            ));
            continue;
        };
        for (name, value) in table {
            let line = line_of(name.span().start);
            let name = name.into_inner().into_owned();
            let mut fault =
                |what: &str| faults.push(format!("{file}:{line}: {section}.{name}: {what}"));
            if !is_name(&section) || !is_name(&name) {
                fault("a key is lower-case letters, digits and underscores");
            }
            let DeValue::String(sentence) = value.into_inner() else {
                fault("the value is not a sentence in quotation marks");
                continue;
            };
            if let Err(what) = placeholders(&sentence) {
                fault(&what.to_string());
            }
            entries.push(Entry {
                section: section.clone(),
                name,
                sentence: sentence.into_owned(),
                line,
            });
        }
    }
    // The parser sorts by name; people and the generated enums want the order of the file.
    entries.sort_by_key(|entry| entry.line);
    if faults.is_empty() {
        Ok(entries)
    } else {
        Err(faults)
    }
}

/// How `other` fails to say the same things as `reference`: one line for each missing key, extra key, or different set of placeholders.
/// Both come with the name of their file.
pub fn differences(reference: (&str, &[Entry]), other: (&str, &[Entry])) -> Vec<String> {
    let (reference_file, expected) = reference;
    let (file, found) = other;
    let mut faults = Vec::new();
    for entry in expected {
        let key = entry.key();
        match found.iter().find(|candidate| candidate.is_same_as(entry)) {
            None => faults.push(format!(
                "{file}: {key} is missing ({reference_file}:{} has it)",
                entry.line
            )),
            Some(own) if placeholders(&own.sentence) != placeholders(&entry.sentence) => {
                faults.push(format!(
                    "{file}:{}: {key} has the placeholders {}, but {reference_file}:{} has {}",
                    own.line,
                    named(&own.sentence),
                    entry.line,
                    named(&entry.sentence)
                ));
            }
            Some(_) => {}
        }
    }
    for own in found {
        if !expected.iter().any(|entry| entry.is_same_as(own)) {
            faults.push(format!(
                "{file}:{}: {} is not in {reference_file}",
                own.line,
                own.key()
            ));
        }
    }
    faults
}

/// The placeholders of a sentence for an error text: `{a} {b}`, or `none`.
fn named(sentence: &str) -> String {
    let names: Vec<String> = placeholders(sentence)
        .into_iter()
        .flatten()
        .map(|name| format!("{{{name}}}"))
        .collect();
    if names.is_empty() {
        String::from("none")
    } else {
        names.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: &str = "[b]\ntwo_words = \"Two {x}\"\none = \"One\"\n[a]\nlast = \"Last\"\n";

    fn compare(other: &str) -> Vec<String> {
        let reference = parse("en.toml", REFERENCE).unwrap();
        let other = parse("sv.toml", other).unwrap();
        differences(("en.toml", &reference), ("sv.toml", &other))
    }

    #[test]
    fn entries_keep_the_order_of_the_file() {
        let entries = parse("en.toml", REFERENCE).unwrap();
        let keys: Vec<String> = entries.iter().map(Entry::key).collect();
        assert_eq!(keys, ["b.two_words", "b.one", "a.last"]);
        assert_eq!(entries[0].variant(), "BTwoWords");
        assert_eq!(entries[2].line, 5);
    }

    #[test]
    fn the_same_keys_in_another_order_are_fine() {
        let other = "[a]\nlast = \"Sist\"\n[b]\none = \"Ett\"\ntwo_words = \"{x} två\"\n";
        assert_eq!(compare(other), Vec::<String>::new());
    }

    #[test]
    fn each_difference_is_named_with_file_and_key() {
        let other = "[b]\ntwo_words = \"Två {y}\"\nmore = \"Mer\"\n[a]\nlast = \"Sist\"\n";
        assert_eq!(
            compare(other),
            [
                "sv.toml:2: b.two_words has the placeholders {y}, but en.toml:2 has {x}",
                "sv.toml: b.one is missing (en.toml:3 has it)",
                "sv.toml:3: b.more is not in en.toml",
            ]
        );
    }

    #[test]
    fn unusable_files_are_refused_with_file_and_key() {
        for (text, expected) in [
            ("[a]\nb = \" \"\n", "x.toml:2: a.b: the sentence is empty"),
            (
                "[a]\nb = 1\n",
                "x.toml:2: a.b: the value is not a sentence in quotation marks",
            ),
            ("b = \"c\"\n", "x.toml:1: b is not in a [section]"),
            (
                "[a]\nB = \"c\"\n",
                "x.toml:2: a.B: a key is lower-case letters, digits and underscores",
            ),
            (
                "[a]\nb = \"{c\"\n",
                "x.toml:2: a.b: a brace is not part of a placeholder such as {name}",
            ),
        ] {
            assert_eq!(parse("x.toml", text), Err(vec![expected.to_owned()]));
        }
        let twice = parse("x.toml", "[a]\nb = \"c\"\nb = \"d\"\n").unwrap_err();
        assert_eq!(twice, ["x.toml:3: duplicate key"]);
    }
}
