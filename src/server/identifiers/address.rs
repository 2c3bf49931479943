//! Mail addresses: what people paste, read as the one address that is stored and written to, or refused.

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization as _;

use super::case::lower;
use super::{marks, pasted};
use crate::rules::password::nfc;

/// The longest address in octets (RFC 5321 section 4.5.3.1.3, less the angle brackets).
const LONGEST: usize = 254;
/// The longest part before the `@` in octets (RFC 5321 section 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;

/// What stands before an address in a link (RFC 6068).
const SCHEMES: [&str; 1] = ["mailto"];

/// How HTML escapes the `@`.
const SIGN_IN_HTML: [&str; 3] = ["&#64;", "&#x40;", "&commat;"];

/// Addresses of these domains reach the same mailbox with and without dots.
const WITHOUT_DOTS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// What was written is no address that mail can be sent to as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no address that mail can be sent to")]
pub struct NotAnAddress;

/// An address as it is stored and written to: the part before the `@` as it was given, the domain in lower-case ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    text: String,
    at: usize,
}

impl Address {
    /// The address itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// As it is compared. Dots and plus signs stay: what they mean is the business of each mail provider.
    #[must_use]
    pub fn compared(&self) -> String {
        let (local, domain) = self.text.split_at(self.at);
        lower(local) + domain
    }
}

/// Whether somebody who writes this means an address. A name that begins with the only `@` is a user name, as some services write them.
#[must_use]
pub fn means_to_be_one(text: &str) -> bool {
    let text = marks::without_unseen(text);
    let text = text.trim();
    if pasted::after_scheme(text, &SCHEMES).is_some() {
        return true;
    }
    let mut signs = text
        .char_indices()
        .filter(|(_, c)| matches!(c, '@' | '\u{fe6b}' | '\u{ff20}'));
    match (signs.next(), signs.next()) {
        (None, _) | (Some((0, '@')), None) => false,
        (Some(_), _) => true,
    }
}

/// An address whose `@` some program has escaped, as in the address of a page (`anna%40x.example`) or in its source (`anna&#64;x.example`).
/// `None` where none comes out: the text may be a user name then. No address holds such an escape, so nothing else can be meant.
#[must_use]
pub fn read_escaped(text: &str) -> Option<Address> {
    unescaped(text).and_then(|text| read_plain(&text).ok())
}

fn unescaped(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    // With a sign or a scheme of its own, an escape is something else.
    if lower.contains(['@', '\u{fe6b}', '\u{ff20}'])
        || pasted::after_scheme(text.trim(), &SCHEMES).is_some()
    {
        return None;
    }
    if lower.contains("%40") {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
        return decoded.ok().map(std::borrow::Cow::into_owned);
    }
    SIGN_IN_HTML.iter().find_map(|escape| {
        let at = lower.find(escape)?;
        let (before, after) = (text.get(..at)?, text.get(at + escape.len()..)?);
        Some(format!("{before}@{after}"))
    })
}

/// Reads an address as people paste it: with a name before it, in brackets or quotation marks, as a link, with marks that nobody sees.
///
/// # Errors
/// [`NotAnAddress`] for what cannot be written to, or would change on its way to a relay.
pub fn read(typed: &str) -> Result<Address, NotAnAddress> {
    read_escaped(typed).map_or_else(|| read_plain(typed), Ok)
}

fn read_plain(typed: &str) -> Result<Address, NotAnAddress> {
    let seen = marks::without_unseen(typed);
    // An encoded word would be read by some programs and not by others (RFC 2047).
    if seen.contains("=?") {
        return Err(NotAnAddress);
    }
    let bare = marks::without_unseen(&unwrapped(&seen)?);
    let (local, domain) = halves(&bare)?;
    let local = read_local(local.trim_end())?;
    let domain = read_domain(domain.trim_start())?;
    let at = local.len();
    let text = format!("{local}@{domain}");
    if text.len() > LONGEST || text.parse::<lettre::Address>().is_err() {
        return Err(NotAnAddress);
    }
    Ok(Address { text, at })
}

/// The address alone, out of what stands around it.
fn unwrapped(seen: &str) -> Result<String, NotAnAddress> {
    let mut text = pasted::bare(seen).to_owned();
    // `Åsa Ek <asa.ek@demo.example>`: whatever the name says, the address stands between the brackets.
    if let Some((_, rest)) = text.rsplit_once('<') {
        let inside = rest.strip_suffix('>').ok_or(NotAnAddress)?;
        if text.matches(['<', '>']).count() != 2 {
            return Err(NotAnAddress);
        }
        text = pasted::bare(inside).to_owned();
    }
    if let Some(link) = pasted::after_scheme(&text, &SCHEMES) {
        let target = link.split_once('?').map_or(&*link, |(target, _)| target);
        pasted::bare(target).clone_into(&mut text);
    }
    Ok(text)
}

/// The parts on both sides of the one `@`.
fn halves(text: &str) -> Result<(&str, &str), NotAnAddress> {
    let (local, domain) = text.rsplit_once('@').ok_or(NotAnAddress)?;
    if local.contains('@') {
        return Err(NotAnAddress);
    }
    Ok((local, domain))
}

fn read_local(typed: &str) -> Result<String, NotAnAddress> {
    let local = nfc(&unquoted(typed)?);
    // What compatibility turns into something else is told apart by some programs and not by others (ATTACKS A02).
    let is_settled = local.nfkc().eq(local.chars()) && !typed.chars().any(marks::becomes_ascii);
    let is_dotted = local.split('.').all(|atom| !atom.is_empty());
    // Programs that are handed it on a command line take it for an option.
    let is_option = local.starts_with('-');
    if is_settled
        && is_dotted
        && !is_option
        && local.len() <= LONGEST_LOCAL
        && local.chars().all(|c| c == '.' || may_stand(c))
    {
        Ok(local)
    } else {
        Err(NotAnAddress)
    }
}

/// `atext` of RFC 5322, less the two signs by which relays of old were told a way (RFC 5321 appendix F.2), and beyond ASCII what RFC 6531 adds,
/// as far as somebody sees it.
fn may_stand(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || "#$&'*+-/=?^_`{|}~".contains(c)
    } else {
        marks::names_a_mailbox(c)
    }
}

/// Takes needless quotation marks away. What needs them holds a sign that [`may_stand`] refuses.
fn unquoted(local: &str) -> Result<String, NotAnAddress> {
    let Some(rest) = local.strip_prefix('"') else {
        return Ok(local.to_owned());
    };
    let inside = rest.strip_suffix('"').ok_or(NotAnAddress)?;
    let mut plain = String::new();
    let mut characters = inside.chars();
    while let Some(c) = characters.next() {
        plain.extend(match c {
            '\\' => characters.next(),
            '"' => return Err(NotAnAddress),
            c => Some(c),
        });
    }
    Ok(plain)
}

/// The domain in ASCII, where the two ways to write it (RFC 5891) are each other's only other form: what UTS #46 turns into something else, such
/// as full-width letters, is refused.
fn read_domain(typed: &str) -> Result<String, NotAnAddress> {
    let ascii = Uts46::new()
        .to_ascii(
            typed.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map_err(|_| NotAnAddress)?;
    let (own, verdict) = to_unicode(&ascii);
    verdict?;
    let typed: Vec<&str> = typed.split('.').collect();
    let both: Vec<(&str, &str)> = ascii.split('.').zip(own.split('.')).collect();
    let is_same = typed.len() == both.len()
        && typed
            .iter()
            .zip(&both)
            .all(|(typed, (ascii, own))| typed.eq_ignore_ascii_case(ascii) || lower(typed) == *own);
    // The last label is never a number: that is an IP address, and mail goes to names.
    let is_number = |label: &(&str, &str)| label.0.bytes().all(|byte| byte.is_ascii_digit());
    let is_odd = own.chars().any(marks::is_no_part_of_a_domain);
    if !is_same || is_odd || both.last().is_none_or(is_number) {
        return Err(NotAnAddress);
    }
    Ok(ascii.into_owned())
}

fn to_unicode(domain: &str) -> (String, Result<(), NotAnAddress>) {
    let (own, verdict) = Uts46::new().to_unicode(
        domain.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
    );
    (own.into_owned(), verdict.map_err(|_| NotAnAddress))
}

/// A stored address with its domain in its own letters.
pub(super) fn shown(stored: &str) -> String {
    let Some((local, domain)) = stored.rsplit_once('@') else {
        return stored.to_owned();
    };
    match to_unicode(domain) {
        (own, Ok(())) => format!("{local}@{own}"),
        _ => stored.to_owned(),
    }
}

/// See [`super::counted`].
pub(super) fn counted(compared: &str) -> String {
    let Some((local, domain)) = compared.rsplit_once('@') else {
        return compared.to_owned();
    };
    let mailbox = match local.split_once('+') {
        Some((mailbox, _)) if !mailbox.is_empty() => mailbox,
        _ => local,
    };
    if WITHOUT_DOTS.contains(&domain) {
        format!("{}@gmail.com", mailbox.replace('.', ""))
    } else {
        format!("{mailbox}@{domain}")
    }
}
