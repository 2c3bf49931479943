//! Opening a session.

use super::lifetimes::{UNFINISHED_FOR, lifetimes};
use super::tokens::new_token;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::failure::Fault;
use crate::server::base::keys::digest;
use crate::server::base::random::random_id;
use crate::server::context::Context;
use crate::server::revoke;
use crate::server::store::accounts::Account;
use crate::server::store::sessions::{ConfirmedBy, NewSession, Stage};
use crate::server::store::{self, Tx};

/// What a session is opened with.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Whose it is.
    pub account: &'a Account,
    /// The value of the session's cookie that this browser has had until now; that session ends, whoever's it is.
    pub former: Option<&'a str>,
    /// Family of browser and system.
    pub device: &'a str,
    /// How far the sign-in has come.
    pub stage: Stage,
    /// Whether the person has just re-authenticated, with the password.
    pub is_confirmed: bool,
}

/// A session just opened.
pub struct Opened {
    /// Its id.
    pub id: String,
    /// The value of its cookie.
    pub token: String,
}

/// Opens a session in the caller's transaction, in place of the one that this browser has had until now, and writes the event. The token
/// goes into the cookie and nowhere else.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn sign_in(ctx: &Context, tx: &mut Tx, opening: Opening<'_>) -> Result<Opened, Fault> {
    if let Some(former) = opening.former {
        revoke::replaced_session(tx, &digest(former)).await?;
    }
    let account = opening.account;
    let token = new_token()?;
    let now = ctx.now();
    let (idle, absolute) = match opening.stage {
        Stage::Full => lifetimes(ctx, account),
        Stage::Factor | Stage::Enrol => (UNFINISHED_FOR, UNFINISHED_FOR),
    };
    let id = random_id()?;
    let standing = ctx.directory.standing(tx, &account.id, now).await?;
    let session = NewSession {
        id: &id,
        token_hash: &digest(&token),
        account_id: &account.id,
        stage: opening.stage,
        device: opening.device,
        now,
        idle_until: now + idle.min(absolute),
        absolute_until: now + absolute,
        confirmed_at: if opening.is_confirmed { now } else { 0 },
        confirmed_by: ConfirmedBy::Password,
        password_at: standing.changed_at,
    };
    store::sessions::insert(tx, &session).await?;
    let about = audit::Subject {
        account: Some(&account.id),
        detail: opening.device,
        ..audit::Subject::default()
    };
    let event = match opening.stage {
        Stage::Full => Event::SignedIn,
        Stage::Factor | Stage::Enrol => Event::SignInBegun,
    };
    audit::record(ctx, tx, Actor::Account, event, about).await?;
    Ok(Opened { id, token })
}
