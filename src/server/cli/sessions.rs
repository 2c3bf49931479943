//! Sessions, on the command line.
use clap::Args;

use super::CommandError;
use super::account::account_named;
use crate::server::audit::{self, Actor, Event};
use crate::server::context::Context;
use crate::server::revoke::{self, Kept};
use crate::server::store;

/// Whose sessions end.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct SignOutArguments {
    /// The user name
    user_name: Option<String>,
    /// Everybody's
    #[arg(long)]
    everybody: bool,
}

/// `rekey account sign-out` (ASVS 7.4.5). Nobody is told: the password still holds.
pub(super) async fn sign_out(ctx: &Context, whose: SignOutArguments) -> Result<(), CommandError> {
    let mut tx = ctx.store.begin().await?;
    let ids = match &whose.user_name {
        Some(user_name) => vec![account_named(&mut tx, user_name).await?.id],
        None => store::sessions::accounts(&mut tx).await?,
    };
    let mut sessions = 0;
    for id in ids {
        store::accounts::lock(&mut tx, &id).await?;
        let ended = revoke::sessions(ctx, &mut tx, &id, Kept::default()).await?;
        sessions += ended;
        let detail = ended.to_string();
        let about = audit::Subject {
            account: Some(&id),
            detail: &detail,
            ..audit::Subject::default()
        };
        audit::record(
            ctx,
            &mut tx,
            Actor::Operator,
            Event::SessionsEndedByOperator,
            about,
        )
        .await?;
    }
    tx.commit().await?;
    println!("sessions ended: {sessions}");
    Ok(())
}
