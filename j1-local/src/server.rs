//! Starting and stopping a server.
//!
//! Ownership: [`Server`] owns the listener's task and a clone of the store. Shutting down stops the listener first,
//! so that no request meets a store that is closing; the store then finishes its queue and releases the lock.

use std::future::IntoFuture as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::Error;
use crate::http::{self, Settings};
use crate::store::{RunningServer, Store};

/// The default limit of request bodies: the 6 MB of an AWS Lambda, which users report of the service.
const BODY_LIMIT: usize = 6_291_456;

/// Time that a shutdown waits for requests in progress.
const PATIENCE: Duration = Duration::from_secs(5);

/// A JupiterOne on this machine; see [`LocalJupiterOne::builder`].
#[derive(Debug)]
pub struct LocalJupiterOne;

impl LocalJupiterOne {
    /// Returns the default settings: in memory, any free port, no key.
    #[must_use]
    pub fn builder() -> Builder {
        Builder { database: None, api_key: None, port: 0, body_limit: BODY_LIMIT, clock: Clock::system() }
    }
}

/// Settings of a server.
#[derive(Debug, Clone)]
pub struct Builder {
    database: Option<PathBuf>,
    api_key: Option<String>,
    port: u16,
    body_limit: usize,
    clock: Clock,
}

impl Builder {
    /// Keeps the data in this file, which is created with its folder when it does not exist.
    #[must_use]
    pub fn database(mut self, path: impl Into<PathBuf>) -> Self {
        self.database = Some(path.into());
        self
    }

    /// Keeps the data in memory until the server stops.
    #[must_use]
    pub fn in_memory(mut self) -> Self {
        self.database = None;
        self
    }

    /// Refuses requests that do not carry this key as `Authorization: Bearer …`.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Listens on this port of 127.0.0.1; 0 takes any free port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Refuses request bodies over this many bytes, counted as they arrive, before decompression.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Opens the data file, listens, and serves until [`Server::shutdown`], or until the [`Server`] is dropped.
    pub async fn start(self) -> Result<Server, Error> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listen = |source| Error::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let store = Store::open(self.database.as_deref(), self.clock).await?;
        let url = format!("http://{address}");
        let note = RunningServer::new(url.clone(), Uuid::new_v4().to_string());
        if let Err(error) = store.publish(&note) {
            tracing::warn!(%error, "other processes will not find this server by its data file");
        }
        let router = http::router(
            store.clone(),
            Settings {
                url: url.clone(),
                api_key: self.api_key.clone(),
                note_key: note.api_key,
                database: self.database.clone(),
                body_limit: self.body_limit,
            },
        );
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = axum::serve(listener, router).with_graceful_shutdown(async move {
            // An error means that the server was dropped: stop then, too.
            let _ = stopped.await;
        });
        let task = tokio::spawn(serve.into_future());
        Ok(Server { url, api_key: self.api_key, database: self.database, store, stop, task })
    }
}

/// A running local JupiterOne. Dropping it stops it; [`Server::shutdown`] also waits.
pub struct Server {
    url: String,
    api_key: Option<String>,
    database: Option<PathBuf>,
    store: Store,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Returns its URL, e.g. `http://127.0.0.1:8421`: the value for `JUPITERONE_API_BASE`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the key that requests must carry, if any.
    #[must_use]
    pub fn api_key(&self) -> Option<&str> {
        self.api_key.as_deref()
    }

    /// Returns the data file, unless the data is in memory.
    #[must_use]
    pub fn database(&self) -> Option<&Path> {
        self.database.as_deref()
    }

    /// Returns everything that jobs have deleted, in the order of the jobs, as far back as the history goes: the id of the job
    /// and the key of the object.
    ///
    /// A test compares them with what is gone at its provider: nothing else may be deleted.
    ///
    /// # Errors
    /// When the data cannot be read.
    pub async fn deleted(&self) -> Result<Vec<(String, String)>, Error> {
        self.store.deleted().await
    }

    /// Takes no further requests, finishes the jobs being finalized, and closes the data file.
    pub async fn shutdown(self) -> Result<(), Error> {
        let Self { store, stop, mut task, .. } = self;
        drop(stop);
        if tokio::time::timeout(PATIENCE, &mut task).await.is_err() {
            task.abort();
        }
        store.close().await
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("url", &self.url)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}
