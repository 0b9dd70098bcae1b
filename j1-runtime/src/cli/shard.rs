//! The arguments of `shard`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::jupiterone::prediction::Limit;
use crate::jupiterone::{Source, SyncMode};
use crate::recordings::drift::DriftMode;
use crate::recordings::traffic::TrafficSettings;
use crate::run::memory::Memory;
use crate::run::settings::{CollectSettings, JobSettings, OnPartial};
use crate::shard::{CloseSettings, OpenSettings, PlanSettings, ShardCommand, WholeRun, WorkSettings};

/// Arguments of `shard`.
#[derive(Args)]
pub(super) struct ShardArgs {
    #[command(subcommand)]
    phase: Phase,
}

#[derive(Subcommand)]
enum Phase {
    /// Run the steps that come before the shards, and divide the work (one process)
    Plan {
        #[command(flatten)]
        store: StoreArg,
        #[command(flatten)]
        dividing: Dividing,
        #[command(flatten)]
        collecting: Collecting,
    },
    /// Start one job for all shards (one process)
    Open {
        #[command(flatten)]
        store: StoreArg,
        #[command(flatten)]
        opening: Opening,
    },
    /// Collect and upload shards (many processes)
    Work {
        #[command(flatten)]
        store: StoreArg,
        /// The index of this process, from 0 [default: the scheduler's variable]
        #[arg(long, value_name = "I")]
        index: Option<usize>,
        /// The number of processes that divide the shards [default: one shard for each process]
        #[arg(long, value_name = "N")]
        of: Option<NonZeroUsize>,
        #[command(flatten)]
        collecting: Collecting,
    },
    /// Check the receipts, run the steps that need all shards, and finalize once (one process)
    Close {
        #[command(flatten)]
        store: StoreArg,
        #[command(flatten)]
        closing: Closing,
        #[command(flatten)]
        collecting: Collecting,
    },
    /// Run all phases, with workers on this machine
    Run(Box<RunArgs>),
    /// Show how far the run is
    Status {
        #[command(flatten)]
        store: StoreArg,
    },
}

#[derive(Args)]
struct RunArgs {
    #[command(flatten)]
    store: StoreArg,
    /// The number of worker processes
    #[arg(long, value_name = "N", default_value = "4")]
    workers: NonZeroUsize,
    #[command(flatten)]
    dividing: Dividing,
    #[command(flatten)]
    opening: Opening,
    #[command(flatten)]
    closing: Closing,
    #[command(flatten)]
    collecting: Collecting,
}

#[derive(Args)]
struct StoreArg {
    /// The place where the phases meet: a folder that all hosts share, s3://, gs:// or az://
    #[arg(long = "store", value_name = "URL")]
    store: String,
}

/// Arguments of phases that collect.
#[derive(Args, Clone)]
struct Collecting {
    /// Take the provider's responses from HAR recordings (a file or a folder); no network
    #[arg(long, value_name = "PATH")]
    replay: Option<PathBuf>,
    /// The number of steps to run at once [default: `J1_CONCURRENCY`, or 8]
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroUsize>,
    /// Send no raw data
    #[arg(long)]
    no_raw_data: bool,
    /// The memory that this process may take, such as 512M; keys beyond it are kept on disk [default: `J1_MEMORY`, or 512M]
    #[arg(long, value_name = "SIZE")]
    memory: Option<Memory>,
    /// Also write the summary to this file: as Markdown, or as JSON if its name ends in .json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[derive(Args)]
struct Dividing {
    /// The most shards [default: 16, or the number of workers of `shard run`]
    #[arg(long, value_name = "N")]
    shards: Option<NonZeroUsize>,
    /// Weigh the entities: as the last run in this store found them
    #[arg(long, value_enum, value_name = "WHAT")]
    weights: Option<Weights>,
    /// Give up a run in this store that was not closed
    #[arg(long)]
    discard: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Weights {
    /// The objects of each entity in the last run
    Last,
}

#[derive(Args)]
struct Opening {
    /// The sync mode: what finalize does with what was not uploaded
    #[arg(long, value_parser = clap::builder::EnumValueParser::<Mode>::new(), default_value = "diff", value_name = "MODE")]
    sync_mode: Mode,
    /// The owner of the data: an integration instance, or `api` with a `--scope`
    #[arg(long, value_enum, default_value_t = Source::IntegrationExternal, value_name = "SOURCE")]
    source: Source,
    /// The scope of the source `api`: the data that is compared, and deleted, together
    #[arg(long, value_name = "NAME")]
    scope: Option<String>,
}

/// The modes of a sharded job.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Delete what was not uploaded
    Diff,
    /// Create and update entities, delete nothing; relationships are not sent
    Patch,
}

#[derive(Args)]
struct Closing {
    /// Abort if less than this part of the work was delivered
    #[arg(long, value_name = "N%", default_value = "90%")]
    coverage: Limit,
    /// If something was not read: finalize and protect its types, or abort
    #[arg(long, value_enum, default_value_t = OnPartial::Finalize, value_name = "WHAT")]
    on_partial: OnPartial,
    /// Abort if more than this part of what JupiterOne holds of a type would be deleted [default: 50%]
    #[arg(long, value_name = "N%")]
    max_delete: Option<Limit>,
    /// Finalize even if more than `--max-delete` would be deleted
    #[arg(long)]
    yes: bool,
    /// After finalize, wait until JupiterOne has ended the job
    #[arg(long)]
    wait: bool,
}

impl ShardArgs {
    /// Returns the name of the command.
    pub const fn name(&self) -> &'static str {
        match &self.phase {
            Phase::Plan { .. } => "shard plan",
            Phase::Open { .. } => "shard open",
            Phase::Work { .. } => "shard work",
            Phase::Close { .. } => "shard close",
            Phase::Run(_) => "shard run",
            Phase::Status { .. } => "shard status",
        }
    }

    /// Returns the file that the report goes to.
    pub fn report(&self) -> Option<PathBuf> {
        match &self.phase {
            Phase::Plan { collecting, .. }
            | Phase::Work { collecting, .. }
            | Phase::Close { collecting, .. } => collecting.report.clone(),
            Phase::Run(args) => args.collecting.report.clone(),
            Phase::Open { .. } | Phase::Status { .. } => None,
        }
    }

    /// Returns the store and the command as settings.
    pub fn into_command(self) -> (String, ShardCommand) {
        match self.phase {
            Phase::Plan { store, dividing, collecting } => {
                (store.store, ShardCommand::Plan(dividing.into(), collecting.into()))
            }
            Phase::Open { store, opening } => (store.store, ShardCommand::Open(opening.into())),
            Phase::Work { store, index, of, collecting } => {
                (store.store, ShardCommand::Work(WorkSettings { index, of }, collecting.into()))
            }
            Phase::Close { store, closing, collecting } => {
                (store.store, ShardCommand::Close(closing.into(), collecting.into()))
            }
            Phase::Run(args) => args.into_command(),
            Phase::Status { store } => (store.store, ShardCommand::Status),
        }
    }
}

impl RunArgs {
    fn into_command(self) -> (String, ShardCommand) {
        let Self { store: StoreArg { store }, workers, dividing, opening, closing, collecting } = self;
        let mut arguments: Vec<String> = ["shard", "work", "--store", &store].map(str::to_owned).into();
        arguments.extend(collecting.repeated());
        let mut plan = PlanSettings::from(dividing);
        plan.shards = plan.shards.or(Some(workers));
        let collect: [CollectSettings; 2] = [collecting.clone(), collecting].map(Into::into);
        let (open, close) = (opening.into(), closing.into());
        (store, ShardCommand::Run(Box::new(WholeRun { plan, workers, arguments, collect, open, close })))
    }
}

impl Collecting {
    /// Returns these arguments for workers, which write no reports.
    fn repeated(&self) -> Vec<String> {
        let replay = self.replay.as_ref().map(|path| format!("--replay={}", path.display()));
        let concurrency = self.concurrency.map(|steps| format!("--concurrency={steps}"));
        let no_raw_data = self.no_raw_data.then(|| "--no-raw-data".to_owned());
        let memory = self.memory.map(|memory| format!("--memory={}", memory.bytes()));
        [replay, concurrency, no_raw_data, memory].into_iter().flatten().collect()
    }
}

impl From<Collecting> for CollectSettings {
    fn from(args: Collecting) -> Self {
        let Collecting { replay, concurrency, no_raw_data, memory, report: _ } = args;
        let traffic = TrafficSettings { replay, record: None, drift: DriftMode::Report, shapes: None };
        Self { steps: Vec::new(), concurrency, raw_data: !no_raw_data, memory, share: 1.0, traffic }
    }
}

impl From<Dividing> for PlanSettings {
    fn from(args: Dividing) -> Self {
        let Dividing { shards, weights, discard } = args;
        Self { shards, weigh: weights == Some(Weights::Last), discard }
    }
}

impl From<Opening> for OpenSettings {
    fn from(args: Opening) -> Self {
        let Opening { sync_mode, source, scope } = args;
        let sync_mode = match sync_mode {
            Mode::Diff => SyncMode::Diff,
            Mode::Patch => SyncMode::Patch,
        };
        Self { job: JobSettings { sync_mode, source, scope, ..JobSettings::default() } }
    }
}

impl From<Closing> for CloseSettings {
    fn from(args: Closing) -> Self {
        let Closing { coverage, on_partial, max_delete, yes, wait } = args;
        Self {
            coverage: coverage.percent(),
            job: JobSettings { on_partial, max_delete, yes, wait, ..JobSettings::default() },
        }
    }
}
