//! Sessions: opaque tokens whose hashes the database holds, with an idle and an absolute limit that the server enforces.

use crate::server::audit::{self, Event};
use crate::server::context::{Context, DAY, HOUR, MINUTE, NoRandomness, random, random_id};
use crate::server::failure::Broken;
use crate::server::keys::digest;
use crate::server::store::accounts::Account;
use crate::server::store::sessions::NewSession;
use crate::server::store::{self, Connection, Tx};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Whose session it is.
    pub account: Account,
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

/// Signs an account in, in the caller's transaction: a new session in place of the one that this browser has had until now, and the fact.
/// The token goes into the cookie and nowhere else.
///
/// # Errors
/// [`Broken`]; the caller's transaction must then not be committed.
pub async fn sign_in(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    former: Option<&str>,
) -> Result<String, Broken> {
    if let Some(former) = former {
        store::sessions::end(tx, &digest(former)).await?;
    }
    let token = open(ctx, tx, account).await?;
    let about = audit::About {
        account: Some(&account.id),
        ..audit::About::default()
    };
    audit::record(ctx, tx, Event::SignedIn, about).await?;
    Ok(token)
}

async fn open(
    ctx: &Context,
    connection: &mut Connection,
    account: &Account,
) -> Result<String, Broken> {
    let token = new_token()?;
    let now = ctx.now();
    let (idle, absolute) = lifetimes(ctx, account);
    let session = NewSession {
        id: &random_id()?,
        token_hash: &digest(&token),
        account_id: &account.id,
        now,
        idle_until: now + idle.min(absolute),
        absolute_until: now + absolute,
    };
    store::sessions::insert(connection, &session).await?;
    Ok(token)
}

fn new_token() -> Result<String, NoRandomness> {
    Ok(data_encoding::BASE64URL_NOPAD.encode(&random::<32>()?))
}

/// Who a session cookie belongs to; using it moves its idle limit, at most once a minute.
///
/// # Errors
/// When the database does not answer.
pub async fn of_token(ctx: &Context, token: &str) -> Result<Option<SignedIn>, sqlx::Error> {
    let now = ctx.now();
    let mut connection = ctx.store.read().await?;
    let Some(session) = store::sessions::by_token(&mut connection, &digest(token), now).await?
    else {
        return Ok(None);
    };
    let Some(account) = store::accounts::by_id(&mut connection, &session.account_id).await? else {
        return Ok(None);
    };
    drop(connection);
    if session.seen_at < now - MINUTE {
        let (idle, _) = lifetimes(ctx, &account);
        let mut tx = ctx.store.begin().await?;
        store::sessions::touch(
            &mut tx,
            &session.id,
            now,
            (now + idle).min(session.absolute_until),
        )
        .await?;
        tx.commit().await?;
    }
    Ok(Some(SignedIn { account }))
}
