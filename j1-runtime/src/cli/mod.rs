//! The command line of an integration. Only this room knows clap: it turns arguments into the plain settings of
//! [`crate::run`], and summaries into text.

mod args;
mod collecting;
pub(crate) mod report;
mod shard;
mod values;

use std::process::ExitCode;

use anstream::ColorChoice;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use j1_core::Error;
use j1_core::error::exit;

use crate::observe::screen;
use crate::run::connect::Connect;
use crate::run::env::Env;
use crate::run::error::{RunError, RunErrorKind};
use crate::run::program::Program;
use crate::run::settings::RunSettings;
use crate::run::summary::Summary;
use crate::run::{self, config, docs, schema, steps};
use args::{Cli, Color, Command, Common, DocsArgs, RunArgs};
use collecting::Collected;

/// Runs the command line of an integration: the `main` of its binary.
#[must_use]
pub fn main<I: Connect>() -> ExitCode {
    perform(const { &Program::new::<I>() })
}

fn perform(program: &'static Program) -> ExitCode {
    screen::silence_panics();
    let name = program.name;
    let about = format!("Collects {} into JupiterOne", program.title);
    let codes: Vec<String> = exit::TABLE.iter().map(|(code, meaning)| format!("{code} {meaning}")).collect();
    let codes = format!("Exit codes: {}", codes.join(", "));
    let command = Cli::command().name(name).bin_name(name).about(about).after_help(codes);
    let command = command.mut_subcommand("shard", |shard| shard.hide(program.shards.is_none()));
    let cli = match command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // If stdout is closed, there is nowhere to report that.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    let Cli { command, run, common } = cli;
    prepare_output(&common, name);
    let env = Env::load(common.env_file.as_deref());
    let command = match (command, env) {
        (None, env) => Ok((Collected::Run(run), env)),
        (Some(Command::Run(args)), env) => Ok((Collected::Run(args), env)),
        (Some(Command::Collect(args)), env) => Ok((Collected::Collect(args), env)),
        (Some(Command::Sync(args)), env) => Ok((Collected::Sync(args), env)),
        (Some(Command::Plan(args)), env) => Ok((Collected::Plan(args), env)),
        (Some(Command::Shard(args)), env) => Ok((Collected::Shard(args), env)),
        (Some(other), Ok(env)) => Err((other, env)),
        (Some(_), Err(problems)) => {
            let summary = Summary::failed(&RunError::config(&problems));
            return collecting::print(program, &summary, &common);
        }
    };
    match command {
        Ok((command, env)) => collecting::perform(program, command, &common, env),
        Err((command, env)) => describe(program, command, &env),
    }
}

/// Runs a command that only prints a description of the integration.
fn describe(program: &'static Program, command: Command, env: &Env) -> ExitCode {
    let text = match command {
        Command::Config { format } => config::show(program, format),
        Command::Schema { format } => schema::show(program, format, &run::naming(program, env)),
        Command::Steps { format } => steps::show(program, format, &run::naming(program, env)),
        Command::Docs(args) => return documented(program, args, env),
        Command::Run(_) | Command::Collect(_) | Command::Sync(_) | Command::Plan(_) | Command::Shard(_) => {
            unreachable!("commands that collect are performed elsewhere")
        }
    };
    anstream::print!("{text}");
    ExitCode::SUCCESS
}

fn documented(program: &'static Program, args: DocsArgs, env: &Env) -> ExitCode {
    match docs::run(program, &args.into(), &run::naming(program, env)) {
        Ok(text) => {
            anstream::print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) if error.kind() == RunErrorKind::Different => {
            anstream::print!("{}", error.error().message());
            ExitCode::from(error.exit_code())
        }
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
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

/// Parses the arguments of `run`, for tests.
///
/// # Errors
/// When they cannot be read.
pub(crate) fn run_settings(arguments: &[String]) -> Result<RunSettings, Error> {
    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        run: RunArgs,
    }
    let command = Arguments::command().no_binary_name(true);
    let parsed =
        command.try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map(|arguments| arguments.run.into()).map_err(|error| Error::other(error.to_string()))
}
