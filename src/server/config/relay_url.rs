//! `REKEY__MAIL__RELAY_URL`: one relay in one line, for containers.

use secrecy::SecretString;
use url::Url;

use super::mail::{HOST, PLAIN, Relay, Security, host, is_allowed};

/// Reads `smtp://user:pass@host:587?security=starttls`. User and password are percent-encoded (RFC 3986).
///
/// # Errors
/// The end of a sentence that says what is allowed; it never holds a part of the text.
pub(super) fn parse(text: &str) -> Result<Relay, String> {
    let form = || {
        "must be smtp://USER:PASSWORD@HOST:PORT?security=starttls, with special characters percent-encoded".to_owned()
    };
    let url = Url::parse(text.trim()).map_err(|_| form())?;
    let bare = matches!(url.path(), "" | "/") && url.fragment().is_none();
    if url.scheme() != "smtp" || !bare {
        return Err(form());
    }
    let name = url.host_str().and_then(host);
    let mut relay = Relay::at(name.ok_or_else(|| format!("must have {HOST} after the @"))?);
    for (key, value) in url.query_pairs() {
        match (key.as_ref(), Security::parse(&value)) {
            ("security", Some(security)) => relay.security = security,
            ("plain_in_own_network", _) if value == "true" => relay.plain_in_own_network = true,
            _ => return Err(
                "may end in ?security=starttls, ?security=tls, ?security=none or ?security=none&plain_in_own_network=true and nothing else"
                    .to_owned(),
            ),
        }
    }
    if !is_allowed(&relay) {
        return Err(PLAIN.to_owned());
    }
    if relay.plain_in_own_network && relay.security != Security::None {
        return Err("may have plain_in_own_network only with security=none".to_owned());
    }
    relay.port = url.port().unwrap_or(relay.security.usual_port());
    if !url.username().is_empty() {
        relay.user = Some(decode(url.username()).ok_or_else(form)?);
    }
    if let Some(password) = url.password() {
        relay.password = Some(SecretString::from(decode(password).ok_or_else(form)?));
    }
    Ok(relay)
}

/// Percent-decoding (RFC 3986 section 2.1); a plus stays a plus.
fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}
