//! Whether an account has a second factor, and must.

use crate::server::config::RequireFactor;
use crate::server::context::Context;
use crate::server::store::accounts::Account;
use crate::server::store::sessions::Stage;
use crate::server::store::{self, Connection};

/// Whether an account has a second factor.
///
/// # Errors
/// When the database does not answer.
pub async fn is_set_up(connection: &mut Connection, account_id: &str) -> Result<bool, sqlx::Error> {
    store::factors::is_any(connection, account_id).await
}

/// Whether any of these accounts has a second factor.
///
/// # Errors
/// When the database does not answer.
pub async fn is_any_set_up(
    connection: &mut Connection,
    accounts: &[&Account],
) -> Result<bool, sqlx::Error> {
    for account in accounts {
        if is_set_up(connection, &account.id).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many recovery codes of an account still work.
///
/// # Errors
/// When the database does not answer.
pub async fn codes_left(connection: &mut Connection, account_id: &str) -> Result<i64, sqlx::Error> {
    store::recovery_codes::left(connection, account_id).await
}

/// Whether the organisation demands one of this account.
#[must_use]
pub fn is_demanded(ctx: &Context, account: &Account) -> bool {
    match ctx.config.accounts.require_factor {
        RequireFactor::Nobody => false,
        RequireFactor::Administrators => account.is_administrator(),
        RequireFactor::Everybody => true,
    }
}

/// How far somebody comes who has shown everything else, and the second factor or not.
///
/// # Errors
/// When the database does not answer.
pub async fn stage(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
    is_shown: bool,
) -> Result<Stage, sqlx::Error> {
    Ok(if is_set_up(connection, &account.id).await? {
        if is_shown { Stage::Full } else { Stage::Factor }
    } else if is_demanded(ctx, account) {
        Stage::Enrol
    } else {
        Stage::Full
    })
}
