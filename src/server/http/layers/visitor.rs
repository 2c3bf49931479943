//! Who asks: client address, language, cookies, and whether a page or data is wanted. Read once a request, then handed on.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;

use super::forwarded;
use super::origin::SEC_FETCH_SITE;
use crate::server::context::Context;
use crate::server::http::cookies::{self, Name, append};
use crate::server::http::places::{ACCOUNT, is_below};
use crate::server::reset::link::Opened;
use crate::texts::Language;

/// Longest `Accept-Language` that is looked at.
const LANGUAGES_AT_MOST: usize = 512;

/// Who asks, and for what kind of answer.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the request by itself"
)]
#[derive(Clone)]
pub struct Visitor {
    /// Address of the client, past the trusted proxies.
    pub client: IpAddr,
    /// The language of the answer.
    pub language: Language,
    /// `?lang=` named a language, which the browser is to remember.
    pub chose_language: bool,
    /// `?return=` named a place that is allowed, which the browser is to remember.
    pub chose_return: bool,
    /// This is a shared machine, by `?kiosk=1` now or before.
    pub is_kiosk: bool,
    /// `?kiosk=` said so, or the contrary, which the browser is to remember.
    pub chose_kiosk: Option<bool>,
    /// Whether a page is wanted (a browser without or before its WebAssembly half) rather than data.
    pub wants_page: bool,
    /// Family of browser and system, such as `Firefox, Windows`; empty where neither is known.
    pub device: String,
    flow: Option<String>,
    session: Option<String>,
    device_cookie: Option<String>,
    sign_in: Option<String>,
    flash: Option<String>,
    link: Option<String>,
    revert_link: Option<String>,
    codes: Option<String>,
    return_to: Option<String>,
    wanted: Option<String>,
    written: Option<String>,
}

impl std::fmt::Debug for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visitor")
            .field("language", &self.language)
            .field("wants_page", &self.wants_page)
            .finish_non_exhaustive()
    }
}

impl Visitor {
    /// Reads a request.
    #[must_use]
    pub fn of(ctx: &Context, request: &Request) -> Self {
        let headers = request.headers();
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(ctx.bound.ip(), |ConnectInfo(address)| address.ip());
        let offered = |language: &Language| ctx.config.languages.offered.contains(language);
        let asked = asked_language(request.uri()).filter(offered);
        let cookie = |name: Name| cookies::read(ctx, headers, name);
        let accept = headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let user_agent = headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        // A link on another site takes over no browser by which somebody is known, and gives none back that is shared.
        let site = headers
            .get(SEC_FETCH_SITE)
            .and_then(|value| value.to_str().ok());
        let is_ours = matches!(site, Some("none" | "same-origin"));
        let is_known = cookie(Name::Session).is_some() || cookie(Name::Device).is_some();
        let chose_kiosk = match query_value(request.uri(), "kiosk").as_deref() {
            Some("1") if is_ours || !is_known => Some(true),
            Some("0") if is_ours || site.is_none() => Some(false),
            _ => None,
        };
        let is_kiosk = chose_kiosk.unwrap_or_else(|| cookie(Name::Kiosk).is_some());
        let allowed = |place: &String| {
            let mut all = ctx.config.accounts.return_urls.iter();
            all.any(|url| url.as_str() == place)
        };
        let asked_return = query_value(request.uri(), "return")
            .and_then(|place| url::Url::parse(&place).ok())
            .map(String::from)
            .filter(allowed);
        let remembered = cookie(Name::Return)
            .and_then(|value| BASE64URL_NOPAD.decode(value.as_bytes()).ok())
            .and_then(|place| String::from_utf8(place).ok())
            .filter(allowed);
        Self {
            client: forwarded::client(ctx, peer, headers),
            language: asked
                .or_else(|| {
                    cookie(Name::Language)
                        .and_then(|tag| Language::parse(&tag))
                        .filter(offered)
                })
                .or_else(|| accepted_language(ctx, headers))
                .unwrap_or(ctx.config.languages.default),
            chose_language: asked.is_some(),
            chose_return: asked_return.is_some(),
            // It leads out, which a shared machine does not.
            return_to: asked_return.or(remembered).filter(|_| !is_kiosk),
            is_kiosk,
            chose_kiosk,
            wants_page: accept.contains("text/html"),
            device: user_agent.map(device).unwrap_or_default(),
            flow: cookie(Name::Flow),
            session: cookie(Name::Session),
            device_cookie: cookie(Name::Device),
            sign_in: cookie(Name::SignIn),
            flash: cookie(Name::Flash),
            link: cookie(Name::Link),
            revert_link: cookie(Name::RevertLink),
            codes: cookie(Name::Codes),
            wanted: cookie(Name::Wanted),
            written: cookie(Name::Written),
        }
    }

    /// What the address asks for is remembered by the browser.
    pub fn remember(&self, ctx: &Context, response: &mut Response) {
        if let Some(place) = self.return_to().filter(|_| self.chose_return) {
            let value = BASE64URL_NOPAD.encode(place.as_bytes());
            append(response, cookies::set(ctx, Name::Return, &value));
        }
        if self.chose_language {
            let tag = self.language.tag();
            append(response, cookies::set(ctx, Name::Language, tag));
        }
    }

    /// Whether it has brought one of those that carry what was written (`cookies::WRITTEN`).
    #[must_use]
    pub fn has_written(&self, name: Name) -> bool {
        let value = match name {
            Name::Flash => &self.flash,
            Name::Written => &self.written,
            Name::SignIn => &self.sign_in,
            Name::Codes => &self.codes,
            Name::Wanted => &self.wanted,
            _ => return false,
        };
        value.is_some()
    }

    /// Value of the flow's cookie.
    #[must_use]
    pub fn flow(&self) -> Option<&str> {
        self.flow.as_deref()
    }

    /// Value of the session's cookie.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Browser and system as messages name them, where anything of them is known.
    #[must_use]
    pub fn browser(&self) -> Option<&str> {
        Some(self.device.as_str()).filter(|device| !device.is_empty())
    }

    /// Value of the cookie by which accounts know this browser.
    #[must_use]
    pub fn device_cookie(&self) -> Option<&str> {
        self.device_cookie.as_deref()
    }

    /// What was written on the first of the two pages of sign-in, sealed.
    #[must_use]
    pub fn signing_in(&self) -> Option<&str> {
        self.sign_in.as_deref()
    }

    /// Where the person is led back to in the end; always one of the configured places.
    #[must_use]
    pub fn return_to(&self) -> Option<&str> {
        self.return_to.as_deref()
    }

    /// The page of the account that was asked for before anybody was signed in.
    #[must_use]
    pub fn wanted(&self) -> Option<&str> {
        let is_own = |place: &&str| is_below(place, ACCOUNT);
        self.wanted.as_deref().filter(is_own)
    }

    /// The mailed link that this browser has opened.
    #[must_use]
    pub fn link(&self, ctx: &Context) -> Option<Opened> {
        Opened::read(ctx, self.link.as_deref()?)
    }

    /// The link that reverts a change, as this browser has opened it, sealed.
    #[must_use]
    pub fn revert_link(&self) -> Option<&str> {
        self.revert_link.as_deref()
    }

    /// Value of the cookie that carries what was written on a page that was left.
    #[must_use]
    pub fn written(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// Value of the cookie that carries new recovery codes.
    #[must_use]
    pub fn codes(&self) -> Option<&str> {
        self.codes.as_deref()
    }

    /// Value of the cookie that carries what the last post was refused for.
    #[must_use]
    pub fn flash(&self) -> Option<&str> {
        self.flash.as_deref()
    }
}

/// Value of a parameter of the query. One with U+0000 in it, which PostgreSQL has no place for, is none.
#[must_use]
pub fn query_value(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query()?;
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.contains('\0'))
}

fn asked_language(uri: &Uri) -> Option<Language> {
    Language::parse(&query_value(uri, "lang")?)
}

fn accepted_language(ctx: &Context, headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let accepted = accepted.get(..LANGUAGES_AT_MOST).unwrap_or(accepted);
    Language::negotiate(accepted, &ctx.config.languages.offered)
}

/// The browser's family, from its `User-Agent`: enough to say "Firefox" in a notification, too little to follow anybody.
fn browser_family(user_agent: &str) -> Option<&'static str> {
    [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]
    .into_iter()
    .find_map(|(mark, family)| user_agent.contains(mark).then_some(family))
}

/// The system's family, as little as that of the browser.
fn system_family(user_agent: &str) -> Option<&'static str> {
    [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]
    .into_iter()
    .find_map(|(mark, family)| user_agent.contains(mark).then_some(family))
}

/// What the owner of a device knows it by.
fn device(user_agent: &str) -> String {
    let families = [browser_family(user_agent), system_family(user_agent)];
    families
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}
