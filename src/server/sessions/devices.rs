//! Browsers that an account knows, because somebody has signed in there or chosen its password under a proof. What strangers try in the
//! account's name does not make them wait (STANDARDS F03).
use super::new_token;
use crate::server::base::clock::DAY;
use crate::server::base::failure::Fault;
use crate::server::base::keys::digest;
use crate::server::base::random::random_id;
use crate::server::context::Context;
use crate::server::store::devices::NewDevice;
use crate::server::store::{self, Connection, Tx};

/// For how long an unused one stays known; as long as browsers keep its cookie.
pub const RECOGNISED_FOR: i64 = 365 * DAY;

/// How many browsers an account knows; the one used longest ago is forgotten first.
const AT_MOST: i64 = 20;

/// The id by which an account knows a browser, if it does.
pub async fn recognised(
    ctx: &Context,
    connection: &mut Connection,
    cookie: Option<&str>,
    account_id: &str,
) -> Result<Option<String>, sqlx::Error> {
    let Some(cookie) = cookie else {
        return Ok(None);
    };
    let since = ctx.now() - RECOGNISED_FOR;
    store::devices::of(connection, &digest(cookie), account_id, since).await
}

/// Makes a browser known to these accounts, in the caller's transaction, under a new value of its cookie. Other accounts that know it go
/// on knowing it; the value that it had until now, `former`, is worth nothing any more.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn remember(
    ctx: &Context,
    tx: &mut Tx,
    former: Option<&str>,
    account_ids: &[&str],
) -> Result<String, Fault> {
    let token = new_token()?;
    let token_hash = digest(&token);
    if let Some(former) = former {
        store::devices::rotate(tx, &digest(former), &token_hash).await?;
    }
    for account_id in account_ids {
        let device = NewDevice {
            id: &random_id()?,
            token_hash: &token_hash,
            account_id,
            now: ctx.now(),
        };
        store::devices::know(tx, &device).await?;
        store::devices::keep_newest(tx, account_id, AT_MOST).await?;
    }
    Ok(token)
}
