//! The second factor: an app that shows a new code every half minute, and recovery codes for when it is lost. Used by sign-in, by the
//! reset, by the account's own pages and by the command line, each in its own transaction.

mod enrol;
mod notifications;
mod otpauth;
mod recovery;
mod totp;
mod verify;

pub use enrol::{Begun, Confirmed, begin, begun, confirm, remove, renew_codes};
pub use notifications::tell;
pub use otpauth::{Square, key_in_groups, square, uri};
pub use recovery::{CODES, Codes};
pub use verify::{FactorRejection, Means, Outcome, verify};

use super::config::RequireFactor;
use super::context::Context;
use super::store::accounts::Account;
use super::store::sessions::Stage;
use super::store::{self, Connection};

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
