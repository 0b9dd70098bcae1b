//! Certificates of a company's own authority.

use std::sync::Arc;

use j1_runtime::provider::Http;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Signed, like the server's, for a hundred years; its key was thrown away.
const AUTHORITY: &str = include_str!("certificates/authority.pem");

/// A certificate that signs itself, as `openssl req -x509` makes it: that of an authority.
const SELF_SIGNED: &[u8] = include_bytes!("certificates/self-signed.pem");

/// The URL of a server whose certificate the authority of this test has signed.
async fn server() -> String {
    serving(include_bytes!("certificates/server.pem"), include_bytes!("certificates/server.key")).await
}

/// The URL of a server with this certificate.
async fn serving(certificate: &[u8], key: &[u8]) -> String {
    let certificate = CertificateDer::from_pem_slice(certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(key).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they belong together");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust it breaks off here.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]")
                .await;
            let _ = stream.shutdown().await;
        }
    });
    base
}

#[tokio::test]
async fn a_private_authority_is_trusted_only_where_it_is_configured() {
    let (base, http) = (server().await, Http::network("test").expect("a client"));
    let ask = async |http: &Http| {
        // Nothing is asked again, so that the test does not wait.
        http.client(&base).expect("an address").post("x").accepted().await
    };
    let error = ask(&http).await.expect_err("the authority is unknown");
    assert_eq!(error.code().as_str(), "J1-R1003");
    assert!(error.to_string().contains("certificate"), "{error}");
    ask(&http.clone().trusting(AUTHORITY).expect("a certificate")).await.expect("it is trusted");
    let error = http.trusting("not a certificate").err().expect("it is not a certificate");
    assert_eq!(error.code().as_str(), "J1-R1008");
}

#[tokio::test]
async fn a_self_signed_certificate_is_trusted_if_it_is_itself_named() {
    let base = serving(SELF_SIGNED, include_bytes!("certificates/self-signed.key")).await;
    let pem = std::str::from_utf8(SELF_SIGNED).expect("text");
    let http = Http::network("test").expect("a client");
    let trusting = http.clone().trusting(pem).expect("a certificate");
    let get = async |http: &Http, base: &str| http.client(base).expect("a URL").get("x").accepted().await;
    get(&trusting, &base).await.expect("it is trusted");
    // Under another name it is not that server's, and an authority of its own does not help.
    for (http, base) in [(&http, base.clone()), (&trusting, base.replace("localhost", "127.0.0.1"))] {
        let error = get(http, &base).await.expect_err("it is not trusted");
        assert_eq!(error.code().as_str(), "J1-R1003");
        let text = error.to_string();
        assert!(text.contains("certificate") && !text.contains("after 4 requests"), "sent once: {text}");
    }
    let other = http.trusting(AUTHORITY).expect("a certificate");
    assert!(get(&other, &base).await.is_err());
}
