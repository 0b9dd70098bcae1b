//! The certificates that are trusted: the platform's, further ones, and a server's own if it is among them.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// The certificates in this PEM text; `None` if there is none, or one that cannot be read.
pub(super) fn certificates(pem: &str) -> Option<Vec<CertificateDer<'static>>> {
    let all: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().ok()?;
    (!all.is_empty()).then_some(all)
}

/// Verifies servers as the platform does, and trusts a server whose own certificate was named as trusted.
///
/// Appliances sign their certificate themselves, and plain `openssl req -x509` makes it one of an authority. Such a
/// certificate is refused as one of a server, whatever is trusted; curl and Node accept it.
#[derive(Debug)]
pub(super) struct Trust {
    platform: Verifier,
    named: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Trusts these certificates beside those of the platform and of `SSL_CERT_FILE`.
    ///
    /// # Errors
    /// If the platform's certificates cannot be read, or one of these is not a certificate.
    pub fn new(further: &[CertificateDer<'static>], crypto: Arc<CryptoProvider>) -> Result<Self, Error> {
        let platform = Verifier::new_with_extra_roots(further.iter().cloned(), crypto)?;
        let mut named = further.to_vec();
        // The platform's verifier reads this file as well, but only for authorities.
        if let Some(file) = std::env::var_os("SSL_CERT_FILE")
            && let Ok(certificates) = CertificateDer::pem_file_iter(file)
        {
            named.extend(certificates.filter_map(Result::ok));
        }
        Ok(Self { platform, named })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            self.platform.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        // The dates were checked before it was refused for this; the name was not.
        match verified {
            Err(error) if is_used_as_server(&error) && self.named.iter().any(|named| named == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.platform.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.platform.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.platform.supported_verify_schemes()
    }
}

/// Returns `true` if a certificate was refused since it is one of an authority. rustls has no value of its own for this.
fn is_used_as_server(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::Other(other)) => {
            other.to_string().contains("CaUsedAsEndEntity")
        }
        _ => false,
    }
}
