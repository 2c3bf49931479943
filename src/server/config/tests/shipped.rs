//! `Leptos.toml` and `docs/configuration.md` say what the program does.

use std::error::Error;
use std::fs;
use std::path::Path;

use toml::Value;

use super::brand::PNG;
use super::{Config, Given, Mode, Outcome, complaint};
use crate::server::config::{Reason, SHIPPED};

/// The sections that have keys of their own, with the way to ask for an unknown one.
const SECTIONS: [&str; 17] = [
    "site",
    "site.colours",
    "keys",
    "database",
    "mail",
    "mail.relays",
    "sms",
    "reset",
    "password",
    "limits",
    "sessions",
    "hashing",
    "operator",
    "support",
    "help",
    "accounts",
    "accounts.federated",
];

/// Whether it is written once for each thing.
fn is_list(section: &str) -> bool {
    ["mail.relays", "accounts.federated"].contains(&section)
}

/// The keys of a section, as the program lists them in its error.
fn keys(section: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let header = if is_list(section) {
        format!("[[{section}]]")
    } else {
        format!("[{section}]")
    };
    let said = complaint(&format!("{header}\nno_such_key = 1\n"))?;
    let (_, list) = said.split_once("which has: ").ok_or(said.clone())?;
    Ok(list.split(", ").map(str::to_owned).collect())
}

/// The text of one section in `text`, from the line after `header` to the next line that starts with `end`.
fn part<'a>(text: &'a str, header: &str, end: &str) -> Result<&'a str, Box<dyn Error>> {
    let (_, rest) = text
        .split_once(&format!("\n{header}\n"))
        .ok_or_else(|| format!("no {header}"))?;
    Ok(rest.split(&format!("\n{end}")).next().unwrap_or_default())
}

fn beside_cargo_toml(name: &str) -> Result<String, Box<dyn Error>> {
    Ok(fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join(name),
    )?)
}

#[test]
fn the_shipped_file_changes_nothing() -> Outcome {
    let config = Given::toml(SHIPPED)?.load()?;
    let mut built_in = Config::built_in(Mode::Production);
    // Its empty [texts.…] sections are read, and hold nothing.
    built_in.texts.clone_from(&config.texts);
    assert!(
        config
            .texts
            .values()
            .all(std::collections::BTreeMap::is_empty)
    );
    assert_eq!(format!("{config:?}"), format!("{built_in:?}"));
    Ok(())
}

#[test]
fn its_comments_are_the_built_in_values() -> Outcome {
    let file = tempfile::NamedTempFile::new()?;
    let path = file.path().display().to_string();
    let logo = tempfile::NamedTempFile::new()?;
    fs::write(logo.path(), "<svg xmlns='http://www.w3.org/2000/svg'/>")?;
    let png = tempfile::NamedTempFile::new()?;
    fs::write(png.path(), PNG)?;
    let uncommented = SHIPPED
        .replace("\n#", "\n")
        .lines()
        .filter(|line| !line.starts_with(' ') && !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
        .replace("/run/secrets/relay", &path)
        .replace("/run/secrets/sms", &path)
        .replace("/etc/rekey/logo.svg", &logo.path().display().to_string())
        .replace("/etc/rekey/logo.png", &png.path().display().to_string());
    let mut config = Given::toml(&uncommented)?.load()?;
    let built_in = Config::built_in(Mode::Production);
    assert!(config.site.public_url.take().is_some());
    assert!(config.mail.sender.is_some() && config.mail.reply_to.is_some());
    assert!(config.mail.logo.is_some());
    assert_eq!(config.mail.relays.len(), 1);
    config.mail = built_in.mail.clone();
    let sms = &mut config.sms;
    assert!(sms.gateway.take().is_some() && sms.url.take().is_some());
    assert!(sms.sender.take().is_some() && sms.account.take().is_some());
    assert!(sms.user.take().is_some() && sms.password.take().is_some());
    assert!(config.password.blocklist.take().is_some());
    assert!(config.password.breached_file.take().is_some());
    assert!(config.site.name.all().eq(built_in.site.name.all()));
    config.site.name = built_in.site.name.clone();
    assert!(config.site.logo.take().is_some());
    assert!(config.site.hsts_subdomains.take().is_some());
    assert!(config.site.colours.style_sheet().is_some());
    config.site.colours = built_in.site.colours;
    assert_eq!(config.operator.alert.len(), 1);
    assert!(config.operator.relay.take().is_some());
    config.operator.alert.clear();
    assert!(config.support.contact.is_some());
    assert!(
        Reason::ALL
            .into_iter()
            .all(|reason| config.support.own(reason).is_some())
    );
    config.support = built_in.support.clone();
    let help = &mut config.help;
    assert!(help.privacy_url.take().is_some() && help.controller.take().is_some());
    assert!(help.phone_guide_url.take().is_some() && help.updated.take().is_some());
    let law = std::mem::take(&mut help.law);
    assert!(law.country.is_some() && law.legal_basis.is_some());
    assert!(law.accessibility_contact.is_some() && law.accessibility_assessor.is_some());
    assert!(law.accessibility_status.is_some() && law.accessibility_assessed.is_some());
    assert!(law.accessibility_url.is_some() && law.privacy_contact.is_some());
    assert!(law.data_protection_officer.is_some() && law.transfers.is_some());
    assert!(law.accessibility_shortcomings.is_empty() && law.recipients.is_empty());
    assert!(law.accessibility_exempt.is_empty() && law.accessibility_burden.is_empty());
    assert_eq!(config.accounts.federated.len(), 1);
    config.accounts.federated.clear();
    assert!(config.accounts.portal_name.take().is_some());
    assert!(config.accounts.portal_url.take().is_some());
    config.hashing.slots = built_in.hashing.slots;
    config.texts.clear();
    assert_eq!(format!("{config:?}"), format!("{built_in:?}"));
    Ok(())
}

#[test]
fn it_has_every_key() -> Outcome {
    for section in SECTIONS {
        let header = if is_list(section) {
            format!("#[[{section}]]")
        } else {
            format!("[{section}]")
        };
        let part = part(SHIPPED, &header, "[")?;
        for key in keys(section)? {
            let elsewhere = matches!(
                key.as_str(),
                "relays" | "password" | "colours" | "federated"
            );
            let written =
                part.contains(&format!("#{key} = ")) || part.starts_with(&format!("#{key} = "));
            assert!(written || elsewhere, "[{section}] {key}");
        }
    }
    Ok(())
}

#[test]
fn the_reference_has_every_key_and_no_other() -> Outcome {
    let reference = beside_cargo_toml("docs/configuration.md")?;
    for section in SECTIONS.into_iter().chain(["languages"]) {
        let header = if is_list(section) {
            format!("### `[[{section}]]`")
        } else {
            format!("### `[{section}]`")
        };
        let mut written: Vec<_> = part(&reference, &header, "##")?
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .map(str::to_owned)
            .collect();
        let mut keys = keys(section)?;
        keys.retain(|key| key != "relays" && key != "federated");
        keys.sort();
        written.sort();
        assert_eq!(written, keys, "{header}");
    }
    Ok(())
}

#[test]
fn the_section_of_leptos_is_the_one_of_cargo_toml() -> Outcome {
    let section = |text: &str| -> Result<Value, Box<dyn Error>> {
        let file: toml::Table = text.parse()?;
        let leptos = file
            .get("package")
            .and_then(|package| package.get("metadata")?.get("leptos"));
        leptos.cloned().ok_or_else(|| "no section".into())
    };
    let cargo = section(&beside_cargo_toml("Cargo.toml")?)?;
    let shipped = section(SHIPPED)?;
    for (key, value) in shipped.as_table().ok_or("no table")? {
        assert_eq!(cargo.get(key), Some(value), "{key}");
    }
    // Leptos reads from this line to the end of the file.
    let (_, rest) = SHIPPED
        .split_once("\n[package.metadata.leptos]\n")
        .ok_or("no section")?;
    assert!(!rest.contains("\n["));
    Ok(())
}
