//! The commands that collect or upload: runs them with their progress shown, and prints their summary.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use j1_core::Error;
use tracing::Instrument as _;

use crate::cli::args::{CollectArgs, Common, Output, PlanArgs, RunArgs, SyncArgs};
use crate::cli::report::{self, Watch};
use crate::cli::shard::ShardArgs;
use crate::observe::progress::Progress;
use crate::observe::trace;
use crate::redact;
use crate::run::env::{Env, Problems};
use crate::run::error::RunError;
use crate::run::program::Program;
use crate::run::summary::Summary;
use crate::run::{collect, execute, plan, sync};
use crate::shard;

/// A command that collects or uploads.
pub(super) enum Collected {
    Run(RunArgs),
    Collect(CollectArgs),
    Sync(SyncArgs),
    Plan(PlanArgs),
    Shard(ShardArgs),
}

impl Collected {
    const fn name(&self) -> &'static str {
        match self {
            Self::Run(_) => "run",
            Self::Collect(_) => "collect",
            Self::Sync(_) => "sync",
            Self::Plan(_) => "plan",
            Self::Shard(args) => args.name(),
        }
    }

    /// Returns the file that the report goes to.
    fn report(&self) -> Option<PathBuf> {
        match self {
            Self::Run(args) => args.collecting.report.clone(),
            Self::Collect(args) => args.collecting.report.clone(),
            Self::Sync(args) => args.report.clone(),
            Self::Plan(args) => args.collecting.report.clone(),
            Self::Shard(args) => args.report(),
        }
    }
}

/// Executes a command, and reports on it: on stdout, and in the report.
pub(super) fn perform(
    program: &'static Program,
    command: Collected,
    common: &Common,
    env: Result<Env, Problems>,
) -> ExitCode {
    let (began, clock) = (jiff::Timestamp::now(), Instant::now());
    let (name, report) = (command.name(), command.report());
    if let Some(Err(error)) = report.as_deref().map(report::file::check) {
        return print(program, &Summary::failed(&RunError::usage(error)), common);
    }
    let mut summary = match env.map_err(|problems| RunError::config(&problems)) {
        Ok(env) => run(program, command, common.quiet, &env),
        Err(error) => Summary::failed(&error),
    };
    summary.started_at = began.to_string();
    summary.duration_ms = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
    if let Some(path) = report
        && let Err(error) = report::file::write(&path, program.title, name, &summary)
    {
        // The summary is printed all the same.
        tracing::error!("{error}");
    }
    #[cfg(feature = "otel")]
    crate::observe::otel::finish();
    print(program, &summary, common)
}

/// Runs the command on threads of its own.
fn run(program: &'static Program, command: Collected, quiet: bool, env: &Env) -> Summary {
    let apart = match progress_interval(env) {
        Ok(apart) => apart,
        Err(problem) => return Summary::failed(&RunError::config(&[problem])),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let error = Error::other("could not start threads").caused_by(error);
            return Summary::failed(&RunError::bug(error));
        }
    };
    let progress = Arc::new(Progress::default());
    let watch = (!quiet).then(|| Watch::start(&progress, apart));
    let span = trace::run(program.name, command.name());
    let running = async {
        match command {
            Collected::Collect(CollectArgs { collecting, out }) => {
                collect::run(program, &collecting.into(), &out, env, &progress).await
            }
            Collected::Sync(args) => sync::run(program, &args.into(), env, &progress).await,
            Collected::Plan(args) => plan::run(program, &args.into(), env, &progress).await,
            Collected::Run(args) => execute::run(program, &args.into(), env, &progress).await,
            Collected::Shard(args) => {
                let (store, command) = args.into_command();
                shard::run(program, &store, command, env, &progress).await
            }
        }
    };
    let summary = runtime.block_on(running.instrument(span.clone()));
    span.record("exit_code", summary.exit_code);
    drop(watch);
    // A step that is stuck in what cannot be cancelled must not keep the process.
    runtime.shutdown_background();
    summary
}

/// Returns the time between lines of progress where there is no terminal.
fn progress_interval(env: &Env) -> Result<Duration, String> {
    const VARIABLE: &str = "J1_PROGRESS_SECONDS";
    let Some(text) = env.get(VARIABLE) else { return Ok(report::EVERY) };
    text.trim()
        .parse()
        .map(Duration::from_secs)
        .map_err(|_| format!("{VARIABLE} must be a whole number of seconds, or 0 for no lines of progress"))
}

/// Prints a summary, and returns its exit code.
pub(super) fn print(program: &'static Program, summary: &Summary, common: &Common) -> ExitCode {
    match common.output {
        Output::Json => match serde_json::to_string_pretty(summary) {
            Ok(document) => anstream::println!("{}", redact::known(&document)),
            Err(error) => anstream::eprintln!("error: {error}"),
        },
        Output::Human => report::human(program.title, summary, common.quiet),
    }
    ExitCode::from(summary.exit_code)
}
