//! The order of the steps, as a pure state machine: what the server holds for a flow, and what a browser that asks for
//! another page is shown.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How many steps a person sees: the second factor counts as part of the code step, since most accounts have none.
pub const VISIBLE_STEPS: u8 = 4;

/// A step of the reset, in order.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Say who you are.
    #[default]
    Identify,
    /// Prove it with the code.
    Code,
    /// Show the second factor, where the account has one.
    Factor,
    /// Choose a password.
    New,
    /// The password is saved.
    Done,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [
        Self::Identify,
        Self::Code,
        Self::Factor,
        Self::New,
        Self::Done,
    ];

    /// The name under which the database knows the step.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Code => "code",
            Self::Factor => "factor",
            Self::New => "new",
            Self::Done => "done",
        }
    }

    /// The step of that name, lower case as [`as_str`](Self::as_str) gives it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }

    /// The path of the step's page.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Identify => "/forgot-password",
            Self::Code => "/forgot-password/code",
            Self::Factor => "/forgot-password/factor",
            Self::New => "/forgot-password/new",
            Self::Done => "/forgot-password/done",
        }
    }

    /// The number in "step 2 of 4", out of [`VISIBLE_STEPS`].
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Identify => 1,
            Self::Code | Self::Factor => 2,
            Self::New => 3,
            Self::Done => 4,
        }
    }
}

/// What moves a flow on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The right code was entered.
    CodeProved,
    /// The second factor was shown.
    FactorProved,
    /// The new password was saved.
    PasswordChosen,
}

/// The event does not belong to the step that the flow stands at (OWASP ASVS 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{event:?} cannot happen at step {}", at.as_str())]
pub struct OutOfOrder {
    /// Where the flow stands.
    pub at: Step,
    /// What was tried.
    pub event: Event,
}

/// The step after `event`. `has_factor` says whether the account has a second factor, which a reset never bypasses.
///
/// # Errors
///
/// [`OutOfOrder`] when the event does not belong to the step.
pub const fn advance(at: Step, event: Event, has_factor: bool) -> Result<Step, OutOfOrder> {
    match (at, event) {
        (Step::Code, Event::CodeProved) if has_factor => Ok(Step::Factor),
        (Step::Code, Event::CodeProved) | (Step::Factor, Event::FactorProved) => Ok(Step::New),
        (Step::New, Event::PasswordChosen) => Ok(Step::Done),
        _ => Err(OutOfOrder { at, event }),
    }
}

/// What to do when the browser asks for a step's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visit {
    /// Show the page with its form.
    Show,
    /// The flow is past this step: show the page in its finished state, with the way on.
    Passed,
    /// The flow is not there yet: send the browser to this step.
    Ahead(Step),
}

/// What to do when the browser asks for `page` while its flow stands at `at`; a browser without a flow stands at
/// [`Step::Identify`]. That page is always shown, since anybody may start again.
#[must_use]
pub fn visit(at: Step, page: Step) -> Visit {
    if page == Step::Identify || page == at {
        Visit::Show
    } else if page < at {
        Visit::Passed
    } else {
        Visit::Ahead(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_one_way_only() {
        assert_eq!(advance(Step::Code, Event::CodeProved, false), Ok(Step::New));
        assert_eq!(
            advance(Step::Code, Event::CodeProved, true),
            Ok(Step::Factor)
        );
        assert_eq!(
            advance(Step::Factor, Event::FactorProved, true),
            Ok(Step::New)
        );
        assert_eq!(
            advance(Step::New, Event::PasswordChosen, false),
            Ok(Step::Done)
        );
        let allowed = Step::ALL
            .into_iter()
            .flat_map(|at| {
                [
                    Event::CodeProved,
                    Event::FactorProved,
                    Event::PasswordChosen,
                ]
                .map(|event| (at, event))
            })
            .filter(|(at, event)| advance(*at, *event, true).is_ok())
            .count();
        assert_eq!(allowed, 3);
    }

    #[test]
    fn a_factor_is_not_stepped_over() {
        let refused = advance(Step::Code, Event::PasswordChosen, false).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "PasswordChosen cannot happen at step code"
        );
        assert!(advance(Step::Factor, Event::PasswordChosen, true).is_err());
        assert!(advance(Step::Factor, Event::CodeProved, true).is_err());
    }

    #[test]
    fn shows_the_page_that_fits() {
        assert_eq!(visit(Step::Code, Step::Code), Visit::Show);
        assert_eq!(visit(Step::New, Step::Code), Visit::Passed);
        assert_eq!(visit(Step::New, Step::Factor), Visit::Passed);
        assert_eq!(visit(Step::Code, Step::New), Visit::Ahead(Step::Code));
        assert_eq!(
            visit(Step::Identify, Step::Done),
            Visit::Ahead(Step::Identify)
        );
        for at in Step::ALL {
            assert_eq!(visit(at, Step::Identify), Visit::Show);
        }
    }

    #[test]
    fn names_come_back() {
        for step in Step::ALL {
            assert_eq!(Step::parse(step.as_str()), Some(step));
            assert!(step.number() <= VISIBLE_STEPS);
        }
        assert_eq!(Step::parse("Code"), None);
    }
}
