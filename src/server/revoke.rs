//! Ends what is open for an account: sessions, resets, links, codes on their way, recognised devices, and the repetition of a last post. In
//! one place, so that no door is forgotten; `docs/security.md` lists the doors and what ends each.
//!
//! Every function works in the caller's transaction, under the account's lock where it ends more than one session.
//!
//! What fails with the database's own error fails when that does not answer; only what else can go wrong is said at a function.
use super::context::Context;
use super::store::links::LinkEnd;
use super::store::{self, Tx};
use crate::server::base::keys::digest;

/// What outlives a change, because the change was made there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kept<'a> {
    /// Id of the session.
    pub session: Option<&'a str>,
    /// Id of the flow whose last post may be repeated.
    pub flow: Option<&'a str>,
    /// Value of the cookie by which the account recognises the browser.
    pub device: Option<&'a str>,
}

/// The owner says that it was not them: nothing stays open.
pub async fn everything(ctx: &Context, tx: &mut Tx, account_id: &str) -> Result<(), sqlx::Error> {
    let ended = password_changed(ctx, tx, account_id, Kept::default()).await;
    ended.map(drop)
}

/// The password opens nothing any more, until another one takes its place.
pub async fn password(ctx: &Context, tx: &mut Tx, account_id: &str) -> Result<(), sqlx::Error> {
    ctx.directory
        .revert_password(tx, account_id, ctx.now())
        .await
}

/// The password goes on opening the account, but vouches for no change until another one takes its place: it may be the owner's, or that of
/// whoever made what was reverted (docs/decisions/0033-a-password-that-outlives-a-revert-changes-nothing.md).
pub async fn hold_password(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    ctx.directory.hold(tx, account_id, ctx.now()).await
}

/// Another password takes the place of the present one (ASVS 7.4.3, STANDARDS D05). Tells how many sessions ended.
pub async fn password_changed(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    kept: Kept<'_>,
) -> Result<u64, sqlx::Error> {
    let ended = sessions(ctx, tx, account_id, kept).await?;
    store::confirmations::forget_all(tx, account_id).await?;
    // ASVS 7.4.3, STANDARDS D05.
    let device = kept.device.map(digest).unwrap_or_default();
    store::devices::forget_all_but(tx, account_id, &device).await?;
    requests(ctx, tx, account_id).await?;
    Ok(ended)
}

/// A second factor came or went: whoever came in without it comes in again. Browsers stay recognised.
pub async fn factor_changed(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    kept: Kept<'_>,
) -> Result<(), sqlx::Error> {
    sessions(ctx, tx, account_id, kept).await?;
    requests(ctx, tx, account_id).await
}

/// A contact was replaced or removed: codes and links that went to it open nothing any more (ATTACKS A29).
pub async fn contact_ended(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    repetition(ctx, tx, account_id, None).await?;
    requests(ctx, tx, account_id).await
}

/// Signs browsers out, wherever they are: sessions, sign-ins that wait, and resets that have been proved (ASVS 7.4.5, 7.5.2). Codes and links
/// on their way stay: they belong to whoever has the mailbox or the phone. Tells how many sessions ended.
pub async fn sessions(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    kept: Kept<'_>,
) -> Result<u64, sqlx::Error> {
    let ended =
        store::sessions::end_all_but(tx, account_id, kept.session.unwrap_or_default()).await?;
    store::flows::end_proved(tx, account_id).await?;
    repetition(ctx, tx, account_id, kept.flow).await?;
    Ok(ended)
}

/// Signs one browser out: false when the account has no such session.
pub async fn session(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    id: &str,
) -> Result<bool, sqlx::Error> {
    let is_ended = store::sessions::end_one(tx, account_id, id).await?;
    if is_ended {
        repetition(ctx, tx, account_id, None).await?;
    }
    Ok(is_ended)
}

/// Signs out the browser that holds this token; tells whose session it was.
pub async fn session_of_token(
    ctx: &Context,
    tx: &mut Tx,
    token_hash: &str,
) -> Result<Option<String>, sqlx::Error> {
    let account_id = store::sessions::end(tx, token_hash).await?;
    if let Some(account_id) = &account_id {
        repetition(ctx, tx, account_id, None).await?;
    }
    Ok(account_id)
}

/// Another session takes the place of the one that a browser has had until now, whoever's that was.
pub async fn replaced_session(tx: &mut Tx, token_hash: &str) -> Result<(), sqlx::Error> {
    store::sessions::end(tx, token_hash).await.map(drop)
}

/// The newest request wins: whatever was sent before for an account, or for the flow of nobody, ends. `flow_id` is the request that goes on.
pub async fn earlier_requests(
    ctx: &Context,
    tx: &mut Tx,
    whose: &str,
    flow_id: &str,
) -> Result<(), sqlx::Error> {
    store::flows::supersede(tx, whose, flow_id).await?;
    earlier_messages(ctx, tx, whose).await?;
    store::links::end_all(tx, whose, LinkEnd::Replaced, ctx.now()).await
}

/// Messages on their way that answer an earlier request for an account are not sent.
pub async fn earlier_messages(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
) -> Result<(), sqlx::Error> {
    store::jobs::drop_codes(tx, account_id, ctx.now()).await
}

/// Resets under way become decoys, links say that they were overtaken, and codes on their way are not sent.
async fn requests(ctx: &Context, tx: &mut Tx, account_id: &str) -> Result<(), sqlx::Error> {
    let now = ctx.now();
    store::flows::end_all(tx, account_id).await?;
    store::links::end_all(tx, account_id, LinkEnd::Changed, now).await?;
    store::jobs::drop_codes(tx, account_id, now).await
}

/// The last post of a finished reset opens no further session when it is made again: whoever ended the first one meant it.
async fn repetition(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    kept: Option<&str>,
) -> Result<(), sqlx::Error> {
    store::flows::revoke_repetition(tx, account_id, kept.unwrap_or_default(), ctx.now()).await
}
