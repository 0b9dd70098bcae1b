//! Runs of integrations that a test makes for itself, into the model of JupiterOne.

use std::sync::{Arc, Mutex, MutexGuard};

use j1_core::prelude::*;
use j1_runtime::Connect;
use j1_runtime::provider::{Http, Incoming, Outgoing};
use j1_runtime::testing::Harness;

use crate::jupiterone::JupiterOne;
use crate::support::respond;

#[derive(J1Config)]
pub struct Config {
    /// Nothing is configured.
    pub unused: Option<String>,
}

/// A JupiterOne that takes requests of any size, kept over several runs.
#[derive(Clone)]
pub struct Model(Arc<Mutex<JupiterOne>>);

impl Model {
    /// A JupiterOne that holds nothing yet.
    pub fn new() -> Self {
        let mut jupiterone = JupiterOne::default();
        jupiterone.largest = usize::MAX;
        Self(Arc::new(Mutex::new(jupiterone)))
    }

    pub fn lock(&self) -> MutexGuard<'_, JupiterOne> {
        self.0.lock().expect("no test panicked")
    }

    /// Returns the keys of what it holds.
    pub fn keys(&self) -> Vec<String> {
        self.lock().held.keys().cloned().collect()
    }

    /// Prepares a run into it, of an integration whose provider responds like this.
    pub fn harness<I>(&self, provider: impl Fn(&Outgoing) -> Incoming + Send + Sync + 'static) -> Harness<I>
    where
        I: Connect<Config = Config>,
    {
        let provider = Http::service(move |request: Outgoing| {
            let response = provider(&request);
            async move { Ok(response) }
        });
        let answering = self.clone();
        let jupiterone = Http::service(move |request: Outgoing| {
            let (status, body) = answering.lock().answer(&request);
            async move { Ok(respond(status, &body)) }
        });
        Harness::new(Config { unused: None }, provider, jupiterone)
    }
}
