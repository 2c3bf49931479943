//! An identifier, of whichever kind it turns out to be.

use super::{NotAnAddress, address, marks, number, user_name, without_unseen};
use crate::rules::identifier::Kind;

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
            shown: address::shown(address.as_str()),
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
