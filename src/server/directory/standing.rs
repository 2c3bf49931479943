//! How an account and its password stand: what pages and use-cases ask instead of reading stored passwords.

use crate::rules::required_change::RequiredChange;

/// How an account and its password stand.
///
/// `changed_at` carries more than it seems to. Without one there is no password here: nobody signs in or resets, and whoever asks is told
/// where to go. It also tells one password from the next: what [`Checked::Right`](super::Checked) says of a password has to be the same number, as has
/// what a flow or a link notes when it sets one.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The account may sign in and reset.
    pub is_active: bool,
    /// When its password was set, in microseconds since the epoch; `None` where it has none.
    pub changed_at: Option<i64>,
    /// Why the password has to be changed before anybody is signed in with it.
    pub due: Option<RequiredChange>,
    /// It opens nothing, because its owner said that somebody else chose it.
    pub is_reverted: bool,
    /// It opens the account but vouches for no change of it, because it outlived a revert
    /// (docs/decisions/0033-a-password-that-outlives-a-revert-changes-nothing.md).
    pub is_held: bool,
    /// What tells two passwords apart, where the directory knows.
    pub(super) mark: Option<String>,
}

impl Standing {
    /// When the password was set that may show who somebody is: none that was reverted.
    #[must_use]
    pub fn in_force(&self) -> Option<i64> {
        self.changed_at.filter(|_| !self.is_reverted)
    }

    /// Whether another account has the very same password, because both were reset together.
    #[must_use]
    pub fn is_shared_with(&self, other: &Self) -> bool {
        self.mark.is_some() && self.mark == other.mark
    }

    /// Whether the password opens its account still as it did when it was found right, set at `changed_at`.
    #[must_use]
    pub fn still_opens(&self, changed_at: i64) -> bool {
        self.is_active && self.in_force() == Some(changed_at)
    }

    /// Whether it may not be chosen once more. One that has to be changed is changed, and one that was reverted or is held may be in other
    /// hands: the same once more helps nobody.
    pub(super) fn must_differ(&self) -> bool {
        self.due.is_some() || self.is_reverted || self.is_held
    }
}
