//! Sessions: opaque values whose hashes the database holds, with an idle and an absolute limit that the server enforces.
//!
//! What fails with the database's own error fails when that does not answer; only what else can go wrong is said at a function.

pub mod codes;
pub mod devices;

use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::{DAY, HOUR, MINUTE};
use crate::server::base::failure::Fault;
use crate::server::base::keys::digest;
use crate::server::base::random::{NoRandomness, random, random_id};
use crate::server::context::Context;
use crate::server::revoke;
use crate::server::store::accounts::Account;
use crate::server::store::sessions::{ConfirmedBy, NewSession, Session, Stage};
use crate::server::store::{self, Tx};

/// For how long somebody who has re-authenticated need not show it again before a sensitive change (ASVS 7.5.1).
pub const CONFIRMED_FOR: i64 = 5 * MINUTE;

/// For how long a sign-in may wait at the second factor.
const UNFINISHED_FOR: i64 = 15 * MINUTE;

/// Somebody who is signed in, or on the way to it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Whose session it is.
    pub account: Account,
    /// The session.
    pub session: Session,
    /// How far the sign-in has come: only [`Stage::Full`] may see anything of the account.
    pub stage: Stage,
}

impl SignedIn {
    /// Whether the person has shown a moment ago that it is them.
    #[must_use]
    pub fn is_confirmed(&self, ctx: &Context) -> bool {
        self.session.confirmed_at + CONFIRMED_FOR > ctx.now()
    }
}

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

/// How long a session of this account lives unused and in all, in microseconds.
fn lifetimes(ctx: &Context, account: &Account) -> (i64, i64) {
    let sessions = &ctx.config.sessions;
    if account.is_administrator() {
        (
            i64::from(sessions.idle_admin) * MINUTE,
            i64::from(sessions.absolute_admin) * HOUR,
        )
    } else {
        (
            i64::from(sessions.idle) * HOUR,
            i64::from(sessions.absolute) * DAY,
        )
    }
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

/// A value for a cookie that opens something: 256 bits (ASVS 7.2.3).
pub(super) fn new_token() -> Result<String, NoRandomness> {
    Ok(data_encoding::BASE64URL_NOPAD.encode(&random::<32>()?))
}

/// Who a session cookie belongs to; using it moves its idle limit, at most once a minute.
pub async fn of_token(ctx: &Context, token: &str) -> Result<Option<SignedIn>, sqlx::Error> {
    let now = ctx.now();
    let Some(mut who) = look(ctx, token).await? else {
        return Ok(None);
    };
    let session = &mut who.session;
    if who.stage == Stage::Full && session.seen_at < now - MINUTE {
        let (idle, _) = lifetimes(ctx, &who.account);
        session.seen_at = now;
        session.idle_until = (now + idle).min(session.absolute_until);
        let mut tx = ctx.store.begin().await?;
        store::sessions::touch(&mut tx, &session.id, now, session.idle_until).await?;
        tx.commit().await?;
    }
    Ok(Some(who))
}

/// Who a session cookie belongs to, without using it: its end stays where it is.
pub async fn look(ctx: &Context, token: &str) -> Result<Option<SignedIn>, sqlx::Error> {
    let mut connection = ctx.store.read().await?;
    let session = store::sessions::by_token(&mut connection, &digest(token), ctx.now()).await?;
    let Some(session) = session else {
        return Ok(None);
    };
    let account = store::accounts::by_id(&mut connection, &session.account_id).await?;
    let stage = session.stage()?;
    Ok(account.map(|account| SignedIn {
        account,
        session,
        stage,
    }))
}
