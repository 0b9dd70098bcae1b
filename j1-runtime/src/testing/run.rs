//! Runs a whole integration into memory.

use std::path::Path;

use j1_core::graph::Naming;

use crate::engine::{Destination, Memory, Plan, Sources, collect};
use crate::observe::progress::Progress;
use crate::provider::transport::Http;
use crate::recordings::config::RecordedConfig;
use crate::recordings::replay::Recordings;
use crate::run::connect::Connect;
use crate::run::env::Env;
use crate::run::error::RunError;
use crate::run::program::connect;
use crate::run::summary::Summary;
use crate::testing::{Graph, Ran};

/// All steps of an integration, or some, run by the engine, with what they collect kept in memory.
#[must_use = "`.collect()` runs it"]
pub struct Run<I: Connect> {
    provider: Http,
    config: Option<I::Config>,
    recorded: RecordedConfig,
    steps: Vec<String>,
    integration_type: String,
}

impl<I: Connect> Run<I> {
    /// Takes the provider's responses from recordings: a HAR file, or a folder of them. The configuration that they were made
    /// with is used if it is beside them.
    ///
    /// # Panics
    /// When they cannot be read.
    #[track_caller]
    pub fn replay(path: impl AsRef<Path>) -> Self {
        match Recordings::load(path.as_ref()) {
            Ok(recordings) => {
                let recorded = recordings.config().clone();
                Self { recorded, ..Self::provider(Http::replay(recordings)) }
            }
            Err(error) => panic!("the recordings cannot be played: {error}"),
        }
    }

    /// Takes the provider's responses from here, such as a [`Double`](crate::testing::Double).
    pub fn provider(provider: Http) -> Self {
        Self {
            provider,
            config: None,
            recorded: RecordedConfig::default(),
            steps: Vec::new(),
            integration_type: I::TYPE.to_owned(),
        }
    }

    /// Sets the configuration. Without this, the values that the recordings were made with apply, then defaults, and a
    /// placeholder for a field without one, as with `--replay`.
    pub fn config(mut self, config: I::Config) -> Self {
        self.config = Some(config);
        self
    }

    /// Limits the run to this step and the steps it needs; can be called several times.
    pub fn step(mut self, id: &str) -> Self {
        self.steps.push(id.to_owned());
        self
    }

    /// Sets the integration type, as `J1_INTEGRATION_TYPE` does.
    pub fn integration_type(mut self, integration_type: &str) -> Self {
        integration_type.clone_into(&mut self.integration_type);
        self
    }

    /// Tries the credentials and runs the steps. Errors are in the result.
    pub async fn collect(self) -> Ran {
        let naming = Naming::new(self.integration_type.clone());
        // A whole run is a future of more than 16 KiB, for which clippy would warn at each test of an author.
        match Box::pin(self.try_collect(naming.clone())).await {
            Ok(ran) => ran,
            Err(error) => {
                Ran { graph: Graph::new(naming, []), events: Vec::new(), summary: Summary::failed(&error) }
            }
        }
    }

    /// The integration as the run would have it, for one of its steps: [`Step::run`](crate::testing::Step::run) takes it.
    ///
    /// # Panics
    /// When it does not take the configuration.
    #[track_caller]
    pub fn connect(mut self) -> I {
        let config =
            self.configured().unwrap_or_else(|wrong| panic!("no stand-in for the configuration: {wrong}"));
        match I::connect(config, &self.provider) {
            Ok(integration) => integration,
            Err(error) => panic!("the integration does not take the configuration: {error}"),
        }
    }

    /// Returns the configuration, or placeholders for it.
    fn configured(&mut self) -> Result<I::Config, RunError> {
        match self.config.take() {
            Some(config) => Ok(config),
            None => Env::empty()
                .config::<I::Config>(I::NAME, Some(&self.recorded))
                .map_err(|problems| RunError::config(&problems)),
        }
    }

    async fn try_collect(mut self, naming: Naming) -> Result<Ran, RunError> {
        let mut plan = Plan::new(I::STEPS, &self.steps).map_err(RunError::usage)?;
        let config = self.configured()?;
        let integration = connect::<I>(config, &self.provider).await?;
        plan.switch(&*integration, &Sources::default());
        let memory = Destination::Memory(Memory::default());
        let never = std::pin::pin!(std::future::pending());
        match collect(integration, &plan, naming.clone(), memory, &Progress::default(), never).await {
            Ok(collected) => Ok(Ran::collected(collected, naming, |_| true)),
            Err(stopped) => Err(stopped.into()),
        }
    }
}
