//! What whoever runs mail must know: the addresses to let through, and the records that make receivers believe them (SPF, RFC 7208; DKIM,
//! RFC 6376; DMARC, RFC 7489). Rekey signs nothing and reads no DNS: it says what follows from its configuration, and what only the relay knows.

use std::net::IpAddr;

use crate::server::config::{self, Relay, is_loopback};

/// A record of type TXT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// What stands in a record where only whoever runs the relay knows the value.
pub const SELECTOR: &str = "SELECTOR";
/// The same for the public key.
pub const KEY: &str = "KEY";
/// The same for the address that a relay on this machine sends from.
pub const ADDRESS: &str = "ADDRESS";

/// The records of one domain that mails come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The domain.
    pub name: String,
    /// Which servers may send for it.
    pub spf: Record,
    /// Under which keys its mails are signed: one for each relay.
    pub dkim: Vec<Record>,
    /// What receivers do with mails that neither speaks for.
    pub dmarc: Record,
}

/// The records of every domain that mails come from. A name without a dot, as in development, has none.
#[must_use]
pub fn records(mail: &config::Mail) -> Vec<Domain> {
    let mut domains: Vec<Domain> = Vec::new();
    for relay in &mail.relays {
        let Some(sender) = mail.sender_of(relay) else {
            continue;
        };
        let name = sender.email.domain();
        let name = idna::domain_to_ascii(name).unwrap_or_else(|_| name.to_owned());
        if !name.contains('.') || domains.iter().any(|known| known.name == name) {
            continue;
        }
        let relays: Vec<&Relay> = mail
            .relays
            .iter()
            .filter(|other| {
                mail.sender_of(other)
                    .is_some_and(|other| other.email.domain() == sender.email.domain())
            })
            .collect();
        domains.push(of_domain(name, &relays));
    }
    domains
}

fn of_domain(name: String, relays: &[&Relay]) -> Domain {
    let spf = each_once(relays.iter().map(|relay| mechanism(&relay.host)));
    let dkim = each_once(relays.iter().map(|relay| Record {
        name: format!(
            "{}._domainkey.{name}",
            relay.dkim_selector.as_deref().unwrap_or(SELECTOR)
        ),
        value: format!(
            "v=DKIM1; k={}; p={}",
            relay.dkim_public_key.as_deref().map_or("rsa", key_type),
            relay.dkim_public_key.as_deref().unwrap_or(KEY)
        ),
    }));
    Domain {
        spf: Record {
            name: name.clone(),
            value: format!("v=spf1 {} -all", spf.join(" ")),
        },
        dkim,
        dmarc: Record {
            name: format!("_dmarc.{name}"),
            value: "v=DMARC1; p=quarantine".to_owned(),
        },
        name,
    }
}

fn each_once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.fold(Vec::new(), |mut kept, one| {
        if !kept.contains(&one) {
            kept.push(one);
        }
        kept
    })
}

/// How SPF names a server (RFC 7208 section 5).
fn mechanism(host: &str) -> String {
    if is_loopback(host) {
        return format!("ip4:{ADDRESS}");
    }
    match host.parse() {
        Ok(IpAddr::V4(address)) => format!("ip4:{address}"),
        Ok(IpAddr::V6(address)) => format!("ip6:{address}"),
        Err(_) => format!("a:{host}"),
    }
}

/// An Ed25519 key has 32 bytes (RFC 8463), 44 signs in base64; with the frame that some tools put around it, 60. Keys for RSA are far longer.
fn key_type(key: &str) -> &'static str {
    if key.len() <= 60 { "ed25519" } else { "rsa" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay(host: &str, sender: &str) -> Relay {
        Relay {
            sender: Some(sender.parse().unwrap()),
            ..Relay::at(host.to_owned())
        }
    }

    fn text(record: &Record) -> (&str, &str) {
        (&record.name, &record.value)
    }

    #[test]
    fn each_domain_names_its_own_relays() {
        let mut relays = vec![
            relay("smtp.example.org", "a@example.org"),
            relay("192.0.2.7", "b@example.org"),
            relay("127.0.0.1", "c@other.example"),
            relay("2001:db8::7", "c@other.example"),
            relay("localhost", "rekey@localhost"),
        ];
        relays[1].dkim_selector = Some("rekey".to_owned());
        relays[1].dkim_public_key = Some("A".repeat(392));
        relays[2].dkim_public_key = Some("B".repeat(44));
        let found = records(&config::Mail {
            relays,
            ..config::Mail::default()
        });
        let names: Vec<_> = found.iter().map(|domain| &*domain.name).collect();
        assert_eq!(names, ["example.org", "other.example"]);
        assert_eq!(
            text(&found[0].spf),
            (
                "example.org",
                "v=spf1 a:smtp.example.org ip4:192.0.2.7 -all"
            )
        );
        assert_eq!(
            text(&found[1].spf),
            ("other.example", "v=spf1 ip4:ADDRESS ip6:2001:db8::7 -all")
        );
        let long = format!("v=DKIM1; k=rsa; p={}", "A".repeat(392));
        let dkim: Vec<_> = found[0].dkim.iter().map(text).collect();
        assert_eq!(
            dkim,
            [
                ("SELECTOR._domainkey.example.org", "v=DKIM1; k=rsa; p=KEY"),
                ("rekey._domainkey.example.org", &*long),
            ]
        );
        assert!(
            found[1].dkim[0]
                .value
                .starts_with("v=DKIM1; k=ed25519; p=BBB")
        );
        assert_eq!(
            text(&found[1].dmarc),
            ("_dmarc.other.example", "v=DMARC1; p=quarantine")
        );
    }
}
