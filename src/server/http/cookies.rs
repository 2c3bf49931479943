//! The cookies: their names, their attributes, and reading them back.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::server::base::clock::MINUTE;
use crate::server::context::Context;

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
    /// A link that reverts a change, as it was opened here, sealed.
    RevertLink,
    /// What the last post was refused for, sealed.
    Flash,
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
    /// This is a shared machine: no secret.
    Kiosk,
}

impl Name {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Flow,
        Self::Session,
        Self::Device,
        Self::SignIn,
        Self::Link,
        Self::RevertLink,
        Self::Flash,
        Self::Written,
        Self::Codes,
        Self::Return,
        Self::Wanted,
        Self::Language,
        Self::Kiosk,
    ];

    /// How long a browser keeps it; without an answer, until it is closed. The flow's lives as long as the flow ([`set_flow`]).
    #[must_use]
    pub const fn lifetime(self) -> Option<Duration> {
        match self {
            Self::Language | Self::Device => Some(Duration::from_hours(365 * 24)),
            Self::Flash => Some(Duration::from_mins(5)),
            Self::SignIn | Self::Wanted | Self::Written => Some(Duration::from_mins(15)),
            Self::Codes => Some(Duration::from_mins(10)),
            Self::Return => Some(Duration::from_hours(2)),
            Self::Flow | Self::Session | Self::Link | Self::RevertLink | Self::Kiosk => None,
        }
    }

    /// The prefix binds the cookie to this very host over https; over plain http, in development, browsers would refuse it.
    fn text(self, ctx: &Context) -> String {
        let name = match self {
            Self::Flow => "rekey-flow",
            Self::Session => "rekey-session",
            Self::Device => "rekey-device",
            Self::SignIn => "rekey-sign-in",
            Self::Link => "rekey-link",
            Self::RevertLink => "rekey-stop",
            Self::Flash => "rekey-said",
            Self::Written => "rekey-written",
            Self::Codes => "rekey-codes",
            Self::Return => "rekey-return",
            Self::Wanted => "rekey-wanted",
            Self::Language => "rekey-language",
            Self::Kiosk => "rekey-kiosk",
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
    Name::Flash,
    Name::Written,
    Name::SignIn,
    Name::Codes,
    Name::Wanted,
];

/// The value of a cookie that the browser sent.
#[must_use]
pub fn read(ctx: &Context, headers: &HeaderMap, name: Name) -> Option<String> {
    value_of(headers, &name.text(ctx)).map(str::to_owned)
}

/// The value of the first cookie of this name that has one. Whatever other cookies hold, bytes outside ASCII too, is passed over: they
/// are other applications', and any host beside ours can set them (RFC 6265 section 8.6).
fn value_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            Some((parts.next()?.trim_ascii(), parts.next()?.trim_ascii()))
        })
        .filter(|(key, value)| *key == name.as_bytes() && value.is_ascii())
        .filter_map(|(_, value)| std::str::from_utf8(value).ok())
        .find(|value| !value.is_empty())
}

fn set_cookie(
    ctx: &Context,
    name: Name,
    value: &str,
    max_age: Option<Duration>,
) -> Option<HeaderValue> {
    let secure = if ctx.is_plain_http() { "" } else { "; Secure" };
    let max_age = max_age.map_or_else(String::new, |age| format!("; Max-Age={}", age.as_secs()));
    // Lax, because the click in a mail must carry it (STANDARDS C19). It stands last, because lynx takes an attribute that it does not
    // know for another cookie, which all that follows then belongs to: without its path ours would not come back.
    let cookie = format!(
        "{}={value}; Path=/; HttpOnly{secure}{max_age}; SameSite=Lax",
        name.text(ctx)
    );
    HeaderValue::try_from(cookie).ok()
}

/// `Set-Cookie` for the flow, which lives as long as the flow itself: until `expires_at`, in microseconds since the epoch. On a phone the
/// browser may be ended while its owner reads the mail (docs/decisions/0030-the-cookie-of-a-reset-outlives-its-browser.md).
#[must_use]
pub fn set_flow(ctx: &Context, value: &str, expires_at: i64) -> Option<HeaderValue> {
    // Rounded up to whole minutes, so that two answers to one form are alike and none tells how long it took to make.
    let minutes = (expires_at - ctx.now() + MINUTE - 1) / MINUTE;
    let max_age = Duration::from_mins(u64::try_from(minutes).unwrap_or_default().max(1));
    set_cookie(ctx, Name::Flow, value, Some(max_age))
}

/// `Set-Cookie` for a value that lives as long as the browser is open, or, for the language and a known
/// browser, a year. The flow's is [`set_flow`].
#[must_use]
pub fn set(ctx: &Context, name: Name, value: &str) -> Option<HeaderValue> {
    set_cookie(ctx, name, value, name.lifetime())
}

/// `Set-Cookie` that removes it.
#[must_use]
pub fn remove(ctx: &Context, name: Name) -> Option<HeaderValue> {
    set_cookie(ctx, name, "", Some(Duration::ZERO))
}

/// A `Set-Cookie` of ours as a shared machine gets it: until the browser is closed, and none by which accounts know it.
#[must_use]
pub fn for_a_while(ctx: &Context, cookie: &HeaderValue) -> Option<HeaderValue> {
    const AGE: &str = "; Max-Age=";
    let Ok(text) = cookie.to_str() else {
        return Some(cookie.clone());
    };
    let is_removed = text.contains("; Max-Age=0;");
    if is_removed {
        return Some(cookie.clone());
    }
    if text
        .strip_prefix(&*Name::Device.text(ctx))
        .is_some_and(|rest| rest.starts_with('='))
    {
        return None;
    }
    let Some((before, rest)) = text.split_once(AGE) else {
        return Some(cookie.clone());
    };
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    HeaderValue::try_from(format!("{before}{after}")).ok()
}

/// Adds a `Set-Cookie`.
pub fn append(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_is_found_among_whatever_else_comes() {
        let found = |lines: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
            }
            value_of(&headers, "__Host-x").map(str::to_owned)
        };
        let ours = Some("abc".to_owned());
        for line in [
            &b"__Host-x=abc"[..],
            b"theme=\xe5; __Host-x=abc",
            b"theme=\xc3\xa5;__Host-x=abc; b=\xff\xfe",
            b"\xff\xfe=1; __Host-x=abc",
            b"; ;;=; =x; lone; __Host-x=abc",
            b"a=\"; __Host-x=abc",
            b"a=b=c; __Host-x = abc ",
            b"__Host-x=; __Host-x=abc",
            b"__Host-x=\xe5; __Host-x=abc",
            b"__host-x=no; x=no; __Host-xx=no; __Host-x=abc; __Host-x=second",
        ] {
            assert_eq!(found(&[line]), ours, "{}", line.escape_ascii());
            assert_eq!(found(&[b"theme=\xe5", line]), ours);
        }
        for line in [
            &b""[..],
            b"__Host-x",
            b"__Host-x=",
            b"__Host-x=\xe5",
            b"y=__Host-x=abc",
        ] {
            assert_eq!(found(&[line]), None, "{}", line.escape_ascii());
        }
    }
}
