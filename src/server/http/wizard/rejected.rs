//! How a post that was not done is answered, by why it was not. No database, so that every case is tried by itself.

use axum::http::StatusCode;

use crate::rules::problem::{FieldProblem, Problem};
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::Failure;
use crate::server::http::responses::{BUSY_FOR, status_of};

/// What the answer says, and how.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejected {
    /// The status, where data is wanted.
    pub(super) status: StatusCode,
    /// Seconds until it may be tried again.
    pub(super) wait: Option<u32>,
    /// What is to be put right.
    pub(super) problems: Vec<FieldProblem>,
    /// What a person can act on stands on the page that was posted from, also where data would be answered with a status of its own.
    pub(super) has_page: bool,
}

impl From<Failure> for Rejected {
    fn from(failure: Failure) -> Self {
        let has_page = matches!(failure, Failure::Rejected(_) | Failure::Unchecked);
        let (status, wait, problems) = match failure {
            Failure::Rejected(problems) => (StatusCode::UNPROCESSABLE_ENTITY, None, problems),
            Failure::TooMany { wait } => {
                // Rounded up to whole minutes: enough to come back, too coarse to measure anything with.
                let minutes = u16::try_from((wait + MINUTE - 1) / MINUTE)
                    .unwrap_or(u16::MAX)
                    .max(1);
                let wait = u32::from(minutes) * 60;
                let problem = Problem::TooManyRequests { minutes };
                (
                    StatusCode::TOO_MANY_REQUESTS,
                    Some(wait),
                    vec![problem.into()],
                )
            }
            Failure::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                Some(BUSY_FOR),
                vec![Problem::Busy.into()],
            ),
            Failure::Unchecked => (
                StatusCode::SERVICE_UNAVAILABLE,
                Some(BUSY_FOR),
                vec![Problem::PasswordUnchecked.into()],
            ),
            Failure::Fault(fault) => (status_of(&fault), None, vec![Problem::Unavailable.into()]),
        };
        Self {
            status,
            wait,
            problems,
            has_page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::base::clock::SECOND;
    use crate::server::base::failure::Fault;

    fn told(failure: Failure) -> (u16, Option<u32>, bool) {
        let rejected = Rejected::from(failure);
        assert_eq!(rejected.problems.len(), 1);
        (rejected.status.as_u16(), rejected.wait, rejected.has_page)
    }

    #[test]
    fn what_a_person_can_act_on_stays_on_its_page() {
        assert_eq!(
            told(Failure::rejected(Problem::CodeEmpty)),
            (422, None, true)
        );
        assert_eq!(told(Failure::Unchecked), (503, Some(BUSY_FOR), true));
    }

    #[test]
    fn what_passes_says_when_to_come_back() {
        assert_eq!(told(Failure::Busy), (503, Some(BUSY_FOR), false));
        for (wait, seconds) in [(1, 60), (MINUTE, 60), (MINUTE + SECOND, 120)] {
            assert_eq!(
                told(Failure::TooMany { wait }),
                (429, Some(seconds), false),
                "{wait}"
            );
        }
    }

    #[test]
    fn a_fault_of_ours_is_one() {
        let fault = Failure::Fault(Fault::Content("flows.step"));
        assert_eq!(told(fault), (500, None, false));
    }
}
