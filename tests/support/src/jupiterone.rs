//! A local JupiterOne for one test.

use std::ops::Deref;
use std::sync::Mutex;

use j1::testing::assert_conserved;
use j1_local::{LocalJupiterOne, Server};

/// The API key of the JupiterOne of a test.
pub const JUPITERONE_KEY: &str = "jupiterone-key-9f8e7d";

/// A JupiterOne for one test. It fails the test if a run deletes anything that the test has not declared gone.
pub struct JupiterOne {
    server: Server,
    gone: Mutex<Vec<String>>,
}

impl JupiterOne {
    /// Declares that the provider has no record with this id any more.
    ///
    /// # Panics
    /// If another test thread panicked while it declared one.
    pub fn gone(&self, id: &str) {
        self.gone.lock().expect("no test panicked").push(id.to_owned());
    }
}

impl Deref for JupiterOne {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Drop for JupiterOne {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        // The runtime of the test waits for this, so it needs one of its own.
        let server = &self.server;
        let deleted = std::thread::scope(|scope| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            scope.spawn(move || runtime.block_on(server.deleted())).join()
        });
        let deleted = deleted.expect("no panic").expect("the data can be read");
        let gone = self.gone.lock().expect("no test panicked");
        let keys = deleted.iter().map(|(_, key)| key);
        assert_conserved(keys, |key| !gone.iter().any(|id| key.contains(id.as_str())));
    }
}

/// Starts a JupiterOne in memory, with the key [`JUPITERONE_KEY`].
///
/// # Panics
/// If it cannot be started.
pub async fn jupiterone() -> JupiterOne {
    let server = LocalJupiterOne::builder().in_memory().api_key(JUPITERONE_KEY).start().await;
    JupiterOne { server: server.expect("it starts"), gone: Mutex::default() }
}
