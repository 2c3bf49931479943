//! The loops that resolve, send, tell, end what was cut off and sweep: the top floor of the background.

mod alert;
mod intents;
mod send;
mod sweep;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::base::failure::Fault;
use super::context::Shared;
use super::password::intents::end_left_open_at_start;
use super::reset::resolve;
use super::store::{self, Engine};
use crate::rules::channel::Channel;

/// Starts the workers. They end, after what they have in hand, when `stop` is cancelled.
///
/// # Errors
/// When the database does not answer.
pub async fn start(ctx: &Shared, stop: &CancellationToken) -> Result<JoinSet<()>, Fault> {
    if ctx.store.engine() == Engine::Sqlite {
        let mut tx = ctx.store.begin().await?;
        store::jobs::release_claims(&mut tx).await?;
        store::alerts::release_claims(&mut tx).await?;
        tx.commit().await?;
    }
    end_left_open_at_start(ctx).await?;
    let mut workers = JoinSet::new();
    workers.spawn(resolve::run(ctx.clone(), stop.clone()));
    for channel in Channel::ALL {
        workers.spawn(send::run(ctx.clone(), channel, stop.clone()));
    }
    workers.spawn(alert::run(ctx.clone(), stop.clone()));
    workers.spawn(intents::run(ctx.clone(), stop.clone()));
    workers.spawn(sweep::run(ctx.clone(), stop.clone()));
    Ok(workers)
}
