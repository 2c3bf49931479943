//! Resets under way, on the command line.

use clap::Subcommand;

use super::CommandError;
use crate::rules::reference;
use crate::server::base::local_time::utc;
use crate::server::context::Context;
use crate::server::store;

/// Resets under way.
#[derive(Debug, Subcommand)]
pub enum FlowCommand {
    /// What happened to the reset with this case number
    Show {
        /// The case number, such as K7Q-M2D
        reference: String,
    },
}

/// `rekey flow show`.
pub(super) async fn show(ctx: &Context, typed: &str) -> Result<(), CommandError> {
    let unknown = || {
        CommandError::Rejected(format!(
            "there is no reset with the case number {typed:?}; they are kept for a day"
        ))
    };
    let reference = reference::parse(typed).ok_or_else(unknown)?;
    let mut connection = ctx.store.read().await?;
    let flow = store::flows::by_reference(&mut connection, &reference)
        .await?
        .ok_or_else(unknown)?;
    println!(
        "{}  begun {}  step {}  {}",
        flow.reference,
        utc(flow.created_at),
        flow.step,
        flow.outcome()?.in_words()
    );
    println!(
        "tries left {}, new codes left {}, code until {}",
        flow.tries_left,
        flow.resends_left,
        utc(flow.code_expires_at)
    );
    for job in store::jobs::of_flow(&mut connection, &flow.id)
        .await?
        .into_iter()
        .filter(|job| job.kind != "resolve" && job.purpose != "decoy")
    {
        println!(
            "{}  {} ({})  {}  attempts {}  {}",
            utc(job.finished_at.unwrap_or(job.created_at)),
            job.kind,
            job.purpose,
            job.state,
            job.attempts,
            job.last_answer.unwrap_or_default()
        );
        if let Some(report) = job.report {
            println!("    reported: {report}");
        }
    }
    for fact in store::audit::of_flow(&mut connection, &flow.id).await? {
        println!("{}  {}  {}", utc(fact.at), fact.event, fact.detail);
    }
    Ok(())
}
