//! The command line: what can be said, and every command but `serve`, which needs the app. One file a command.

mod account;
mod add;
mod breached;
mod check;
pub mod demo;
mod error;
mod factor;
mod feedback;
mod flow;
mod identifiers;
mod keys;
mod language;
mod mail;
mod processing;
mod senders;
mod sessions;
mod sms;
mod sources;

use clap::{Parser, Subcommand};

pub use account::AccountCommand;
pub use add::AddArguments;
pub use error::CommandError;
pub use factor::FactorCommand;
pub use feedback::FeedbackCommand;
pub use flow::FlowCommand;
pub use keys::KeysCommand;
pub use mail::MailCommand;
pub use sessions::SignOutArguments;
pub use sms::SmsCommand;
pub use sources::SourceArguments;

use super::config::Sources;
use super::start;

/// Self-service password reset.
#[derive(Debug, Parser)]
#[command(name = "rekey", version, about, long_about = None, propagate_version = true)]
pub struct Cli {
    /// Where the configuration comes from.
    #[command(flatten)]
    pub from: SourceArguments,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server
    Serve {
        /// Adds the people of the demonstration and prints their passwords; implies --dev
        #[arg(long)]
        demo: bool,
    },
    /// Check configuration, key file, database and relays, and name what is weaker than the default
    Check,
    /// Print the text for the record of processing (GDPR art. 30), as Markdown
    Processing,
    /// Accounts of the built-in directory
    #[command(subcommand)]
    Account(AccountCommand),
    /// Resets under way
    #[command(subcommand)]
    Flow(FlowCommand),
    /// Mail
    #[command(subcommand)]
    Mail(MailCommand),
    /// Text messages
    #[command(subcommand)]
    Sms(SmsCommand),
    /// The key file
    #[command(subcommand)]
    Keys(KeysCommand),
    /// What people say of the pages
    #[command(subcommand)]
    Feedback(FeedbackCommand),
}

/// Does a command; what it has to say goes to standard output.
///
/// # Errors
/// [`CommandError`], printed by the caller; the exit code is then 1.
pub async fn run(command: Command, sources: &Sources) -> Result<(), CommandError> {
    if let Command::Check = command {
        return check::check(sources).await;
    }
    let config = start::configuration(sources)?;
    if let Command::Processing = command {
        processing::print(&config);
        return Ok(());
    }
    if let Command::Keys(KeysCommand::New) = command {
        return keys::new(&config);
    }
    let bound = config.site.listen;
    let ctx = start::context(config, sources.mode, bound).await?;
    let done = match command {
        Command::Account(AccountCommand::Add(person)) => add::add(&ctx, person).await,
        Command::Account(AccountCommand::Factor(FactorCommand::Remove { user_name })) => {
            factor::remove(&ctx, &user_name).await
        }
        Command::Account(AccountCommand::SignOut(whose)) => sessions::sign_out(&ctx, whose).await,
        Command::Flow(FlowCommand::Show { reference }) => flow::show(&ctx, &reference).await,
        Command::Mail(MailCommand::Test { to, language }) => mail::test(&ctx, to, language).await,
        Command::Sms(SmsCommand::Test { to, language }) => sms::test(&ctx, to, language).await,
        Command::Feedback(FeedbackCommand::List { page }) => feedback::list(&ctx, page).await,
        Command::Serve { .. } | Command::Check | Command::Processing | Command::Keys(_) => Ok(()),
    };
    ctx.store.close().await;
    done
}
