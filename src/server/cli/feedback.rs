//! What the command line shows of what people say of the pages.
use clap::Subcommand;

use super::CommandError;
use crate::server::base::local_time::day;
use crate::server::context::Context;
use crate::server::store;

/// What people say of the pages.
#[derive(Debug, Subcommand)]
pub enum FeedbackCommand {
    /// What was said, newest day first
    List {
        /// Only of this page, such as help/no-message or forgot-password/code
        #[arg(long)]
        page: Option<String>,
    },
}

/// `rekey feedback list`: a line for each.
pub(super) async fn list(ctx: &Context, page: Option<String>) -> Result<(), CommandError> {
    let mut connection = ctx.store.read().await?;
    let all = store::feedback::list(&mut connection, page.as_deref()).await?;
    if all.is_empty() {
        println!("nobody has said anything");
    }
    for said in all {
        // On one line, and without characters that a terminal would obey.
        let words: Vec<String> = said
            .words
            .split_whitespace()
            .map(|word| word.chars().filter(|c| !c.is_control()).collect())
            .collect();
        println!(
            "{}  {}  {}  {}  {}",
            day(said.created_at),
            said.language,
            said.page,
            said.answer.as_deref().unwrap_or("-"),
            words.join(" ")
        );
    }
    Ok(())
}
