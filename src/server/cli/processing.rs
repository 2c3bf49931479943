//! The text for the record of processing (GDPR art. 30), filled from the configuration and from the numbers that the server forgets by.

use crate::server::base::kept::{self, in_days};
use crate::server::config::{Config, LegalBasis, Localised};
use crate::server::limits::sign_in_tries;
use crate::server::sessions::devices;
use crate::texts::Language;

/// What stands where only the organisation knows.
const MISSING: &str = "[to be filled in]";

/// `rekey processing`.
pub(super) fn print(config: &Config) {
    println!("{}", record(config));
}

fn record(config: &Config) -> String {
    let (help, law) = (&config.help, &config.help.law);
    let contact = law.privacy_contact.as_ref();
    let contact = contact.or(config.support.contact.as_ref());
    // The record is in English.
    let words = |words: &Localised| {
        let wording = words.in_language(Language::En, &config.languages);
        wording.words.to_owned()
    };
    let known = |value: Option<&Localised>| value.map_or_else(|| MISSING.to_owned(), words);
    let basis = match law.legal_basis {
        Some(LegalBasis::PublicTask) => "art. 6(1)(e), a task in the public interest",
        Some(LegalBasis::Contract) => "art. 6(1)(b), a contract with the person",
        Some(LegalBasis::LegalObligation) => "art. 6(1)(c), a legal obligation",
        Some(LegalBasis::LegitimateInterest) => "art. 6(1)(f), legitimate interests: safe accounts",
        None => MISSING,
    };
    let mut recipients: Vec<String> = config
        .mail
        .relays
        .iter()
        .map(|relay| format!("the mail relay {}: addresses and mails", relay.host))
        .collect();
    if config.sms.gateway.is_some() {
        recipients.push("the gateway for text messages: numbers and texts".to_owned());
    }
    if let Some(host) = config.password.range_host() {
        recipients.push(format!(
            "{host}: five digits of the SHA-1 of each new password, and the server's address"
        ));
    }
    recipients.extend(law.recipients.iter().map(words));
    let recipients = if recipients.is_empty() {
        MISSING.to_owned()
    } else {
        recipients.join("; ")
    };
    let mut lines = vec![
        format!("# Record of processing: {}", words(&config.site.name)),
        String::new(),
        format!("- Controller: {}", known(help.controller.as_ref())),
        format!("- Contact: {}", known(contact)),
        format!(
            "- Data protection officer: {}",
            known(law.data_protection_officer.as_ref())
        ),
        "- Purposes: signing in, resetting passwords, telling people of changes, protecting accounts".to_owned(),
        format!("- Ground (GDPR art. 6): {basis}"),
        "- Whose data: everybody who has an account".to_owned(),
        format!("- Recipients: {recipients}"),
        format!(
            "- Transfers to third countries: {}",
            known(law.transfers.as_ref())
        ),
        "- Protection: docs/security.md".to_owned(),
        String::new(),
        "| data | kept |".to_owned(),
        "|---|---|".to_owned(),
    ];
    lines.extend(
        table(config)
            .into_iter()
            .map(|(data, kept)| format!("| {data} | {kept} |")),
    );
    lines.join("\n")
}

/// Which data, and for how long.
fn table(config: &Config) -> Vec<(&'static str, String)> {
    let days = |kept: i64, after: &str| {
        let days = in_days(kept);
        let unit = if days == 1 { "day" } else { "days" };
        format!("{days} {unit}{after}")
    };
    let mut table = vec![
        (
            "names, addresses, numbers, password as a hash",
            "as long as the account".to_owned(),
        ),
        (
            "what was typed in a reset, and messages, sealed",
            days(kept::REQUESTS, " after the end"),
        ),
        (
            "what was written when a session ran out, sealed, in the person's own browser",
            "15 minutes".to_owned(),
        ),
        ("links, as hashes", days(kept::LINKS, " after the end")),
        (
            "limits, by names and addresses as MACs",
            days(kept::LIMITS, ""),
        ),
        (
            "tries to sign in, by names as MACs",
            days(sign_in_tries::KEPT_FOR, " after the last"),
        ),
        (
            "sessions, with the family of browser and system",
            days(
                kept::SESSIONS,
                " after they have run out; none where they were ended",
            ),
        ),
        (
            "browsers that an account knows, as hashes",
            days(devices::RECOGNISED_FOR, " after the last sign-in"),
        ),
        (
            "addresses and numbers that were replaced or removed",
            days(kept::CONTACTS, ""),
        ),
        (
            "changes of contacts and passwords",
            days(kept::CONTACT_CHANGES, ""),
        ),
        (
            "what happened, with ids in place of names",
            days(kept::AUDIT, ""),
        ),
    ];
    if config.password.policy().history > 0 {
        let count = config.password.policy().history;
        table.push(("former passwords, as hashes", format!("the last {count}")));
    }
    if config.help.feedback {
        table.push(("feedback on pages, without names", days(kept::FEEDBACK, "")));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::{Breached, Mode};

    #[test]
    fn it_says_what_is_configured_and_marks_what_is_not() {
        let mut config = Config::built_in(Mode::Production);
        assert_eq!(record(&config).matches(MISSING).count(), 6);
        assert!(record(&config).contains("- Recipients: [to be filled in]\n"));
        config.password.breached = Breached::Range;
        config.help.controller = Some("The municipality".into());
        config.help.law.legal_basis = Some(LegalBasis::PublicTask);
        config.help.law.transfers = Some("none".into());
        config.help.feedback = true;
        let record = record(&config);
        for wanted in [
            "- Controller: The municipality",
            "art. 6(1)(e)",
            "- Recipients: api.pwnedpasswords.com: five digits of the SHA-1",
            "- Transfers to third countries: none",
            "| feedback on pages, without names | 180 days |",
            "| what was typed in a reset, and messages, sealed | 1 day after the end |",
        ] {
            assert!(record.contains(wanted), "{wanted}: {record}");
        }
    }
}
