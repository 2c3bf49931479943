//! The second factor of an account, on the command line.
use clap::Subcommand;

use super::CommandError;
use super::account::account_named;
use crate::server::audit::Actor;
use crate::server::base::failure::Fault;
use crate::server::context::Context;
use crate::server::factor;

/// The second factor of an account.
#[derive(Debug, Subcommand)]
pub enum FactorCommand {
    /// Remove one that is lost, once it is sure who asks: ends the account's sessions and tells its owner
    Remove {
        /// The user name
        user_name: String,
    },
}

/// `rekey account factor remove`. The notifications leave as soon as the server looks.
pub(super) async fn remove(ctx: &Context, user_name: &str) -> Result<(), CommandError> {
    let mut tx = ctx.store.begin().await?;
    let account = account_named(&mut tx, user_name).await?;
    let removed = factor::remove(ctx, &mut tx, Actor::Operator, &account.id, "", None).await?;
    tx.commit().await.map_err(Fault::from)?;
    if removed {
        println!("removed the second factor of {}", account.user_name);
        Ok(())
    } else {
        Err(CommandError::Rejected(format!(
            "{} has no second factor",
            account.user_name
        )))
    }
}
