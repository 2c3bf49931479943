//! What became of a request behind its page: the closed vocabulary that the help desk reads and no stranger ever does.

/// What the worker found, or what happened to a flow since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody has looked yet.
    Waiting,
    /// A code was made and its mail enqueued.
    Sent,
    /// What was typed was sealed with a key that is lost.
    KeyLost,
    /// Looked up only after the code would have expired.
    TooLate,
    /// No account has this name or address.
    NoAccount,
    /// `[reset] identifiers` leaves this kind out.
    KindNotAccepted,
    /// Several accounts share the address.
    SeveralAccounts,
    /// The account is disabled.
    Disabled,
    /// The account has no password here.
    NoPassword,
    /// The account signs in elsewhere, and was told so.
    Federated,
    /// The account has no confirmed contact on a way that is offered.
    NoConfirmedAddress,
    /// The postal code that was given is not the account's.
    PostalCodeDiffers,
    /// Too many text messages lately, and no other way.
    TextsHeldBack,
    /// The account has had its share of messages.
    Limited,
    /// Too many wrong codes for this account.
    OverWrongCodeLimit,
    /// A newer request took its place.
    Superseded,
    /// The password was changed by another request.
    ChangedElsewhere,
    /// It was begun at sign-in, because the password has to be changed.
    RequiredChange,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Waiting,
        Self::Sent,
        Self::KeyLost,
        Self::TooLate,
        Self::NoAccount,
        Self::KindNotAccepted,
        Self::SeveralAccounts,
        Self::Disabled,
        Self::NoPassword,
        Self::Federated,
        Self::NoConfirmedAddress,
        Self::PostalCodeDiffers,
        Self::TextsHeldBack,
        Self::Limited,
        Self::OverWrongCodeLimit,
        Self::Superseded,
        Self::ChangedElsewhere,
        Self::RequiredChange,
    ];

    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::KeyLost => "key_lost",
            Self::TooLate => "too_late",
            Self::NoAccount => "no_account",
            Self::KindNotAccepted => "kind_not_accepted",
            Self::SeveralAccounts => "several_accounts",
            Self::Disabled => "disabled",
            Self::NoPassword => "no_password",
            Self::Federated => "federated",
            Self::NoConfirmedAddress => "no_confirmed_address",
            Self::PostalCodeDiffers => "postal_code_differs",
            Self::TextsHeldBack => "texts_held_back",
            Self::Limited => "limited",
            Self::OverWrongCodeLimit => "guessed_too_often",
            Self::Superseded => "superseded",
            Self::ChangedElsewhere => "changed_elsewhere",
            Self::RequiredChange => "forced",
        }
    }

    /// The outcome of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == name)
    }

    /// What a person at the help desk is told.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Waiting => "not looked up yet",
            Self::Sent => "a code or link was made and its message promised",
            Self::KeyLost => "it belongs to a key file that is gone",
            Self::TooLate => {
                "looked up only after the code would have expired; the person was asked to begin again"
            }
            Self::NoAccount => "there is no such account",
            Self::KindNotAccepted => {
                "this kind of identifier is not accepted here ([reset] identifiers)"
            }
            Self::SeveralAccounts => {
                "several accounts share the number, so no text message went out"
            }
            Self::Disabled => "the account is disabled",
            Self::NoPassword => "the account has no password here, and the person is told so",
            Self::Federated => "the account signs in elsewhere, and the person is told so",
            Self::NoConfirmedAddress => {
                "the account has no confirmed contact that a code could go to"
            }
            Self::PostalCodeDiffers => "the postal code is not the one of the account",
            Self::TextsHeldBack => {
                "too many text messages in the last hour ([sms] budget_per_hour), and no confirmed address"
            }
            Self::Limited => {
                "the account has had its share of messages; an earlier code still holds"
            }
            Self::OverWrongCodeLimit => "too many wrong codes for this account today",
            Self::Superseded => "a newer request took its place",
            Self::ChangedElsewhere => "the password was changed by another request",
            Self::RequiredChange => "begun at sign-in, because the password has to be changed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn names_come_back() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
        }
    }
}
