//! The region of a page that warns before a session ends (WCAG 2.2.1). Its script is `public/stay.js`.

use askama::Template;

use crate::server::base::clock::{MINUTE, SECOND};
use crate::server::context::Context;
use crate::server::sessions::SignedIn;
use crate::texts::{Catalogue, ServerText};

/// Before the end of a session, people are warned for so long (WCAG 2.2.1; NIST SP 800-63B-4 section 8).
const WARNED_FOR: i64 = 2 * MINUTE;

/// When a session ends.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Ends {
    /// Seconds until people are warned.
    warn_in: i64,
    /// Seconds until it ends.
    end_in: i64,
    /// Staying would not move the end: the session has lasted for as long as one may, or is that of a sign-in under way.
    is_last: bool,
}

impl Ends {
    /// That of this session.
    #[must_use]
    pub fn of(ctx: &Context, who: &SignedIn) -> Self {
        let session = &who.session;
        let end = session.idle_until.min(session.absolute_until) - ctx.now();
        Self {
            warn_in: (end - WARNED_FOR).max(0) / SECOND,
            end_in: end.max(0) / SECOND,
            is_last: session.idle_until >= session.absolute_until,
        }
    }
}

#[derive(Template)]
#[template(path = "parts/stay.html")]
struct Region<'a> {
    ends: Ends,
    text: &'a str,
    submit: &'a str,
    last: &'a str,
    close: &'a str,
}

/// The region of a page in which people are warned, as markup.
pub fn region(ctx: &Context, sentences: &Catalogue, who: &SignedIn) -> Option<String> {
    let region = Region {
        ends: Ends::of(ctx, who),
        text: sentences.server(ServerText::AccountStayText),
        submit: sentences.server(ServerText::AccountStaySubmit),
        last: sentences.server(ServerText::AccountStayLast),
        close: sentences.server(ServerText::AccountStayClose),
    };
    region
        .render()
        .inspect_err(|error| tracing::error!(%error, "nobody is warned before a session ends"))
        .ok()
}
