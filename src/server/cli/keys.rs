//! The key file, on the command line.

use clap::Subcommand;

use super::CommandError;
use crate::server::base::keys::Keys;
use crate::server::config::Config;
use crate::server::start::StartError;

/// The key file.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a new key file where the old one is lost for good: no stored password works any more, everybody must choose a new one
    New,
}

/// `rekey keys new`.
pub(super) fn new(config: &Config) -> Result<(), CommandError> {
    let key = Keys::replace_lost(&config.keys.file).map_err(StartError::from)?;
    println!(
        "key file: {} holds the new key {}; back it up apart from the database",
        config.keys.file.display(),
        key.id()
    );
    Ok(())
}
