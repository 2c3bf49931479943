//! The worker that ends changes of a password which a node has left open (`password/intents.rs`).

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::server::context::Shared;
use crate::server::password::intents;

const EVERY: Duration = Duration::from_mins(1);

/// How long to wait for a database that has cut a change off.
const AGAIN: Duration = Duration::from_secs(1);

/// Works until told to stop.
pub(super) async fn run(ctx: Shared, stop: CancellationToken) {
    loop {
        let wait = if ctx.cut_off.is_empty() { EVERY } else { AGAIN };
        tokio::select! {
            () = stop.cancelled() => return,
            () = ctx.wake.intents.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
        let ended = match intents::end_cut_off(&ctx).await {
            Ok(()) => intents::end_left_open(&ctx).await,
            failed => failed,
        };
        if let Err(error) = ended {
            error.log("cannot end changes of a password that were cut off yet");
        }
    }
}
