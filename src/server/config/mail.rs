//! `[mail]`: who mails come from, and the relays that take them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use secrecy::SecretString;

use super::error::{Finding, Place};
use super::layer::{Table, Value};
use super::logo::{self, Logo};
use super::loopback::is_loopback;
use super::relay_url;
use super::section::Section;
use super::service::path;
use super::text::one_line;

/// `[mail]`.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// The From of every mail that goes through a relay without a sender of its own, `Name <address>`.
    pub sender: Option<Mailbox>,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<Mailbox>,
    /// What this server calls itself to relays (RFC 5321 §4.1.1.1): a full name, or an address in brackets. Without one it takes the address
    /// that it speaks from.
    pub hello_name: Option<String>,
    /// The logo that goes with every mail, if not that of the pages.
    pub logo: Option<Logo>,
    /// Relays in the order in which they are tried. Empty only in development.
    pub relays: Vec<Relay>,
}

/// `[[mail.relays]]`.
#[derive(Debug, Clone)]
pub struct Relay {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The From of the mails that go through it, if not the one of `[mail]`.
    pub sender: Option<Mailbox>,
    /// The name under which its public key is published, if it signs mails (DKIM, RFC 6376).
    pub dkim_selector: Option<String>,
    /// That key, as the record carries it.
    pub dkim_public_key: Option<String>,
    /// How the connection is protected.
    pub security: Security,
    /// Whether a relay at a private address may be spoken to in clear where it offers no STARTTLS. Never with a password.
    pub plain_in_own_network: bool,
    /// User name for SMTP AUTH (RFC 4954); given together with a password.
    pub user: Option<String>,
    /// Its password, from `password`, `password_file` or the environment.
    pub password: Option<SecretString>,
    /// Certificates (PEM) to trust besides the machine's own.
    pub ca_file: Option<PathBuf>,
    /// How long one answer of the relay may take.
    pub timeout: Duration,
}

/// How the connection to a relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS, demanded and never skipped (RFC 3207).
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Nothing; only for a relay on this machine, or in one's own network where [`Relay::plain_in_own_network`] says so.
    None,
}

impl Security {
    /// The port that belongs to it (RFC 6409, RFC 8314, RFC 5321).
    #[must_use]
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "starttls" => Some(Self::Starttls),
            "tls" => Some(Self::Tls),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

impl Relay {
    /// A relay with everything but its host left as usual.
    #[must_use]
    pub fn at(host: String) -> Self {
        Self {
            host,
            port: Security::Starttls.usual_port(),
            sender: None,
            dkim_selector: None,
            dkim_public_key: None,
            security: Security::Starttls,
            plain_in_own_network: false,
            user: None,
            password: None,
            ca_file: None,
            timeout: Duration::from_secs(10),
        }
    }
}

impl Mail {
    /// The address and name that mails through a relay come from.
    #[must_use]
    pub fn sender_of<'a>(&'a self, relay: &'a Relay) -> Option<&'a Mailbox> {
        relay.sender.as_ref().or(self.sender.as_ref())
    }

    /// Every address that mails come from, in the order of the relays, each once.
    #[must_use]
    pub fn senders(&self) -> Vec<&Address> {
        let mut senders: Vec<&Address> = Vec::new();
        let used = self.relays.iter().filter_map(|relay| self.sender_of(relay));
        let only = self.sender.as_ref().filter(|_| self.relays.is_empty());
        for sender in used.chain(only) {
            if !senders.contains(&&sender.email) {
                senders.push(&sender.email);
            }
        }
        senders
    }

    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        part.optional("sender", MAILBOX, &mut self.sender, mailbox);
        part.optional("reply_to", MAILBOX, &mut self.reply_to, mailbox);
        part.optional(
            "hello_name",
            "a full name with a dot in it, such as \"rekey.example.org\", or an address",
            &mut self.hello_name,
            hello_name,
        );
        logo::take(part, &mut self.logo, logo::Use::Mails);
        self.read_relays(part);
        if let Some((place, text)) = part.take_variable("relay_url") {
            match relay_url::parse(&text) {
                Ok(relay) => self.relays.push(relay),
                Err(demand) => part.refuse(place, "relay_url", demand),
            }
        }
        if let Some((place, path)) = part.take_variable("relay_password_file") {
            let password = part.secret_file(place.clone(), "relay_password_file", Path::new(&path));
            match (password, self.relays.as_mut_slice()) {
                (Some(password), [relay]) => relay.password = Some(SecretString::from(password)),
                (Some(_), _) => part.refuse(
                    place,
                    "relay_password_file",
                    "needs exactly one relay; with several, give each its own password_file",
                ),
                (None, _) => {}
            }
        }
    }

    /// A file that names relays replaces the ones that earlier sources named.
    fn read_relays(&mut self, part: &mut Section<'_>) {
        const DEMAND: &str = "must be written in a file, each relay under its own [[mail.relays]]";
        let Some(entry) = part.take("relays") else {
            return;
        };
        let Value::List(items) = entry.value else {
            part.refuse(entry.place, "relays", DEMAND);
            return;
        };
        self.relays.clear();
        for item in items {
            match item.value {
                Value::Table(table) => self.relays.extend(read_relay(part, item.place, table)),
                _ => part.refuse(item.place, "relays", DEMAND),
            }
        }
    }

    /// What can only be seen once every source has spoken.
    pub(super) fn check_together(&self, findings: &mut Vec<Finding>) {
        for relay in &self.relays {
            let demand = match (&relay.user, &relay.password) {
                (Some(_), None) => {
                    "has a user but no password: set password_file, password or REKEY__MAIL__RELAY_PASSWORD_FILE"
                }
                (None, Some(_)) => "has a password but no user: set user",
                (Some(_), Some(_)) if relay.plain_in_own_network => {
                    "has a user and plain_in_own_network: a password is never said in clear; take one of them away"
                }
                _ => continue,
            };
            findings.push(Finding {
                place: Place::Together,
                key: format!("mail.relays {}", relay.host),
                demand: demand.to_owned(),
            });
        }
    }
}

fn read_relay(part: &mut Section<'_>, place: Place, table: Table) -> Option<Relay> {
    let mut relay = Relay::at(String::new());
    let mut secure = true;
    part.read_table("relays", table, |part| {
        if part.place_of("host").is_none() {
            part.refuse(place, "host", format!("must be given, {HOST}"));
        }
        part.parsed("host", HOST, &mut relay.host, host);
        let written = part.place_of("security");
        part.parsed(
            "security",
            "\"starttls\", \"tls\" or \"none\"",
            &mut relay.security,
            Security::parse,
        );
        let exception = part.place_of("plain_in_own_network");
        part.flag("plain_in_own_network", &mut relay.plain_in_own_network);
        if let (true, false, Some(place)) = (
            relay.plain_in_own_network,
            relay.security == Security::None,
            exception,
        ) {
            part.refuse(
                place,
                "plain_in_own_network",
                "is only for security = \"none\"",
            );
        }
        secure = is_allowed(&relay);
        if let (false, Some(place)) = (secure, written) {
            part.refuse(place, "security", PLAIN);
        }
        relay.port = part
            .take_number("port", 1..=65_535)
            .unwrap_or(relay.security.usual_port());
        part.optional("sender", MAILBOX, &mut relay.sender, mailbox);
        part.optional(
            "dkim_selector",
            "a name of letters, digits, hyphens and full stops",
            &mut relay.dkim_selector,
            selector,
        );
        part.optional(
            "dkim_public_key",
            "the key in base64, without line breaks",
            &mut relay.dkim_public_key,
            public_key,
        );
        part.optional("user", "one line of text", &mut relay.user, |text| {
            one_line(text, 320)
        });
        relay.password = read_password(part);
        part.optional("ca_file", "a path", &mut relay.ca_file, path);
        let mut seconds = relay.timeout.as_secs();
        part.number_of("timeout_seconds", "seconds", 1..=120, &mut seconds);
        relay.timeout = Duration::from_secs(seconds);
    });
    Some(relay).filter(|relay| secure && !relay.host.is_empty())
}

/// The password itself, or the file that holds it; both at once would leave open which one counts.
pub(super) fn read_password(part: &mut Section<'_>) -> Option<SecretString> {
    let mut password = None;
    let mut file = None;
    part.optional("password", "a text", &mut password, |text| {
        (!text.is_empty()).then(|| SecretString::from(text))
    });
    let place = part.place_of("password_file");
    part.optional("password_file", "a path", &mut file, path);
    if let (Some(file), Some(place)) = (file, place) {
        if password.is_some() {
            part.refuse(place, "password_file", "cannot stand beside password");
        } else {
            password = part
                .secret_file(place, "password_file", &file)
                .map(SecretString::from);
        }
    }
    password
}

const MAILBOX: &str = "\"Name <address>\" or an address, such as \"Rekey <rekey@example.org>\"";

pub(super) const HOST: &str = "a host name or an address, without port";

pub(super) const PLAIN: &str = "may be \"none\" only for a relay on this machine (localhost, 127.0.0.1, ::1), or, with plain_in_own_network = true, at a private address; use \"starttls\" or \"tls\"";

/// Whether the relay may be spoken to as configured. Where clear text is an exception, the address that is connected to is judged then.
pub(super) fn is_allowed(relay: &Relay) -> bool {
    relay.security != Security::None || relay.plain_in_own_network || is_loopback(&relay.host)
}

/// A name that other servers can look up, or an address, in the form of EHLO.
pub(super) fn hello_name(text: &str) -> Option<String> {
    let name = host(text)?;
    match name.trim_matches(['[', ']']).parse() {
        Ok(std::net::IpAddr::V4(ip)) => Some(format!("[{ip}]")),
        Ok(std::net::IpAddr::V6(ip)) => Some(format!("[IPv6:{ip}]")),
        Err(_) => {
            let name = name.trim_end_matches('.').to_owned();
            (name.contains('.') && !is_loopback(&name)).then_some(name)
        }
    }
}

/// A host name or address that can stand in a URL.
pub(super) fn host(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    if bare.parse::<std::net::IpAddr>().is_ok() {
        return Some(bare.to_owned());
    }
    url::Host::parse(text).ok().map(|host| host.to_string())
}

/// A name in the DNS (RFC 6376 section 3.1).
fn selector(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=63).contains(&text.len())
        && text.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        });
    fits.then(|| text.to_owned())
}

fn public_key(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (40..=2000).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    fits.then(|| text.to_owned())
}

fn mailbox(text: &str) -> Option<Mailbox> {
    one_line(text, 320)?.parse().ok()
}
