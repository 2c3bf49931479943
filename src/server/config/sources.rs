//! Where configuration comes from, in which order, and how it becomes one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lettre::Address;
use lettre::message::Mailbox;
use url::Url;

use super::error::{ConfigError, Finding};
use super::layer::Layer;
use super::mail::hello_name;
use super::section::Section;
use super::{Config, Mode};

macro_rules! ready {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/config/journeys/",
            $name,
            ".toml"
        ))
    };
}

/// The shipped `Leptos.toml`: every key of Rekey as a comment with its default, and Leptos's own section. Leptos can read its
/// options from it, so that the program also starts where no such file lies.
pub const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Leptos.toml"));

/// The ready journeys, by name, so that they are there wherever the program is started.
const READY: [(&str, &str); 5] = [
    ("amazon", ready!("amazon")),
    ("kwick", ready!("kwick")),
    ("orebro", ready!("orebro")),
    ("visma", ready!("visma")),
    ("zoom", ready!("zoom")),
];

/// What the command line says about configuration.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Each `--config FILE`, in order.
    pub files: Vec<PathBuf>,
    /// `--journey NAME|FILE`: a file when it has a slash or ends in `.toml`, else a name.
    pub journey: Option<String>,
    /// Whether `--dev` (or `--demo`) was given.
    pub mode: Mode,
}

/// Loads the configuration. Later sources win: built-in values, `built_in_dir/Leptos.toml` where there is one, each file, the
/// journey, variables named `REKEY__SECTION__KEY` out of `env` (others are passed over), and last the ones that name a file
/// with a secret. Relative paths, except those under `built_in_dir`, start at the working directory.
///
/// # Errors
/// A file that cannot be read, a journey that does not exist, or everything that is wrong in any source, with file and line or
/// variable, and beside it what a start would find missing. No error repeats a value.
pub fn load(
    sources: &Sources,
    env: impl Iterator<Item = (String, String)>,
    built_in_dir: &Path,
) -> Result<Config, ConfigError> {
    let mut config = Config::built_in(sources.mode);
    let mut findings = Vec::new();
    for (path, text) in read_files(sources, built_in_dir)? {
        match Layer::from_file(&path.display().to_string(), &text) {
            Ok(layer) => overlay(&mut config, layer, &mut findings),
            Err(finding) => findings.push(finding),
        }
    }
    let layer = Layer::from_environment(env, &mut findings);
    overlay(&mut config, layer, &mut findings);
    let mut together = Vec::new();
    config.mail.check_together(&mut together);
    config.sms.check_together(&mut together);
    config.password.check_together(&mut together);
    config.site.check_together(&mut together);
    config.help.check_together(&mut together);
    config.languages.check_together(&mut together);
    // What was written and refused would be called missing.
    together.retain(|later| {
        findings
            .iter()
            .all(|found| found.section() != later.section())
    });
    findings.append(&mut together);
    if !findings.is_empty() {
        let demands = config.demands_beside(sources.mode, &findings);
        return Err(ConfigError::Invalid { findings, demands });
    }
    if sources.mode == Mode::Dev && config.mail.sender.is_none() {
        let languages = &config.languages;
        let name = config.site.name.in_language(languages.default, languages);
        config.mail.sender = dev_sender(name.words);
    }
    if config.mail.hello_name.is_none() {
        let host = config.site.public_url.as_ref().and_then(Url::host_str);
        config.mail.hello_name = host.and_then(hello_name);
    }
    Ok(config)
}

/// The variables of this process that concern Rekey. Unlike `std::env::vars` it does not abort on one that is not Unicode.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        name.starts_with("REKEY__")
            .then(|| (name, value.to_string_lossy().into_owned()))
    })
}

fn overlay(config: &mut Config, layer: Layer, findings: &mut Vec<Finding>) {
    let mut found = Vec::new();
    let mut root = Section::root(layer, &mut found);
    config.overlay(&mut root);
    root.finish();
    // Keys are read in the order of the program; people read a file from its top.
    found.sort_by_key(Finding::line);
    findings.append(&mut found);
}

fn read_files(sources: &Sources, dir: &Path) -> Result<Vec<(PathBuf, String)>, ConfigError> {
    let mut files = Vec::new();
    let own = dir.join("Leptos.toml");
    match fs::read_to_string(&own) {
        Ok(text) => files.push((own, text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(source) => return Err(ConfigError::Unreadable { path: own, source }),
    }
    for path in &sources.files {
        files.push((path.clone(), read(path)?));
    }
    if let Some(journey) = &sources.journey {
        files.push(read_journey(journey, dir)?);
    }
    Ok(files)
}

fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// A journey with the name that its findings stand under. A file of one's own goes before the ready one of its name.
fn read_journey(journey: &str, dir: &Path) -> Result<(PathBuf, String), ConfigError> {
    let given = Path::new(journey);
    let is_toml = given
        .extension()
        .is_some_and(|extension| extension == "toml");
    if is_toml || journey.contains(['/', '\\']) {
        return Ok((given.to_owned(), read(given)?));
    }
    let folder = dir.join("config").join("journeys");
    let mut known = own_journeys(&folder);
    if known.iter().any(|name| name == journey) {
        let path = folder.join(format!("{journey}.toml"));
        let text = read(&path)?;
        return Ok((path, text));
    }
    if let Some((name, text)) = READY.into_iter().find(|(name, _)| *name == journey) {
        return Ok((format!("journey {name}").into(), text.to_owned()));
    }
    known.extend(READY.map(|(name, _)| name.to_owned()));
    known.sort();
    known.dedup();
    Err(ConfigError::UnknownJourney {
        name: journey.to_owned(),
        folder,
        known,
    })
}

/// A folder that cannot be read holds no journeys of one's own.
fn own_journeys(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|file| {
            let name = file.ok()?.file_name().into_string().ok()?;
            Some(name.strip_suffix(".toml")?.to_owned())
        })
        .collect()
}

fn dev_sender(name: &str) -> Option<Mailbox> {
    let address = Address::new("rekey", "localhost").ok()?;
    Some(Mailbox::new(Some(name.to_owned()), address))
}
