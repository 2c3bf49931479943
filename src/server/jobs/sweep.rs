//! The worker that forgets what is over (GDPR art. 5(1)(e)): flows and mails within a day of their end, limits after two.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::server::context::{Context, DAY, HOUR, Shared};
use crate::server::store;

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

async fn sweep(ctx: &Context) -> Result<(), sqlx::Error> {
    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    store::flows::sweep(&mut tx, now - 22 * HOUR).await?;
    store::jobs::sweep(&mut tx, now - 22 * HOUR).await?;
    store::sessions::sweep(&mut tx, now).await?;
    store::limits::sweep(&mut tx, now - 2 * DAY).await?;
    store::intents::sweep(&mut tx, now - 30 * DAY).await?;
    store::audit::sweep(&mut tx, now - 365 * DAY).await?;
    tx.commit().await
}
