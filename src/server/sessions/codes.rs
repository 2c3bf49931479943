//! Codes on their way to somebody who is signed in: how they are stored, and whether one that lies in a message is still waited for.
use crate::rules::code::Code;
use crate::server::base::keys::{Purpose, same};
use crate::server::context::Context;
use crate::server::store::{self, Connection};

/// The MAC under which such a code is stored: keyed outside the database and bound to its row.
#[must_use]
pub fn mac(ctx: &Context, id: &str, code: &Code) -> String {
    let parts = [b"confirmation", id.as_bytes(), code.as_str().as_bytes()];
    ctx.keys.mac_text(Purpose::Code, &parts)
}

/// Whether a session of the account still waits for this code: not once that has ended, was sent another one, or saw the password changed.
pub async fn is_waited_for(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
    code: &str,
) -> Result<bool, sqlx::Error> {
    let Ok(code) = Code::parse(code) else {
        return Ok(false);
    };
    let waiting = store::confirmations::macs_of(connection, account_id).await?;
    Ok(waiting
        .iter()
        .any(|(id, stored)| same(&mac(ctx, id, &code), stored)))
}
