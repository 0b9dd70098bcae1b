//! Companies' networks: all traffic through a proxy, and certificates of an authority of their own.

use std::path::Path;
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::{Provider, Ran, Reading, jupiterone, run_into};

/// The password of a proxy that requires authentication.
const PASSWORD: &str = "proxy-password-5e1f";

/// An authority that no machine knows, and what it has signed for `localhost` and `127.0.0.1`.
fn certificate(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../j1-runtime/tests/provider/certificates").join(file)
}

/// Serves HTTPS in front of an HTTP server; returns its port.
async fn encrypted(server: &str) -> u16 {
    let server = server.strip_prefix("http://").and_then(|rest| rest.split('/').next()).expect("an address");
    let server = server.to_owned();
    let signed = CertificateDer::from_pem_file(certificate("server.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(certificate("server.key")).expect("a key");
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![signed], key)
            .expect("they belong together");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, server) = (acceptor.clone(), server.clone());
            tokio::spawn(async move {
                // A client that does not trust the certificate disconnects here.
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut behind = TcpStream::connect(server).await.expect("the server");
                let _ = copy_bidirectional(&mut stream, &mut behind).await;
            });
        }
    });
    port
}

/// Starts a proxy with one user; returns its port, and the heads of the requests that it received.
async fn proxy() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let heads: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                // A client that disconnects is not an error of the proxy.
                let _ = tunnel(stream, &log).await;
            });
        }
    });
    (port, heads)
}

async fn tunnel(mut stream: TcpStream, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).expect("a head of ASCII");
    log.lock().expect("no test panicked").push(head.clone());
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next());
    // `operator:proxy-password-5e1f`
    let known = head.contains("Basic b3BlcmF0b3I6cHJveHktcGFzc3dvcmQtNWUxZg==");
    let Some(target) = target.filter(|_| known) else {
        let refused = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
        return stream.write_all(refused.as_bytes()).await;
    };
    let mut behind = TcpStream::connect(target).await?;
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    copy_bidirectional(&mut stream, &mut behind).await.map(drop)
}

/// Runs one step from a provider on `localhost` into a JupiterOne on `127.0.0.1`, both with HTTPS.
async fn run(variables: &[(&str, &str)]) -> (Ran, [u16; 2]) {
    let (provider, j1) = (Provider::start().await, jupiterone().await);
    let ports = [encrypted(&provider.base).await, encrypted(j1.url()).await];
    let mut run = run_into(&format!("https://127.0.0.1:{}", ports[1]), &["--step", "fetch-orgs", "-v"])
        .reading(&provider);
    run = run.env("JUMPCLOUD_API_BASE", &format!("https://localhost:{}/api", ports[0]));
    for (name, value) in variables {
        run = run.env(name, value);
    }
    (run.finish().await, ports)
}

/// Lists the hosts that the proxy was asked to connect to.
fn connected(heads: &Mutex<Vec<String>>) -> Vec<String> {
    let heads = heads.lock().expect("no test panicked");
    let mut targets: Vec<String> = heads
        .iter()
        .filter_map(|head| Some(head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned()))
        .collect();
    targets.sort();
    targets.dedup();
    targets
}

#[tokio::test]
async fn provider_and_jupiterone_are_reached_through_the_proxy_and_its_password_is_not_shown() {
    let (port, heads) = proxy().await;
    let proxy = format!("http://operator:{PASSWORD}@127.0.0.1:{port}");
    let authority = certificate("authority.pem").display().to_string();
    let (ran, [provider, j1]) = run(&[("HTTPS_PROXY", &proxy), ("SSL_CERT_FILE", &authority)]).await;
    // 5: the other steps did not run.
    let summary = ran.summary(5);
    assert_eq!(summary["job"]["status"], "FINISHED");
    assert_eq!(summary["types"]["jumpcloud_account"], 2);
    assert_eq!(connected(&heads), [format!("127.0.0.1:{j1}"), format!("localhost:{provider}")]);
    assert!(!(ran.stdout + &ran.stderr).contains(PASSWORD));
}

#[tokio::test]
async fn hosts_in_no_proxy_are_reached_directly() {
    let (port, heads) = proxy().await;
    let proxy = format!("http://operator:{PASSWORD}@127.0.0.1:{port}");
    let authority = certificate("authority.pem").display().to_string();
    let variables = [("HTTPS_PROXY", &*proxy), ("NO_PROXY", "127.0.0.1"), ("SSL_CERT_FILE", &*authority)];
    let (ran, [provider, _]) = run(&variables).await;
    assert_eq!(ran.summary(5)["job"]["status"], "FINISHED");
    assert_eq!(connected(&heads), [format!("localhost:{provider}")]);
}

#[tokio::test]
async fn an_unknown_certificate_authority_is_an_error_that_says_so() {
    let (ran, _) = run(&[]).await;
    assert_eq!(ran.code, Some(4), "{}\n{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("certificate"), "{}", ran.stdout);
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    let (port, _) = proxy().await;
    let proxy = format!("http://somebody:{PASSWORD}@127.0.0.1:{port}");
    let (ran, _) = run(&[("HTTPS_PROXY", &proxy)]).await;
    assert_ne!(ran.code, Some(0));
    let said = ran.stdout + &ran.stderr;
    assert!(said.contains("proxy"), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
}
