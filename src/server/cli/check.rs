//! What `rekey check` looks at and says.

use super::{CommandError, breached, identifiers, senders, sms};
use crate::server::base::local_time::utc;
use crate::server::config::Sources;
use crate::server::health::observations;
use crate::server::start;

/// `rekey check`.
pub(super) async fn check(sources: &Sources) -> Result<(), CommandError> {
    let config = start::configuration(sources)?;
    println!("configuration: in order");
    for weaker in config.weaker_than_default() {
        println!("weaker than the default: {weaker}");
    }
    if let Some(why) = config.why_mails_lack_the_logo() {
        println!("mails: {why}");
    }
    for gap in config.gaps_in_the_law() {
        println!("{gap}");
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
