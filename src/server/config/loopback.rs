//! Which hosts are this machine itself.

use std::net::IpAddr;

/// Whether a host name or address, as written in a URL or a key, can only mean this machine: `localhost` and names under it
/// (RFC 6761 section 6.3), `127.0.0.0/8`, `::1`. Nothing is looked up.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = host.parse::<IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}
