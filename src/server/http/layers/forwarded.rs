//! Whose request it is: the peer's, or, where the peer is a trusted proxy, whoever it says in `X-Forwarded-For`.
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

use crate::server::context::Context;
use crate::server::health::observations::Seen;

/// The client's address: the peer's, or, where the peer is a trusted proxy, the last address in `X-Forwarded-For` that is not one.
/// Anything further left was written by somebody whom nobody vouches for, and may be whatever it likes.
pub fn client(ctx: &Context, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut client = peer;
    for hop in hops(headers) {
        if !ctx.config.site.trusts(client) {
            break;
        }
        let Some(address) = address(hop) else {
            ctx.observations.see(ctx, Seen::ForwardedFor(hop));
            break;
        };
        client = address;
    }
    client
}

/// What the proxies wrote, the nearest first. An empty place in a list says nothing and is passed over (RFC 9110 section 5.6.1): no proxy
/// names its client by it.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    headers
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|hop| !hop.is_empty())
}

/// The address of one hop, with or without its port, brackets, quotation marks and zone.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?;
    let hop = hop
        .strip_prefix('"')
        .and_then(|hop| hop.strip_suffix('"'))
        .unwrap_or(hop);
    if let Ok(address) = hop.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(socket) = hop.parse::<SocketAddr>() {
        return Some(socket.ip());
    }
    let bare = match hop.strip_prefix('[') {
        Some(bracketed) => {
            let (bare, rest) = bracketed.split_once(']')?;
            let is_port = |port: &str| port.parse::<u16>().is_ok();
            if !rest.is_empty() && !rest.strip_prefix(':').is_some_and(is_port) {
                return None;
            }
            bare
        }
        None => hop,
    };
    let without_zone = bare.split_once('%').map_or(bare, |(address, _)| address);
    without_zone.parse::<Ipv6Addr>().ok().map(IpAddr::from)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_hop_is_read_as_proxies_write_it() {
        for (hop, expected) in [
            ("203.0.113.7", Some("203.0.113.7")),
            ("203.0.113.7:51234", Some("203.0.113.7")),
            ("2001:db8::7", Some("2001:db8::7")),
            ("[2001:db8::7]", Some("2001:db8::7")),
            ("[2001:db8::7]:51234", Some("2001:db8::7")),
            ("\"[2001:db8::7]:51234\"", Some("2001:db8::7")),
            ("\"203.0.113.7:1\"", Some("203.0.113.7")),
            ("fe80::7%eth0", Some("fe80::7")),
            ("[fe80::7%25eth0]:443", Some("fe80::7")),
            ("::ffff:203.0.113.7", Some("::ffff:203.0.113.7")),
            ("", None),
            ("unknown", None),
            ("_hidden", None),
            ("unix:", None),
            ("client.example", None),
            ("client.example:80", None),
            ("203.0.113.7:", None),
            ("203.0.113.7:99999", None),
            ("203.0.113", None),
            ("203.0.113.7 51234", None),
            ("[2001:db8::7", None),
            ("[2001:db8::7]x", None),
            ("[203.0.113.7]", None),
        ] {
            let expected = expected.map(|address| address.parse::<IpAddr>().unwrap());
            assert_eq!(address(hop.as_bytes()), expected, "{hop}");
        }
        assert_eq!(address(b"\xe9"), None);
    }

    #[test]
    fn hops_come_from_the_right_across_all_headers() {
        let mut headers = HeaderMap::new();
        for line in [&b"\xe9, 1, "[..], b"  ", b"2,,3 ,\t,", b"", b","] {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        let all: Vec<&[u8]> = hops(&headers).collect();
        assert_eq!(all, [&b"3"[..], b"2", b"1", b"\xe9"]);
    }
}
