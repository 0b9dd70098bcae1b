//! The command line as clap reads it, and the settings that follow from it.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::shard::ShardArgs;
use crate::jupiterone::prediction::Limit;
use crate::jupiterone::{Source, SyncMode};
use crate::recordings::drift::DriftMode;
use crate::recordings::traffic::TrafficSettings;
use crate::run::config::ConfigFormat;
use crate::run::job::OtherSummary;
use crate::run::memory::Memory;
use crate::run::schema::SchemaFormat;
use crate::run::settings::{
    CollectSettings, DocsSettings, JobSettings, OnPartial, PlanSettings, RunSettings, SyncSettings,
};
use crate::run::steps::StepsFormat;

/// The command line of an integration.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Collect from the provider and sync with JupiterOne (the default)
    Run(RunArgs),
    /// Collect from the provider into a folder, in the official layout; upload nothing
    Collect(CollectArgs),
    /// Upload what `collect` wrote, and finalize it
    Sync(SyncArgs),
    /// Collect, and show what a finalize would create, update and delete; send nothing
    Plan(PlanArgs),
    /// Show what can be configured
    Config {
        /// The format
        #[arg(long, value_enum, default_value_t = ConfigFormat::Table)]
        format: ConfigFormat,
    },
    /// Show what is emitted: a JSON Schema for each entity, the relationships, the steps
    Schema {
        /// The format; `graph-schema` is the document of the official tool
        #[arg(long, value_enum, default_value_t = SchemaFormat::Json)]
        format: SchemaFormat,
    },
    /// Write the data model into the documentation, between its markers
    Docs(DocsArgs),
    /// Divide the work among many processes: one job, one finalize
    Shard(ShardArgs),
    /// Show the steps and what each of them waits for
    Steps {
        /// The format
        #[arg(long, value_enum, default_value_t = StepsFormat::Text)]
        format: StepsFormat,
    },
}

/// Arguments of every command.
#[derive(Args)]
pub(super) struct Common {
    /// Read variables from this file instead of `.env`; values are taken literally
    #[arg(long, global = true, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Log more on stderr (twice: everything)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// The use of colors
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// The format of the summary; `json` is one document on stdout
    #[arg(long, global = true, value_enum, default_value_t = Output::Human)]
    pub output: Output,
}

/// Arguments of commands that collect.
#[derive(Args)]
pub(super) struct Collecting {
    /// Take the provider's responses from HAR recordings (a file or a folder); no network
    #[arg(long, value_name = "PATH")]
    pub replay: Option<PathBuf>,
    /// Also write the provider's responses as HAR into this folder, without secrets and with made-up persons
    #[arg(long, value_name = "DIR", conflicts_with = "replay")]
    pub record: Option<PathBuf>,
    /// Run this step and what it needs; the types of the others are protected (repeatable)
    #[arg(long, value_name = "ID")]
    pub step: Vec<String>,
    /// The number of steps to run at once [default: `J1_CONCURRENCY`, or 8]
    #[arg(long, value_name = "N")]
    pub concurrency: Option<NonZeroUsize>,
    /// Send no raw data
    #[arg(long)]
    pub no_raw_data: bool,
    /// The memory that the run may take, such as 512M; keys beyond it are kept on disk [default: `J1_MEMORY`, or 512M]
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<Memory>,
    /// The reaction to responses that differ from the known shapes
    #[arg(long, value_enum, default_value_t = DriftMode::Report, value_name = "WHAT")]
    pub drift: DriftMode,
    /// Compare with the shapes in this file instead of those of the integration; `--drift learn` writes them here, or to
    /// j1.shapes.json
    #[arg(long, value_name = "FILE")]
    pub shapes: Option<PathBuf>,
    /// Also write the summary to this file: as Markdown, or as JSON if its name ends in .json
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// Arguments of `run`.
#[derive(Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub collecting: Collecting,
    #[command(flatten)]
    pub finishing: Finishing,
}

/// Arguments of `sync`.
#[derive(Args)]
pub(super) struct SyncArgs {
    /// The collection to upload, written by `collect` or the official SDK
    #[arg(long, value_name = "DIR", default_value = ".j1-integration")]
    pub from: PathBuf,
    /// Send no raw data
    #[arg(long)]
    pub no_raw_data: bool,
    /// The memory that it may take, such as 512M; keys beyond it are kept on disk [default: `J1_MEMORY`, or 512M]
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<Memory>,
    /// Also write the summary to this file: as Markdown, or as JSON if its name ends in .json
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    #[command(flatten)]
    pub finishing: Finishing,
}

/// Arguments of `plan`.
#[derive(Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub collecting: Collecting,
    /// The mode to plan for
    #[arg(long, value_enum, default_value_t = SyncMode::Diff, value_name = "MODE")]
    pub sync_mode: SyncMode,
    /// Show if a run with this limit would stop
    #[arg(long, value_name = "N%", default_value = "50%")]
    pub max_delete: Limit,
}

/// Arguments about the job: how it is opened, and how it ends.
#[derive(Args)]
pub(super) struct Finishing {
    /// The sync mode: what is sent, and what finalize does with the rest
    #[arg(long, value_enum, default_value_t = SyncMode::Diff, value_name = "MODE")]
    pub sync_mode: SyncMode,
    /// The owner of the data: an integration instance, or `api` with a `--scope`
    #[arg(long, value_enum, default_value_t = Source::IntegrationExternal, value_name = "SOURCE")]
    pub source: Source,
    /// The scope of the source `api`: the data that is compared, and deleted, together
    #[arg(long, value_name = "NAME")]
    pub scope: Option<String>,
    /// Join this open job instead of starting one
    #[arg(long, value_name = "ID")]
    pub job: Option<String>,
    /// The JSON summary of another process of the same job, which left it open: its partial types are protected (repeatable)
    #[arg(long, value_name = "FILE", value_parser = OtherSummary::read, requires = "job", conflicts_with = "skip_finalize")]
    pub summary: Vec<OtherSummary>,
    /// Leave the job open
    #[arg(long)]
    pub skip_finalize: bool,
    /// If something was not read: finalize and protect its types, or abort
    #[arg(long, value_enum, default_value_t = OnPartial::Finalize, value_name = "WHAT")]
    pub on_partial: OnPartial,
    /// Abort if more than this part of what JupiterOne holds of a type would be deleted [default: 50%]
    #[arg(long, value_name = "N%")]
    pub max_delete: Option<Limit>,
    /// Finalize even if more than `--max-delete` would be deleted
    #[arg(long)]
    pub yes: bool,
    /// After finalize, wait until JupiterOne has ended the job
    #[arg(long)]
    pub wait: bool,
}

/// Arguments of `collect`.
#[derive(Args)]
pub(super) struct CollectArgs {
    #[command(flatten)]
    pub collecting: Collecting,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = ".j1-integration")]
    pub out: PathBuf,
}

/// Arguments of `docs`.
#[derive(Args)]
pub(super) struct DocsArgs {
    /// Change nothing; exit with 8 if the file is out of date
    #[arg(long)]
    pub check: bool,
    /// The file [default: docs/<name>.md]
    #[arg(long, value_name = "F")]
    pub file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    Human,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl From<Collecting> for CollectSettings {
    fn from(args: Collecting) -> Self {
        let Collecting { replay, record, step, concurrency, no_raw_data, memory, drift, shapes, report: _ } =
            args;
        let traffic = TrafficSettings { replay, record, drift, shapes };
        Self { steps: step, concurrency, raw_data: !no_raw_data, memory, share: 1.0, traffic }
    }
}

impl From<Finishing> for JobSettings {
    fn from(args: Finishing) -> Self {
        let Finishing {
            sync_mode,
            source,
            scope,
            job,
            summary,
            skip_finalize,
            on_partial,
            max_delete,
            yes,
            wait,
        } = args;
        let others = summary;
        Self { sync_mode, source, scope, job, others, skip_finalize, on_partial, max_delete, yes, wait }
    }
}

impl From<RunArgs> for RunSettings {
    fn from(args: RunArgs) -> Self {
        Self { collect: args.collecting.into(), job: args.finishing.into() }
    }
}

impl From<SyncArgs> for SyncSettings {
    fn from(args: SyncArgs) -> Self {
        let SyncArgs { from, no_raw_data, memory, report: _, finishing } = args;
        Self { from, raw_data: !no_raw_data, memory, job: finishing.into() }
    }
}

impl From<PlanArgs> for PlanSettings {
    fn from(args: PlanArgs) -> Self {
        let PlanArgs { collecting, sync_mode, max_delete } = args;
        Self { collect: collecting.into(), sync_mode, max_delete }
    }
}

impl From<DocsArgs> for DocsSettings {
    fn from(args: DocsArgs) -> Self {
        let DocsArgs { check, file } = args;
        Self { check, file }
    }
}
