//! What a request comes to, once it is known whom it means and what the limits say. No database, so that every case is tried by itself.

use crate::server::store::outcome::Outcome;

/// What was found out about a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Findings {
    /// What the look-up came to, were there no limits.
    pub(super) outcome: Outcome,
    /// Whether it names somebody to write to.
    pub(super) has_target: bool,
    /// An account of theirs is over the wrong-code limit.
    pub(super) is_over_limit: bool,
    /// A link may be sent, which cannot be guessed.
    pub(super) offers_links: bool,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// A message is written.
    Write,
    /// Decoy work, under this outcome.
    Decoy(Outcome),
}

impl Findings {
    /// Whether the account's allowance of messages is to be asked. It is touched last: a request that sends nothing takes nothing.
    ///
    /// Codes of an account that is over the wrong-code limit can hit nobody any more today; a link cannot be guessed and still goes out.
    pub(super) const fn may_send(self) -> bool {
        !self.is_over_limit || self.offers_links
    }

    /// What is done, where the allowance `is_allowed`.
    pub(super) const fn plan(self, is_allowed: bool) -> Plan {
        if !self.has_target {
            return Plan::Decoy(self.outcome);
        }
        match (is_allowed, self.is_over_limit) {
            (true, _) => Plan::Write,
            (false, true) => Plan::Decoy(Outcome::OverWrongCodeLimit),
            (false, false) => Plan::Decoy(Outcome::Limited),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUND: Findings = Findings {
        outcome: Outcome::Sent,
        has_target: true,
        is_over_limit: false,
        offers_links: false,
    };

    #[test]
    fn whoever_is_found_is_written_to_as_far_as_their_allowance_goes() {
        assert!(FOUND.may_send());
        assert_eq!(FOUND.plan(true), Plan::Write);
        assert_eq!(FOUND.plan(false), Plan::Decoy(Outcome::Limited));
    }

    #[test]
    fn over_the_wrong_code_limit_only_a_link_goes_out() {
        let over = Findings {
            is_over_limit: true,
            ..FOUND
        };
        assert!(!over.may_send());
        assert_eq!(over.plan(false), Plan::Decoy(Outcome::OverWrongCodeLimit));
        let linked = Findings {
            offers_links: true,
            ..over
        };
        assert!(linked.may_send());
        assert_eq!(linked.plan(true), Plan::Write);
        assert_eq!(linked.plan(false), Plan::Decoy(Outcome::OverWrongCodeLimit));
    }

    #[test]
    fn nobody_is_a_decoy_whatever_the_limits_say() {
        for outcome in [Outcome::NoAccount, Outcome::NoConfirmedAddress] {
            for is_allowed in [true, false] {
                let nobody = Findings {
                    outcome,
                    has_target: false,
                    is_over_limit: !is_allowed,
                    ..FOUND
                };
                assert_eq!(nobody.plan(is_allowed), Plan::Decoy(outcome));
            }
        }
    }
}
