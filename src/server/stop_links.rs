//! "This was not me": the links that notices carry, by which a change is stopped. Opening one writes nothing; only its button does.

use super::context::{Context, DAY, random};
use super::failure::Broken;
use super::keys::digest;
use super::store::Connection;
use super::store::stop_links::{self, StopLink};
use crate::rules::link_token::LinkToken;

/// The path under which they are opened.
pub const PATH: &str = "/stop/";

/// How long one works, in microseconds: long enough for somebody who reads the mail after a week away.
pub const LIFETIME: i64 = 7 * DAY;

/// What a link stops.
#[derive(Debug, Clone, Copy)]
pub enum Stops<'a> {
    /// A change of contacts.
    Contacts {
        /// Its id.
        change: &'a str,
    },
    /// A change of the password.
    Password {
        /// The session in which it was made, where it was one.
        session: Option<&'a str>,
    },
}

/// Makes a link in the caller's transaction and hands out its path.
///
/// # Errors
/// [`Broken`]; the caller's transaction must then not be committed.
pub async fn mint(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
    stops: Stops<'_>,
) -> Result<String, Broken> {
    let (change_id, session_id) = match stops {
        Stops::Contacts { change } => (Some(change), None),
        Stops::Password { session } => (None, session),
    };
    let token = LinkToken::from_random(random()?);
    let link = StopLink {
        account_id: account_id.to_owned(),
        change_id: change_id.map(str::to_owned),
        session_id: session_id.map(str::to_owned),
        created_at: ctx.now(),
        expires_at: ctx.now() + LIFETIME,
        used_at: None,
    };
    stop_links::insert(connection, &digest(token.as_str()), &link).await?;
    Ok(format!("{PATH}{}", token.as_str()))
}
