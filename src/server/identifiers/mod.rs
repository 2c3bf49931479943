//! One reading of what people write to say who they are or where they are reached: what is stored, compared, counted, shown and written to.
//!
//! It is made once, here, and used at every door: the first step, sign-in, the security page and the command line. What is compared is what is
//! written to, so an address that changes on its way to a relay is none. Case is folded for comparing, but a character outside ASCII never
//! becomes one inside: otherwise `mıke@…` or the Kelvin sign would reach somebody else's account (CVE-2019-19844).

pub mod address;
pub mod display_names;
mod marks;
pub mod number;
mod pasted;
pub mod rewrite;
pub mod sealed;

use unicode_normalization::UnicodeNormalization as _;

use crate::rules::channel::Channel;
use crate::rules::identifier::Kind;
use crate::rules::password::nfc;
use crate::server::store::contacts::Contact;
pub use address::{Address, NotAnAddress};
pub use marks::{is_digit, is_unseen, without_unseen};

/// What was written, read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identifier {
    /// What it looks like.
    pub kind: Kind,
    /// As accounts are stored and looked up under it; of a number too, as it would be a user name's.
    pub text: String,
    /// A mobile number in E.164.
    pub phone: Option<String>,
    /// As a page repeats it.
    pub shown: String,
}

impl Identifier {
    /// What is counted against: one for all spellings of a number, so that writing it differently is no way around a limit.
    #[must_use]
    pub fn counted(&self) -> &str {
        self.phone.as_deref().unwrap_or(&self.text)
    }
}

/// Reads an identifier that went through [`check`](crate::rules::identifier::check).
///
/// # Errors
/// [`NotAnAddress`] for what means to be an address and is none; which accounts exist plays no part.
pub fn read(checked: &str) -> Result<Identifier, NotAnAddress> {
    let address = if address::means_to_be_one(checked) {
        Some(address::read(checked)?)
    } else {
        address::read_escaped(checked)
    };
    Ok(address.map_or_else(
        || read_no_address(checked),
        |address| Identifier {
            kind: Kind::Mail,
            shown: shown(Channel::Mail, address.as_str()),
            text: address.compared(),
            phone: None,
        },
    ))
}

/// Whether it is whole for what it is: an address, a number of any kind, or a name in plain letters. Anything else, such as `anna(at)x.example`
/// or a number with words behind it, is a misspelt one.
#[must_use]
pub fn is_well_formed(identifier: &Identifier) -> bool {
    let is_plain = |c: char| {
        c.is_alphanumeric() || c.is_whitespace() || c == '.' || c == '_' || marks::is_dash(c)
    };
    identifier.kind != Kind::UserName
        || identifier.text.chars().all(is_plain)
        || number::looks_like_one(&identifier.text)
}

/// The same where nothing is sent: what is no address names an account, if any.
#[must_use]
pub fn read_to_look_up(checked: &str) -> Identifier {
    read(checked).unwrap_or_else(|_| read_no_address(checked))
}

fn read_no_address(checked: &str) -> Identifier {
    let phone = number::read(checked);
    Identifier {
        kind: phone.as_ref().map_or(Kind::UserName, |_| Kind::Phone),
        text: user_name(checked),
        phone,
        shown: without_unseen(checked),
    }
}

/// A user name as it is compared: without what nobody sees, in NFC and lower case, with the one space and, in a number, the one hyphen
/// that keyboards have.
#[must_use]
pub fn user_name(typed: &str) -> String {
    let seen = without_unseen(typed);
    let is_number = seen
        .chars()
        .all(|c| c.is_ascii_digit() || marks::is_dash(c) || c.is_whitespace());
    let plain: String = seen
        .chars()
        .map(|c| match c {
            c if is_number && marks::is_dash(c) => '-',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    lower(plain.trim())
}

/// Whether another user name could look the same: compatibility (NFKC) makes something else of it, or its letters are of several alphabets.
/// Those that Japanese, Korean and Chinese write together, also beside Latin, are one (UTS #39 section 5.2, highly restrictive). A name all in
/// another alphabet is a name.
#[must_use]
pub fn looks_like_another(user_name: &str) -> bool {
    let composed = nfc(user_name);
    user_name.chars().any(marks::becomes_ascii)
        || !composed.nfkc().eq(composed.chars())
        || marks::mixes_scripts(&composed)
}

/// An address or number as pages and messages show it: a domain in its own letters, a number in international form.
#[must_use]
pub fn shown(by: Channel, stored: &str) -> String {
    match by {
        Channel::Mail => address::shown(stored),
        Channel::Sms => number::shown(stored),
    }
}

/// A contact as pages show it.
#[must_use]
pub fn shown_contact(contact: &Contact) -> String {
    match contact.reach() {
        Ok((by, stored)) => shown(by, stored),
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

/// An address or number as an operator may see it: enough to know it again, too little to use it.
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

/// NFC and lower case, where a character outside ASCII stays outside.
fn lower(text: &str) -> String {
    let mut lowered = String::with_capacity(text.len());
    let mut rest = text;
    // NFC itself turns three characters into ASCII (the Kelvin sign into K, for one): those are kept as they are
    // and only what lies between them is folded.
    while let Some(at) = rest.find(marks::becomes_ascii) {
        let (before, from) = rest.split_at(at);
        lowered.push_str(&fold(before));
        let mut characters = from.chars();
        lowered.extend(characters.next());
        rest = characters.as_str();
    }
    lowered.push_str(&fold(rest));
    lowered
}

fn fold(text: &str) -> String {
    let lowered: String = nfc(text).chars().flat_map(lower_character).collect();
    // Lower case can compose where upper case could not: J and a caron, for one.
    nfc(&lowered)
}

fn lower_character(c: char) -> impl Iterator<Item = char> {
    let keep = !c.is_ascii() && c.to_lowercase().any(|lower| lower.is_ascii());
    c.to_lowercase()
        .filter(move |_| !keep)
        .chain(keep.then_some(c))
}

#[cfg(test)]
mod tests;
