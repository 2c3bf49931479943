//! What a test gives: files and variables; and what is said about them.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::{Config, ConfigError, Mode, Sources, load};

pub(super) type Outcome = Result<(), Box<dyn Error>>;

/// A folder with a `Leptos.toml`, and what the command line adds to it.
pub(super) struct Given {
    pub(super) dir: TempDir,
    pub(super) sources: Sources,
    pub(super) variables: Vec<(String, String)>,
}

impl Given {
    pub(super) fn toml(text: &str) -> Result<Self, Box<dyn Error>> {
        let dir = tempfile::tempdir()?;
        fs::write(dir.path().join("Leptos.toml"), text)?;
        let sources = Sources {
            files: Vec::new(),
            journey: None,
            mode: Mode::Production,
        };
        Ok(Self {
            dir,
            sources,
            variables: Vec::new(),
        })
    }

    pub(super) fn file(&self, name: &str, text: &str) -> Result<PathBuf, Box<dyn Error>> {
        let path = self.dir.path().join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text)?;
        Ok(path)
    }

    pub(super) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn load(&self) -> Result<Config, ConfigError> {
        load(
            &self.sources,
            self.variables.iter().cloned(),
            self.dir.path(),
        )
    }

    /// The error as an operator sees it; empty when there is none.
    pub(super) fn told(&self) -> String {
        self.load()
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
            .replace(&format!("{}/", self.dir.path().display()), "")
    }

    /// The same without what is missing besides.
    pub(super) fn complaint(&self) -> String {
        let demanded = |line: &&str| !line.starts_with("Set ");
        let told = self.told();
        let lines: Vec<&str> = told.lines().filter(demanded).collect();
        lines.join("\n")
    }
}

/// What is said about a `Leptos.toml` of this text.
pub(super) fn complaint(text: &str) -> Result<String, Box<dyn Error>> {
    Ok(Given::toml(text)?.complaint())
}
