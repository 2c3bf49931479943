//! The cookies: their names, their attributes, and reading them back.

use axum::http::{HeaderMap, HeaderValue};
use cookie::{Cookie, SameSite};
use time::Duration;

use super::visitor::all_cookies;
use crate::server::context::{Context, MINUTE};

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// The flow: an opaque value.
    Flow,
    /// The session: an opaque value.
    Session,
    /// By what accounts know this browser: an opaque value.
    Device,
    /// Who is signing in, between the two pages of sign-in, sealed.
    SignIn,
    /// A mailed link that was opened here, sealed.
    Link,
    /// A link that stops a change, as it was opened here, sealed.
    Stop,
    /// What the last post was refused for, sealed.
    Said,
    /// What was written on a page that was left to show first who it is, sealed.
    Written,
    /// Recovery codes that were just made, sealed, until they have been saved.
    Codes,
    /// Where the person is led back to: no secret.
    Return,
    /// The page of the account that was asked for before anybody was signed in: no secret.
    Wanted,
    /// The chosen language: no secret.
    Language,
}

impl Name {
    /// The prefix binds the cookie to this very host over https; over plain http, in development, browsers would refuse it.
    fn text(self, ctx: &Context) -> String {
        let name = match self {
            Self::Flow => "rekey-flow",
            Self::Session => "rekey-session",
            Self::Device => "rekey-device",
            Self::SignIn => "rekey-sign-in",
            Self::Link => "rekey-link",
            Self::Stop => "rekey-stop",
            Self::Said => "rekey-said",
            Self::Written => "rekey-written",
            Self::Codes => "rekey-codes",
            Self::Return => "rekey-return",
            Self::Wanted => "rekey-wanted",
            Self::Language => "rekey-language",
        };
        if ctx.is_plain_http() {
            name.to_owned()
        } else {
            format!("__Host-{name}")
        }
    }
}

/// What holds something that a person has written or was shown, which signing out forgets: the next one in this browser may be another.
pub const WRITTEN: [Name; 5] = [
    Name::Said,
    Name::Written,
    Name::SignIn,
    Name::Codes,
    Name::Wanted,
];

/// The value of a cookie that the browser sent.
#[must_use]
pub fn read(ctx: &Context, headers: &HeaderMap, name: Name) -> Option<String> {
    let name = name.text(ctx);
    all_cookies(headers)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
        .filter(|value| !value.is_empty())
}

fn header(
    ctx: &Context,
    name: Name,
    value: String,
    max_age: Option<Duration>,
) -> Option<HeaderValue> {
    let mut cookie = Cookie::build((name.text(ctx), value))
        .path("/")
        .http_only(true)
        .secure(!ctx.is_plain_http())
        // Lax, because the click in a mail must carry it (STANDARDS C19).
        .same_site(SameSite::Lax);
    if let Some(max_age) = max_age {
        cookie = cookie.max_age(max_age);
    }
    HeaderValue::try_from(cookie.build().to_string()).ok()
}

/// `Set-Cookie` for the flow, which lives as long as the flow itself: until `expires_at`, in microseconds since the epoch. On a phone the
/// browser may be ended while its owner reads the mail (docs/decisions/0070-the-cookie-of-a-reset-outlives-its-browser.md).
#[must_use]
pub fn set_flow(ctx: &Context, value: &str, expires_at: i64) -> Option<HeaderValue> {
    // Rounded up to whole minutes, so that two answers to one form are alike and none tells how long it took to make.
    let minutes = (expires_at - ctx.now() + MINUTE - 1) / MINUTE;
    let max_age = Duration::minutes(minutes.max(1));
    header(ctx, Name::Flow, value.to_owned(), Some(max_age))
}

/// `Set-Cookie` for a value that lives as long as the browser is open, or, for the language and a known
/// browser, a year. The flow's is [`set_flow`].
#[must_use]
pub fn set(ctx: &Context, name: Name, value: &str) -> Option<HeaderValue> {
    let max_age = match name {
        Name::Language | Name::Device => Some(Duration::days(365)),
        Name::Said => Some(Duration::minutes(5)),
        Name::SignIn | Name::Wanted | Name::Written => Some(Duration::minutes(15)),
        Name::Codes => Some(Duration::minutes(10)),
        Name::Return => Some(Duration::hours(2)),
        Name::Flow | Name::Session | Name::Link | Name::Stop => None,
    };
    header(ctx, name, value.to_owned(), max_age)
}

/// `Set-Cookie` that removes it.
#[must_use]
pub fn remove(ctx: &Context, name: Name) -> Option<HeaderValue> {
    header(ctx, name, String::new(), Some(Duration::ZERO))
}
