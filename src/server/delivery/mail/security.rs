//! How the connection to a relay is protected, and which certificates are believed.

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use tokio_rustls::TlsConnector;

use super::MailerError;
use crate::server::config;

/// A relay's way of encryption, ready for use.
pub(super) enum Security {
    /// None: the relay is on this machine.
    ThisMachine,
    /// None, or STARTTLS where it is offered: the relay is in one's own network. Whoever is asked for nothing can show any certificate, so none
    /// is looked at: this keeps out who only listens (RFC 7435 §1.2), and the alternative is clear text.
    OwnNetwork(Tls),
    /// TLS before the first word (RFC 8314 §3.3).
    Tls(Tls),
    /// TLS by STARTTLS, and nothing without it (RFC 3207).
    StartTls(Tls),
}

/// TLS to one relay.
pub(super) struct Tls {
    pub(super) connector: TlsConnector,
    pub(super) name: ServerName<'static>,
}

impl Security {
    /// Reads the certificate file, if there is one. `name` is the relay's, for the error.
    pub(super) fn from_config(relay: &config::Relay, name: &str) -> Result<Self, MailerError> {
        Ok(match relay.security {
            config::Security::None if relay.plain_in_own_network => Self::OwnNetwork(tls(
                relay,
                name,
                Arc::new(Anybody(ring::default_provider())),
            )?),
            config::Security::None => Self::ThisMachine,
            config::Security::Tls => Self::Tls(tls(relay, name, verifier(relay, name)?)?),
            config::Security::Starttls => Self::StartTls(tls(relay, name, verifier(relay, name)?)?),
        })
    }

    /// Whether a relay at this address may be spoken to. Judged on what was connected to: a name can point anywhere.
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match self {
            Self::Tls(_) | Self::StartTls(_) => true,
            Self::ThisMachine => address.is_loopback(),
            Self::OwnNetwork(_) => is_own_network(address),
        }
    }
}

/// This machine, and addresses that no router of the internet passes on (RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6).
fn is_own_network(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

fn tls(
    relay: &config::Relay,
    name: &str,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<Tls, MailerError> {
    let failed = |source| MailerError::Tls {
        relay: name.to_owned(),
        source,
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    let host = ServerName::try_from(relay.host.clone()).map_err(|_| {
        failed(Error::General(
            "the host is no name and no address".to_owned(),
        ))
    })?;
    Ok(Tls {
        connector: TlsConnector::from(Arc::new(config)),
        name: host,
    })
}

/// Believes the system's authorities, the configured file's, and the very certificates in that file.
fn verifier(relay: &config::Relay, name: &str) -> Result<Arc<dyn ServerCertVerifier>, MailerError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let own = match &relay.ca_file {
        Some(file) => certificates(file).ok_or_else(|| MailerError::CaFile {
            relay: name.to_owned(),
            file: file.clone(),
        })?,
        None => Vec::new(),
    };
    roots.add_parsable_certificates(own.iter().cloned());
    let provider = Arc::new(ring::default_provider());
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| MailerError::Tls {
            relay: name.to_owned(),
            source: Error::General(error.to_string()),
        })?;
    Ok(Arc::new(OrExactly { inner, own }))
}

/// At least one certificate.
fn certificates(file: &Path) -> Option<Vec<CertificateDer<'static>>> {
    let pem = fs::read(file).ok()?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    all.ok().filter(|all| !all.is_empty())
}

/// The usual check; and a certificate that is byte for byte one of the file's is believed although it is an authority's own, which is what
/// `openssl req -x509` makes. Name and dates are checked as ever.
#[derive(Debug)]
struct OrExactly {
    inner: Arc<WebPkiServerVerifier>,
    own: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for OrExactly {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let usual = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match usual {
            // webpki looks at the dates before it looks at this, so they fit; a test holds it to that.
            Err(Error::InvalidCertificate(wrong))
                if is_authority(&wrong) && self.own.iter().any(|own| own == end_entity) =>
            {
                rustls::client::verify_server_name(
                    &ParsedCertificate::try_from(end_entity)?,
                    server_name,
                )?;
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Whether a certificate was refused because it is an authority's own (CA:TRUE). rustls has no variant of its own for it.
pub(super) fn is_authority(wrong: &CertificateError) -> bool {
    matches!(wrong, CertificateError::Other(other) if other.to_string() == "CaUsedAsEndEntity")
}

/// Believes anybody, but demands that the other side has the key that belongs to its certificate.
#[derive(Debug)]
struct Anybody(CryptoProvider);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
