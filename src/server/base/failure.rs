//! What a use-case answers when it does not do what was asked: a rejection, which the person can act on, or a fault, which we must.
use std::fmt;

use super::database_faults::{is_passing, is_shortage};
use super::keys::Unsealable;
use crate::rules::problem::{FieldProblem, Problem};
use crate::server::base::random::NoRandomness;

/// Not done. `R` is what the person can put right: the problems of a form of the wizard, or what a room of its own has.
#[derive(Debug, thiserror::Error)]
pub enum Failure<R: fmt::Debug = Vec<FieldProblem>> {
    /// The person can put it right.
    #[error("refused: {0:?}")]
    Rejected(R),
    /// This client address asked too often.
    #[error("too many requests from one address, for {wait} µs more")]
    TooMany {
        /// Microseconds until the next is let through.
        wait: i64,
    },
    /// The hashing pool is full; nothing was consumed.
    #[error("too busy")]
    Busy,
    /// The password could not be looked up among the breached ones, and without that none is taken; nothing was consumed.
    #[error("the list of breached passwords does not answer")]
    Unchecked,
    /// A fault of ours; details go to the log only.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A fault that nobody outside can put right.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database did not answer.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// No randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A sealed value cannot be opened.
    #[error(transparent)]
    Unsealable(#[from] Unsealable),
    /// A password could not be hashed.
    #[error("{0}")]
    Hash(Box<dyn std::error::Error + Send + Sync>),
    /// A change of a password did not come to its end; its attempt is given back by whoever finds its intent (`password/intents.rs`).
    #[error("a change of a password was cut off: {0}")]
    CutOff(Box<Self>),
    /// A change of a password took so long that another node has ended it, and given its attempt back.
    #[error("a change of a password took too long and was given up")]
    GivenUp,
    /// A row holds what this program never writes.
    #[error("unexpected content: {0}")]
    Content(&'static str),
    /// A value could not be put into its stored form.
    #[error("cannot encode: {0}")]
    Encoding(#[from] serde_json::Error),
}

impl Fault {
    /// Whether it passes by itself, as when a database is away for a moment: whoever asked may ask again.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Database(error) => is_passing(error),
            Self::CutOff(fault) => fault.is_passing(),
            Self::GivenUp => true,
            _ => false,
        }
    }

    /// Tells the log what was not done. A database that fails for everybody would make an error of whatever anybody asks meanwhile; that it does
    /// not work, and that it does again, is reported once (`workers::alert`).
    pub fn log(&self, what: &'static str) {
        if self.is_passing() {
            tracing::warn!(error = %self, "{what}");
        } else {
            tracing::error!(error = %self, "{what}");
        }
    }

    /// The same of a job, by its id.
    pub fn log_of(&self, what: &'static str, job: &str) {
        if self.is_passing() {
            tracing::warn!(error = %self, job, "{what}");
        } else {
            tracing::error!(error = %self, job, "{what}");
        }
    }

    /// Whether the database has no room: [`is_shortage`].
    #[must_use]
    pub fn is_shortage(&self) -> bool {
        match self {
            Self::Database(error) => is_shortage(error),
            Self::CutOff(fault) => fault.is_shortage(),
            _ => false,
        }
    }
}

impl<R: fmt::Debug> Failure<R> {
    /// The same with what the person can put right in other words.
    pub fn map_rejection<S: fmt::Debug>(self, map: impl FnOnce(R) -> S) -> Failure<S> {
        match self {
            Self::Rejected(rejection) => Failure::Rejected(map(rejection)),
            Self::TooMany { wait } => Failure::TooMany { wait },
            Self::Busy => Failure::Busy,
            Self::Unchecked => Failure::Unchecked,
            Self::Fault(fault) => Failure::Fault(fault),
        }
    }
}

impl Failure {
    /// Whether the attempt at choosing a password that ended so is given back: it cost no hash and told nothing about the account.
    #[must_use]
    pub fn gives_attempt_back(&self) -> bool {
        match self {
            Self::Busy | Self::Unchecked => true,
            Self::Rejected(problems) => problems
                .iter()
                .any(|found| found.problem == Problem::PasswordBreached),
            Self::TooMany { .. } | Self::Fault(_) => false,
        }
    }

    /// One sentence for the person, at its natural field.
    #[must_use]
    pub fn rejected(problem: Problem) -> Self {
        Self::Rejected(vec![problem.into()])
    }
}

impl<R: fmt::Debug> From<sqlx::Error> for Failure<R> {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl<R: fmt::Debug> From<NoRandomness> for Failure<R> {
    fn from(error: NoRandomness) -> Self {
        Self::Fault(error.into())
    }
}

impl<R: fmt::Debug> From<Unsealable> for Failure<R> {
    fn from(error: Unsealable) -> Self {
        Self::Fault(error.into())
    }
}

impl<R: fmt::Debug> From<serde_json::Error> for Failure<R> {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.into())
    }
}
