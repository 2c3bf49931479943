//! What the forms of the second factor post.

use serde::Deserialize;

use super::problem::Problem;
use crate::server::factor::FactorRejection;

/// Posted by the form that has a field of its own for recovery codes.
pub(super) const RECOVERY: &str = "recovery";

/// What the forms post.
#[derive(Deserialize)]
pub(super) struct FactorForm {
    #[serde(default)]
    pub(super) token: String,
    #[serde(default)]
    pub(super) totp: String,
    /// The user name that was picked, where several accounts share an address.
    #[serde(default)]
    pub(super) account: String,
    /// The box that says that recovery codes have been saved.
    #[serde(default)]
    pub(super) saved: String,
    /// Which of a page's buttons was pressed.
    #[serde(default, rename = "do")]
    pub(super) button: String,
}

impl FactorForm {
    /// What is to be put right where the code was asked for on a page of its own.
    pub(super) fn problem(&self, rejection: FactorRejection) -> Problem {
        if self.button == RECOVERY {
            Problem::TypedForRecovery(rejection)
        } else {
            Problem::Typed(rejection)
        }
    }
}
