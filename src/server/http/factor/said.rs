//! What a post was refused for, carried to the page in a sealed cookie (docs/decisions/0002-what-went-wrong-travels-in-a-sealed-cookie.md).

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::cookies::{self, Name};
use super::super::pages::append;
use super::super::said;
use super::super::visitor::Visitor;
use crate::server::context::Context;
use crate::server::factor::Refusal;
use crate::server::keys::Purpose;
use crate::server::redirect::see_other;
use crate::texts::{Catalogue, MailText, Text};

const PLACE: &str = "cookie said factor";

/// What is to be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::server::http) enum Problem {
    /// What was typed.
    Typed(Refusal),
    /// What was begun has ended.
    Over,
    /// The browser asked for a later step.
    First,
}

#[derive(Serialize, Deserialize)]
struct Said {
    at: String,
    problem: Problem,
}

impl Problem {
    /// The sentence.
    pub(in crate::server::http) fn words(self, sentences: &Catalogue) -> String {
        let text = match self {
            Self::Typed(Refusal::Empty) => MailText::FactorProblemEmpty,
            Self::Typed(Refusal::Unusable) => MailText::FactorProblemUnusable,
            Self::Typed(Refusal::Wrong) => MailText::FactorProblemWrong,
            Self::Typed(Refusal::Used) => MailText::FactorProblemUsed,
            Self::Typed(Refusal::NoAccount) => {
                return sentences.get(Text::ProblemAccountEmpty).to_owned();
            }
            Self::Typed(Refusal::Wait { minutes }) => {
                let minutes = minutes.to_string();
                return sentences.fill_mail(MailText::FactorProblemWait, &[("minutes", &minutes)]);
            }
            Self::Over => MailText::FactorProblemOver,
            Self::First => MailText::FactorProblemFirst,
        };
        sentences.mail(text).to_owned()
    }

    /// The id of the field that the summary leads to.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Typed(Refusal::NoAccount) => "account",
            _ => "totp",
        }
    }
}

/// Sends the browser back to a page that says what is to be put right.
pub(super) fn back(ctx: &Context, at: &str, problem: Problem) -> Response {
    let mut response = see_other(at);
    let said = Said {
        at: at.to_owned(),
        problem,
    };
    let sealed = serde_json::to_vec(&said)
        .ok()
        .and_then(|plain| ctx.keys.seal(Purpose::Cookie, PLACE, &plain).ok());
    if let Some(value) = sealed {
        append(&mut response, cookies::set(ctx, Name::Said, &value));
    }
    response
}

/// What the page at this path is to say.
pub(super) fn heard(ctx: &Context, visitor: &Visitor, at: &str) -> Option<Problem> {
    let value = visitor.said()?;
    if said::open(ctx, value, at).is_some_and(|said| !said.problems.is_empty()) {
        return Some(Problem::First);
    }
    let plain = ctx.keys.open_sealed(Purpose::Cookie, PLACE, value).ok()?;
    serde_json::from_slice::<Said>(&plain)
        .ok()
        .filter(|said| said.at == at)
        .map(|said| said.problem)
}
