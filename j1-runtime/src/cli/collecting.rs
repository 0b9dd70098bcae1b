//! The commands that collect or upload: with their progress shown, and with what came of them told.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use j1_core::Error;
use tracing::Instrument as _;

use crate::cli::report::{self, Watch};
use crate::cli::{Cli, Collecting, Command, Common, Output};
use crate::observe::progress::Progress;
use crate::observe::trace;
use crate::redact;
use crate::run::connect::Connect;
use crate::run::env::Env;
use crate::run::summary::{Summary, exit};
use crate::run::{collect, execute, plan, sync};

impl Cli {
    /// The name of what collects or uploads, how it collects, and where its report goes.
    fn asked(&self) -> (&'static str, Option<&Collecting>, Option<&Path>) {
        let (name, collecting) = match &self.command {
            Some(Command::Sync(args)) => return ("sync", None, args.report.as_deref()),
            Some(Command::Collect(args)) => ("collect", &args.collecting),
            Some(Command::Plan(args)) => ("plan", &args.collecting),
            Some(Command::Run(args)) => ("run", &args.collecting),
            _ => ("run", &self.run.collecting),
        };
        (name, Some(collecting), collecting.report.as_deref())
    }
}

/// Does it, and tells what came of it: on stdout, and in the report. `doing` is given the name of the command.
pub(super) fn told<I: Connect>(cli: &Cli, doing: impl FnOnce(&str) -> Summary) -> ExitCode {
    let (began, clock) = (jiff::Timestamp::now(), Instant::now());
    let (name, collecting, report) = cli.asked();
    if let Some(Err(error)) = report.map(report::file::check) {
        return tell::<I>(&Summary::failed(exit::USAGE, &error), &cli.common);
    }
    let mut summary = doing(name);
    if let Some((collecting, traffic)) = collecting.and_then(|asked| Some((asked, asked.traffic.get()?))) {
        traffic.conclude(&mut summary, collecting);
    }
    summary.started_at = began.to_string();
    summary.duration_ms = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
    if let Some(path) = report
        && let Err(error) = report::file::write(path, I::TITLE, name, &summary)
    {
        // What the run came to is said all the same.
        tracing::error!("{error}");
    }
    #[cfg(feature = "otel")]
    crate::observe::otel::finish();
    tell::<I>(&summary, &cli.common)
}

/// Runs the command on threads of its own.
pub(super) fn run<I: Connect>(cli: &Cli, env: &Env, name: &str) -> Summary {
    let apart = match progress_apart(env) {
        Ok(apart) => apart,
        Err(problem) => return Summary::misconfigured(&[problem]),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let error = Error::other("no threads can be started").caused_by(error);
            return Summary::failed(exit::BUG, &error);
        }
    };
    let progress = Arc::new(Progress::default());
    let watch = (!cli.common.quiet).then(|| Watch::start(&progress, apart));
    let span = trace::run(I::NAME, name);
    let running = async {
        match &cli.command {
            Some(Command::Collect(args)) => collect::run::<I>(args, env, &progress).await,
            Some(Command::Sync(args)) => sync::run::<I>(args, env, &progress).await,
            Some(Command::Plan(args)) => plan::run::<I>(args, env, &progress).await,
            Some(Command::Run(args)) => execute::run::<I>(args, env, &progress).await,
            _ => execute::run::<I>(&cli.run, env, &progress).await,
        }
    };
    let summary = runtime.block_on(running.instrument(span.clone()));
    span.record("exit_code", summary.exit_code);
    drop(watch);
    // A step that is stuck in what cannot be cancelled must not keep the process.
    runtime.shutdown_background();
    summary
}

/// How far apart the lines are that tell of the progress where there is no terminal.
fn progress_apart(env: &Env) -> Result<Duration, String> {
    const VARIABLE: &str = "J1_PROGRESS_SECONDS";
    let Some(text) = env.get(VARIABLE) else { return Ok(report::EVERY) };
    text.trim().parse().map(Duration::from_secs).map_err(|_| {
        format!("{VARIABLE} is no number of seconds; write a whole number, or 0 for no lines of progress")
    })
}

fn tell<I: Connect>(summary: &Summary, common: &Common) -> ExitCode {
    match common.output {
        Output::Json => match serde_json::to_string_pretty(summary) {
            Ok(document) => anstream::println!("{}", redact::known(&document)),
            Err(error) => anstream::eprintln!("error: {error}"),
        },
        Output::Human => report::human(I::TITLE, summary, common.quiet),
    }
    ExitCode::from(summary.exit_code)
}
