//! Why somebody who has given the right password must change it before anything else.

use serde::{Deserialize, Serialize};

/// The reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredChange {
    /// It was set by somebody else, or may be known to others.
    MustChange,
    /// It is older than the organisation allows.
    Expired,
}

impl RequiredChange {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MustChange => "must_change",
            Self::Expired => "expired",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::MustChange, Self::Expired]
            .into_iter()
            .find(|why| why.as_str() == name)
    }
}
