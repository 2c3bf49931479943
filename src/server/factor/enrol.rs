//! Setting a second factor up, new recovery codes, and turning it off. The callers have made sure of who asks.
use super::recovery::{Codes, Recovery, draw, mac};
use super::totp::{SECRET_BYTES, Secret, step_of};
use super::verify::{FactorRejection, parse_digits, place, secret};
use crate::server::audit::Actor;
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::Fault;
use crate::server::base::keys::Purpose;
use crate::server::base::random::{random, random_id};
use crate::server::context::Context;
use crate::server::delivery::FactorNotification;
use crate::server::revoke::{self, Kept};
use crate::server::store::factors::NewFactor;
use crate::server::store::{self, Connection, Tx};
use zeroize::Zeroizing;

/// How long a factor may wait to be proved after it was begun.
const BEGUN_FOR: i64 = 30 * MINUTE;

/// A factor that is being set up.
pub struct Begun {
    id: String,
    /// Its secret, for the person's app.
    pub secret: Secret,
}

/// What came of a code that was to prove a new factor.
pub enum Confirmed {
    /// The factor counts from now on; these are the recovery codes, shown this once.
    Done(Codes),
    /// The code does not prove it.
    Refused(FactorRejection),
    /// Nothing is being set up here any more.
    Over,
}

/// Begins a factor for the person of a session, in the place of one that was begun and never proved. One that counts goes on counting.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn begin(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    session_id: &str,
) -> Result<(), Fault> {
    let id = random_id()?;
    let secret = Zeroizing::new(random::<SECRET_BYTES>()?);
    let sealed = ctx
        .keys
        .seal(Purpose::Factor, &place(&id), secret.as_slice())?;
    let factor = NewFactor {
        id: &id,
        account_id,
        secret_sealed: &sealed,
        begun_in: session_id,
        now: ctx.now(),
    };
    store::accounts::lock(tx, account_id).await?;
    Ok(store::factors::begin(tx, &factor).await?)
}

/// What a session is setting up. Nobody else is shown it: whoever knew the secret beforehand would have the second factor too.
///
/// # Errors
/// [`Fault`] when the database does not answer or the secret cannot be opened.
pub async fn begun(
    ctx: &Context,
    connection: &mut Connection,
    account_id: &str,
    session_id: &str,
) -> Result<Option<Begun>, Fault> {
    let since = ctx.now() - BEGUN_FOR;
    let Some(factor) = store::factors::begun(connection, account_id, session_id, since).await?
    else {
        return Ok(None);
    };
    let secret = secret(ctx, &factor)?;
    Ok(Some(Begun {
        id: factor.id,
        secret,
    }))
}

/// Makes the factor of a session count, once its app shows the right code, in the place of an earlier one. Everything that was opened
/// without it ends: the other sessions, resets under way, links.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn confirm(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    session_id: &str,
    typed: &str,
    browser: Option<&str>,
) -> Result<Confirmed, Fault> {
    let code = match parse_digits(typed) {
        Ok(code) => code,
        Err(rejection) => return Ok(Confirmed::Refused(rejection)),
    };
    store::accounts::lock(tx, account_id).await?;
    let Some(begun) = begun(ctx, tx, account_id, session_id).await? else {
        return Ok(Confirmed::Over);
    };
    let Some(step) = step_of(&begun.secret, &code, ctx.now()) else {
        return Ok(Confirmed::Refused(FactorRejection::Wrong));
    };
    // The code that proves it opens nothing afterwards.
    if !store::factors::take_step(tx, &begun.id, step).await?
        || !store::factors::confirm(tx, account_id, &begun.id, ctx.now()).await?
    {
        return Ok(Confirmed::Over);
    }
    let codes = new_codes(ctx, tx, account_id).await?;
    revoke::factor_changed(ctx, tx, account_id, all_but(session_id)).await?;
    super::tell(
        ctx,
        tx,
        Actor::Account,
        account_id,
        FactorNotification::On,
        browser,
    )
    .await?;
    Ok(Confirmed::Done(codes))
}

/// Puts new recovery codes in the place of the old ones; `None` for an account without a second factor.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn renew_codes(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    browser: Option<&str>,
) -> Result<Option<Codes>, Fault> {
    store::accounts::lock(tx, account_id).await?;
    if !super::is_set_up(tx, account_id).await? {
        return Ok(None);
    }
    let codes = new_codes(ctx, tx, account_id).await?;
    super::tell(
        ctx,
        tx,
        Actor::Account,
        account_id,
        FactorNotification::NewCodes,
        browser,
    )
    .await?;
    Ok(Some(codes))
}

/// Removes an account's second factor and its recovery codes; every session but `kept` ends. False when there was none.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn remove(
    ctx: &Context,
    tx: &mut Tx,
    by: Actor,
    account_id: &str,
    kept: &str,
    browser: Option<&str>,
) -> Result<bool, Fault> {
    store::accounts::lock(tx, account_id).await?;
    if store::factors::remove_all(tx, account_id).await? == 0 {
        return Ok(false);
    }
    store::recovery_codes::remove_all(tx, account_id).await?;
    revoke::factor_changed(ctx, tx, account_id, all_but(kept)).await?;
    super::tell(ctx, tx, by, account_id, FactorNotification::Off, browser).await?;
    Ok(true)
}

async fn new_codes(ctx: &Context, tx: &mut Tx, account_id: &str) -> Result<Codes, Fault> {
    let codes = draw()?;
    let macs: Vec<String> = codes
        .iter()
        .map(|code| mac(ctx, account_id, code))
        .collect();
    store::recovery_codes::replace(tx, account_id, &macs).await?;
    let shown = codes.iter().map(Recovery::grouped).collect();
    Ok(Codes::new(shown))
}

/// The session in which it was done goes on; an operator has none.
fn all_but(session: &str) -> Kept<'_> {
    Kept {
        session: Some(session),
        ..Kept::default()
    }
}
