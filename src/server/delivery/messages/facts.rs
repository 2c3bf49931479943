//! The table of a message: whose account, what, when and with what, each in a row of its own.

use super::super::plain::flat;
use super::template::{LINK, TOGETHER};
use super::{FactorNotification, MessageContent, Writer};
use crate::texts::ServerText;

/// A row: in the text part one line, in the HTML part a heading and a cell.
pub(super) struct Fact {
    /// "Account: ", with the space; empty where an operator's own sentence does not begin with one.
    pub(super) label: String,
    pub(super) value: String,
}

/// What names, with `{contact}`, an address or a number that came, and one that went.
#[must_use]
pub const fn contact_facts(is_phone: bool) -> (ServerText, ServerText) {
    if is_phone {
        (ServerText::MailFactNewPhone, ServerText::MailFactOldPhone)
    } else {
        (ServerText::MailFactNewMail, ServerText::MailFactOldMail)
    }
}

impl Writer<'_> {
    /// The rows of a message. Nothing is told twice: what the message's own words name, such as several accounts, has no row.
    pub(super) fn facts(&self, content: &MessageContent) -> Vec<Fact> {
        let account = |name: &str| self.fact(ServerText::MailFactAccount, "user_name", name);
        let reference =
            |reference: &str| self.fact(ServerText::MailCaseNumber, "reference", reference);
        let done = |at: &str, browser: Option<&str>| {
            let time = self.fact(ServerText::MailFactTime, "time", at);
            let browser =
                browser.map(|name| self.fact(ServerText::MailChangedBrowser, "browser", name));
            std::iter::once(time).chain(browser)
        };
        match content {
            MessageContent::Code {
                user_name,
                reference: number,
                others,
                ..
            }
            | MessageContent::Link {
                user_name,
                reference: number,
                others,
                ..
            } => {
                let own = others.is_empty().then(|| account(user_name));
                own.into_iter().chain([reference(number)]).collect()
            }
            MessageContent::Elsewhere {
                user_name,
                reference: number,
                ..
            } => vec![account(user_name), reference(number)],
            MessageContent::AskAgain {
                reference: number, ..
            } => vec![reference(number)],
            MessageContent::Changed {
                user_name,
                at,
                browser,
                reference: number,
                ..
            } => std::iter::once(account(user_name))
                .chain(done(at, browser.as_deref()))
                .chain(number.as_deref().map(reference))
                .collect(),
            MessageContent::Factor(about) => {
                let left = match about.news {
                    FactorNotification::CodeUsed { left } => {
                        Some(self.fact(ServerText::MailFactorCodesLeft, "count", &left.to_string()))
                    }
                    _ => None,
                };
                std::iter::once(account(&about.user_name))
                    .chain(done(&about.at, about.browser.as_deref()))
                    .chain(left)
                    .collect()
            }
            MessageContent::ContactChanged {
                user_name,
                is_phone,
                at,
                browser,
                added,
                ended,
                ..
            } => {
                let (new, old) = contact_facts(*is_phone);
                let contact = |text, contact: &Option<String>| {
                    let contact = contact.as_deref();
                    contact.map(|contact| self.fact(text, "contact", contact))
                };
                std::iter::once(account(user_name))
                    .chain(contact(new, added))
                    .chain(contact(old, ended))
                    .chain(done(at, browser.as_deref()))
                    .collect()
            }
            MessageContent::ConfirmPerson { .. }
            | MessageContent::ConfirmContact { .. }
            | MessageContent::Reverted { .. }
            | MessageContent::Test => Vec::new(),
        }
    }

    /// A sentence such as `Account: {user_name}`, cut before its value.
    fn fact(&self, text: ServerText, key: &str, value: &str) -> Fact {
        let value = match key {
            "time" => in_pieces(&flat(value)),
            _ => flat(value),
        };
        let sentence = self
            .catalogue
            .fill_server(text, &[("site", self.site.words), (key, LINK)]);
        match sentence.split_once(LINK) {
            Some((label, "")) => Fact {
                label: label.to_owned(),
                value,
            },
            // An operator's own sentence, which goes on after the value or leaves it out.
            _ => Fact {
                label: String::new(),
                value: sentence.replace(LINK, &value),
            },
        }
    }
}

/// A time that is broken between its day and its hour at most: the cell is narrow on a phone.
fn in_pieces(time: &str) -> String {
    time.replace(' ', TOGETHER)
        .replace("\u{a0}kl.", " kl.")
        .replace("\u{a0}at\u{a0}", " at\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_broken_between_its_day_and_its_hour() {
        for (time, pieces) in [
            ("28 november kl. 11.23", ["28 november", "kl. 11.23"]),
            ("28. november kl. 11.23", ["28. november", "kl. 11.23"]),
            ("28 November at 11:23", ["28 November", "at 11:23"]),
        ] {
            let broken = in_pieces(time);
            let found: Vec<String> = broken
                .split(' ')
                .map(|piece| piece.replace(TOGETHER, " "))
                .collect();
            assert_eq!(found, pieces);
        }
    }
}
