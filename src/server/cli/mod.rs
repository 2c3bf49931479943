//! The command line: what can be said, and every command but `serve`, which needs the app.

mod breached;
pub mod demo;
mod factor;
mod feedback;
mod identifiers;
mod senders;
mod sessions;
mod sms;

use std::io::Read as _;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use zeroize::Zeroizing;

pub use factor::FactorCommand;
pub use feedback::FeedbackCommand;
pub use sessions::SignOutArguments;

use super::account::add::{self, AddError, NewPerson};
use super::config::{Mode, Sources};
use super::context::Context;
use super::delivery::{self, E164, MessageContent, Outgoing, Recourse, SendError, SmsError};
use super::identifiers as readings;
use super::start::{self, StartError};
use super::store;
use super::store::accounts::Account;
use crate::rules::password::nfc;
use crate::rules::reference;
use crate::server::base::failure::Fault;
use crate::server::base::keys::Keys;
use crate::server::base::local_time::utc;
use crate::server::directory::{self, Password};
use crate::server::health::observations;
use crate::texts::Language;

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

/// Sources of the configuration.
#[derive(Debug, Args)]
pub struct SourceArguments {
    /// A configuration file; may be given several times, later ones win
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Vec<PathBuf>,
    /// One of the ready journeys by name, or a file
    #[arg(long, global = true, value_name = "NAME|FILE")]
    pub journey: Option<String>,
    /// Development: loopback only, a database of its own, mails may go to /dev/mailbox
    #[arg(long, global = true)]
    pub dev: bool,
}

impl SourceArguments {
    /// The sources, for the configuration module.
    #[must_use]
    pub fn sources(&self, dev: bool) -> Sources {
        Sources {
            files: self.config.clone(),
            journey: self.journey.clone(),
            mode: if self.dev || dev {
                Mode::Dev
            } else {
                Mode::Production
            },
        }
    }
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

/// The key file.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a new key file where the old one is lost for good: no stored password works any more, everybody must choose a new one
    New,
}

/// Accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Add a person. Prints a random first password unless one is given on standard input
    Add(AddArguments),
    /// The second factor of an account
    #[command(subcommand)]
    Factor(FactorCommand),
    /// End the sessions of an account, or everybody's
    SignOut(SignOutArguments),
}

/// A person to add.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command by itself"
)]
#[derive(Debug, Args)]
pub struct AddArguments {
    /// The user name
    #[arg(long)]
    user_name: String,
    /// The person's name
    #[arg(long)]
    name: String,
    /// An e-mail address that is known to be theirs
    #[arg(long, required_unless_present = "phone")]
    mail: Option<String>,
    /// A mobile number that is known to be theirs
    #[arg(long)]
    phone: Option<String>,
    /// Their postal code, where [reset] `ask_postal_code` is on
    #[arg(long)]
    postal_code: Option<String>,
    /// The id of a provider in `[[accounts.federated]]` where they sign in, instead of with a password here
    #[arg(long, conflicts_with_all = ["password_stdin", "no_password"])]
    signs_in_with: Option<String>,
    /// Without a password, until somebody gives them one
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
    /// Language of mails: sv, nb or en
    #[arg(long, default_value = "sv", value_parser = language)]
    language: Language,
    /// The person administers
    #[arg(long)]
    administrator: bool,
    /// Read the first password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// The first password must be changed at the first sign-in
    #[arg(long, conflicts_with_all = ["signs_in_with", "no_password"])]
    must_change: bool,
}

/// Resets under way.
#[derive(Debug, Subcommand)]
pub enum FlowCommand {
    /// What happened to the reset with this case number
    Show {
        /// The case number, such as K7Q-M2D
        reference: String,
    },
}

/// Mail.
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Send a test mail through the configured relays
    Test {
        /// Where to
        #[arg(long)]
        to: String,
        /// In which language: sv, nb or en
        #[arg(long, default_value = "sv", value_parser = language)]
        language: Language,
    },
}

/// Text messages.
#[derive(Debug, Subcommand)]
pub enum SmsCommand {
    /// Send a test message through the configured gateway; it costs what a message costs
    Test {
        /// Where to, with the calling code, such as +46701740605
        #[arg(long, value_parser = number)]
        to: E164,
        /// In which language: sv, nb or en
        #[arg(long, default_value = "sv", value_parser = language)]
        language: Language,
    },
}

fn number(text: &str) -> Result<E164, String> {
    let read = readings::number::read(text);
    E164::parse(read.as_deref().unwrap_or(text))
        .ok_or_else(|| "give a number with its calling code, such as +46701740605".to_owned())
}

fn language(tag: &str) -> Result<Language, String> {
    Language::parse(tag).ok_or_else(|| "give sv, nb or en".to_owned())
}

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The program cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The account was not added.
    #[error(transparent)]
    Add(#[from] AddError),
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Standard input or output failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The test mail cannot be written.
    #[error(transparent)]
    Render(#[from] delivery::RenderError),
    /// No relay took the test mail.
    #[error("the mail was not taken: {0}")]
    Send(#[from] SendError),
    /// The gateway did not take the test message.
    #[error("the text message was not taken: {0}")]
    Sms(#[from] SmsError),
    /// Something named is not there.
    #[error("{0}")]
    Rejected(String),
}

impl From<sqlx::Error> for CommandError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// Does a command; what it has to say goes to standard output.
///
/// # Errors
/// [`CommandError`], printed by the caller; the exit code is then 1.
pub async fn run(command: Command, sources: &Sources) -> Result<(), CommandError> {
    if let Command::Check = command {
        return check(sources).await;
    }
    let config = start::configuration(sources)?;
    if let Command::Keys(KeysCommand::New) = command {
        let key = Keys::replace_lost(&config.keys.file).map_err(StartError::from)?;
        println!(
            "key file: {} holds the new key {}; back it up apart from the database",
            config.keys.file.display(),
            key.id()
        );
        return Ok(());
    }
    let bound = config.site.listen;
    let ctx = start::context(config, sources.mode, bound).await?;
    let done = match command {
        Command::Account(AccountCommand::Add(person)) => account_add(&ctx, person).await,
        Command::Account(AccountCommand::Factor(FactorCommand::Remove { user_name })) => {
            factor::remove(&ctx, &user_name).await
        }
        Command::Account(AccountCommand::SignOut(whose)) => sessions::sign_out(&ctx, whose).await,
        Command::Flow(FlowCommand::Show { reference }) => flow_show(&ctx, &reference).await,
        Command::Mail(MailCommand::Test { to, language }) => mail_test(&ctx, to, language).await,
        Command::Sms(SmsCommand::Test { to, language }) => sms::test(&ctx, to, language).await,
        Command::Feedback(FeedbackCommand::List { page }) => feedback::list(&ctx, page).await,
        Command::Serve { .. } | Command::Check | Command::Keys(_) => Ok(()),
    };
    ctx.store.close().await;
    done
}

async fn check(sources: &Sources) -> Result<(), CommandError> {
    let config = start::configuration(sources)?;
    println!("configuration: in order");
    for weaker in config.weaker_than_default() {
        println!("weaker than the default: {weaker}");
    }
    if let Some(meaning) = config.site.what_hsts_means() {
        println!("hsts: {meaning}");
    }
    let key_file = config.keys.file.display();
    let found = start::look(&config, sources.mode).await?;
    match found.key {
        Some(key) => println!(
            "key file: {key_file} holds key {key}; back it up apart from the database, for without it every password is lost"
        ),
        None => println!("key file: {key_file} will be made at the first start"),
    }
    match found.database {
        Some((engine, 0)) => println!("database: {engine:?}, schema up to date"),
        Some((engine, pending)) => {
            let changes = if pending == 1 { "change" } else { "changes" };
            println!(
                "database: {engine:?}, {pending} {changes} of the schema at the next start; back it up before"
            );
        }
        None => println!("database: will be made at the first start"),
    }
    identifiers::list(&found.findings);
    for seen in &found.observations {
        if let Some(sentence) = observations::sentence(seen, &utc(seen.seen_at)) {
            println!("{sentence}");
        }
    }
    let mut unusable = 0;
    for (relay, answer) in found.mailer.probe().await {
        match answer {
            Ok(found) => {
                let when = if found.is_later { ", later" } else { "" };
                println!("relay {relay}: answers, and would take mail{when}");
                for note in found.notes {
                    println!("relay {relay}: {note}");
                }
            }
            Err(failure) => {
                unusable += 1;
                println!("relay {relay}: {}", failure.why);
                if let Some(cure) = failure.cure {
                    println!("relay {relay}: {cure}");
                }
            }
        }
    }
    senders::list(&config.mail);
    match config.operator.alert.as_slice() {
        [] => println!("alert: nobody is told of incidents; set [operator] alert"),
        all => all.iter().for_each(|to| println!("alert: {}", to.name())),
    }
    match &found.sms {
        Some(gateway) => {
            println!("sms gateway: {}", gateway.name());
            sms::name_long(&config)?;
        }
        None => println!("sms gateway: none: codes go by mail only"),
    }
    let breached = breached::tell(&found.breached).await;
    if unusable > 0 {
        return Err(CommandError::Rejected(format!(
            "{unusable} of the relays cannot be used"
        )));
    }
    breached
}

async fn account_add(ctx: &Context, person: AddArguments) -> Result<(), CommandError> {
    let password = if person.no_password || person.signs_in_with.is_some() {
        None
    } else if person.password_stdin {
        let mut typed = Zeroizing::new(String::new());
        std::io::stdin().read_to_string(&mut typed)?;
        Some(Password::new(nfc(typed.trim_end_matches(['\r', '\n']))))
    } else {
        let policy = ctx.directory.policy();
        Some(add::random_password(policy, &ctx.blocklist).map_err(Fault::from)?)
    };
    let new = NewPerson {
        user_name: &person.user_name,
        name: &person.name,
        mail: person.mail.as_deref(),
        phone: person.phone.as_deref(),
        postal_code: person.postal_code.as_deref(),
        signs_in_with: person.signs_in_with.as_deref(),
        language: person.language,
        administrator: person.administrator,
        must_change: person.must_change,
    };
    let account = add::add(ctx, new, password.clone()).await?;
    match password.filter(|_| !person.password_stdin) {
        Some(password) => println!(
            "added {} with the password {}",
            account.user_name, &*password
        ),
        None => println!("added {}", account.user_name),
    }
    Ok(())
}

/// The account that a command names.
async fn account_named(
    connection: &mut store::Connection,
    user_name: &str,
) -> Result<Account, CommandError> {
    let canonical = readings::user_name(user_name.trim());
    store::accounts::by_user_name(connection, directory::BUILTIN, &canonical)
        .await?
        .ok_or_else(|| CommandError::Rejected(format!("there is no account {user_name:?}")))
}

async fn flow_show(ctx: &Context, typed: &str) -> Result<(), CommandError> {
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

async fn mail_test(ctx: &Context, to: String, language: Language) -> Result<(), CommandError> {
    let to = readings::address::read(&to)
        .map_err(|why| CommandError::Rejected(format!("{to:?}: {why}")))?
        .as_str()
        .to_owned();
    let about = delivery::Addressing {
        site_name: &ctx.config.site.name,
        site_url: &ctx.public_url,
        contact: ctx.config.support.contact.as_deref(),
        name: &to,
        recourse: &Recourse::Reset,
    };
    let id = crate::server::base::random::random_id().map_err(Fault::from)?;
    let outgoing = Outgoing {
        message_id: ctx.mailer.message_id(&id),
        rendered: delivery::render(&MessageContent::Test, ctx.sentences(language), &about)?,
        to_name: String::new(),
        to: to.clone(),
        date_us: ctx.now(),
    };
    let accepted = ctx.mailer.send(&outgoing).await?;
    println!("taken by {}: {}", accepted.relay, accepted.answer);
    Ok(())
}
