//! Turns `locales/*.toml` into `OUT_DIR/texts.rs`, and fails the build when the languages do not say the same things.

#[path = "src/texts/sentence.rs"]
mod sentence;
#[path = "src/texts/source.rs"]
mod source;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use source::Entry;

/// The languages as file name and variant of `Language`. The last one decides which keys exist, and their order.
const LANGUAGES: [(&str, &str); 3] = [("sv", "Sv"), ("nb", "Nb"), ("en", "En")];

/// Sections that stay on the server: sentences of mails, of text messages and of documents that no page shows.
const SERVER_SECTIONS: [&str; 10] = [
    "mail", "server", "sms", "help", "law", "poster", "kiosk", "start", "account", "factor",
];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            // Cargo shows each of these lines as an error of the package; a panic would hide them in a backtrace.
            for fault in faults {
                println!("cargo::error={fault}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Reads, compares, writes. The error is one line for each thing to mend, with file and key.
fn build() -> Result<(), Vec<String>> {
    let root = variable("CARGO_MANIFEST_DIR")?;
    let out = variable("OUT_DIR")?;

    let mut faults = Vec::new();
    let mut languages = Vec::new();
    for (tag, variant) in LANGUAGES {
        let name = format!("locales/{tag}.toml");
        let path = root.join(&name);
        println!("cargo::rerun-if-changed={}", path.display());
        match read(&path, &name) {
            Ok(entries) => languages.push((name, variant, entries)),
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }

    let Some(((reference_name, _, reference), others)) = languages.split_last() else {
        return Ok(());
    };
    for (name, _, entries) in others {
        faults.extend(source::differences(
            (reference_name, reference),
            (name, entries),
        ));
    }
    if !faults.is_empty() {
        return Err(faults);
    }

    let path = out.join("texts.rs");
    let generated = generate(reference, &languages);
    fs::write(&path, generated).map_err(|error| vec![format!("{}: {error}", path.display())])
}

/// A directory that Cargo names in a variable.
fn variable(name: &str) -> Result<PathBuf, Vec<String>> {
    env::var_os(name).map(PathBuf::from).ok_or_else(|| {
        vec![format!(
            "{name} is not set: this program is for Cargo to run"
        )]
    })
}

/// The sentences of one file.
fn read(path: &Path, name: &str) -> Result<Vec<Entry>, Vec<String>> {
    let text = fs::read_to_string(path).map_err(|error| vec![format!("{name}: {error}")])?;
    source::parse(name, &text)
}

/// The whole of `texts.rs`.
fn generate(reference: &[Entry], languages: &[(String, &str, Vec<Entry>)]) -> String {
    let of_server = |entry: &Entry| SERVER_SECTIONS.contains(&entry.section.as_str());
    let (server, page): (Vec<&Entry>, Vec<&Entry>) =
        reference.iter().partition(|entry| of_server(entry));

    let mut rust =
        String::from("// Made by build.rs from locales/*.toml: change those instead.\n\n");
    let mut part = |prefix: &str, cfg: &str, about: &str, count: &str, entries: &[&Entry]| {
        enumeration(&mut rust, &format!("{prefix}Text"), cfg, about, entries);
        let _ = write!(
            rust,
            "/// How many sentences [`{prefix}Text`] has.\n{cfg}pub const {count}: usize = {};\n\n",
            entries.len()
        );
        let function = if prefix.is_empty() { "page" } else { "server" };
        tables(&mut rust, function, count, entries, languages);
    };
    part(
        "",
        "",
        "A sentence that a page shows. The number is its place in [`Catalogue::list`].",
        "TEXTS",
        &page,
    );
    part(
        "Server",
        SERVER_ONLY,
        "A sentence of a mail, or of a document that only the server writes.",
        "SERVER_TEXTS",
        &server,
    );
    rust
}

/// What keeps sentences and keys out of the browser's half.
const SERVER_ONLY: &str = "#[cfg(feature = \"ssr\")]\n";

/// One enum; the English sentence documents each variant.
fn enumeration(rust: &mut String, name: &str, cfg: &str, about: &str, entries: &[&Entry]) {
    let _ = write!(
        rust,
        "/// {about}\n{cfg}#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\n#[repr(u16)]\npub enum {name} {{\n"
    );
    for entry in entries {
        let shown = entry.sentence.replace('`', "'");
        let _ = writeln!(
            rust,
            "    /// `{}`: `{shown}`\n    {},",
            entry.key(),
            entry.variant()
        );
    }
    rust.push_str("}\n\n");
}

/// The keys, and the sentences of each language, in the order of the enum; and the function that finds those of a language.
fn tables(
    rust: &mut String,
    function: &str,
    count: &str,
    entries: &[&Entry],
    languages: &[(String, &str, Vec<Entry>)],
) {
    let prefix = function.to_uppercase();
    let keys = entries.iter().map(|entry| entry.key());
    table(rust, &format!("static {prefix}_KEYS"), count, keys);

    let mut arms = String::new();
    for (_, variant, own) in languages {
        let name = format!("{prefix}_{}", variant.to_uppercase());
        // `differences` has made sure that every language has every key.
        let sentences = entries.iter().filter_map(|entry| {
            own.iter()
                .find(|candidate| candidate.is_same_as(entry))
                .map(|found| found.sentence.clone())
        });
        table(rust, &format!("static {name}"), count, sentences);
        let _ = writeln!(arms, "        Language::{variant} => &{name},");
    }
    let _ = write!(
        rust,
        "/// The sentences as shipped, in the order of the enum.\n{SERVER_ONLY}const fn {function}_sentences(language: Language) -> &'static [&'static str; {count}] {{\n    match language {{\n{arms}    }}\n}}\n\n"
    );
}

/// One table of strings.
fn table(rust: &mut String, name: &str, count: &str, strings: impl Iterator<Item = String>) {
    let _ = writeln!(rust, "{SERVER_ONLY}{name}: [&str; {count}] = [");
    for string in strings {
        let _ = writeln!(rust, "    {string:?},");
    }
    rust.push_str("];\n\n");
}
