//! `[site]`: where the server listens, what it is called, and which proxies it believes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;
use jiff::tz::TimeZone;
use url::Url;

use super::colours::Colours;
use super::error::Finding;
use super::localised::Localised;
use super::logo::{self, Logo};
use super::section::Section;

/// `[site]`.
#[derive(Debug, Clone)]
pub struct Site {
    /// The socket to listen on; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The address that people type. Links in mails, and the comparison of `Origin`, use it and never the `Host` header
    /// (OWASP Forgot Password Cheat Sheet). Scheme, host and port only.
    pub public_url: Option<Url>,
    /// What pages and mails call the service.
    pub name: Localised,
    /// The organisation's logo, in the place of the name at the top of pages.
    pub logo: Option<Logo>,
    /// The organisation's accent colour and its twin for dark screens.
    pub colours: Colours,
    /// The time zone of times in mails and pages (IANA name).
    pub time_zone: TimeZone,
    /// Networks whose `X-Forwarded-For` is believed. Empty: the peer address is the client (ASVS 4.1.3).
    pub trusted_proxies: Vec<IpNet>,
    /// Whether browsers keep to https for the names below ours too; not said: as the public address is (`hsts.rs`).
    pub hsts_subdomains: Option<bool>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000),
            public_url: None,
            name: Localised::built_in("Rekey"),
            logo: None,
            colours: Colours::default(),
            time_zone: TimeZone::get("Europe/Stockholm").unwrap_or(TimeZone::UTC),
            trusted_proxies: Vec::new(),
            hsts_subdomains: None,
        }
    }
}

impl Site {
    /// The origin of every page (RFC 6454), such as `https://rekey.example.org`: from `public_url`, or, where that is not set
    /// (development), from the address that was really bound.
    #[must_use]
    pub fn origin(&self, bound: SocketAddr) -> String {
        self.public_url.as_ref().map_or_else(
            || format!("http://{bound}"),
            |url| url.origin().ascii_serialization(),
        )
    }

    /// Whether a client's connection comes from a proxy that may say for whom it asks.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusted_proxies.iter().any(|net| net.contains(&peer))
    }

    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        part.parsed(
            "listen",
            "an address and a port, such as \"127.0.0.1:3000\" or \"[::]:3000\"",
            &mut self.listen,
            |text| text.trim().parse().ok(),
        );
        part.optional(
            "public_url",
            "an address without path, such as \"https://rekey.example.org\"",
            &mut self.public_url,
            origin_only,
        );
        if let Some(later) = part.take_localised("name", 60) {
            self.name.overlay(later);
        }
        logo::take(part, &mut self.logo, logo::Use::Pages);
        part.section("colours", |part| self.colours.read(part));
        part.parsed(
            "time_zone",
            "the name of a time zone, such as \"Europe/Stockholm\"",
            &mut self.time_zone,
            |text| TimeZone::get(text.trim()).ok(),
        );
        part.list(
            "trusted_proxies",
            "addresses or networks smaller than the whole internet, such as \"10.0.0.5\" or \"10.0.0.0/8\"",
            0,
            &mut self.trusted_proxies,
            network,
        );
        self.hsts_subdomains = part.take_flag("hsts_subdomains").or(self.hsts_subdomains);
    }
}

impl Site {
    /// What can only be seen once every source has spoken.
    pub(super) fn check_together(&self, findings: &mut Vec<Finding>) {
        self.colours.check_together(findings);
    }
}

fn origin_only(text: &str) -> Option<Url> {
    let url = web_address(text)?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    bare.then_some(url)
}

/// An absolute http or https address without user name and password.
pub(super) fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (web && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// A network of which everybody is a member would let anyone forge a client address, so it is refused.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let net = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address.to_canonical()),
        Err(_) => text.parse::<IpNet>().ok()?.trunc(),
    };
    (net.prefix_len() > 0).then_some(net)
}
