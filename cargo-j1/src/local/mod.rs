//! `cargo j1 local`: a JupiterOne on this machine.

mod browser;
pub mod signals;

use std::future::Future;
use std::path::{Path, PathBuf};

use j1_local::{LocalJupiterOne, Server};

use crate::args::Local;
use crate::error::Error;
use crate::output;
use crate::style::NAME;
use signals::Signals;

/// The variable that names the data file.
pub const DATABASE_VARIABLE: &str = "J1_LOCAL_DB";

/// The data file when nothing names another.
pub const DATABASE: &str = ".j1/local.db";

/// The port when nothing names another.
pub const PORT: u16 = 8421;

/// The data file of the current folder.
pub fn database() -> PathBuf {
    let named = std::env::var_os(DATABASE_VARIABLE).filter(|name| !name.is_empty());
    named.map_or_else(|| PathBuf::from(DATABASE), PathBuf::from)
}

/// Runs a future to its end, with the threads it needs.
pub fn block_on<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = built.map_err(|source| Error::System { what: "no threads can be started", source })?;
    runtime.block_on(future)
}

/// Serves until it is interrupted.
pub fn serve(settings: &Local) -> Result<u8, Error> {
    block_on(async {
        // Listened for first, so that a signal during the start is not lost.
        let mut signals = Signals::listen()?;
        let mut builder = LocalJupiterOne::builder().database(&settings.db).port(settings.port);
        if let Some(key) = &settings.api_key {
            builder = builder.api_key(key);
        }
        let server = builder.start().await?;
        let told = tell(&server, &settings.db);
        if settings.open {
            browser::open(server.url());
        }
        if told.is_ok() {
            signals.next().await;
        }
        server.shutdown().await?;
        told.map(|()| 0)
    })
}

/// Says where it is: the URL on stdout for programs, the rest on stderr for people.
fn tell(server: &Server, database: &Path) -> Result<(), Error> {
    let url = server.url();
    output::print(&format!("{url}\n"))?;
    let key = if server.api_key().is_some() { "the one you gave" } else { "any" };
    anstream::eprintln!(
        "A JupiterOne with the data of {}. Page: {url}/  Stop: ctrl-c\n\
         To upload to it: {NAME}JUPITERONE_API_BASE={url}{NAME:#}, JUPITERONE_API_KEY ({key}), \
         JUPITERONE_INTEGRATION_INSTANCE_ID (any).",
        database.display()
    );
    Ok(())
}
