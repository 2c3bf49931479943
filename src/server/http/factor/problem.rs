//! What a post was refused for, carried to the page in a sealed cookie (docs/decisions/0002-what-went-wrong-travels-in-a-sealed-cookie.md).

use crate::server::factor::FactorRejection;
use crate::server::http::drawn::flash::FormError;
use crate::server::http::words;
use crate::texts::{Catalogue, ServerText};

/// What is to be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server::http) enum Problem {
    /// What was typed as the code of the app.
    Typed(FactorRejection),
    /// What was typed in the field of its own that recovery codes have.
    TypedForRecovery(FactorRejection),
    /// What was typed to show that an app counts as we do.
    TypedToSetUp(FactorRejection),
    /// What was begun has ended.
    Over,
    /// The browser asked for a later step.
    First,
}

impl Problem {
    /// The sentence.
    pub(in crate::server::http) fn words(self, sentences: &Catalogue) -> String {
        let text = match self {
            Self::TypedForRecovery(FactorRejection::Empty) => {
                ServerText::FactorProblemRecoveryEmpty
            }
            Self::TypedForRecovery(FactorRejection::Unusable) => {
                ServerText::FactorProblemRecoveryUnusable
            }
            Self::TypedForRecovery(FactorRejection::Wrong) => {
                ServerText::FactorProblemRecoveryWrong
            }
            Self::TypedForRecovery(FactorRejection::Used) => ServerText::FactorProblemRecoveryUsed,
            // There are no recovery codes before the app counts.
            Self::TypedToSetUp(FactorRejection::Unusable) => ServerText::FactorProblemDigits,
            Self::Typed(rejection)
            | Self::TypedForRecovery(rejection)
            | Self::TypedToSetUp(rejection) => {
                return words::of_factor(sentences, rejection);
            }
            Self::Over => ServerText::FactorProblemOver,
            Self::First => ServerText::FactorProblemFirst,
        };
        sentences.server(text).to_owned()
    }

    /// The id of the field that the summary leads to.
    fn field(self) -> &'static str {
        match self {
            Self::Typed(FactorRejection::NoAccount) => "account",
            Self::TypedForRecovery(_) => "recovery",
            Self::Typed(_) | Self::TypedToSetUp(_) | Self::Over | Self::First => "totp",
        }
    }

    /// What a page says is to be put right.
    pub(super) fn error(self, sentences: &Catalogue) -> FormError {
        FormError::new(self.field(), self.words(sentences))
    }
}
