//! What a post was refused for, carried to the page in a sealed cookie (docs/decisions/0002-what-went-wrong-travels-in-a-sealed-cookie.md).

use axum::response::Response;

use crate::server::context::Context;
use crate::server::factor::Refusal;
use crate::server::http::drawn::flash::{self, FlashMessage, to_page};
use crate::server::http::drawn::screen::Complaint;
use crate::server::http::layers::visitor::Visitor;
use crate::server::http::words;
use crate::texts::{Catalogue, MailText, Text};

/// What is to be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server::http) enum Problem {
    /// What was typed as the code of the app.
    Typed(Refusal),
    /// What was typed in the field of its own that recovery codes have.
    TypedForRecovery(Refusal),
    /// What was begun has ended.
    Over,
    /// The browser asked for a later step.
    First,
    /// The form was made in another session.
    Stale,
}

impl Problem {
    /// The sentence.
    pub(in crate::server::http) fn words(self, sentences: &Catalogue) -> String {
        let text = match self {
            Self::Typed(refusal) | Self::TypedForRecovery(refusal) => {
                return words::of_factor(sentences, refusal);
            }
            Self::Over => MailText::FactorProblemOver,
            Self::First => MailText::FactorProblemFirst,
            Self::Stale => return sentences.get(Text::ProblemFormStale).to_owned(),
        };
        sentences.mail(text).to_owned()
    }

    /// The id of the field that the summary leads to; empty for the page as a whole.
    fn field(self) -> &'static str {
        match self {
            Self::Typed(Refusal::NoAccount) => "account",
            Self::TypedForRecovery(_) => "recovery",
            Self::Stale => "",
            Self::Typed(_) | Self::Over | Self::First => "totp",
        }
    }

    fn complaint(self, sentences: &Catalogue) -> Complaint {
        (self.field().to_owned(), self.words(sentences))
    }
}

/// Sends the browser back to a page that says what is to be put right.
pub(super) fn back(ctx: &Context, visitor: &Visitor, at: &str, problem: Problem) -> Response {
    let message = FlashMessage {
        at: at.to_owned(),
        complaint: Some(problem.complaint(ctx.sentences(visitor.language))),
        ..FlashMessage::default()
    };
    to_page(ctx, at, &message)
}

/// What the page at this path says is to be put right.
pub(super) fn error_of(ctx: &Context, visitor: &Visitor, at: &str) -> Option<Complaint> {
    let message = flash::message_for(ctx, visitor, at)?;
    if message.problems.is_empty() {
        return message.complaint;
    }
    Some(Problem::First.complaint(ctx.sentences(visitor.language)))
}
