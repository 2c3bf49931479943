//! What the command line does with text messages.
use std::collections::BTreeMap;

use clap::Subcommand;

use super::CommandError;
use super::language::language;
use crate::server::base::failure::Fault;
use crate::server::base::random::random_id;
use crate::server::config::Config;
use crate::server::context::Context;
use crate::server::delivery::sms::gsm::Size;
use crate::server::delivery::sms::text::Site;
use crate::server::delivery::{E164, OutgoingSms};
use crate::server::identifiers;
use crate::server::start::StartError;
use crate::texts::{Catalogue, Language};

/// For how long a test message is of use: whoever sent it is waiting for it.
const TEST_SMS_SECONDS: u32 = 600;

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
    let read = identifiers::number::read(text);
    E164::parse(read.as_deref().unwrap_or(text))
        .ok_or_else(|| "give a number with its calling code, such as +46701740605".to_owned())
}

/// `rekey sms test`.
pub(super) async fn test(ctx: &Context, to: E164, language: Language) -> Result<(), CommandError> {
    let gateway = ctx.sms.as_ref().ok_or_else(|| {
        let missing = "no gateway takes text messages: set [sms] gateway (REKEY__SMS__GATEWAY)";
        CommandError::Rejected(missing.to_owned())
    })?;
    let sentences = ctx.sentences(language);
    let site = Site::new(ctx.site_name(sentences).words, &ctx.public_url);
    let text = site.test(sentences);
    let accepted = gateway
        .send(&OutgoingSms {
            to,
            text,
            id: random_id().map_err(Fault::from)?,
            valid_for: TEST_SMS_SECONDS,
            report_to: None,
        })
        .await?;
    println!("taken by {}: {}", accepted.gateway, accepted.answer);
    Ok(())
}

/// Names each language whose text message with a code costs more than one, and the character that is to blame, if one is.
pub(super) fn name_long(config: &Config) -> Result<(), CommandError> {
    let origin = config.site.origin(config.site.listen);
    let none = BTreeMap::new();
    for language in &config.languages.offered {
        let own = config.texts.get(language).unwrap_or(&none);
        let sentences =
            Catalogue::with_overrides(*language, own).map_err(|source| StartError::Sentence {
                language: language.tag(),
                source,
            })?;
        let tag = language.tag();
        let name = config.site.name.in_language(*language, &config.languages);
        let site = Site::new(name.words, &origin);
        let text = site.code(&sentences, "000000");
        match Size::of(&text) {
            fitting if fitting.fits_one() => {}
            Size::Septets(septets) => {
                println!("sms text {tag}: {septets} of 160 characters: it costs two messages");
            }
            Size::Units { units, because_of } => println!(
                "sms text {tag}: {units} of 70 characters, since {because_of:?} is not in the alphabet of text messages: it costs several"
            ),
        }
    }
    Ok(())
}
