//! The values of sessions' cookies: making one, and giving a session another.

use crate::server::base::failure::Fault;
use crate::server::base::keys::digest;
use crate::server::base::random::{NoRandomness, random};
use crate::server::context::Context;
use crate::server::store::sessions::{ConfirmedBy, Stage};
use crate::server::store::{self, Tx};

/// A value for a cookie that opens something: 256 bits (ASVS 7.2.3).
pub(in crate::server) fn new_token() -> Result<String, NoRandomness> {
    Ok(data_encoding::BASE64URL_NOPAD.encode(&random::<32>()?))
}

/// Notes that the person has just shown that it is still them, and gives the session another token (ASVS 7.2.4); `None` when it has ended
/// meanwhile.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn confirm(
    ctx: &Context,
    tx: &mut Tx,
    session_id: &str,
    by: ConfirmedBy,
) -> Result<Option<String>, Fault> {
    let token = new_token()?;
    let confirmed = (ctx.now(), by);
    let renewed =
        store::sessions::renew(tx, session_id, &digest(&token), Stage::Full, confirmed).await?;
    Ok(renewed.then_some(token))
}

/// Gives a session another token (ASVS 7.2.4); `None` when it has ended meanwhile.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn rotate(tx: &mut Tx, session_id: &str) -> Result<Option<String>, Fault> {
    let token = new_token()?;
    let rotated = store::sessions::rotate(tx, session_id, &digest(&token)).await?;
    Ok(rotated.then_some(token))
}
