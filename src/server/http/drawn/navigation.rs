//! The parts of an account, as the panel of a wide screen lists them.

use askama::Template;

use crate::server::http::places::{
    ACCOUNT_FACTOR, ACTIVITY, CONTACTS, NAME, PASSWORD, SECURITY, SESSIONS, is_below,
};
use crate::texts::{Catalogue, ServerText};

/// Each part: where it is, what it is called, and the pages besides that belong to it.
const PARTS: [(&str, ServerText, &[&str]); 7] = [
    (SECURITY, ServerText::AccountNavOverview, &[]),
    (NAME, ServerText::AccountNameHeading, &[]),
    (
        CONTACTS,
        ServerText::AccountNavContacts,
        &[
            "/account/security/mail",
            "/account/security/phone",
            "/account/security/code",
            "/account/security/remove",
        ],
    ),
    (PASSWORD, ServerText::AccountPasswordHeading, &[]),
    (ACCOUNT_FACTOR, ServerText::AccountNavFactor, &[]),
    (SESSIONS, ServerText::AccountNavDevices, &[]),
    (ACTIVITY, ServerText::AccountNavActivity, &[]),
];

/// The list on one page of the account.
#[derive(Debug)]
pub struct Navigation {
    /// The links.
    pub items: Vec<Item>,
}

/// A link of the list.
#[derive(Debug)]
pub struct Item {
    /// Where it leads.
    pub href: &'static str,
    /// Its words.
    pub words: ServerText,
    /// As `aria-current` has it: `page` where it leads to the page itself, `true` where that page belongs to the part.
    pub current: Option<&'static str>,
}

impl Navigation {
    /// The list for the page at `path`; none for a page that is no part of it.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        let items = PARTS.map(|(href, words, pages)| {
            let current = if href == path {
                Some("page")
            } else if pages.contains(&path) || (href != SECURITY && is_below(path, href)) {
                Some("true")
            } else {
                None
            };
            Item {
                href,
                words,
                current,
            }
        });
        let is_part = items.iter().any(|item| item.current.is_some());
        is_part.then(|| Self {
            items: items.into(),
        })
    }

    /// The element, as markup.
    #[must_use]
    pub fn markup(&self, sentences: &Catalogue) -> String {
        let items = &self.items;
        NavigationPart { items, sentences }
            .render()
            .inspect_err(|error| tracing::error!(%error, "a page has no navigation"))
            .unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "parts/navigation.html")]
struct NavigationPart<'a> {
    items: &'a [Item],
    sentences: &'a Catalogue,
}
