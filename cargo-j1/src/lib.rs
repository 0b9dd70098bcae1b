//! The cargo subcommand of j1: `cargo j1 run`, `cargo j1 local`, `cargo j1 explain` and the others.
//!
//! What only an integration knows comes from its own binary, which is built and run for that; everything else is
//! done here. The crate is a library so that `main.rs` and tests are short; [`main`] is its only entry point.

mod add;
mod args;
mod check;
mod code;
mod collection;
mod csv;
mod error;
mod error_pages;
mod explain;
mod export;
mod graph;
mod infer;
mod integration;
mod local;
mod lock;
mod model;
mod neo4j;
mod new;
mod output;
mod parity;
mod port;
mod query;
mod questions;
mod shard;
mod style;
mod validate;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use j1_core::error::exit;

use args::{Cli, Command};
use error::Error;

pub use code::CODES;
pub use explain::{Page, page, pages};

/// Runs the command in the arguments, of which the first is the program's own name, and returns the exit code.
#[must_use]
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args::arrange(args)) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    match run(cli.command) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output::report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// Prints clap's message: help to stdout, errors in the arguments to stderr.
fn refuse(error: &clap::Error) -> ExitCode {
    // If this cannot be written, no other message can be either.
    let _ = error.print();
    if let Some(near) = misspelt(error) {
        anstream::eprintln!("\n  did you mean `{near}`?");
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::USAGE))
}

/// Returns the command that an unknown word was meant to be, where clap does not suggest one.
fn misspelt(error: &clap::Error) -> Option<String> {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let said = error.get(ContextKind::SuggestedSubcommand).is_some();
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    if said || error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let cli = Cli::command();
    let names: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    // Letters in another order are further apart than the distance of one letter: `nwe`.
    let turned = names.iter().copied().find(|name| letters(name) == letters(word));
    turned.or_else(|| j1_core::model::nearest(word, names.iter().copied())).map(str::to_owned)
}

/// Prints the script that completes the program's name, its commands and its flags.
fn completions(shell: clap_complete::Shell) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "cargo-j1", &mut script);
    output::print(&String::from_utf8_lossy(&script)).map(|()| 0)
}

fn run(command: Command) -> Result<u8, Error> {
    match command {
        Command::New(new) => new::run(&new),
        Command::Add(args::Add { what: args::AddWhat::Entity(entity) }) => add::entity(&entity),
        Command::Port(port) => port::run(&port),
        Command::Parity(parity) => parity::run(&parity),
        Command::Run(run) => integration::run("run", &run),
        Command::Sync(run) => integration::run("sync", &run),
        Command::Plan(run) => integration::run("plan", &run),
        Command::Collect(passed) => integration::pass("collect", &passed),
        Command::Config(passed) => integration::pass("config", &passed),
        Command::Steps(passed) => integration::pass("steps", &passed),
        Command::Schema(passed) => integration::pass("schema", &passed),
        Command::Docs(passed) => integration::docs(&passed),
        Command::Graph(graph) => graph::run(&graph),
        Command::Csv(csv) => csv::run(&csv),
        Command::Neo4j(args::Neo4j { what: args::Neo4jWhat::Push(push) }) => neo4j::push(&push),
        Command::Check(check) => check::run(&check),
        Command::Export(export) => export::run(&export),
        Command::Local(settings) => local::serve(&settings),
        Command::Query(query) => query::run(&query),
        Command::Questions(args::Questions { what: args::QuestionsWhat::Check(check) }) => {
            questions::check(&check)
        }
        Command::Shard(args::Shard { what: args::ShardWhat::Manifests(manifests) }) => shard::run(&manifests),
        Command::Validate { file } => validate::run(file.as_deref()),
        Command::Model { class, json } => model::run(class.as_deref(), json),
        Command::Explain { code } => explain::run(code.as_deref()),
        Command::Completions { shell } => completions(shell),
    }
}
