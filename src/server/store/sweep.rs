//! Forgetting what is over, a few rows at a time.

use super::{
    Connection, audit, contact_changes, contacts, devices, feedback, flows, former_codes, intents,
    jobs, limits, links, password_changes, revert_links, sessions, sign_in_tries,
};

/// A table of which rows are forgotten once they are over.
#[derive(Debug, Clone, Copy)]
pub enum Table {
    /// Replaced codes that would have died by now.
    FormerCodes,
    /// Flows that have ended for lack of use.
    Flows,
    /// Jobs that are done.
    Jobs,
    /// Sessions that have ended by themselves.
    Sessions,
    /// Buckets that have been full again.
    Limits,
    /// Tries to sign in that nobody has added to.
    SignInTries,
    /// Browsers that were known and are not used any more.
    Devices,
    /// Intents.
    Intents,
    /// Links that have ended.
    Links,
    /// Facts.
    Audit,
    /// What people said of the pages.
    Feedback,
    /// Contacts that have ended.
    Contacts,
    /// Changes of contacts.
    ContactChanges,
    /// Links that stop a change.
    RevertLinks,
    /// Changes of passwords.
    PasswordChanges,
}

/// Rows that one [`sweep`] forgets at the most, so that its transaction stays short.
pub const SWEPT_AT_ONCE: u32 = 250;

/// Forgets rows of a table that were over before `before`, in microseconds since the epoch; tells how many.
pub async fn sweep(
    connection: &mut Connection,
    table: Table,
    before: i64,
) -> Result<u64, sqlx::Error> {
    match table {
        Table::Flows => flows::sweep(connection, before).await,
        Table::Jobs => jobs::sweep(connection, before).await,
        Table::Sessions => sessions::sweep(connection, before).await,
        Table::Limits => limits::sweep(connection, before).await,
        Table::SignInTries => sign_in_tries::sweep(connection, before).await,
        Table::Devices => devices::sweep(connection, before).await,
        Table::Intents => intents::sweep(connection, before).await,
        Table::Links => links::sweep(connection, before).await,
        Table::Audit => audit::sweep(connection, before).await,
        Table::Feedback => feedback::sweep(connection, before).await,
        Table::Contacts => contacts::sweep(connection, before).await,
        Table::ContactChanges => contact_changes::sweep(connection, before).await,
        Table::RevertLinks => revert_links::sweep(connection, before).await,
        Table::PasswordChanges => password_changes::sweep(connection, before).await,
        Table::FormerCodes => former_codes::sweep(connection, before).await,
    }
}
