//! A whole run with everything given: the configuration, the vendor, JupiterOne, and when it is asked to end.

use std::pin::Pin;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use j1_core::graph::Naming;
use j1_core::{Error, Secret};
use url::Url;

use crate::cli::RunArgs;
use crate::engine::{Plan, Sources};
use crate::jupiterone::{Credentials, SyncClient, UploadLimits};
use crate::observe::progress::Progress;
use crate::provider::transport::Http;
use crate::run::connect::Connect;
use crate::run::execute;
use crate::run::summary::{Summary, exit};
use crate::run::{Ready, ready};

/// The address that requests to JupiterOne have when they are answered by a function.
const NOWHERE: &str = "https://jupiterone.invalid";

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
    limits: UploadLimits,
    stop: Pin<Box<dyn Future<Output = u8> + Send>>,
}

impl<I: Connect> Harness<I> {
    /// A run with this configuration, between this vendor and this JupiterOne.
    #[must_use]
    pub fn new(config: I::Config, provider: Http, jupiterone: Http) -> Self {
        Self {
            config,
            provider,
            jupiterone,
            base: Url::parse(NOWHERE).ok(),
            arguments: Vec::new(),
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

    /// With JupiterOne at this address.
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

    /// Asked to end when this resolves, as by a signal; it gives the exit code.
    #[must_use]
    pub fn until(mut self, stop: impl Future<Output = u8> + Send + 'static) -> Self {
        self.stop = Box::pin(stop);
        self
    }

    /// Runs it to its end.
    pub async fn run(self) -> Summary {
        let failed = |error: Error| Summary::failed(exit::USAGE, &error);
        let (args, mut plan) = match parse::<I>(&self.arguments) {
            Ok(parsed) => parsed,
            Err(error) => return failed(error),
        };
        let Some(base) = self.base else {
            return failed(Error::other("the address of JupiterOne is no URL"));
        };
        let integration = match ready::<I>(self.config, &self.provider).await {
            Ok(integration) => integration,
            Err(summary) => return *summary,
        };
        plan.switch(&*integration, &Sources::default());
        let credentials = Credentials {
            base,
            key: Secret::new("a-key-for-tests".to_owned()),
            instance: Some("an-instance-for-tests".to_owned()),
            scope: None,
            account: None,
        };
        let client = SyncClient::new(credentials, self.jupiterone, self.limits);
        let ready = Ready { integration, naming: Naming::new(I::TYPE.to_owned()) };
        execute::with(&args, ready, &plan, client, &Progress::default(), self.stop).await
    }
}

/// The arguments of `run`, and the steps that they name.
fn parse<I: Connect>(arguments: &[String]) -> Result<(RunArgs, Plan), Error> {
    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        run: RunArgs,
    }
    let command = Arguments::command().no_binary_name(true);
    let args = command
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches))
        .map_err(|error| Error::other(error.to_string()))?
        .run;
    let mut plan = Plan::new(I::STEPS, &args.collecting.step)?;
    plan.raw_data = !args.collecting.no_raw_data;
    Ok((args, plan))
}
