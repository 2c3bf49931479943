//! What can happen, and who does it.

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Somebody began a reset; whether the account exists is not known yet.
    ResetRequested,
    /// The worker found nobody to send to.
    ResetDecoy,
    /// A code was made and its mail enqueued.
    CodeSent,
    /// A new code was asked for.
    CodeResent,
    /// A wrong code was tried.
    CodeWrong,
    /// The right code was given.
    CodeProved,
    /// A step was asked for out of order.
    SequenceFail,
    /// A password was changed.
    PasswordChanged,
    /// A change of a password was cut off, by a crash or a database that went away, and has been found since.
    PasswordChangeCutOff,
    /// A new password could not be looked up among the breached ones.
    PasswordUnchecked,
    /// Somebody signed in.
    SignedIn,
    /// A password was right, and something else is asked for before anybody is signed in.
    SignInBegun,
    /// A sign-in was refused.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// Somebody who is signed in has re-authenticated.
    Confirmed,
    /// Somebody who is signed in tried to, and did not.
    ConfirmFailed,
    /// A code for somebody who is signed in was made and its message enqueued.
    ConfirmationSent,
    /// A contact was added, replaced or removed.
    ContactChanged,
    /// Somebody said that a change was not theirs, and it was stopped.
    ChangeReverted,
    /// A person changed their name.
    NameChanged,
    /// A person ended sessions of their own.
    SessionsEnded,
    /// An operator ended sessions.
    SessionsEndedByOperator,
    /// An account was made.
    AccountAdded,
    /// A mail left.
    MailSent,
    /// A mail will never leave.
    MailFailed,
    /// A text message was taken by its gateway.
    SmsSent,
    /// A text message will never leave.
    SmsFailed,
    /// A gateway has reported what became of a text message.
    SmsReported,
    /// A text message was not sent because there were too many.
    SmsHeldBack,
    /// Somebody who has no password here was told where to go.
    ToldElsewhere,
    /// A second factor was set up.
    FactorEnrolled,
    /// A second factor was removed.
    FactorRemoved,
    /// A second factor was shown.
    FactorShown,
    /// A reset has passed the second factor, or needed none for the account that was picked.
    FactorPassed,
    /// What was shown as a second factor was not right.
    FactorWrong,
    /// The tries at a second factor are used up for now, and its owner is told.
    FactorTriesUsedUp,
    /// A recovery code was used in place of a second factor.
    RecoveryCodeUsed,
    /// New recovery codes were made.
    RecoveryCodesRenewed,
}

impl Event {
    /// Its name in the table and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResetRequested => "reset_requested",
            Self::ResetDecoy => "reset_decoy",
            Self::CodeSent => "authn_token_created",
            Self::CodeResent => "code_resent",
            Self::CodeWrong => "code_wrong",
            Self::CodeProved => "code_proved",
            Self::SequenceFail => "sequence_fail",
            Self::PasswordChangeCutOff => "authn_password_change_fail",
            Self::PasswordUnchecked => "password_unchecked",
            Self::PasswordChanged => "authn_password_change",
            Self::SignedIn => "authn_login_success",
            Self::SignInBegun => "authn_login_begun",
            Self::SignInFailed => "authn_login_fail",
            Self::SignedOut => "session_ended",
            Self::Confirmed => "reauthenticated",
            Self::ConfirmFailed => "reauthentication_fail",
            Self::ConfirmationSent => "confirmation_sent",
            Self::ContactChanged => "contact_changed",
            Self::ChangeReverted => "change_stopped",
            Self::NameChanged => "name_changed",
            Self::SessionsEnded => "sessions_ended_by_owner",
            Self::SessionsEndedByOperator => "sessions_ended_by_operator",
            Self::AccountAdded => "user_created",
            Self::MailSent => "mail_sent",
            Self::MailFailed => "mail_failed",
            Self::SmsSent => "sms_sent",
            Self::SmsFailed => "sms_failed",
            Self::SmsReported => "sms_reported",
            Self::SmsHeldBack => "sms_held_back",
            Self::ToldElsewhere => "told_elsewhere",
            Self::FactorEnrolled => "factor_enrolled",
            Self::FactorRemoved => "factor_removed",
            Self::FactorShown => "factor_shown",
            Self::FactorPassed => "factor_passed",
            Self::FactorWrong => "factor_wrong",
            Self::FactorTriesUsedUp => "factor_tries_used_up",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::RecoveryCodesRenewed => "recovery_codes_renewed",
        }
    }
}

/// Who did it, as far as this program knows at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who has shown to be the account's owner: by a password, a code, a link or a session.
    Account,
    /// Whoever may run this program's commands.
    Operator,
    /// This program by itself: its workers, and what relays and gateways report to it.
    System,
    /// Nobody who is known: they may name an account, and hold a cookie of ours, but have shown nothing, or not yet all that is asked for.
    Nobody,
}

impl Actor {
    /// Its name in the table and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Operator => "operator",
            Self::System => "system",
            Self::Nobody => "nobody",
        }
    }
}
