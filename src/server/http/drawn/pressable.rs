//! Whom to ask, in the words of the configuration: mail addresses, telephone numbers and web addresses in them can be pressed.

use std::fmt;
use std::ops::Range;

use askama::filters::{Escaper as _, Html, HtmlSafe};
use linkify::{LinkFinder, LinkKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rlibphonenumber::PhoneNumberFormat;
use rlibphonenumber::enums::Region;
use rlibphonenumber::phonenumber_matcher::PHONE_MATCHER_FACTORY;

use crate::server::base::passage::{Passage, Wording};

/// What stands in `mailto:` as it is (RFC 6068 section 2).
const IN_ADDRESS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'@')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'+');

/// Whose numbers are read without their country. Norwegian ones have no leading zero and Swedish ones have, so none is taken for the other.
const REGIONS: [Region; 2] = [Region::SE, Region::NO];

/// A sentence with a contact in it. Shown, it is HTML: escaped, with `lang` as the passage has it.
#[derive(Debug, Clone)]
pub struct Pressable {
    passage: Passage,
    is_kiosk: bool,
}

impl Pressable {
    /// On a shared machine nothing leads out, so nothing is pressable there.
    #[must_use]
    pub const fn new(passage: Passage, is_kiosk: bool) -> Self {
        Self { passage, is_kiosk }
    }
}

impl HtmlSafe for Pressable {}

impl fmt::Display for Pressable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_kiosk {
            return write!(f, "{}", self.passage);
        }
        for part in self.passage.parts() {
            match part.lang() {
                Some(lang) => {
                    write!(f, "<span lang=\"{lang}\">")?;
                    write_linked(f, part.words)?;
                    f.write_str("</span>")?;
                }
                None => write_linked(f, part.words)?,
            }
        }
        Ok(())
    }
}

fn write_linked(f: &mut fmt::Formatter<'_>, words: &str) -> fmt::Result {
    let mut from = 0;
    for (place, href) in links(words) {
        write!(f, "{}", Wording::from(&words[from..place.start]))?;
        f.write_str("<a href=\"")?;
        Html.write_escaped_str(&mut *f, &href)?;
        f.write_str("\">")?;
        write!(f, "{}", Wording::from(&words[place.clone()]))?;
        f.write_str("</a>")?;
        from = place.end;
    }
    write!(f, "{}", Wording::from(&words[from..]))
}

/// Where something stands that can be pressed, from first to last, and what it opens.
fn links(words: &str) -> Vec<(Range<usize>, String)> {
    let finder = LinkFinder::new();
    let addresses = finder.links(words).filter_map(|link| {
        let text = link.as_str();
        let href = match link.kind() {
            LinkKind::Email => format!("mailto:{}", utf8_percent_encode(text, IN_ADDRESS)),
            LinkKind::Url
                if ["https://", "http://"]
                    .iter()
                    .any(|scheme| text.starts_with(scheme)) =>
            {
                text.to_owned()
            }
            _ => return None,
        };
        Some((link.start()..link.end(), href))
    });
    let mut found: Vec<_> = addresses.collect();
    let numbers = PHONE_MATCHER_FACTORY.matcher_builder(words);
    for number in numbers.regions(REGIONS).build() {
        let place = number.start..number.end();
        let is_apart = |(other, _): &(Range<usize>, String)| {
            other.end <= place.start || place.end <= other.start
        };
        if found.iter().all(is_apart) {
            let number = number.number.format_as(PhoneNumberFormat::E164);
            found.push((place, format!("tel:{number}")));
        }
    }
    found.sort_by_key(|(place, _)| place.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    fn shown(words: &str) -> String {
        Pressable::new(Wording::from(words).into(), false)
            .to_string()
            .replace('\u{a0}', " ")
    }

    #[test]
    fn addresses_and_numbers_can_be_pressed_and_the_rest_is_escaped() {
        for (words, wanted) in [
            (
                "IT-stöd, 010-123 45 67, vardagar 8–16.",
                "IT-stöd, <a href=\"tel:+46101234567\">010-123 45 67</a>, vardagar 8–16.",
            ),
            (
                "IT-støtte: 22 34 56 78 eller +47 41 23 45 67",
                "IT-støtte: <a href=\"tel:+4722345678\">22 34 56 78</a> eller <a href=\"tel:+4741234567\">+47 41 23 45 67</a>",
            ),
            (
                "<b>it+help@example.org</b>.",
                "&#60;b&#62;<a href=\"mailto:it+help@example.org\">it+help@example.org</a>&#60;/b&#62;.",
            ),
            (
                "See https://example.org/help?a=1&b=\"2.",
                "See <a href=\"https://example.org/help?a=1&#38;b=\">https://example.org/help?a=1&#38;b=</a>&#34;2.",
            ),
            (
                "Room 12, 2026-11-28 8:00–16:30, ftp://a.example javascript:alert(1)",
                "Room 12, 2026-11-28 8:00–16:30, ftp://a.example javascript:alert(1)",
            ),
            ("", ""),
        ] {
            assert_eq!(shown(words), wanted);
        }
    }

    #[test]
    fn words_of_another_language_stay_marked() {
        let contact = Wording::foreign("Ring 010-123 45 67", Language::Sv);
        let passage = Passage::fill("Contact: {contact}.", &[("contact", contact)]);
        let shown = Pressable::new(passage, false).to_string();
        assert!(
            shown.starts_with("Contact: <span lang=\"sv\">Ring <a href=\"tel:+46101234567\">"),
            "{shown}"
        );
        assert!(shown.ends_with("</a></span>."), "{shown}");
    }
}
