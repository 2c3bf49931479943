//! The second factor at sign-in, where one is shown or has to be set up, and what a signed-in person does with their own.
use std::net::IpAddr;

use super::sign_in::is_fresh;
use crate::server::audit::Actor;
use crate::server::base::failure::Failure;
use crate::server::base::keys::digest;
use crate::server::context::Context;
use crate::server::factor::{self, Codes, Confirmed, FactorRejection, Outcome};
use crate::server::limits::requests;
use crate::server::sessions::{self, Opening, SignedIn, devices};
use crate::server::store::sessions::Stage;
use crate::server::store::{self, Tx, settle};

/// Who posts.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// Whose session it is.
    pub person: &'a SignedIn,
    /// Value of its cookie.
    pub session: &'a str,
    /// Address of the client.
    pub client: IpAddr,
    /// The browser's family, for the notification.
    pub browser: Option<&'a str>,
    /// The value by which accounts have known this browser until now.
    pub device_cookie: Option<&'a str>,
}

/// What came of it.
pub enum Done<T> {
    /// It is done.
    Yes(T),
    /// What was typed shows nothing.
    Refused(FactorRejection),
    /// The session, or what was being set up in it, has ended meanwhile.
    Over,
}

/// A factor that counts from now on.
pub struct SetUp {
    /// The recovery codes, shown this once.
    pub codes: Codes,
    /// The session, where the sign-in has come all the way with it.
    pub session: Option<SignInCompleted>,
}

/// A sign-in that has come all the way.
pub struct SignInCompleted {
    /// Value of the session's cookie.
    pub session: String,
    /// The value by which the account knows this browser from now on.
    pub device_cookie: String,
}

/// Shows the second factor of a sign-in under way, which then has a session of its own (ASVS 7.2.4).
///
/// # Errors
/// [`Failure::TooMany`], [`Failure::Fault`].
pub async fn show(
    ctx: &Context,
    by: By<'_>,
    typed: &str,
) -> Result<Done<SignInCompleted>, Failure> {
    let mut tx = ctx.store.begin().await?;
    let result = attempt(ctx, &mut tx, by, typed).await;
    let done = settle(tx, result).await?;
    ctx.wake.senders();
    Ok(done)
}

async fn attempt(
    ctx: &Context,
    tx: &mut Tx,
    by: By<'_>,
    typed: &str,
) -> Result<Done<SignInCompleted>, Failure> {
    requests::request_from(ctx, tx, by.client).await?;
    if !is_at(ctx, tx, by, Stage::Factor).await? {
        return Ok(Done::Over);
    }
    Ok(
        match factor::verify(ctx, tx, Actor::Nobody, &by.person.account.id, typed).await? {
            Outcome::Refused(rejection) => Done::Refused(rejection),
            Outcome::Shown(_) => Done::Yes(complete_sign_in(ctx, tx, by).await?),
        },
    )
}

/// Begins to set a second factor up.
///
/// # Errors
/// [`Failure::TooMany`], [`Failure::Fault`].
pub async fn begin(ctx: &Context, by: By<'_>) -> Result<(), Failure> {
    let mut tx = ctx.store.begin().await?;
    requests::request_from(ctx, &mut tx, by.client).await?;
    let (account, session) = (&by.person.account.id, &by.person.session.id);
    factor::begin(ctx, &mut tx, account, session).await?;
    Ok(tx.commit().await?)
}

/// Makes the factor that this session has begun count. A sign-in that waited for it has then come all the way.
///
/// # Errors
/// [`Failure::TooMany`], [`Failure::Fault`].
pub async fn confirm(ctx: &Context, by: By<'_>, typed: &str) -> Result<Done<SetUp>, Failure> {
    let mut tx = ctx.store.begin().await?;
    let result = set_up(ctx, &mut tx, by, typed).await;
    let done = settle(tx, result).await?;
    ctx.wake.senders();
    Ok(done)
}

async fn set_up(
    ctx: &Context,
    tx: &mut Tx,
    by: By<'_>,
    typed: &str,
) -> Result<Done<SetUp>, Failure> {
    requests::request_from(ctx, tx, by.client).await?;
    if !is_at(ctx, tx, by, by.person.stage).await? {
        return Ok(Done::Over);
    }
    let (account, session) = (&by.person.account.id, &by.person.session.id);
    Ok(
        match factor::confirm(ctx, tx, account, session, typed, by.browser).await? {
            Confirmed::Refused(rejection) => Done::Refused(rejection),
            Confirmed::Over => Done::Over,
            Confirmed::Done(codes) => {
                let session = match by.person.stage {
                    Stage::Full => None,
                    Stage::Enrol | Stage::Factor => Some(complete_sign_in(ctx, tx, by).await?),
                };
                Done::Yes(SetUp { codes, session })
            }
        },
    )
}

/// Makes new recovery codes; `None` where there is no factor, or the session has ended meanwhile.
///
/// # Errors
/// [`Failure::TooMany`], [`Failure::Fault`].
pub async fn renew_codes(ctx: &Context, by: By<'_>) -> Result<Option<Codes>, Failure> {
    let mut tx = ctx.store.begin().await?;
    requests::request_from(ctx, &mut tx, by.client).await?;
    if !is_at(ctx, &mut tx, by, Stage::Full).await? {
        return Ok(None);
    }
    let codes = factor::renew_codes(ctx, &mut tx, &by.person.account.id, by.browser).await?;
    tx.commit().await?;
    ctx.wake.senders();
    Ok(codes)
}

/// Removes the second factor; false where there is none, where one is demanded, or where the session has ended meanwhile.
///
/// # Errors
/// [`Failure::TooMany`], [`Failure::Fault`].
pub async fn remove(ctx: &Context, by: By<'_>) -> Result<bool, Failure> {
    let account = &by.person.account;
    if factor::is_demanded(ctx, account) {
        return Ok(false);
    }
    let mut tx = ctx.store.begin().await?;
    requests::request_from(ctx, &mut tx, by.client).await?;
    if !is_at(ctx, &mut tx, by, Stage::Full).await? {
        return Ok(false);
    }
    let kept = &by.person.session.id;
    let removed =
        factor::remove(ctx, &mut tx, Actor::Account, &account.id, kept, by.browser).await?;
    tx.commit().await?;
    ctx.wake.senders();
    Ok(removed)
}

/// Whether the session is still there and stands at this stage: it was read before the transaction began.
async fn is_at(ctx: &Context, tx: &mut Tx, by: By<'_>, stage: Stage) -> Result<bool, Failure> {
    store::accounts::lock(tx, &by.person.account.id).await?;
    let session = store::sessions::by_token(tx, &digest(by.session), ctx.now()).await?;
    Ok(match session {
        Some(session) => session.stage()? == stage,
        None => false,
    })
}

/// Opens the full session in place of the one that waited.
async fn complete_sign_in(
    ctx: &Context,
    tx: &mut Tx,
    by: By<'_>,
) -> Result<SignInCompleted, Failure> {
    let account = &by.person.account;
    let standing = ctx.directory.standing(tx, &account.id, ctx.now()).await?;
    let is_fresh = is_fresh(ctx, account, &standing);
    let opening = Opening {
        account,
        former: Some(by.session),
        device: &by.person.session.device,
        stage: Stage::Full,
        is_confirmed: !is_fresh,
    };
    let opened = sessions::sign_in(ctx, tx, opening).await?;
    store::factors::hand_over(tx, &by.person.session.id, &opened.id).await?;
    let device_cookie = devices::remember(ctx, tx, by.device_cookie, &[&account.id]).await?;
    Ok(SignInCompleted {
        session: opened.token,
        device_cookie,
    })
}
