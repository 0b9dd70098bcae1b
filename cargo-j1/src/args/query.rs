//! The arguments of `query` and `questions`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Asked, Output};

/// `cargo j1 query`.
#[derive(Debug, Args)]
pub struct Query {
    /// The query
    #[arg(value_name = "J1QL", required_unless_present = "file", conflicts_with = "file")]
    pub query: Option<String>,
    /// The output format
    #[arg(long, value_name = "HOW", value_enum, default_value_t = QueryFormat::Table)]
    pub format: QueryFormat,
    /// The data file [default: `J1_LOCAL_DB`, or .j1/local.db]
    #[arg(long, value_name = "F", conflicts_with = "url")]
    pub db: Option<PathBuf>,
    /// A JupiterOne to ask; `JUPITERONE_API_KEY` and `JUPITERONE_ACCOUNT` are sent if set
    #[arg(long, value_name = "U")]
    pub url: Option<String>,
    /// Asks for the graph as it was after this job
    #[arg(long, value_name = "JOB", conflicts_with = "url")]
    pub at: Option<String>,
    /// Asks all queries of this question file
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// A value for `${param.NAME}` or `{{NAME}}`: JSON, or else a text; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub param: Vec<(String, String)>,
    /// Also finds deleted entities and relationships, as long as the history has them
    #[arg(long)]
    pub include_deleted: bool,
}

/// The form of a query's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum QueryFormat {
    /// Aligned columns for people
    Table,
    /// One JSON document, as the query API gives it
    Json,
    /// Comma-separated values
    Csv,
}

fn name_and_value(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("it has no `=`; write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// `cargo j1 questions`.
#[derive(Debug, Args)]
pub struct Questions {
    /// The command.
    #[command(subcommand)]
    pub what: QuestionsWhat,
}

/// The commands for question files.
#[derive(Debug, Subcommand)]
pub enum QuestionsWhat {
    /// Checks a question file: its rules, the queries, and whether the integration has what they ask for
    Check(QuestionsCheck),
}

/// `cargo j1 questions check`.
#[derive(Debug, Args)]
pub struct QuestionsCheck {
    /// The question file [default: jupiterone/questions/questions.yaml of the integration, or questions.yaml]
    pub file: Option<PathBuf>,
    /// The integration.
    #[command(flatten)]
    pub integration: Asked,
    /// The output format
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Output::Human)]
    pub output: Output,
}
