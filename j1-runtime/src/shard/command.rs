//! `shard`: the phases of a run over many processes, from their settings to their summary.

use std::num::NonZeroUsize;
use std::pin::pin;

use j1_core::Error;
use j1_core::error::{Kind, exit};

use super::local::Workers;
use super::settings::{CloseSettings, OpenSettings, PlanSettings, Setup, WorkSettings};
use super::store::Store;
use super::work::Assignment;
use crate::code;
use crate::engine::{Plan, Stop};
use crate::observe::progress::Progress;
use crate::recordings::traffic::Traffic;
use crate::run::env::{Env, Problems};
use crate::run::error::RunError;
use crate::run::program::Program;
use crate::run::settings::CollectSettings;
use crate::run::summary::Summary;
use crate::run::{Ready, client, conclude_traffic, credentials, job, naming, prepare};

/// The variables in which schedulers say which of its copies a process is; all count from 0.
const INDEXES: [&str; 4] =
    ["JOB_COMPLETION_INDEX", "SLURM_ARRAY_TASK_ID", "AWS_BATCH_JOB_ARRAY_INDEX", "NOMAD_ALLOC_INDEX"];

/// A phase, or all of them.
pub(crate) enum ShardCommand {
    Plan(PlanSettings, CollectSettings),
    Open(OpenSettings),
    Work(WorkSettings, CollectSettings),
    Close(CloseSettings, CollectSettings),
    Run(Box<WholeRun>),
    Status,
}

/// Settings of `shard run`.
pub(crate) struct WholeRun {
    pub plan: PlanSettings,
    pub workers: NonZeroUsize,
    /// The arguments that the workers get besides their index.
    pub arguments: Vec<String>,
    pub collect: [CollectSettings; 2],
    pub open: OpenSettings,
    pub close: CloseSettings,
}

/// Runs a phase.
pub(crate) async fn run(
    program: &'static Program,
    named: &str,
    command: ShardCommand,
    env: &Env,
    progress: &Progress,
) -> Summary {
    let stop = pin!(job::stop_signal());
    match performed(program, named, command, env, progress, stop).await {
        Ok(summary) => summary,
        Err(error) => Summary::failed(&error),
    }
}

async fn performed(
    program: &'static Program,
    named: &str,
    command: ShardCommand,
    env: &Env,
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Summary, RunError> {
    let store = Store::open(named).map_err(RunError::usage)?;
    let setup = Setup::new(program, store, naming(program, env))?;
    match command {
        ShardCommand::Plan(settings, collect) => plan(&setup, &settings, &collect, env, progress, stop).await,
        ShardCommand::Open(settings) => open(&setup, &settings, env, progress, stop).await,
        ShardCommand::Work(settings, collect) => work(&setup, settings, collect, env, progress, stop).await,
        ShardCommand::Close(settings, collect) => {
            close(&setup, settings, &collect, env, progress, stop).await
        }
        ShardCommand::Run(whole) => Box::pin(all(&setup, *whole, env, progress, stop)).await,
        ShardCommand::Status => super::status::status(&setup.store).await,
    }
}

/// Connects the integration for one phase, runs it, and reports on the traffic.
async fn collecting(
    program: &'static Program,
    env: &Env,
    settings: &CollectSettings,
    problems: Problems,
    phase: impl AsyncFnOnce((Ready, Plan)) -> Result<Summary, RunError>,
) -> Result<Summary, RunError> {
    let mut traffic: Option<Traffic> = None;
    let run = async {
        let mut steps = Plan::new(program.steps, &settings.steps).map_err(RunError::usage)?;
        let ready = prepare(program, env, settings, problems, &mut steps, &mut traffic).await?;
        phase((ready, steps)).await
    };
    let mut summary = run.await.unwrap_or_else(|error| Summary::failed(&error));
    conclude_traffic(traffic.as_ref(), settings, &mut summary);
    Ok(summary)
}

async fn plan(
    setup: &Setup,
    settings: &PlanSettings,
    collect: &CollectSettings,
    env: &Env,
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Summary, RunError> {
    let files = super::plan::begin(setup, settings).await?;
    collecting(setup.program, env, collect, Vec::new(), async |ready| {
        super::plan::plan(setup, &files, settings, ready, progress, stop).await
    })
    .await
}

async fn open(
    setup: &Setup,
    settings: &OpenSettings,
    env: &Env,
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Summary, RunError> {
    job::check(&settings.job)?;
    let (credentials, problems) = credentials(env, settings.job.source, settings.job.scope.as_deref());
    if !problems.is_empty() {
        return Err(RunError::config(&problems));
    }
    super::open::open(setup, settings, client(setup.program, credentials)?, progress, stop).await
}

async fn work(
    setup: &Setup,
    mut settings: WorkSettings,
    mut collect: CollectSettings,
    env: &Env,
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Summary, RunError> {
    if settings.index.is_none() {
        settings.index = index(env)?;
    }
    let assignment = Assignment::read(setup, settings).await?;
    if assignment.is_empty() {
        return Ok(assignment.nothing());
    }
    if !setup.program.shards.is_some_and(|cut| cut.own_budget) {
        collect.share = assignment.share();
    }
    let (source, scope) = assignment.owner();
    let (credentials, problems) = credentials(env, source, scope.as_deref());
    collecting(setup.program, env, &collect, problems, async |ready| {
        let client = client(setup.program, credentials)?;
        let instead = "set `JUPITERONE_API_BASE` to the address that `cargo j1 local` prints";
        job::check_replay(collect.traffic.replay.is_some(), true, &client, instead)?;
        super::work::work(setup, &assignment, ready, client, progress, stop).await
    })
    .await
}

/// Returns the index of this process, where a scheduler says it.
fn index(env: &Env) -> Result<Option<usize>, RunError> {
    let Some((name, text)) = INDEXES.iter().find_map(|name| Some((*name, env.get(name)?))) else {
        return Ok(None);
    };
    let wrong = |_| {
        let message = format!(
            "{name} is `{}`, which is not an index; it must be 0 or a positive integer",
            crate::redact::display(&text)
        );
        RunError::usage(Error::new(Kind::Config, code::SHARD_INDEX, message))
    };
    text.trim().parse().map(Some).map_err(wrong)
}

async fn close(
    setup: &Setup,
    settings: CloseSettings,
    collect: &CollectSettings,
    env: &Env,
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Summary, RunError> {
    let (source, scope) = super::close::owner(setup).await?;
    let (credentials, problems) = credentials(env, source, scope.as_deref());
    collecting(setup.program, env, collect, problems, async |ready| {
        super::close::close(setup, settings, ready, client(setup.program, credentials)?, progress, stop).await
    })
    .await
}

/// The four phases, with workers on this machine.
async fn all(
    setup: &Setup,
    whole: WholeRun,
    env: &Env,
    progress: &Progress,
    mut stop: Stop<'_>,
) -> Result<Summary, RunError> {
    let WholeRun {
        plan: settings,
        workers,
        arguments,
        collect: [first, last],
        open: opening,
        close: closing,
    } = whole;
    let planned = plan(setup, &settings, &first, env, progress, stop.as_mut()).await?;
    if planned.error.is_some() {
        return Ok(planned);
    }
    for line in planned.shards.iter().flat_map(|shards| &shards.forecast) {
        tracing::info!("{line}");
    }
    let opened = open(setup, &opening, env, progress, stop.as_mut()).await?;
    if opened.error.is_some() || opened.exit_code != exit::COMPLETE {
        return Ok(opened);
    }
    let failed = Workers::start(arguments, workers.get())?.finish(stop.as_mut()).await?;
    if !failed.is_empty() {
        tracing::warn!("workers {failed:?} failed; what they did not deliver is missing");
    }
    close(setup, closing, &last, env, progress, stop).await
}
