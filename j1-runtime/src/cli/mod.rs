//! The command line of an integration.

mod collecting;
pub(crate) mod report;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::OnceLock;

use anstream::ColorChoice;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::jupiterone::prediction::Limit;
use crate::jupiterone::{Source, SyncMode};
use crate::recordings::traffic::Traffic;
use crate::redact;
use crate::run::connect::Connect;
use crate::run::env::Env;
use crate::run::summary::{Summary, exit};
use crate::run::{self, config, docs, schema, steps};

/// The command line.
#[derive(Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 complete, 2 wrong usage, 3 configuration, 4 credentials, 5 partial, 6 aborted, 7 too many deletions, 130/143 interrupted"
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Command {
    /// Collect from the vendor and sync with JupiterOne (the default)
    Run(RunArgs),
    /// Collect from the vendor into a folder, in the official layout; upload nothing
    Collect(CollectArgs),
    /// Upload what `collect` wrote, and finalize it
    Sync(SyncArgs),
    /// Collect, and show what a finalize would create, update and delete; send nothing
    Plan(PlanArgs),
    /// Show what can be configured
    Config {
        /// How
        #[arg(long, value_enum, default_value_t = ConfigFormat::Table)]
        format: ConfigFormat,
    },
    /// Show what is emitted: a JSON Schema for each entity, the relationships, the steps
    Schema {
        /// How; `graph-schema` is the document of the official tool
        #[arg(long, value_enum, default_value_t = SchemaFormat::Json)]
        format: SchemaFormat,
    },
    /// Write the data model into the documentation, between its markers
    Docs(DocsArgs),
    /// Show the steps and what each waits for
    Steps {
        /// How
        #[arg(long, value_enum, default_value_t = StepsFormat::Text)]
        format: StepsFormat,
    },
}

/// What every command takes.
#[derive(Args)]
struct Common {
    /// Read variables from this file instead of `.env`; values are taken literally
    #[arg(long, global = true, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// Say more on stderr (twice: everything)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// How to tell what a run came to; `json` is one document on stdout
    #[arg(long, global = true, value_enum, default_value_t = Output::Human)]
    output: Output,
}

/// What collecting takes.
#[derive(Args)]
pub(crate) struct Collecting {
    /// Take the vendor's answers from HAR recordings (a file or a folder); no network
    #[arg(long, value_name = "PATH")]
    pub replay: Option<PathBuf>,
    /// Write the vendor's answers as HAR into this folder too, without secrets and with made-up persons
    #[arg(long, value_name = "DIR", conflicts_with = "replay")]
    pub record: Option<PathBuf>,
    /// Run this step and what it needs; the types of the others are protected (repeatable)
    #[arg(long, value_name = "ID")]
    pub step: Vec<String>,
    /// How many steps run at once (8, or what `J1_CONCURRENCY` says)
    #[arg(long, value_name = "N")]
    pub concurrency: Option<std::num::NonZeroUsize>,
    /// Leave raw data out, also where the integration has some
    #[arg(long)]
    pub no_raw_data: bool,
    /// What to do when the vendor's answers are not what they were
    #[arg(long, value_enum, default_value_t = DriftMode::Report, value_name = "WHAT")]
    pub drift: DriftMode,
    /// The known shapes of answers, in place of those that the integration brings; `--drift learn` writes them here, or to
    /// j1.shapes.json
    #[arg(long, value_name = "FILE")]
    pub shapes: Option<PathBuf>,
    /// Write what the run came to into this file too: Markdown, or the JSON summary when its name ends in .json
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// What the run and the vendor say to each other, once it is known.
    #[arg(skip)]
    pub traffic: OnceLock<Traffic>,
}

/// What `run` takes.
#[derive(Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub collecting: Collecting,
    #[command(flatten)]
    pub finishing: Finishing,
}

/// What `sync` takes.
#[derive(Args)]
pub(crate) struct SyncArgs {
    /// The collection to upload, as `collect` or the official SDK wrote it
    #[arg(long, value_name = "DIR", default_value = ".j1-integration")]
    pub from: PathBuf,
    /// Leave raw data out, also where the collection has some
    #[arg(long)]
    pub no_raw_data: bool,
    /// Write what it came to into this file too: Markdown, or the JSON summary when its name ends in .json
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    #[command(flatten)]
    pub finishing: Finishing,
}

/// What `plan` takes.
#[derive(Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub collecting: Collecting,
    /// The mode to plan for
    #[arg(long, value_enum, default_value_t = SyncMode::Diff, value_name = "MODE")]
    pub sync_mode: SyncMode,
    /// Say whether a run with this limit would stop
    #[arg(long, value_name = "N%", default_value = "50%")]
    pub max_delete: Limit,
}

/// How a job is opened, and how it ends.
#[derive(Args)]
pub(crate) struct Finishing {
    /// What is sent, and what finalize does with what was not: `diff` deletes it, `patch` sends entities only,
    /// `cross-scope` relationships between scopes only, `override` pins properties of entities that exist
    #[arg(long, value_enum, default_value_t = SyncMode::Diff, value_name = "MODE")]
    pub sync_mode: SyncMode,
    /// Who speaks for the data: an integration instance, or `api` with a `--scope`
    #[arg(long, value_enum, default_value_t = Source::IntegrationExternal, value_name = "SOURCE")]
    pub source: Source,
    /// The scope of the source `api`: what is compared, and deleted, together
    #[arg(long, value_name = "NAME")]
    pub scope: Option<String>,
    /// Join this open job instead of starting one
    #[arg(long, value_name = "ID")]
    pub job: Option<String>,
    /// Leave the job open
    #[arg(long)]
    pub skip_finalize: bool,
    /// When something was not read: finalize and protect its types, or abort
    #[arg(long, value_enum, default_value_t = OnPartial::Finalize, value_name = "WHAT")]
    pub on_partial: OnPartial,
    /// Abort when more than this part of what JupiterOne holds of a type would be deleted [default: 50%]
    #[arg(long, value_name = "N%")]
    pub max_delete: Option<Limit>,
    /// Delete however much is gone
    #[arg(long)]
    pub yes: bool,
    /// After finalize, wait until JupiterOne has ended the job
    #[arg(long)]
    pub wait: bool,
}

/// What `collect` takes.
#[derive(Args)]
pub(crate) struct CollectArgs {
    #[command(flatten)]
    pub collecting: Collecting,
    /// Where to
    #[arg(long, value_name = "DIR", default_value = ".j1-integration")]
    pub out: PathBuf,
}

/// What `docs` takes.
#[derive(Args)]
pub(crate) struct DocsArgs {
    /// Change nothing; exit with 8 when the file is not what would be written
    #[arg(long)]
    pub check: bool,
    /// The file; `docs/<name>.md` of the current folder if it is not given
    #[arg(long, value_name = "F")]
    pub file: Option<PathBuf>,
}

/// What to do when the vendor's answers are not what they were.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriftMode {
    /// Look at many answers, and say what differs
    Report,
    /// Look at all answers, and end with 8 if anything differs
    Fail,
    /// Look at all answers, and write down what is known then
    Learn,
    /// Do not look
    Off,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnPartial {
    Finalize,
    Abort,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    Human,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ConfigFormat {
    Table,
    Env,
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SchemaFormat {
    Json,
    GraphSchema,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum StepsFormat {
    Text,
    Mermaid,
    Dot,
    Json,
}

/// The `main` of an integration: reads the command line, and does what it says.
#[must_use]
pub fn main<I: Connect>() -> ExitCode {
    redact::silence_panics();
    let name = I::NAME;
    let about = format!("Collects {} into JupiterOne", I::TITLE);
    let command = Cli::command().name(name).bin_name(name).about(about);
    let cli = match command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed stdout is no reason to say anything else.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    prepare_output(&cli.common, name);
    let env = match Env::load(cli.common.env_file.as_deref()) {
        Ok(env) => env,
        Err(problems) => return collecting::told::<I>(&cli, |_| Summary::misconfigured(&problems)),
    };
    let shown = match &cli.command {
        Some(Command::Config { format }) => config::show::<I>(*format),
        Some(Command::Schema { format }) => schema::show::<I>(*format, &run::naming::<I>(&env)),
        Some(Command::Docs(args)) => return documented::<I>(args, &env),
        Some(Command::Steps { format }) => steps::show::<I>(*format, &run::naming::<I>(&env)),
        _ => return collecting::told::<I>(&cli, |name| collecting::run::<I>(&cli, &env, name)),
    };
    anstream::print!("{shown}");
    ExitCode::SUCCESS
}

fn documented<I: Connect>(args: &DocsArgs, env: &Env) -> ExitCode {
    match docs::run::<I>(args, &run::naming::<I>(env)) {
        Ok((text, code)) => {
            anstream::print!("{text}");
            ExitCode::from(code)
        }
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::from(exit::CONFIG)
        }
    }
}

fn prepare_output(common: &Common, name: &str) {
    match common.color {
        Color::Auto => {}
        Color::Always => ColorChoice::Always.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
    let level = match (common.quiet, common.verbose) {
        (true, _) => tracing::Level::ERROR,
        (false, 0) => tracing::Level::WARN,
        (false, 1) => tracing::Level::INFO,
        (false, _) => tracing::Level::DEBUG,
    };
    report::log(level, name);
}
