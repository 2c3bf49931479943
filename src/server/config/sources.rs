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

/// The shipped `Leptos.toml`: every key of Rekey as a comment with its default, and Leptos's own section. Leptos can read its
/// options from it, so that the program also starts where no such file lies.
pub const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Leptos.toml"));

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
/// variable. No error repeats a value.
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
    if findings.is_empty() {
        config.mail.check_together(&mut findings);
        config.sms.check_together(&mut findings);
        config.password.check_together(&mut findings);
        config.site.check_together(&mut findings);
        config.help.check_together(&mut findings);
        config.languages.check_together(&mut findings);
    }
    if !findings.is_empty() {
        return Err(ConfigError::Invalid(findings));
    }
    if sources.mode == Mode::Dev && config.mail.sender.is_none() {
        config.mail.sender = dev_sender(&config.site.name);
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
        let path = journey_file(journey, dir)?;
        let text = read(&path)?;
        files.push((path, text));
    }
    Ok(files)
}

fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

fn journey_file(journey: &str, dir: &Path) -> Result<PathBuf, ConfigError> {
    let given = Path::new(journey);
    let is_toml = given
        .extension()
        .is_some_and(|extension| extension == "toml");
    if is_toml || journey.contains(['/', '\\']) {
        return Ok(given.to_owned());
    }
    let folder = dir.join("config").join("journeys");
    let known = journeys(&folder);
    if known.iter().any(|name| name == journey) {
        return Ok(folder.join(format!("{journey}.toml")));
    }
    Err(ConfigError::UnknownJourney {
        name: journey.to_owned(),
        folder,
        known,
    })
}

/// A folder that cannot be read holds no journeys: the error then says that there are none.
fn journeys(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|file| {
            let name = file.ok()?.file_name().into_string().ok()?;
            Some(name.strip_suffix(".toml")?.to_owned())
        })
        .collect();
    names.sort();
    names
}

fn dev_sender(name: &str) -> Option<Mailbox> {
    let address = Address::new("rekey", "localhost").ok()?;
    Some(Mailbox::new(Some(name.to_owned()), address))
}
