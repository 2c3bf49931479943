//! The worker that ends changes of a password which a node has left open (`password/intents.rs`).

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::server::context::Shared;
use crate::server::password::intents;

const EVERY: Duration = Duration::from_mins(1);

/// Works until told to stop.
pub(super) async fn run(ctx: Shared, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = ctx.wake.intents.notified() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = intents::end_left_open(&ctx).await {
            error.log("cannot look for changes of a password that were cut off");
        }
    }
}
