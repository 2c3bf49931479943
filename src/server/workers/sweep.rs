//! The worker that forgets what is over (GDPR art. 5(1)(e)): flows and mails within a day of their end, limits after two, links
//! and tries to sign in after thirty, what was said of pages after half a year, recognised devices after a year without use.
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::server::base::failure::Fault;
use crate::server::base::kept;
use crate::server::context::{Context, Shared};
use crate::server::limits::sign_in_tries;
use crate::server::sessions::devices;
use crate::server::store::{self, Table, Tx, Whose};

const EVERY: Duration = Duration::from_mins(10);
/// The least pause after some rows. It is longer where they took long.
const PAUSE: Duration = Duration::from_millis(50);
/// The part of the time that goes into forgetting, as one in so many.
const SHARE: u32 = 5;
/// How long it gives way to requests before it has a turn as workers have.
const GIVES_WAY: Duration = Duration::from_secs(2);

/// Works until told to stop.
pub(super) async fn run(ctx: Shared, stop: CancellationToken) {
    loop {
        if let Err(error) = sweep(&ctx, &stop).await {
            Fault::from(error).log("cannot sweep");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Short transactions with pauses between them, so that posts hardly notice.
async fn sweep(ctx: &Context, stop: &CancellationToken) -> Result<(), sqlx::Error> {
    let now = ctx.now();
    let over = [
        (Table::Flows, now - kept::REQUESTS),
        (Table::Jobs, now - kept::REQUESTS),
        (Table::Sessions, now - kept::SESSIONS),
        (Table::Limits, now - kept::LIMITS),
        (Table::SignInTries, now - sign_in_tries::KEPT_FOR),
        (Table::Devices, now - devices::RECOGNISED_FOR),
        (Table::Intents, now - kept::INTENTS),
        (Table::Links, now - kept::LINKS),
        (Table::Audit, now - kept::AUDIT),
        (Table::Feedback, now - kept::FEEDBACK),
        (Table::Contacts, now - kept::CONTACTS),
        (Table::ContactChanges, now - kept::CONTACT_CHANGES),
        (Table::PasswordChanges, now - kept::PASSWORD_CHANGES),
        (Table::RevertLinks, now - kept::REVERT_LINKS),
        (Table::FormerCodes, now),
    ];
    for (table, before) in over {
        while !stop.is_cancelled() {
            let mut tx = begin(ctx).await?;
            let begun_at = ctx.now();
            let forgotten = store::sweep(&mut tx, table, before).await?;
            tx.commit().await?;
            if forgotten < u64::from(store::SWEPT_AT_ONCE) {
                break;
            }
            let took = u64::try_from(ctx.now() - begun_at).unwrap_or(0);
            let pause = Duration::from_micros(took) * (SHARE - 1);
            tokio::time::sleep(pause.clamp(PAUSE, GIVES_WAY)).await;
        }
    }
    Ok(())
}

/// A transaction in a turn that nobody else wants, or, where somebody always does, in one of the workers'.
async fn begin(ctx: &Context) -> Result<Tx, sqlx::Error> {
    match tokio::time::timeout(GIVES_WAY, ctx.store.begin_as(Whose::Tidying)).await {
        Ok(begun) => begun,
        Err(_) => ctx.store.begin_as(Whose::Worker).await,
    }
}
