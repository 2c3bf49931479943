//! Passwords that are proposed at once: whoever comes when none may be tried any more waits for those that are being looked at, since one of
//! them may be saved. Only then is it known whether there were too many tries, or one was right.
use std::time::Duration;

use crate::rules::problem::Problem;
use crate::server::base::failure::{Failure, Fault};
use crate::server::context::Context;
use crate::server::password::change::Change;
use crate::server::store;
use crate::server::store::proposals::{Proposals, Under};

/// How often, and how far apart, is looked what became of the others: longer than a hash waits in a queue, and than a list of breached
/// passwords takes to answer.
const LOOKS: u32 = 200;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Ends a proposal that was counted. One that has saved a password has ended with that, and one that was cut off is ended with its intent.
///
/// # Errors
/// The proposal's own failure.
pub(super) async fn end(
    ctx: &Context,
    under: Under<'_>,
    proposed: Result<Change, Failure>,
) -> Result<Change, Failure> {
    let gives_back = match &proposed {
        Ok(Change::Made { .. }) | Err(Failure::Fault(Fault::CutOff(_) | Fault::GivenUp)) => {
            return proposed;
        }
        Ok(Change::TooLate) => false,
        Err(failure) => failure.gives_attempt_back(),
    };
    if let Err(error) = note_end(ctx, under, gives_back).await {
        tracing::warn!(%error, "a proposed password stays counted as under way");
    }
    proposed
}

async fn note_end(ctx: &Context, under: Under<'_>, gives_back: bool) -> Result<(), sqlx::Error> {
    let mut tx = ctx.store.begin().await?;
    store::proposals::end(&mut tx, under).await?;
    if gives_back {
        store::proposals::give_back(&mut tx, under).await?;
    }
    tx.commit().await
}

/// Takes back the count of a comparison with the password that was saved.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn give_back(ctx: &Context, under: Under<'_>) -> Result<(), sqlx::Error> {
    let mut tx = ctx.store.begin().await?;
    store::proposals::give_back(&mut tx, under).await?;
    tx.commit().await
}

/// Waits, with none left, until the proof is used up or gone.
///
/// # Errors
/// [`Failure::Rejected`] when nothing was saved and nothing more may be tried; [`Failure::Busy`] when one was given back meanwhile, so that this
/// one may be made again; [`Failure::Fault`] when the database does not answer.
pub(super) async fn until_decided(ctx: &Context, under: Under<'_>) -> Result<(), Failure> {
    for _ in 0..LOOKS {
        let mut connection = ctx.store.read().await?;
        let found = store::proposals::look(&mut connection, under).await?;
        drop(connection);
        match found {
            None => return Ok(()),
            Some(Proposals { left: 1.., .. }) => return Err(Failure::Busy),
            Some(Proposals { under_way: 1.., .. }) => tokio::time::sleep(BETWEEN_LOOKS).await,
            Some(_) => break,
        }
    }
    Err(Failure::rejected(Problem::PasswordAttemptsUsedUp))
}
