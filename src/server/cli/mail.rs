//! Mail, on the command line.

use clap::Subcommand;

use super::CommandError;
use super::language::language;
use crate::server::base::failure::Fault;
use crate::server::base::random::random_id;
use crate::server::context::Context;
use crate::server::delivery::{Addressing, Look, MessageContent, Outgoing, Recourse, render};
use crate::server::identifiers::address;
use crate::texts::Language;

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

/// `rekey mail test`.
pub(super) async fn test(
    ctx: &Context,
    to: String,
    language: Language,
) -> Result<(), CommandError> {
    let to = address::read(&to)
        .map_err(|why| CommandError::Rejected(format!("{to:?}: {why}")))?
        .as_str()
        .to_owned();
    let sentences = ctx.sentences(language);
    let contact = ctx.config.support.contact.as_ref();
    let about = Addressing {
        site_name: ctx.site_name(sentences),
        site_url: &ctx.public_url,
        contact: contact.map(|contact| ctx.wording(contact, sentences)),
        name: &to,
        recourse: &Recourse::Reset,
        look: &Look::of(&ctx.config, &ctx.public_url),
    };
    let id = random_id().map_err(Fault::from)?;
    let outgoing = Outgoing {
        message_id: ctx.mailer.message_id(&id),
        rendered: render(&MessageContent::Test, sentences, &about)?,
        to_name: String::new(),
        to: to.clone(),
        date_us: ctx.now(),
    };
    let accepted = ctx.mailer.send(&outgoing).await?;
    println!("taken by {}: {}", accepted.relay, accepted.answer);
    Ok(())
}
