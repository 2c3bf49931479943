//! The foot of every page: the languages, and the pages that the law wants linked everywhere. The server draws it for the app's pages too,
//! outside of what the browser's half takes over, so that it costs that half nothing.

use askama::Template;

use crate::rules::steps::Step;
use crate::server::context::Context;
use crate::server::http::places::{KIOSK_HERE, KIOSK_LEFT, KIOSK_OVER};
use crate::texts::{Catalogue, Language, ServerText, Text};

/// Seconds without a sign of somebody after which a shared machine forgets, and after which it warns of that: 20 seconds before (WCAG 2.2.1).
const FORGET_AFTER: u32 = 60;
const WARN_AFTER: u32 = 40;

/// What the foot of a page shows.
#[derive(Template)]
#[template(path = "parts/footer.html")]
pub struct Footer<'a> {
    sentences: &'a Catalogue,
    languages: &'a [Language],
    query: &'a str,
    /// Our address, which a printed page ends with.
    address: &'a str,
    /// This is a shared machine, which forgets by itself.
    is_kiosk: bool,
    /// Where it goes then, if nobody has touched the page.
    over: &'static str,
}

impl<'a> Footer<'a> {
    /// That of a page in the language of these sentences. `languages` are those that the same address can be asked for in, `query` is what
    /// it says besides the language, with `&` at its end.
    #[must_use]
    pub fn new(
        ctx: &'a Context,
        sentences: &'a Catalogue,
        languages: &'a [Language],
        query: &'a str,
        is_kiosk: bool,
    ) -> Self {
        Self {
            sentences,
            languages,
            query,
            address: &ctx.public_url,
            is_kiosk,
            over: KIOSK_LEFT,
        }
    }

    /// That of the page to which a shared machine goes back, where it has nothing to tell of that.
    #[must_use]
    pub const fn of_start(mut self, is_start: bool) -> Self {
        if is_start {
            self.over = KIOSK_OVER;
        }
        self
    }

    /// What stands inside the element, as markup.
    #[must_use]
    pub fn markup(&self) -> String {
        self.render()
            .inspect_err(|error| tracing::error!(%error, "a page has no foot"))
            .unwrap_or_default()
    }
}
