//! What the shared parts of templates (`templates/parts/`) are filled with.

use std::fmt;

use askama::filters::{Escaper as _, Html, HtmlSafe};

use super::frame::Frame;
use crate::server::base::passage::held_together;
use crate::server::base::passage::{Passage, Wording};

/// Words in which an address may be broken in front of its `@` and its dots, and only there (`<wbr>`), and a number nowhere: the spaces
/// between its groups are such that no line ends there. It escapes what it shows.
#[derive(Debug, Clone, Default)]
pub struct Breakable(String);

impl<T: Into<String>> From<T> for Breakable {
    fn from(words: T) -> Self {
        Self(words.into())
    }
}

impl HtmlSafe for Breakable {}

impl fmt::Display for Breakable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for word in held_together(&self.0).split_inclusive([' ', '\n']) {
            let is_address = word.contains('@');
            let breaks = word.char_indices().filter(|(at, c)| {
                let next = word[*at..].chars().nth(1);
                is_address
                    && *at > 0
                    && matches!(c, '@' | '.')
                    && next.is_some_and(char::is_alphanumeric)
            });
            let mut from = 0;
            for (at, _) in breaks {
                Html.write_escaped_str(&mut *f, &word[from..at])?;
                f.write_str("<wbr>")?;
                from = at;
            }
            Html.write_escaped_str(&mut *f, &word[from..])?;
        }
        Ok(())
    }
}

/// A link.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub words: String,
    /// The language of the words, where it is known to be another than the page's.
    pub lang: Option<&'static str>,
    /// Its name, where the words are not enough by themselves.
    pub name: Option<String>,
    /// It is read and not pressed: on a shared machine nothing leads out.
    pub is_text: bool,
}

impl Link {
    /// A link whose words say enough.
    pub fn new(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            words: words.into(),
            lang: None,
            name: None,
            is_text: false,
        }
    }

    /// A link in the words of the configuration.
    pub fn worded(href: impl Into<String>, wording: Wording<'_>) -> Self {
        Self {
            lang: wording.lang(),
            ..Self::new(href, wording.words)
        }
    }

    /// The same as a shared machine shows it, where it leads out.
    #[must_use]
    pub fn within(self, is_kiosk: bool) -> Self {
        let is_text = is_kiosk && !self.href.starts_with('/');
        Self { is_text, ..self }
    }

    /// The same, with a name of its own for those who hear it by itself.
    #[must_use]
    pub fn named(self, name: String) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }
}

/// A field of a form.
#[derive(Debug, Default)]
pub struct Field {
    /// Its name and id.
    pub id: &'static str,
    /// The type of the input.
    pub kind: &'static str,
    /// Its label.
    pub label: String,
    /// More about it.
    pub hint: Option<Passage>,
    /// What is to be put right.
    pub error: Option<String>,
    /// What it holds.
    pub value: String,
    /// What the browser may fill in (HTML autofill).
    pub autocomplete: &'static str,
    /// The keyboard of a phone.
    pub inputmode: &'static str,
    /// Class of the input.
    pub class: &'static str,
}

impl Field {
    /// The same as this page has it: with what is to be put right at this field, and on a shared machine with nothing that the browser fills
    /// in or brings back.
    #[must_use]
    pub fn on_page(self, frame: &Frame<'_>) -> Self {
        Self {
            error: frame.error_at(self.id).map(str::to_owned),
            autocomplete: frame.autocomplete(self.autocomplete),
            ..self
        }
    }

    /// The ids of what describes it.
    #[must_use]
    pub fn described_by(&self) -> Option<String> {
        let parts = [
            (self.hint.is_some(), "hint"),
            (self.error.is_some(), "error"),
        ];
        let ids: Vec<String> = parts
            .into_iter()
            .filter(|(is_there, _)| *is_there)
            .map(|(_, part)| format!("{}-{part}", self.id))
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// A thing that the account has, with what can be done about it.
#[derive(Debug, Default)]
pub struct Card {
    /// The thing.
    pub words: Breakable,
    /// More about it.
    pub notes: Vec<Breakable>,
    /// What can be done.
    pub links: Vec<Link>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_broken_at_its_parts_and_escaped() {
        for (words, shown) in [
            (
                "anna.berg@demo.example",
                "anna<wbr>.berg<wbr>@demo<wbr>.example",
            ),
            ("To a@b.example. Now.", "To a<wbr>@b<wbr>.example. Now."),
            ("a<b>@c.example", "a&#60;b&#62;<wbr>@c<wbr>.example"),
            (
                "v. 2.0 & 070-174 06 05",
                "v. 2.0 &#38; 070-174\u{a0}06\u{a0}05",
            ),
            ("+47 41 23 45 67.", "+47\u{a0}41\u{a0}23\u{a0}45\u{a0}67."),
            ("@ .", "@ ."),
            ("", ""),
        ] {
            assert_eq!(Breakable::from(words).to_string(), shown);
        }
    }
}
