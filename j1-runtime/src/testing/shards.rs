//! A sharded run with everything given: its phases one by one, over files that a test keeps.

use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;

use j1_core::Result;
use j1_core::graph::{BoxFuture, Naming};
use url::Url;

use crate::engine::{Plan, Sources};
use crate::jupiterone::{SyncClient, UploadLimits};
use crate::observe::progress::Progress;
use crate::provider::transport::Http;
use crate::run::Ready;
use crate::run::connect::Connect;
use crate::run::error::RunError;
use crate::run::program::{Program, connect};
use crate::run::settings::JobSettings;
use crate::run::summary::Summary;
use crate::shard::{self, Assignment, CloseSettings, OpenSettings, PlanSettings, Setup, Store, WorkSettings};
use crate::testing::harness::credentials;

pub use crate::shard::Backend as ShardBackend;

/// The address that requests to JupiterOne have when they are answered by a function.
const NOWHERE: &str = "https://jupiterone.invalid";

/// The phases of a sharded run, each with everything given.
///
/// Each phase connects the integration anew, as its own process would. Nothing is read from the environment, so the phases
/// work under tokio's paused time, and dropping the future of one is the death of its process.
pub struct Shards<I: Connect> {
    config: Arc<dyn Fn() -> I::Config + Send + Sync>,
    provider: Http,
    jupiterone: Http,
    store: Store,
    build: String,
    limits: UploadLimits,
    share: bool,
}

impl<I: Connect> Shards<I> {
    /// Phases with this configuration, between this provider and this JupiterOne, over these files.
    pub fn new(
        config: impl Fn() -> I::Config + Send + Sync + 'static,
        provider: Http,
        jupiterone: Http,
        store: Arc<dyn ShardBackend>,
    ) -> Self {
        Self {
            config: Arc::new(config),
            provider,
            jupiterone,
            store: Store::new(store),
            build: "a-build-for-tests".to_owned(),
            limits: UploadLimits::default(),
            share: false,
        }
    }

    /// With other upload requests than usual, such as smaller ones.
    #[must_use]
    pub fn uploading(mut self, limits: UploadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// As a build of this name.
    #[must_use]
    pub fn build(mut self, build: &str) -> Self {
        build.clone_into(&mut self.build);
        self
    }

    /// Divides the provider's limits among the workers, as `shard work` does.
    #[must_use]
    pub fn sharing_limits(mut self) -> Self {
        self.share = true;
        self
    }

    /// Runs `shard plan`.
    pub async fn plan(&self, shards: usize, weigh: bool, discard: bool) -> Summary {
        told(async {
            let setup = self.setup()?;
            let settings = PlanSettings { shards: NonZeroUsize::new(shards), weigh, discard };
            let files = shard::begin(&setup, &settings).await?;
            let never = pin!(std::future::pending());
            shard::plan(&setup, &files, &settings, self.ready(1.0).await?, &Progress::default(), never).await
        })
        .await
    }

    /// Runs `shard open`.
    pub async fn open(&self) -> Summary {
        told(async {
            let never = pin!(std::future::pending());
            let settings = OpenSettings { job: settings(false) };
            shard::open(&self.setup()?, &settings, self.client()?, &Progress::default(), never).await
        })
        .await
    }

    /// Runs `shard work --index … --of …`.
    pub async fn work(&self, index: usize, of: usize) -> Summary {
        told(async {
            let setup = self.setup()?;
            let settings = WorkSettings { index: Some(index), of: NonZeroUsize::new(of) };
            let assignment = Assignment::read(&setup, settings).await?;
            if assignment.is_empty() {
                return Ok(assignment.nothing());
            }
            let share = if self.share { assignment.share() } else { 1.0 };
            let (ready, client) = (self.ready(share).await?, self.client()?);
            let never = pin!(std::future::pending());
            shard::work(&setup, &assignment, ready, client, &Progress::default(), never).await
        })
        .await
    }

    /// Runs `shard close --coverage …`, with `--yes` if `yes`.
    pub async fn close(&self, coverage: u8, yes: bool) -> Summary {
        told(async {
            let settings = CloseSettings { job: settings(yes), coverage };
            let never = pin!(std::future::pending());
            let (ready, client) = (self.ready(1.0).await?, self.client()?);
            shard::close(&self.setup()?, settings, ready, client, &Progress::default(), never).await
        })
        .await
    }

    /// Runs `shard status`.
    pub async fn status(&self) -> Summary {
        told(shard::status(&self.store)).await
    }

    fn setup(&self) -> Result<Setup, RunError> {
        let naming = Naming::new(I::TYPE.to_owned());
        Setup::with_build(const { &Program::new::<I>() }, self.store.clone(), naming, self.build.clone())
    }

    async fn ready(&self, share: f64) -> Result<(Ready, Plan), RunError> {
        let provider = self.provider.clone().sharing(share);
        let integration = connect::<I>((self.config)(), &provider).await?;
        let mut plan = Plan::new(I::STEPS, &[]).map_err(RunError::usage)?;
        plan.switch(&*integration, &Sources::default());
        let naming = Naming::new(I::TYPE.to_owned());
        Ok((Ready { program: const { &Program::new::<I>() }, integration, naming }, plan))
    }

    fn client(&self) -> Result<SyncClient, RunError> {
        let base =
            Url::parse(NOWHERE).map_err(|error| RunError::bug(j1_core::Error::other(error.to_string())))?;
        Ok(SyncClient::new(credentials(base), self.jupiterone.clone(), self.limits))
    }
}

fn told<'a>(phase: impl Future<Output = Result<Summary, RunError>> + Send + 'a) -> BoxFuture<'a, Summary> {
    Box::pin(async move { phase.await.unwrap_or_else(|error| Summary::failed(&error)) })
}

fn settings(yes: bool) -> JobSettings {
    JobSettings { yes, wait: true, ..JobSettings::default() }
}
