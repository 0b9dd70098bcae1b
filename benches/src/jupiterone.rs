//! A JupiterOne that takes everything and keeps nothing. Under the same address it is the provider, for programs that read
//! it over HTTP.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::provider;

/// Serves until standard input ends; says first where it listens, and last how much it took. As a provider, it has so many
/// entities.
pub fn serve(entities: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (requests, bytes) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let counters = (Arc::clone(&requests), Arc::clone(&bytes));
    runtime.block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("http://{}", listener.local_addr().expect("an address"));
        let accepting = async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (requests, bytes) = (Arc::clone(&counters.0), Arc::clone(&counters.1));
                tokio::spawn(async move {
                    // An error of one connection does not matter to the server.
                    let _ = connection(stream, entities, &requests, &bytes).await;
                });
            }
        };
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        tokio::select! {
            () = accepting => {}
            _ = ended => {}
        }
    });
    println!("{} requests, {} bytes", requests.load(Ordering::Relaxed), bytes.load(Ordering::Relaxed));
}

async fn connection(
    stream: TcpStream,
    entities: u64,
    requests: &AtomicU64,
    bytes: &AtomicU64,
) -> std::io::Result<()> {
    const JOB: &str = r#"{"job":{"id":"job","status":"AWAITING_UPLOADS"}}"#;
    const FINISHED: &str = r#"{"job":{"id":"job","status":"FINISHED"}}"#;
    let mut stream = BufReader::new(stream);
    loop {
        let (mut line, mut length, mut finalizes, mut page) = (String::new(), 0, false, None);
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            finalizes |= line.contains("/finalize ");
            page = page.or_else(|| provider::answer(line.strip_prefix("GET ")?, entities));
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        requests.fetch_add(1, Ordering::Relaxed);
        bytes.fetch_add(length as u64, Ordering::Relaxed);
        let answer = page.as_deref().unwrap_or(if finalizes { FINISHED } else { JOB });
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
            answer.len()
        );
        stream.write_all(head.as_bytes()).await?;
    }
}
