//! What can be wrong with a configuration, said so that the person who wrote it can find the place. No value is ever repeated: it may be a secret.

use std::fmt;
use std::path::PathBuf;

/// Why no configuration could be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file that was asked for, or `Leptos.toml`, is there but cannot be read, or is not there.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// `--journey NAME` names neither a ready journey nor a file in `config/journeys/`.
    #[error("there is no journey `{name}`: there are {}; your own go into {}", known.join(", "), folder.display())]
    UnknownJourney {
        /// What was asked for.
        name: String,
        /// Where journeys of one's own are looked for.
        folder: PathBuf,
        /// The names that exist, sorted.
        known: Vec<String>,
    },
    /// At least one key is unknown or has a value that is not allowed. All of them are listed.
    #[error("{}", lines(findings, demands))]
    Invalid {
        /// What is wrong.
        findings: Vec<Finding>,
        /// What a start would find missing beside it, one sentence each.
        demands: Vec<String>,
    },
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands.
    pub place: Place,
    /// The key with its section, such as `password.min_length`; empty when the file is not TOML at all.
    pub key: String,
    /// What is allowed there, as the end of a sentence that starts with the key.
    pub demand: String,
}

impl Finding {
    /// The section of its key; empty when the file is not TOML at all.
    pub(super) fn section(&self) -> &str {
        self.key.split(['.', ' ']).next().unwrap_or_default()
    }

    /// The line in its file; 0 where there is none.
    pub(super) fn line(&self) -> usize {
        match self.place {
            Place::File { line, .. } => line,
            Place::Variable(_) | Place::Together => 0,
        }
    }
}

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File {
        /// The file, as it was named.
        name: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// In an environment variable of this name.
    Variable(String),
    /// In several sources that do not fit together.
    Together,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { name, line } => write!(f, "{name}:{line}"),
            Self::Variable(name) => f.write_str(name),
            Self::Together => f.write_str("all sources together"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}: {}", self.place, self.demand)
        } else {
            write!(f, "{}: `{}` {}", self.place, self.key, self.demand)
        }
    }
}

fn lines(findings: &[Finding], demands: &[String]) -> String {
    findings
        .iter()
        .map(ToString::to_string)
        .chain(demands.iter().cloned())
        .collect::<Vec<_>>()
        .join("\n")
}
