//! How the connection to a relay is protected.

use lettre::transport::smtp::client::{Certificate, TlsParameters, TlsParametersBuilder};

use super::MailerError;
use crate::server::config;

/// A relay's way of encryption, ready for use.
pub(super) enum Security {
    /// Only for a relay on this machine.
    None,
    /// TLS before the first word (RFC 8314 §3.3).
    Tls(TlsParameters),
    /// TLS by STARTTLS, and nothing without it (RFC 3207).
    StartTls(TlsParameters),
}

impl Security {
    /// Reads the certificate file, if there is one. `name` is the relay's, for the error.
    pub(super) fn from_config(relay: &config::Relay, name: &str) -> Result<Self, MailerError> {
        Ok(match relay.security {
            config::Security::None => Self::None,
            config::Security::Tls => Self::Tls(tls(relay, name)?),
            config::Security::Starttls => Self::StartTls(tls(relay, name)?),
        })
    }
}

/// TLS that trusts the system's authorities and the configured file's.
fn tls(relay: &config::Relay, name: &str) -> Result<TlsParameters, MailerError> {
    let mut builder = TlsParametersBuilder::new(relay.host.clone());
    if let Some(file) = &relay.ca_file {
        let certificate = std::fs::read(file)
            .ok()
            .filter(|pem| pem.windows(BEGIN.len()).any(|part| part == BEGIN))
            .and_then(|pem| Certificate::from_pem(&pem).ok())
            .ok_or_else(|| MailerError::CaFile {
                relay: name.to_owned(),
                file: file.clone(),
            })?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|source| MailerError::Tls {
        relay: name.to_owned(),
        source,
    })
}

/// lettre takes a file without any certificate for an empty list.
const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
