//! What happened to an account, as its owner may see it: audit events about sign-ins, passwords, contacts and sessions, and nothing of strangers.

use crate::server::audit::Event;
use crate::server::store::audit::RecordedEvent;
use crate::server::store::{self, Connection};

/// The events that an owner is shown.
pub const SHOWN: [Event; 18] = [
    Event::SignedIn,
    Event::SignedOut,
    Event::SignInFailed,
    Event::PasswordChanged,
    Event::CodeSent,
    Event::NameChanged,
    Event::ContactChanged,
    Event::ChangeReverted,
    Event::SessionsEnded,
    Event::SessionsEndedByOperator,
    Event::Confirmed,
    Event::ConfirmFailed,
    Event::AccountAdded,
    Event::FactorEnrolled,
    Event::FactorRemoved,
    Event::FactorWrong,
    Event::RecoveryCodeUsed,
    Event::RecoveryCodesRenewed,
];

/// The newest of them, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(
    connection: &mut Connection,
    account_id: &str,
    most: i64,
) -> Result<Vec<(Event, RecordedEvent)>, sqlx::Error> {
    let names = SHOWN.map(Event::as_str);
    let events = store::audit::of_account(connection, account_id, &names, most).await?;
    Ok(events
        .into_iter()
        .filter_map(|fact| {
            let event = SHOWN
                .into_iter()
                .find(|event| event.as_str() == fact.event)?;
            Some((event, fact))
        })
        .collect())
}
