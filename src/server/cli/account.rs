//! Accounts, on the command line: what can be said of them, and the one that is named.

use clap::Subcommand;

use super::{AddArguments, CommandError, FactorCommand, SignOutArguments};
use crate::server::store::accounts::Account;
use crate::server::{directory, identifiers, store};

/// Accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Add a person. Prints a random first password unless one is given on standard input
    Add(AddArguments),
    /// The second factor of an account
    #[command(subcommand)]
    Factor(FactorCommand),
    /// End the sessions of an account, or everybody's
    SignOut(SignOutArguments),
}

/// The account that a command names.
pub(super) async fn account_named(
    connection: &mut store::Connection,
    user_name: &str,
) -> Result<Account, CommandError> {
    let canonical = identifiers::user_name(user_name.trim());
    store::accounts::by_user_name(connection, directory::BUILTIN, &canonical)
        .await?
        .ok_or_else(|| CommandError::Rejected(format!("there is no account {user_name:?}")))
}
