//! Where the command line says that the configuration comes from.

use std::path::PathBuf;

use clap::Args;

use crate::server::config::{Mode, Sources};

/// Sources of the configuration.
#[derive(Debug, Args)]
pub struct SourceArguments {
    /// A configuration file; may be given several times, later ones win
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Vec<PathBuf>,
    /// One of the ready journeys by name, or a file
    #[arg(long, global = true, value_name = "NAME|FILE")]
    pub journey: Option<String>,
    /// Development: loopback only, a database of its own, mails may go to /dev/mailbox
    #[arg(long, global = true)]
    pub dev: bool,
}

impl SourceArguments {
    /// The sources, for the configuration module.
    #[must_use]
    pub fn sources(&self, dev: bool) -> Sources {
        Sources {
            files: self.config.clone(),
            journey: self.journey.clone(),
            mode: if self.dev || dev {
                Mode::Dev
            } else {
                Mode::Production
            },
        }
    }
}
