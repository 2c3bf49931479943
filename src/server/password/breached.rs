//! Whether a password is known from a breach: looked up in a download of Pwned Passwords, or at a service that speaks its range protocol.
//! No password and no whole hash ever leaves this machine (STANDARDS C09).

mod file;
mod range;

use std::path::PathBuf;

use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use super::breached::range::Service;
use crate::server::base::outbound;
use crate::server::config::{self, Failing};

/// Where breached passwords are looked up.
#[derive(Debug)]
pub struct Breached {
    source: Option<Source>,
    failing: Failing,
}

#[derive(Debug)]
enum Source {
    File(PathBuf),
    Service(Service),
}

/// Why a password could not be looked up. Names neither it nor any part of its hash.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The service did not answer.
    #[error(transparent)]
    Network(#[from] outbound::Unanswered),
    /// The service answered something else.
    #[error("the service answers with status {0}")]
    Status(u16),
    /// Something came, but no list.
    #[error("what is there is no list of SHA-1 hashes in their order")]
    NoList,
    /// The program is ending.
    #[error("the look-up was stopped")]
    Reverted(#[from] tokio::task::JoinError),
}

/// Why look-ups cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum BreachedSetupError {
    /// The file is not there, or may not be read.
    #[error("[password] breached_file cannot be read: {0}")]
    File(#[source] std::io::Error),
    /// No TLS.
    #[error("[password] breached: the HTTP client cannot be made: {0}")]
    Client(#[from] reqwest::Error),
}

impl Breached {
    /// Sets up what is configured. A file is opened once to see that it is there, and again at each look-up, so that a newer download can
    /// take its place.
    ///
    /// # Errors
    /// [`BreachedSetupError`].
    pub fn from_config(password: &config::Password) -> Result<Self, BreachedSetupError> {
        let source = match (password.breached, &password.breached_file) {
            (config::Breached::File, Some(path)) => {
                std::fs::File::open(path).map_err(BreachedSetupError::File)?;
                Some(Source::File(path.clone()))
            }
            (config::Breached::Range, _) => {
                Some(Source::Service(Service::new(&password.breached_url)?))
            }
            (config::Breached::Off | config::Breached::File, _) => None,
        };
        Ok(Self {
            source,
            failing: password.breached_failing,
        })
    }

    /// Whether a password that could not be looked up is taken.
    #[must_use]
    pub fn fails_open(&self) -> bool {
        self.failing == Failing::Open
    }

    /// Whether a password, in NFC, is known from a breach; false where nothing is looked up.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub async fn lists(&self, password: &str) -> Result<bool, Unanswered> {
        match &self.source {
            None => Ok(false),
            Some(Source::Service(service)) => service.lists(&hash(password)).await,
            Some(Source::File(path)) => {
                let (path, hash) = (path.clone(), hash(password));
                tokio::task::spawn_blocking(move || file::lists(&path, &hash)).await?
            }
        }
    }

    /// Tries the source out, for `rekey check`: its name, and whether it answers; `None` where nothing is looked up.
    pub async fn probe(&self) -> Option<(String, Result<(), Unanswered>)> {
        Some(match self.source.as_ref()? {
            Source::Service(service) => {
                // A password that is in every list; whether it is found does not matter here.
                let answer = service.lists(&hash("password")).await.map(|_| ());
                (service.name(), answer)
            }
            Source::File(path) => {
                let name = path.display().to_string();
                let path = path.clone();
                let looked = tokio::task::spawn_blocking(move || file::is_in_order(&path)).await;
                let answer = looked.map_err(Unanswered::from).and_then(|answer| answer);
                (name, answer)
            }
        })
    }
}

/// The key of the lists: SHA-1 in upper-case hexadecimal digits. It protects nothing here.
fn hash(password: &str) -> Zeroizing<String> {
    Zeroizing::new(data_encoding::HEXUPPER.encode(&Sha1::digest(password)))
}
