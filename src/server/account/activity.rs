//! What happened to an account, as its owner may see it: audit events about sign-ins, passwords, contacts and sessions, and nothing of strangers.

use crate::server::audit::Event;
use crate::server::store::audit::RecordedEvent;
use crate::server::store::{self, Connection};

/// The newest of these events of an account, newest first, up to `most` of them.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(
    connection: &mut Connection,
    account_id: &str,
    shown: &[Event],
    most: i64,
) -> Result<Vec<(Event, RecordedEvent)>, sqlx::Error> {
    let names: Vec<&str> = shown.iter().map(|event| event.as_str()).collect();
    let events = store::audit::of_account(connection, account_id, &names, most).await?;
    Ok(events
        .into_iter()
        .filter_map(|recorded| {
            let event = shown
                .iter()
                .find(|event| event.as_str() == recorded.event)?;
            Some((*event, recorded))
        })
        .collect())
}
