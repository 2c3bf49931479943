//! The worker that forgets what is over (GDPR art. 5(1)(e)): flows and mails within a day of their end, limits after two, links
//! and tries to sign in after thirty, what was said of pages after half a year, known browsers after a year without use.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::server::context::{Context, DAY, HOUR, Shared};
use crate::server::devices;
use crate::server::guard::tries;
use crate::server::store::{self, Table};

const EVERY: Duration = Duration::from_mins(10);

/// Works until told to stop.
pub(super) async fn run(ctx: Shared, stop: CancellationToken) {
    loop {
        if let Err(error) = sweep(&ctx).await {
            tracing::error!(%error, "cannot sweep");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// One short transaction a table, so that no post waits for all of them.
async fn sweep(ctx: &Context) -> Result<(), sqlx::Error> {
    let now = ctx.now();
    let over = [
        (Table::Flows, now - 22 * HOUR),
        (Table::Jobs, now - 22 * HOUR),
        (Table::Sessions, now),
        (Table::Limits, now - 2 * DAY),
        (Table::SignInTries, now - tries::KEPT_FOR),
        (Table::Devices, now - devices::KNOWN_FOR),
        (Table::Intents, now - 30 * DAY),
        (Table::Links, now - 30 * DAY),
        (Table::Audit, now - 365 * DAY),
        (Table::Feedback, now - 180 * DAY),
        // A stop link brings them back until then.
        (Table::Contacts, now - 8 * DAY),
        (Table::ContactChanges, now - 40 * DAY),
        (Table::PasswordChanges, now - 40 * DAY),
        (Table::StopLinks, now - 30 * DAY),
        (Table::FormerCodes, now),
    ];
    for (table, before) in over {
        loop {
            let mut tx = ctx.store.begin().await?;
            let forgotten = store::sweep(&mut tx, table, before).await?;
            tx.commit().await?;
            if forgotten < u64::from(store::SWEPT_AT_ONCE) {
                break;
            }
        }
    }
    Ok(())
}
