//! An address or number as it is shown and counted.

use super::{address, number};
use crate::rules::channel::Channel;
use crate::server::config::CallingCode;
use crate::server::store::contacts::Contact;

/// An address or number as pages show it: a domain in its own letters, a number as people at home write it (decision 0038).
#[must_use]
pub fn shown(home: &CallingCode, by: Channel, stored: &str) -> String {
    match by {
        Channel::Mail => address::shown(stored),
        Channel::Sms => number::shown(home, stored),
    }
}

/// A contact as pages show it.
#[must_use]
pub fn shown_contact(home: &CallingCode, contact: &Contact) -> String {
    match contact.reach() {
        Ok((by, stored)) => shown(home, by, stored),
        Err(_) => contact.address.clone(),
    }
}

/// What messages to an address or number are counted by, so that many spellings of one mailbox are no way around a limit. What follows a `+`
/// mostly reaches the same mailbox, and dots mean nothing at Gmail. Two mailboxes that are counted as one share a limit, nothing more.
#[must_use]
pub fn counted(by: Channel, compared: &str) -> String {
    match by {
        Channel::Mail => address::counted(compared),
        Channel::Sms => compared.to_owned(),
    }
}

/// A contact as an operator and the account's other contacts may see it.
#[must_use]
pub fn masked_contact(contact: &Contact) -> String {
    contact
        .reach()
        .map_or_else(|_| "…".to_owned(), |(by, stored)| masked(by, stored))
}

/// An address or number for whoever knows it already: enough to know it again, too little to use it.
#[must_use]
pub fn masked(by: Channel, stored: &str) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    match by {
        Channel::Mail => {
            let (local, domain) = stored.rsplit_once('@').unwrap_or((stored, ""));
            let top = domain.rsplit_once('.').map_or("", |(_, top)| top);
            format!("{}…@{}….{top}", first(local), first(domain))
        }
        Channel::Sms => {
            let digits: Vec<char> = stored.chars().filter(char::is_ascii_digit).collect();
            let last: String = digits.iter().skip(digits.len().saturating_sub(2)).collect();
            format!("…{last}")
        }
    }
}
