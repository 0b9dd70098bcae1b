//! A whole run with everything given: the configuration, the provider, JupiterOne, and the signal to end.

use std::pin::Pin;
use std::sync::Arc;

use j1_core::graph::Naming;
use j1_core::{Error, Secret};
use url::Url;

use crate::cli::run_settings;
use crate::engine::{Plan, Sources, StopSignal};
use crate::jupiterone::{Credentials, SyncClient, UploadLimits};
use crate::observe::progress::Progress;
use crate::provider::transport::Http;
use crate::run::connect::Connect;
use crate::run::error::RunError;
use crate::run::job;
use crate::run::memory::Memory;
use crate::run::program::{Program, connect};
use crate::run::summary::Summary;
use crate::run::{Ready, execute};

/// The base URL of a JupiterOne that is a function: a stand-in on this machine.
const STAND_IN: &str = "http://localhost";

/// A run of an integration with everything given, as [`crate::main`] would run it.
///
/// Nothing is read from the environment, and with [`Http::service`] on both sides nothing goes over the network: such
/// a run works under tokio's paused time, and a signal is whatever future the test says.
pub struct Harness<I: Connect> {
    config: I::Config,
    provider: Http,
    jupiterone: Http,
    base: Option<Url>,
    arguments: Vec<String>,
    disabled_sources: String,
    limits: UploadLimits,
    stop: Pin<Box<dyn Future<Output = StopSignal> + Send>>,
}

impl<I: Connect> Harness<I> {
    /// A run with this configuration, between this provider and this JupiterOne.
    #[must_use]
    pub fn new(config: I::Config, provider: Http, jupiterone: Http) -> Self {
        Self {
            config,
            provider,
            jupiterone,
            base: Url::parse(STAND_IN).ok(),
            arguments: Vec::new(),
            disabled_sources: String::new(),
            limits: UploadLimits::default(),
            stop: Box::pin(std::future::pending()),
        }
    }

    /// With these arguments of `run`, e.g. `["--sync-mode", "patch"]`.
    #[must_use]
    pub fn arguments<A: Into<String>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// With these sources turned off, as `J1_DISABLED_SOURCES` does.
    #[must_use]
    pub fn disabled_sources<'a>(mut self, ids: impl IntoIterator<Item = &'a str>) -> Self {
        self.disabled_sources = ids.into_iter().collect::<Vec<_>>().join(",");
        self
    }

    /// With JupiterOne at this base URL. The default is one of this machine, where a stand-in may leave out what JupiterOne
    /// always has: a query API, and the numbers of objects that a job has received.
    #[must_use]
    pub fn at(mut self, base: &str) -> Self {
        self.base = Url::parse(base).ok();
        self
    }

    /// With other upload requests than usual, such as smaller ones.
    #[must_use]
    pub fn uploading(mut self, limits: UploadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Asked to end when this resolves, as by a signal.
    #[must_use]
    pub fn until(mut self, stop: impl Future<Output = StopSignal> + Send + 'static) -> Self {
        self.stop = Box::pin(stop);
        self
    }

    /// Runs it to its end.
    pub async fn run(self) -> Summary {
        let failed = |error: Error| Summary::failed(&RunError::usage(error));
        let settings = match run_settings(&self.arguments) {
            Ok(settings) => settings,
            Err(error) => return failed(error),
        };
        if let Err(error) = job::check(&settings.job) {
            return Summary::failed(&error);
        }
        let mut plan = match Plan::new(I::STEPS, &settings.collect.steps) {
            Ok(plan) => plan,
            Err(error) => return failed(error),
        };
        plan.raw_data = settings.collect.raw_data;
        plan.memory = settings.collect.memory.map_or_else(Arc::default, Memory::budget);
        let Some(base) = self.base else {
            return failed(Error::other("JupiterOne's base URL is not a valid URL"));
        };
        let integration =
            match connect::<I>(self.config, &self.provider.within(Arc::clone(&plan.memory))).await {
                Ok(integration) => integration,
                Err(error) => return Summary::failed(&error),
            };
        let sources = match Sources::read(I::STEPS, Some(&self.disabled_sources), None) {
            Ok(sources) => sources,
            Err(problems) => return failed(Error::other(problems.join("; "))),
        };
        plan.switch(&*integration, &sources);
        let client = SyncClient::new(credentials(base), self.jupiterone, self.limits);
        let naming = Naming::new(I::TYPE.to_owned());
        let ready = Ready { program: const { &Program::new::<I>() }, integration, naming };
        execute::into_job(&settings.job, ready, &plan, client, &Progress::default(), self.stop).await
    }
}

/// Credentials for a JupiterOne at this base URL.
pub(super) fn credentials(base: Url) -> Credentials {
    Credentials {
        base,
        key: Secret::new("a-key-for-tests".to_owned()),
        instance: Some("an-instance-for-tests".to_owned()),
        scope: None,
        account: None,
    }
}
