//! Who a session's cookie belongs to.

use super::lifetimes::{CONFIRMED_FOR, lifetimes};
use crate::server::base::clock::MINUTE;
use crate::server::base::keys::digest;
use crate::server::context::Context;
use crate::server::store;
use crate::server::store::accounts::Account;
use crate::server::store::sessions::{Session, Stage};

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

/// Whose session has run out that this cookie belonged to; `None` where somebody has ended it, or it is too long ago.
pub async fn ran_out(ctx: &Context, token: &str) -> Result<Option<String>, sqlx::Error> {
    let mut connection = ctx.store.read().await?;
    store::sessions::ran_out(&mut connection, &digest(token), ctx.now()).await
}
