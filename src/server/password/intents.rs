//! Changes of a password that were cut off between their intent and their completion, by a crash or because the database went away: they are
//! found, ended and told.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::Fault;
use crate::server::context::Context;
use crate::server::directory::LeftOpen;
use crate::server::store::intents::{Open, Outcome};
use crate::server::store::{self, Engine, Tx, Whose};

/// After this time an open intent belongs to nobody: no request lives so long.
const LIVES_FOR: i64 = 10 * MINUTE;

/// The intents of this process whose changes the database has cut off: they are ended as soon as it answers.
#[derive(Debug, Default)]
pub struct CutOff(Mutex<Vec<String>>);

impl CutOff {
    /// These are to be ended.
    pub fn add(&self, intents: &[String]) {
        self.waiting().extend_from_slice(intents);
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting().is_empty()
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends what the database has cut off in this process.
///
/// # Errors
/// [`Fault`] when it does not answer yet; what is left waits on.
pub async fn end_cut_off(ctx: &Context) -> Result<(), Fault> {
    loop {
        let Some(id) = ctx.cut_off.waiting().first().cloned() else {
            return Ok(());
        };
        let mut tx = ctx.store.begin_as(Whose::Worker).await?;
        if let Some(intent) = store::intents::open_by_id(&mut tx, &id).await? {
            abandon(ctx, &mut tx, &intent).await?;
        }
        tx.commit().await?;
        ctx.cut_off.waiting().retain(|waiting| *waiting != id);
    }
}

/// Ends what an earlier run of this program has left open, before anybody is let in. The one process that an embedded database has is this one;
/// elsewhere a young intent may be another node's, which is at work.
///
/// # Errors
/// [`Fault`] when the database does not answer.
pub async fn end_left_open_at_start(ctx: &Context) -> Result<(), Fault> {
    let before = match ctx.store.engine() {
        Engine::Sqlite => i64::MAX,
        Engine::Postgres => ctx.now() - LIVES_FOR,
    };
    end_from_before(ctx, before).await
}

/// Ends what a node has left open that was killed, or that could not reach the database.
///
/// # Errors
/// As [`end_left_open_at_start`].
pub async fn end_left_open(ctx: &Context) -> Result<(), Fault> {
    end_from_before(ctx, ctx.now() - LIVES_FOR).await
}

async fn end_from_before(ctx: &Context, before: i64) -> Result<(), Fault> {
    loop {
        let mut reader = ctx.store.read().await?;
        let found = store::intents::open_since_before(&mut reader, before).await?;
        drop(reader);
        for intent in &found {
            let mut tx = ctx.store.begin_as(Whose::Worker).await?;
            abandon(ctx, &mut tx, intent).await?;
            tx.commit().await?;
        }
        if found.len() < store::SWEPT_AT_ONCE as usize {
            return Ok(());
        }
    }
}

async fn abandon(ctx: &Context, tx: &mut Tx, intent: &Open) -> Result<(), Fault> {
    // First, as everywhere: the lock order, so that two of these are never in a deadlock.
    store::accounts::lock(tx, &intent.account_id).await?;
    // Another node may have been faster, or the change still have been completed.
    if !store::intents::end(tx, &intent.id, Outcome::Abandoned, ctx.now()).await? {
        return Ok(());
    }
    match ctx.directory.left_open() {
        // The old password holds and the proof is unused: the person tries again, as if nothing had been tried.
        LeftOpen::NothingWritten => {
            if let Some(under) = intent.under() {
                store::proposals::end(tx, under).await?;
                store::proposals::give_back(tx, under).await?;
            }
        }
    }
    let about = audit::Subject {
        flow: intent.flow(),
        account: Some(&intent.account_id),
        detail: "cut off, nothing written",
    };
    audit::record(ctx, tx, Actor::System, Event::PasswordChangeCutOff, about).await?;
    let account = intent.account_id.clone();
    tx.once_committed(move || {
        tracing::warn!(
            account,
            "a change of a password was cut off; it has written nothing"
        );
    });
    Ok(())
}
