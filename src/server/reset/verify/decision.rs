//! What follows from a code that was compared. No database and no clock, so that every case is tried by itself.

use crate::rules::problem::Problem;

/// What is known of a code once its try is counted.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each was found out by itself, and all are found out before one is looked at"
)]
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared {
    /// It is the code that was sent last.
    pub(super) is_right: bool,
    /// It is the code that this flow had before.
    pub(super) is_former: bool,
    /// It is one that a newer code of the account has replaced.
    pub(super) is_replaced: bool,
    /// The code that was sent last has not expired.
    pub(super) is_in_time: bool,
    /// It has tries left, and an account that may use it.
    pub(super) is_alive: bool,
    /// Its account is over the wrong-code limit.
    pub(super) is_over_limit: bool,
    /// Tries left in the flow.
    pub(super) left: u8,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// The flow moves on.
    Prove,
    /// It was the right one and has died; whoever has it may know.
    Expired,
    /// An older message was read: no guess, unless it is typed a second time, and then as [`Compared::wrong`] says.
    Replaced,
    /// It is a guess.
    Wrong,
}

impl Compared {
    /// What follows.
    pub(super) const fn decide(self) -> Decision {
        if self.is_right && !self.is_in_time {
            // A text message dies sooner than the page says of mail.
            return Decision::Expired;
        }
        if self.is_over_limit {
            return Decision::Wrong;
        }
        if self.is_right && self.is_alive {
            return Decision::Prove;
        }
        if self.is_replaced {
            return Decision::Replaced;
        }
        Decision::Wrong
    }

    /// What a guess is told.
    pub(super) const fn wrong(self) -> Problem {
        match self.left {
            0 => Problem::CodeTriesUsedUp,
            left if self.is_former || self.is_replaced => Problem::CodeReplaced { left },
            left => Problem::CodeWrong { left },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: Compared = Compared {
        is_right: true,
        is_former: false,
        is_replaced: false,
        is_in_time: true,
        is_alive: true,
        is_over_limit: false,
        left: 4,
    };

    #[test]
    fn the_right_one_proves_while_it_lives() {
        assert_eq!(RIGHT.decide(), Decision::Prove);
        for (found, expected) in [
            (
                Compared {
                    is_in_time: false,
                    ..RIGHT
                },
                Decision::Expired,
            ),
            (
                Compared {
                    is_alive: false,
                    ..RIGHT
                },
                Decision::Wrong,
            ),
            (
                Compared {
                    is_over_limit: true,
                    ..RIGHT
                },
                Decision::Wrong,
            ),
            (
                Compared {
                    is_right: false,
                    ..RIGHT
                },
                Decision::Wrong,
            ),
        ] {
            assert_eq!(found.decide(), expected, "{found:?}");
        }
    }

    #[test]
    fn whoever_is_over_the_limit_learns_only_that_the_right_one_has_died() {
        let over = Compared {
            is_over_limit: true,
            ..RIGHT
        };
        let dead = Compared {
            is_in_time: false,
            ..over
        };
        assert_eq!(dead.decide(), Decision::Expired);
        let older = Compared {
            is_right: false,
            is_replaced: true,
            ..over
        };
        assert_eq!(older.decide(), Decision::Wrong);
    }

    #[test]
    fn an_older_code_is_no_guess() {
        let older = Compared {
            is_right: false,
            is_replaced: true,
            ..RIGHT
        };
        assert_eq!(older.decide(), Decision::Replaced);
        // Also when the newer one has died meanwhile.
        let late = Compared {
            is_in_time: false,
            is_alive: false,
            ..older
        };
        assert_eq!(late.decide(), Decision::Replaced);
    }

    #[test]
    fn a_guess_is_told_how_many_tries_are_left() {
        let guess = Compared {
            is_right: false,
            ..RIGHT
        };
        assert_eq!(guess.wrong(), Problem::CodeWrong { left: 4 });
        let former = Compared {
            is_former: true,
            ..guess
        };
        assert_eq!(former.wrong(), Problem::CodeReplaced { left: 4 });
        let last = Compared { left: 0, ..former };
        assert_eq!(last.wrong(), Problem::CodeTriesUsedUp);
    }
}
